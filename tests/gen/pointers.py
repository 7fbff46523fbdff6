# SPDX-License-Identifier: BSD-2-Clause
"""Ways that pointers come about, and ways through a program that depend on what was read."""
from fields import Fields
from records import RECORDS


class Pointers(Fields):
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
        kind = "struct " + self.name("odd_%d_" % self.number)
        self.plain_top.append("%s {\n\tu%d value;\n} __attribute__((packed));\n" % (kind, size * 8))
        self.add("((%s *)((char *)%s->%s + %d))->value" % (kind, plain, field, at),
                 "read_bytes((char *)%s->%s + %d, %d)" % (explicit, field, at, size))

    def several(self):
        """One of several pointers in an array on the stack."""
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

    def arms(self):
        """What is read on one way or another: a table's leaf, or the kernel."""
        name, which = self.name("leaf"), self.rng.randrange(2)
        record, plain, explicit = self.place("scalars", 2)
        fields = [f for f in RECORDS[record].scalars if f[1] in ("u64", "s64")]
        if not fields:
            return self.chain()
        field, ctype = self.rng.choice(fields)
        self.both("int %skey = %d;" % (name, which))
        self.plain.append("u64 *%s = choices.lookup(&%skey);" % (name, name))
        self.explicit.append("u64 *%s = bpf_map_lookup_elem(&choices, &%skey);" % (name, name))
        self.both("%s %svalue = 0;" % (ctype, name))
        self.both("if (%s) {" % name)
        self.both("\tif (choice(%d) & 1)" % self.rng.randrange(2))
        self.plain.append("\t\t%svalue = %s->%s;" % (name, plain, field))
        self.explicit.append("\t\tbpf_probe_read_kernel(&%svalue, 8, &%s->%s);"
                             % (name, explicit, field))
        self.both("\telse")
        self.both("\t\t%svalue = *%s;" % (name, name))
        self.both("}")
        self.both("sum = sum * 31 + %svalue;" % name)

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
