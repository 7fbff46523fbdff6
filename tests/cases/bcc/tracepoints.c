// SPDX-License-Identifier: BSD-2-Clause
/* Tracepoints by their fields and by their arguments. */
#include <linux/sched.h>

struct opened {
	int flags;
	char name[64];
};

struct executed {
	u32 pid, length;
	char name[64], start[4], head[6], whole[64];
};

BPF_HASH(target, int, u32);
BPF_HASH(calls, u64, u64);
BPF_HASH(by_register, u64, u64);
BPF_HASH(opens, u32, struct opened);
BPF_HASH(executions, u32, struct executed);
BPF_ARRAY(last, struct executed, 1);
BPF_STACK_TRACE(stacks, 64);
BPF_HASH(stack_of, u64, int);

static u32 is_target(void)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero), now = bpf_get_current_pid_tgid() >> 32;

	return pid && *pid == now ? now : 0;
}

/* Shared with programs that have registers: it only hands the context on. */
static void note_stack(struct pt_regs *ctx, u64 id)
{
	int stack = stacks.get_stackid(ctx, BPF_F_USER_STACK | BPF_F_REUSE_STACKID);

	stack_of.update(&id, &stack);
}

TRACEPOINT_PROBE(raw_syscalls, sys_enter)
{
	if (is_target()) {
		calls.increment(args->id);
		note_stack((struct pt_regs *)args, args->id);
	}
	return 0;
}

TRACEPOINT_PROBE(syscalls, sys_enter_openat)
{
	struct opened opened = {};
	u32 pid = is_target();

	if (!pid)
		return 0;
	opened.flags = args->flags;
	bpf_probe_read_user_str(opened.name, sizeof(opened.name), args->filename);
	opens.update(&pid, &opened);
	return 0;
}

TRACEPOINT_PROBE(sched, sched_process_exec)
{
	struct executed executed = {}, *there;
	int zero = 0;
	u32 pid = bpf_get_current_pid_tgid() >> 32;

	executed.pid = args->pid;
	executed.length = (u32)args->data_loc_filename >> 16;
	TP_DATA_LOC_READ_STR(&executed.name, filename, sizeof(executed.name));
	TP_DATA_LOC_READ_CONST(&executed.start, filename, sizeof(executed.start));
	TP_DATA_LOC_READ(executed.head, filename); /* as much as there is room for */
	TP_DATA_LOC_READ(&executed.whole, filename);
	executions.update(&pid, &executed);
	there = last.lookup(&zero);
	if (there)
		TP_DATA_LOC_READ(there->whole, filename);
	return 0;
}

/* The first argument is the task's registers, in the kernel. */
RAW_TRACEPOINT_PROBE(sys_enter)
{
	struct pt_regs *regs = (struct pt_regs *)ctx->args[0];

	if (is_target() && ctx->args[1] == regs->orig_ax)
		by_register.increment(regs->di);
	return 0;
}
