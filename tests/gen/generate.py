# SPDX-License-Identifier: BSD-2-Clause
"""Makes pairs of BPF programs that must give the same.

generate.py FOLDER [--count N] [--seed N] [--kind raw|iter|kprobe] [--per-module N]

Each program walks kernel memory from a task on and sums up what it finds. It is written twice:
FOLDER/NAME.plain.c in BCC's dialect, where memory is read by plain C, and FOLDER/NAME.explicit.c in
libbpf's, with a helper call for each field. Programs are called run_0, run_1, ...; each leaves its
sum in results[its number]. Of kind raw they take a raw tracepoint's context, of kind kprobe that of
a kprobe; of kind iter there is one program, an iterator over tasks, which makes all sums. What is
chosen at run time comes from choices[0] and choices[1].
"""
import argparse
import os
import random

from records import CHAINS, RECORDS

PLAIN_START = """\
/* Seed %(seed)d. Memory is read by plain C. */
#include <linux/sched.h>
#include <linux/fs.h>
#include <linux/nsproxy.h>

struct kept {
	u64 before;
	void *pointer;
	u64 behind;
};

BPF_ARRAY(results, u64, %(per_module)d);
BPF_ARRAY(choices, u64, 2);
BPF_ARRAY(target, u32, 1);
BPF_HASH(pointers, u32, void *);
BPF_HASH(structs, u32, struct kept);

static void set_result(u32 index, u64 sum)
{
	int key = index;

	results.update(&key, &sum);
}

static u64 choice(int index)
{
	u64 *value = choices.lookup(&index);

	return value ? *value : 0;
}

static bool is_target(u32 pid)
{
	int zero = 0;
	u32 *wanted = target.lookup(&zero);

	return wanted && *wanted == pid;
}

static void keep(u32 key, void *pointer)
{
	struct kept kept = { .before = 1, .pointer = pointer, .behind = 2 };

	pointers.update(&key, &pointer);
	structs.update(&key, &kept);
}
"""

EXPLICIT_START = """\
/* Seed %(seed)d. Memory is read by helpers, a field a call. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, %(per_module)d);
	__type(key, int);
	__type(value, u64);
} results SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, int);
	__type(value, u64);
} choices SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, u32);
} target SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, u32);
	__type(value, u64);
} pointers SEC(".maps");

static void set_result(u32 index, u64 sum)
{
	bpf_map_update_elem(&results, &index, &sum, BPF_ANY);
}

static __always_inline u64 choice(int index)
{
	u64 *value = bpf_map_lookup_elem(&choices, &index);

	return value ? *value : 0;
}

static __always_inline bool is_target(u32 pid)
{
	int zero = 0;
	u32 *wanted = bpf_map_lookup_elem(&target, &zero);

	return wanted && *wanted == pid;
}

static __always_inline u64 read_bytes(const void *from, int size)
{
	u64 value = 0;

	bpf_probe_read_kernel(&value, size, from);
	return value;
}
"""

# The start of a program: type of the context, section, and how it comes to its task.
KINDS = {
    "raw": ("struct bpf_raw_tracepoint_args", "raw_tp"),
    "kprobe": ("struct pt_regs", "kprobe"),
}


