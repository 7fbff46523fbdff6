# SPDX-License-Identifier: BSD-2-Clause
"""Loops in which what is read depends on what was read before, or on the turn."""
from pointers import Pointers
from records import RECORDS


class Loops(Pointers):
    def task_field(self):
        return self.rng.choice(RECORDS["task_struct"].scalars)

    def read_inside(self, variable, address, tabs="\t"):
        """A read in a loop, to a variable that is there already."""
        self.explicit.append("%sbpf_probe_read_kernel(&%s, sizeof(%s), &%s);"
                             % (tabs, variable, variable, address))

    def search(self):
        """Up the parents, with ways out of a turn before all is read."""
        at, i, most = self.name("at"), self.name("i"), self.rng.randrange(2, 7)
        which, (field, ctype) = self.rng.randrange(2), self.task_field()
        start = "for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i)
        odd = "\tif ((choice(%d) + %s) & 1) {" % (which, i)
        self.both("struct task_struct *%s = task;" % at)
        self.both(start)
        self.explicit += ["\tint pid = 0;", "\t%s value = 0;" % ctype]
        self.read_inside("pid", at + "->pid")
        self.plain.append("\tif (%s->pid <= 1)" % at)
        self.explicit.append("\tif (pid <= 1)")
        self.both("\t\tbreak;")
        self.both(odd)
        self.plain.append("\t\tsum = sum * 31 + (u64)%s->%s;" % (at, field))
        self.read_inside("value", "%s->%s" % (at, field), "\t\t")
        self.explicit.append("\t\tsum = sum * 31 + (u64)value;")
        self.both("\t\tcontinue;")
        self.both("\t}")
        self.plain.append("\t%s = %s->real_parent;" % (at, at))
        self.plain.append("\tsum ^= %s->tgid;" % at)
        self.read_inside(at, at + "->real_parent")
        self.read_inside("pid", at + "->tgid")
        self.explicit.append("\tsum ^= pid;")
        self.both("}")

    def nested(self):
        """A loop over bytes in a loop over records, and a read behind both."""
        at, i, j = self.name("at"), self.name("i"), self.name("j")
        turns, bytes_ = self.rng.randrange(2, 4), self.rng.randrange(2, 7)
        field, ctype = self.task_field()
        self.both("struct task_struct *%s = task;" % at)
        self.both("for (int %s = 0; %s < %d; %s++) {" % (i, i, turns, i))
        self.both("\tfor (int %s = 0; %s < %d; %s++) {" % (j, j, bytes_, j))
        self.explicit.append("\t\tchar byte = 0;")
        self.read_inside("byte", "%s->comm[%s]" % (at, j), "\t\t")
        for lines, what in ((self.plain, "%s->comm[%s]" % (at, j)), (self.explicit, "byte")):
            lines += ["\t\tif (!%s)" % what, "\t\t\tbreak;", "\t\tsum = sum * 31 + %s;" % what]
        self.both("\t}")
        self.plain.append("\t%s = %s->real_parent;" % (at, at))
        self.read_inside(at, at + "->real_parent")
        self.both("}")
        self.add("%s->%s" % (at, field), self.read(ctype, "&%s->%s" % (at, field)))

    def until_root(self):
        """Up the folders, until one is its own parent."""
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 3))
        at, i, most = self.name("at"), self.name("i"), self.rng.randrange(2, 8)
        self.plain.append("struct dentry *%s = %s;" % (at, plain))
        self.explicit.append("struct dentry *%s = %s;" % (at, explicit))
        if self.rng.random() < 0.5:
            self.plain.append("for (int %s = 0; %s < %d && %s != %s->d_parent; %s++) {"
                              % (i, i, most, at, at, i))
        else:
            self.plain += ["for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i),
                           "\tif (%s == %s->d_parent)" % (at, at), "\t\tbreak;"]
        self.plain += ["\t%s = %s->d_parent;" % (at, at),
                       "\tsum = sum * 31 + %s->d_name.hash;" % at, "}"]
        self.explicit += ["for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i),
                          "\tstruct dentry *parent = 0;", "\tu32 hash = 0;"]
        self.read_inside("parent", at + "->d_parent")
        self.explicit += ["\tif (%s == parent)" % at, "\t\tbreak;", "\t%s = parent;" % at]
        self.read_inside("hash", at + "->d_name.hash")
        self.explicit += ["\tsum = sum * 31 + hash;", "}"]

    def either_often(self):
        """Several reads in a loop from one of several variables, or from the kernel."""
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 3))
        pointer, i, most = self.name("either"), self.name("i"), self.rng.randrange(2, 6)
        table, copy = self.name("table_%d_" % self.number), self.name("copy")
        constant = "%s struct qstr %s[2] = {{ .hash_len = %d }, { .hash_len = %d }};\n" % (
            self.rng.choice(("static const", "static")), table, self.rng.randrange(1 << 40),
            self.rng.randrange(1 << 40))
        self.plain_top.append(constant)
        self.explicit_top.append(constant)
        which, dentry = self.rng.randrange(2), self.name("dentry")
        self.plain.append("struct dentry *%s = %s;" % (dentry, plain))
        self.both("for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i))
        self.plain += ["\tconst struct qstr *%s = &%s->d_name;" % (pointer, dentry),
                       "\tif ((choice(%d) + %s) & 1)" % (which, i),
                       "\t\t%s = %s & 2 ? &%s[0] : &%s[1];" % (pointer, i, table, table)]
        if self.rng.random() < 0.5:
            self.plain += ["\tsum = sum * 31 + %s->len;" % pointer,
                           "\tsum = sum * 31 + %s->hash;" % pointer]
        else:
            self.plain += ["\tstruct qstr %s = *%s;" % (copy, pointer),
                           "\tsum = sum * 31 + %s.len;" % copy,
                           "\tsum = sum * 31 + %s.hash;" % copy]
        self.plain.append("}")
        self.explicit += ["\tu32 len = %s[!(%s & 2)].len, hash = %s[!(%s & 2)].hash;"
                          % (table, i, table, i),
                          "\tif (!((choice(%d) + %s) & 1)) {" % (which, i),
                          "\t\tbpf_probe_read_kernel(&len, 4, &%s->d_name.len);" % explicit,
                          "\t\tbpf_probe_read_kernel(&hash, 4, &%s->d_name.hash);" % explicit,
                          "\t}", "\tsum = sum * 31 + len;", "\tsum = sum * 31 + hash;", "}"]

    SHAPES = ("chain", "chain", "neighbours", "core_read", "element", "loop", "walk", "copy",
              "bytes", "bit_field", "part", "offset", "careful", "kept", "either", "which",
              "test", "by_function", "filled", "through", "by_value", "text", "unaligned",
              "several", "replaced", "leaf_or_kernel", "arms", "either_often",
              "by_choice", "pun", "switch", "search", "nested", "until_root")

    def make(self, turn):
        # One shape in turn, so that each comes up, and others by chance.
        getattr(self, self.SHAPES[turn % len(self.SHAPES)])()
        for _ in range(self.rng.randrange(0, 3)):
            getattr(self, self.rng.choice(self.SHAPES))()
        return self
