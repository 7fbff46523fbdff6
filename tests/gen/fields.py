# SPDX-License-Identifier: BSD-2-Clause
"""Ways to read fields: what a generated program does, a step each."""
from program import Program
from records import CHAINS, RECORDS


class Fields(Program):
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
        if self.rng.random() < 0.5:
            index = str(self.rng.randrange(length))
        else:
            index = self.name("index")
            self.both("u32 %s = choice(%d) %% %d;" % (index, self.rng.randrange(2), length))
        how = self.rng.choice(("%s->%s[%s]", "*(%s->%s + %s)", "(&%s->%s[0])[%s]"))
        self.add(how % (plain, field, index),
                 self.read(ctype, "&%s->%s[%s]" % (explicit, field, index)))

    def loop(self):
        """Over an array."""
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
        kind = "struct " + self.name("filled_%d_" % self.number)
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
