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
import sys

sys.dont_write_bytecode = True

from loops import Loops  # noqa: E402

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
    programs = [Loops(rng, number, kind == "iter").make(seed + number)
                for number in range(per_module)]
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