class Program:
    """One program, growing in both forms at a time."""

    def __init__(self, rng, number, typed):
        self.rng, self.number, self.typed = rng, number, typed
        self.plain, self.explicit = [], []       # statements
        self.plain_top, self.explicit_top = [], []  # functions and types before it
        self.names = 0
        self.loops = False

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

    # ---- what a program does, a step each

    def chain(self):
        record, plain, explicit = self.place("scalars")
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        self.add("%s->%s" % (plain, field),
                 self.read(ctype, "&%s->%s" % (explicit, field)))

    def neighbours(self):
        record, plain, explicit = self.place("scalars")
        fields = RECORDS[record].scalars
        chosen = self.rng.sample(fields, min(len(fields), 3))
        self.add(" ^ ".join("(u64)%s->%s" % (plain, field) for field, _ in chosen),
                 " ^ ".join("(u64)%s" % self.read(ctype, "&%s->%s" % (explicit, field))
                            for field, ctype in chosen))

    def core_read(self):
        """The explicit form by BPF_CORE_READ."""
        steps = self.route(lambda record: RECORDS[record].scalars, 0, 3)
        record = steps[-1][1] if steps else "task_struct"
        path = [field for field, _ in steps] + [self.rng.choice(RECORDS[record].scalars)[0]]
        self.add("task->" + "->".join(path), "BPF_CORE_READ(task, %s)" % ", ".join(path))

    def element(self):
        record, plain, explicit = self.place("arrays")
        field, ctype, length = self.rng.choice(RECORDS[record].arrays)
        # The verifier wants to know where in a typed object a program reads.
        if self.typed or self.rng.random() < 0.5:
            index = str(self.rng.randrange(length))
        else:
            index = self.name("index")
            self.both("u32 %s = choice(%d) %% %d;" % (index, self.rng.randrange(2), length))
        how = self.rng.choice(("%s->%s[%s]", "*(%s->%s + %s)", "(&%s->%s[0])[%s]"))
        self.add(how % (plain, field, index),
                 self.read(ctype, "&%s->%s[%s]" % (explicit, field, index)))

    def loop(self):
        """Over an array."""
        self.loops = True
        record, plain, explicit = self.place("arrays")
        field, ctype, length = self.rng.choice(RECORDS[record].arrays)
        most = min(length, self.rng.randrange(2, 10))
        i, variable = self.name("i"), self.name("at")
        self.plain.append("struct %s *%s = %s;" % (record, variable, plain))
        start = "for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i)
        self.both(start)
        self.plain.append("\tsum = sum * 31 + (u64)%s->%s[%s];" % (variable, field, i))
        self.explicit.append("\t%s value = 0;" % ctype)
        self.explicit.append("\tbpf_probe_read_kernel(&value, sizeof(value), &%s->%s[%s]);"
                             % (explicit, field, i))
        self.explicit.append("\tsum = sum * 31 + (u64)value;")
        self.both("}")

    def walk(self):
        """Along a list, until its end or often enough."""
        self.loops = True
        record, by, field, ctype = self.rng.choice(CHAINS)
        _, plain, explicit = self.go(self.route(lambda found: found == record, 0, 4))
        at, i, most = self.name("at"), self.name("i"), self.rng.randrange(2, 6)
        self.plain.append("struct %s *%s = %s;" % (record, at, plain))
        self.explicit.append("struct %s *%s = %s;" % (record, at, explicit))
        self.both("for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i))
        self.both("\tif (!%s)" % at)
        self.both("\t\tbreak;")
        self.plain.append("\tsum = sum * 31 + (u64)%s->%s;" % (at, field))
        self.plain.append("\t%s = %s->%s;" % (at, at, by))
        self.explicit.append("\t%s value = 0;" % ctype)
        self.explicit.append("\tbpf_probe_read_kernel(&value, sizeof(value), &%s->%s);" % (at, field))
        self.explicit.append("\tsum = sum * 31 + (u64)value;")
        self.explicit.append("\tbpf_probe_read_kernel(&%s, sizeof(%s), &%s->%s);" % (at, at, at, by))
        self.both("}")

    def copy(self):
        """A whole struct, and unions in it."""
        record, plain, explicit = self.place("inner")
        field, ctype, fields = self.rng.choice(RECORDS[record].inner)
        ctype = ctype if ctype.endswith("_t") else "struct " + ctype
        one, other = self.name("copy"), self.read(ctype, "&%s->%s" % (explicit, field))
        # The helper wants its memory to be known; = 0 is for scalars.
        self.explicit[-2] = "%s %s = {};" % (ctype, other)
        self.plain.append("%s %s = %s->%s;" % (ctype, one, plain, field))
        for part in fields:
            if part:
                self.add("%s.%s" % (one, part), "%s.%s" % (other, part))
        if not fields[0]:
            self.add("*(u64 *)&%s" % one, "*(u64 *)&%s" % other)

    def bytes(self):
        """An array by its bytes."""
        record, plain, explicit = self.place("arrays")
        field, ctype, length = self.rng.choice(RECORDS[record].arrays)
        size = min(length * (8 if ctype == "u64" else 1), self.rng.choice((3, 8, 16, 24, 31)))
        one, other = self.name("bytes"), self.name("bytes")
        self.plain.append("u8 %s[%d] = {};" % (one, size))
        self.plain.append("__builtin_memcpy(%s, %s->%s, %d);" % (one, plain, field, size))
        self.explicit.append("u8 %s[%d] = {};" % (other, size))
        self.explicit.append("bpf_probe_read_kernel(%s, %d, %s->%s);"
                             % (other, size, explicit, field))
        for index in {0, size // 2, size - 1}:
            self.add("%s[%d]" % (one, index), "%s[%d]" % (other, index))

    def bit_field(self):
        record, plain, explicit = self.place("bits", 2)
        field = self.rng.choice(RECORDS[record].bits)
        self.add("%s->%s" % (plain, field), "BPF_CORE_READ_BITFIELD_PROBED(%s, %s)" % (explicit, field))

    def part(self):
        """Some bytes of a field, by a cast."""
        record, plain, explicit = self.place("scalars")
        wide = [f for f in RECORDS[record].scalars if f[1] in ("u64", "s64", "u32", "s32")]
        if not wide:
            return self.chain()
        field, ctype = self.rng.choice(wide)
        size = self.rng.choice((1, 2) if ctype[1:] == "32" else (1, 2, 4))
        at = self.rng.randrange(0, int(ctype[1:]) // 8, size)
        self.add("*(u%d *)((char *)&%s->%s + %d)" % (size * 8, plain, field, at),
                 "read_bytes((char *)&%s->%s + %d, %d)" % (explicit, field, at, size))

    def offset(self):
        """A field by its offset, or a record by that of its field."""
        record, plain, explicit = self.place("scalars")
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        value = self.read(ctype, "&%s->%s" % (explicit, field))
        if self.rng.random() < 0.5:
            self.add("*(%s *)((char *)%s + offsetof(struct %s, %s))" % (ctype, plain, record, field),
                     value)
            return
        name = self.name("back")
        self.plain.append("char *%s = (char *)&%s->%s;" % (name, plain, field))
        self.add("((struct %s *)(%s - offsetof(struct %s, %s)))->%s"
                 % (record, name, record, field, field), value)

    def careful(self):
        """Reads that the compiler may not move or split."""
        record, plain, explicit = self.place("scalars")
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        how = self.rng.choice(("*(volatile %(type)s *)&%(place)s",
                               "__atomic_load_n((%(type)s *)&%(place)s, __ATOMIC_RELAXED)",
                               "__atomic_load_n((%(type)s *)&%(place)s, __ATOMIC_ACQUIRE)"))
        self.add(how % {"type": ctype, "place": "%s->%s" % (plain, field)},
                 self.read(ctype, "&%s->%s" % (explicit, field)))

    def kept(self):
        """A pointer that was in a table meanwhile."""
        record, plain, explicit = self.place("scalars", 2)
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        key = self.number * 100 + self.names
        name, variable = self.name("key"), self.name("kept")
        self.both("u32 %s = %d;" % (name, key))
        self.plain.append("keep(%s, %s);" % (name, plain))
        self.explicit.append("bpf_map_update_elem(&pointers, &%s, &%s, BPF_ANY);" % (name, explicit))
        if self.rng.random() < 0.5:
            self.plain.append("struct %s **%s = (struct %s **)pointers.lookup(&%s);"
                              % (record, variable, record, name))
            inside = "(*%s)" % variable
        else:
            self.plain.append("struct kept *%s = structs.lookup(&%s);" % (variable, name))
            inside = "((struct %s *)%s->pointer)" % (record, variable)
        self.explicit.append("struct %s **%s = bpf_map_lookup_elem(&pointers, &%s);"
                             % (record, variable, name))
        self.both("if (%s) {" % variable)
        self.plain.append("\tsum = sum * 31 + (u64)%s->%s;" % (inside, field))
        self.explicit.append("\t%s value = 0;" % ctype)
        self.explicit.append("\tbpf_probe_read_kernel(&value, sizeof(value), &(*%s)->%s);"
                             % (variable, field))
        self.explicit.append("\tsum = sum * 31 + (u64)value;")
        self.both("}")

    def either(self):
        """A pointer to the stack or to the kernel."""
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 4))
        local, pointer, which = self.name("local"), self.name("either"), self.rng.randrange(2)
        field, ctype = self.rng.choice((("len", "u32"), ("hash", "u32"), ("hash_len", "u64")))
        self.both("struct qstr %s = { .hash_len = %d };" % (local, self.rng.randrange(1 << 40)))
        self.plain.append("const struct qstr *%s = &%s;" % (pointer, local))
        self.plain.append("if (choice(%d) & 1)" % which)
        self.plain.append("\t%s = &%s->d_name;" % (pointer, plain))
        self.plain.append("sum = sum * 31 + %s->%s;" % (pointer, field))
        value = self.name("value")
        self.explicit.append("%s %s = %s.%s;" % (ctype, value, local, field))
        self.explicit.append("if (choice(%d) & 1)" % which)
        self.explicit.append("\tbpf_probe_read_kernel(&%s, sizeof(%s), &%s->d_name.%s);"
                             % (value, value, explicit, field))
        self.explicit.append("sum = sum * 31 + %s;" % value)

    def which(self):
        """One of two pointers to the kernel."""
        name, which = self.name("which"), self.rng.randrange(2)
        parent = self.read("struct task_struct *", "&task->real_parent")
        field, ctype = self.rng.choice(RECORDS["task_struct"].scalars)
        if self.rng.random() < 0.5:
            self.plain.append("struct task_struct *%s = choice(%d) & 1 ? task : task->real_parent;"
                              % (name, which))
        else:
            self.plain.append("struct task_struct *%s = task;" % name)
            self.plain.append("if (!(choice(%d) & 1))" % which)
            self.plain.append("\t%s = %s->real_parent;" % (name, name))
        self.explicit.append("struct task_struct *%s = choice(%d) & 1 ? task : %s;"
                             % (name, which, parent))
        self.add("%s->%s" % (name, field), self.read(ctype, "&%s->%s" % (name, field)))

    def test(self):
        """A condition on what is read, with reads only where it holds."""
        _, plain, explicit = self.TASK
        mm = self.read("struct mm_struct *", "&%s->mm" % explicit)
        exe = self.read("struct file *", "&%s->exe_file" % mm)
        field, ctype = self.rng.choice(RECORDS["file"].scalars)
        self.plain.append("if (%s->mm && %s->mm->exe_file)" % (plain, plain))
        self.plain.append("\tsum = sum * 31 + (u64)%s->mm->exe_file->%s;" % (plain, field))
        self.plain.append("else")
        self.plain.append("\tsum++;")
        value = self.read(ctype, "&%s->%s" % (exe, field))
        self.explicit.append("if (%s && %s)" % (mm, exe))
        self.explicit.append("\tsum = sum * 31 + (u64)%s;" % value)
        self.explicit.append("else")
        self.explicit.append("\tsum++;")

    def by_function(self):
        """A function that reads through what it is handed."""
        record, plain, explicit = self.place("scalars")
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        name = self.name("get_%d_" % self.number)
        self.plain_top.append("static u64 %s(struct %s *from, int add)\n{\n\treturn from->%s + add;\n}\n"
                              % (name, record, field))
        add = self.rng.randrange(5)
        self.add("%s(%s, %d)" % (name, plain, add),
                 "(u64)(%s + %d)" % (self.read(ctype, "&%s->%s" % (explicit, field)), add))

    def filled(self):
        """A struct on the stack, filled from several places."""
        kind = "struct filled_%d_%d" % (self.number, self.names)
        text = "%s {\n\tu8 small;\n\tu64 big;\n\tchar comm[16];\n\tint pid;\n};\n" % kind
        self.plain_top.append(text)
        self.explicit_top.append(text)
        one = self.name("filled")
        record, plain, explicit = self.place("scalars", 3)
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        big, pid = self.read(ctype, "&%s->%s" % (explicit, field)), self.read("int", "&task->tgid")
        self.both("%s %s = {};" % (kind, one))
        self.plain += ["%s.small = %s->%s;" % (one, plain, field),
                       "%s.big = %s->%s;" % (one, plain, field),
                       "__builtin_memcpy(%s.comm, task->comm, 16);" % one,
                       "%s.pid = task->tgid;" % one]
        self.explicit += ["%s.small = %s;" % (one, big), "%s.big = %s;" % (one, big),
                          "bpf_probe_read_kernel(%s.comm, 16, task->comm);" % one,
                          "%s.pid = %s;" % (one, pid)]
        for part in ("small", "big", "comm[2]", "pid"):
            self.add("%s.%s" % (one, part), "%s.%s" % (one, part))

    def through(self):
        """The address of a pointer, of a struct within, or of an element."""
        how = self.rng.randrange(3)
        if how == 0:
            field = self.rng.choice(("real_parent", "group_leader", "parent"))
            name = self.name("through")
            self.plain.append("struct task_struct **%s = &task->%s;" % (name, field))
            parent = self.read("struct task_struct *", "&task->%s" % field)
            self.add("(*%s)->tgid" % name, self.read("int", "&%s->tgid" % parent))
            return
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 3))
        name = self.name("within")
        if how == 1:
            self.plain.append("struct qstr *%s = &%s->d_name;" % (name, plain))
            self.add("%s->len + %s->hash" % (name, name),
                     "%s + %s" % (self.read("u32", "&%s->d_name.len" % explicit),
                                  self.read("u32", "&%s->d_name.hash" % explicit)))
        else:
            index = self.rng.randrange(4)
            self.plain.append("const unsigned char *%s = &%s->d_name.name[%d];" % (name, plain, index))
            text = self.read("char *", "&%s->d_name.name" % explicit)
            self.add("*%s" % name, self.read("u8", "%s + %d" % (text, index)))

    def by_value(self):
        """Structs handed over and given back."""
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 3))
        taker, giver = self.name("take_%d_" % self.number), self.name("give_%d_" % self.number)
        self.plain_top.append("static u64 %s(struct qstr name)\n{\n\treturn name.hash_len ^ name.len;\n}\n"
                              % taker)
        self.plain_top.append("static struct qstr %s(struct dentry *from)\n{\n"
                              "\treturn from->d_name;\n}\n" % giver)
        value = self.read("u64", "&%s->d_name.hash_len" % explicit)
        self.add("%s(%s(%s))" % (taker, giver, plain), "%s ^ (%s >> 32)" % (value, value))

    def text(self):
        """A string, until its end or long enough."""
        self.loops = True
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 3))
        at, i, most = self.name("at"), self.name("i"), self.rng.randrange(2, 12)
        start = self.read("const unsigned char *", "&%s->d_name.name" % explicit)
        self.plain.append("const unsigned char *%s = %s->d_name.name;" % (at, plain))
        self.plain.append("for (int %s = 0; %s < %d && *%s; %s++)" % (i, i, most, at, i))
        self.plain.append("\tsum = sum * 31 + *%s++;" % at)
        self.explicit.append("for (int %s = 0; %s < %d; %s++) {" % (i, i, most, i))
        self.explicit.append("\tu8 value = 0;")
        self.explicit.append("\tbpf_probe_read_kernel(&value, 1, %s + %s);" % (start, i))
        self.explicit.append("\tif (!value)")
        self.explicit.append("\t\tbreak;")
        self.explicit.append("\tsum = sum * 31 + value;")
        self.explicit.append("}")

    def unaligned(self):
        """Across the bounds of fields, as wide as it likes."""
        record, plain, explicit = self.place("arrays")
        field, ctype, length = self.rng.choice(RECORDS[record].arrays)
        size = self.rng.choice((2, 4, 8))
        at = self.rng.randrange(1, 8)
        kind = "struct odd_%d_%d" % (self.number, self.names)
        self.plain_top.append("%s {\n\tu%d value;\n} __attribute__((packed));\n" % (kind, size * 8))
        self.add("((%s *)((char *)%s->%s + %d))->value" % (kind, plain, field, at),
                 "read_bytes((char *)%s->%s + %d, %d)" % (explicit, field, at, size))

    def several(self):
        """One of several pointers in an array on the stack."""
        if self.typed:  # the verifier forgets the type of a pointer at an index it doesn't know
            return self.chain()
        fields = ("real_parent", "group_leader", "parent")
        all_, index = self.name("all"), self.name("index")
        field, ctype = self.rng.choice(RECORDS["task_struct"].scalars)
        pointers = [self.read("struct task_struct *", "&task->%s" % name) for name in fields]
        which = self.rng.randrange(2)
        self.plain.append("struct task_struct *%s[4] = { task, %s };"
                          % (all_, ", ".join("task->" + name for name in fields)))
        self.both("u32 %s = (choice(%d) + %d) & 3;" % (index, which, self.rng.randrange(4)))
        self.explicit.append("struct task_struct *%s = %s == 0 ? task : %s == 1 ? %s : %s == 2 ? %s : %s;"
                             % (all_, index, index, pointers[0], index, pointers[1], pointers[2]))
        self.add("%s[%s]->%s" % (all_, index, field), self.read(ctype, "&%s->%s" % (all_, field)))

    def replaced(self):
        """A pointer in a table's leaf, changed there."""
        name, variable = self.name("key"), self.name("kept")
        key = self.number * 100 + self.names
        field, ctype = self.rng.choice(RECORDS["task_struct"].scalars)
        parent = self.read("struct task_struct *", "&task->real_parent")
        value = self.read(ctype, "&%s->%s" % (parent, field))
        self.plain += ["u32 %s = %d;" % (name, key), "keep(%s, task);" % name,
                       "struct kept *%s = structs.lookup(&%s);" % (variable, name),
                       "if (%s) {" % variable,
                       "\t%s->pointer = task->real_parent;" % variable,
                       "\tsum += %s->behind;" % variable,
                       "\tsum = sum * 31 + (u64)((struct task_struct *)%s->pointer)->%s;"
                       % (variable, field),
                       "}"]
        self.explicit += ["sum += 2;", "sum = sum * 31 + (u64)%s;" % value]

    def leaf_or_kernel(self):
        """A pointer to a table's leaf or to the kernel."""
        name, which = self.name("leaf"), self.rng.randrange(2)
        field = self.rng.choice(("start_time", "start_boottime"))
        self.both("int %skey = %d;" % (name, which))
        self.plain.append("u64 *%s = choices.lookup(&%skey);" % (name, name))
        self.plain.append("if (!%s || *%s & 1)" % (name, name))
        self.plain.append("\t%s = &task->%s;" % (name, field))
        self.plain.append("sum = sum * 31 + *%s;" % name)
        self.explicit.append("u64 *%s = bpf_map_lookup_elem(&choices, &%skey);" % (name, name))
        self.explicit.append("u64 %svalue = 0;" % name)
        self.explicit.append("if (!%s || *%s & 1)" % (name, name))
        self.explicit.append("\tbpf_probe_read_kernel(&%svalue, 8, &task->%s);" % (name, field))
        self.explicit.append("else")
        self.explicit.append("\t%svalue = *%s;" % (name, name))
        self.explicit.append("sum = sum * 31 + %svalue;" % name)

    def by_choice(self):
        """A field whose offset is chosen, and a function's address."""
        name, which = self.name("offset"), self.rng.randrange(2)
        one, other = self.rng.sample(("start_time", "start_boottime", "mm", "signal"), 2)
        self.both("u64 %s = choice(%d) & 1 ? offsetof(struct task_struct, %s) : "
                  "offsetof(struct task_struct, %s);" % (name, which, one, other))
        self.add("*(u64 *)((char *)task + %s)" % name, "read_bytes((char *)task + %s, 8)" % name)
        _, plain, explicit = self.go(self.route(lambda found: found == "inode", 0, 4))
        self.add("%s->i_op->lookup" % plain,
                 self.read("u64", "&%s->lookup" % self.read("const struct inode_operations *",
                                                            "&%s->i_op" % explicit)))

    def pun(self):
        """A union on the stack, filled as one member and used as another."""
        _, plain, explicit = self.go(self.route(lambda found: found == "dentry", 0, 3))
        name = self.name("pun")
        self.plain.append("union { struct qstr name; u64 raw[2]; u8 bytes[16]; } %s;" % name)
        self.plain.append("%s.name = %s->d_name;" % (name, plain))
        other = self.read("u64", "&%s->d_name.hash_len" % explicit)
        text = self.read("u64", "&%s->d_name.name" % explicit)
        self.add("%s.raw[0] ^ %s.raw[1]" % (name, name), "%s ^ %s" % (other, text))
        self.add("%s.bytes[3]" % name, "(%s >> 24) & 255" % other)

    def switch(self):
        """Ways chosen by what was read, with jumps between them."""
        record, plain, explicit = self.place("scalars", 3)
        field, ctype = self.rng.choice(RECORDS[record].scalars)
        value, label = self.read(ctype, "&%s->%s" % (explicit, field)), self.name("done_%d_" % self.number)
        pid = self.read("int", "&task->pid")
        prio = self.read("int", "&task->static_prio")
        for lines, what, one, other in ((self.plain, "%s->%s" % (plain, field), "task->pid",
                                         "task->static_prio"), (self.explicit, value, pid, prio)):
            lines += ["switch (%s & 3) {" % what, "case 0:", "\tsum += %s;" % one, "\tbreak;",
                      "case 1:", "\tsum += %s;" % other, "\tgoto %s;" % label, "case 2:",
                      "\tsum ^= %s;" % one, "\t/* fall through */", "default:", "\tsum ^= 77;", "}",
                      "sum *= 31;", "%s:" % label, "sum++;"]

    SHAPES = [chain, chain, neighbours, core_read, element, loop, walk, copy, bytes, bit_field, part,
              offset, careful, kept, either, which, test, by_function, filled,
              through, by_value, text, unaligned, several, replaced, leaf_or_kernel, by_choice, pun, switch]

    def make(self):
        # One shape in turn, so that each comes up, and others by chance.
        self.SHAPES[self.number % len(self.SHAPES)](self)
        for _ in range(self.rng.randrange(0, 3)):
            self.rng.choice(self.SHAPES)(self)
        return self


