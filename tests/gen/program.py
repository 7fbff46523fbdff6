# SPDX-License-Identifier: BSD-2-Clause
"""A program in two forms that grow side by side: plain C, and a helper call for each field."""
from records import RECORDS


class Program:
    """One program, growing in both forms at a time."""

    def __init__(self, rng, number, typed):
        self.rng, self.number, self.typed = rng, number, typed
        self.plain, self.explicit = [], []       # statements
        self.plain_top, self.explicit_top = [], []  # functions and types before it
        self.names = 0

    def name(self, stem):
        self.names += 1
        return "%s%d" % (stem, self.names)

    def both(self, text):
        self.plain.append(text)
        self.explicit.append(text)

    def add(self, plain, explicit):
        """Adds two expressions to the sum, which have the same value."""
        self.plain.append("sum = sum * 31 + (u64)(%s);" % plain)
        self.explicit.append("sum = sum * 31 + (u64)(%s);" % explicit)

    def read(self, ctype, address):
        """Reads a field for the explicit form, by one call; gives the variable."""
        name = self.name("v")
        self.explicit.append("%s %s = 0;" % (ctype, name))
        self.explicit.append("bpf_probe_read_kernel(&%s, sizeof(%s), %s);" % (name, name, address))
        return name

    # ---- places: a record's type, the plain expression and the explicit variable for its address

    TASK = ("task_struct", "task", "task")

    def step(self, place, field, to):
        record, plain, explicit = place
        variable = self.read("struct %s *" % to, "&%s->%s" % (explicit, field))
        how = self.rng.randrange(6)
        if how == 0:  # by a variable
            name = self.name("p")
            self.plain.append("struct %s *%s = %s->%s;" % (to, name, plain, field))
            return to, name, variable
        if how == 1 and not self.typed:  # by a number
            name = self.name("n")
            self.plain.append("u64 %s = (u64)%s->%s;" % (name, plain, field))
            return to, "((struct %s *)%s)" % (to, name), variable
        if how == 2:  # by a function
            name = self.name("to_%d_" % self.number)
            self.plain_top.append("static struct %s *%s(struct %s *from)\n{\n\treturn from->%s;\n}\n"
                                  % (to, name, record, field))
            return to, "%s(%s)" % (name, plain), variable
        return to, "%s->%s" % (plain, field), variable

    def route(self, fits, least, most):
        """The steps from the task to a record that fits."""
        while True:
            record, steps = "task_struct", []
            wanted = self.rng.randrange(least, most + 1)
            while len(steps) < most + 3:
                if len(steps) >= wanted and fits(record):
                    return steps
                if not RECORDS[record].pointers:
                    break
                field, record = self.rng.choice(RECORDS[record].pointers)
                steps.append((field, record))

    def place(self, want, most=4):
        """A place that has such members."""
        return self.go(self.route(lambda record: getattr(RECORDS[record], want), 0, most))

    def go(self, steps):
        place = self.TASK
        for field, to in steps:
            place = self.step(place, field, to)
        return place