def indent(lines):
    return "".join("\t%s\n" % line for line in lines)


def body_of(program, lines, inline):
    return ("static %su64 sum_%d(struct task_struct *task)\n{\n\tu64 sum = 0;\n\n%s\treturn sum;\n}\n\n"
            % (inline, program.number, indent(lines)))


def start_of(kind, number):
    """The two forms of the program that takes the sum."""
    context, section = KINDS[kind]
    text = ("int run_%d(%s *ctx)\n{\n\tstruct task_struct *task = (struct task_struct *)"
            "bpf_get_current_task();\n\n\tif (is_target(bpf_get_current_pid_tgid() >> 32))\n"
            "\t\tset_result(%d, sum_%d(task));\n\treturn 0;\n}\n\n"
            % (number, context, number, number))
    return text, 'SEC("%s")\n%s' % (section, text)


ITERATOR = """\
{
	struct task_struct *task = ctx->task;

	if (!task || !is_target(task->pid))
		return 0;
%s	return 0;
}
"""


def module(rng, kind, seed, per_module):
    settings = {"seed": seed, "per_module": per_module}
    plain, explicit = PLAIN_START % settings, EXPLICIT_START % settings
    programs = [Program(rng, number, kind == "iter").make() for number in range(per_module)]
    for program in programs:
        plain += "\n" + "".join(program.plain_top) + body_of(program, program.plain, "")
        explicit += "\n" + "".join(program.explicit_top) + body_of(program, program.explicit,
                                                                   "__always_inline ")
        if kind != "iter":
            one, other = start_of(kind, program.number)
            plain += one
            explicit += other
    if kind == "iter":
        calls = "".join("\tset_result(%d, sum_%d(task));\n" % (p.number, p.number) for p in programs)
        plain += "BPF_ITER(task)\n" + ITERATOR % calls
        explicit += ('SEC("iter/task")\nint bpf_iter__task(struct bpf_iter__task *ctx)\n'
                     + ITERATOR % calls)
    return plain, explicit


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=("raw", "iter", "kprobe"), default="raw")
    parser.add_argument("--per-module", type=int, default=20)
    args = parser.parse_args()
    for first in range(0, args.count, args.per_module):
        seed = args.seed * 100000 + first
        size = min(args.per_module, args.count - first)
        plain, explicit = module(random.Random(seed), args.kind, seed, size)
        base = os.path.join(args.folder, "%s-%d" % (args.kind, seed))
        for form, text in (("plain", plain), ("explicit", explicit)):
            with open("%s.%s.c" % (base, form), "w") as file:
                file.write(text)


main()
