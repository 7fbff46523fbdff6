// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stack traces of the kernel and of the program that is in it. Each may fall on the place of the one
 * before, which is then to give way.
 */
#include <uapi/linux/ptrace.h>

BPF_STACK_TRACE(traces, 64);
BPF_STACK_TRACE_BUILDID(user_traces, 64);

int kernel_stack(struct bpf_raw_tracepoint_args *ctx)
{
	return traces.get_stackid(ctx, 0);
}

int user_stack(struct bpf_raw_tracepoint_args *ctx)
{
	return traces.get_stackid(ctx, BPF_F_USER_STACK | BPF_F_REUSE_STACKID);
}

int build_ids(struct bpf_raw_tracepoint_args *ctx)
{
	return user_traces.get_stackid(ctx, BPF_F_USER_STACK);
}

int skipping(struct bpf_raw_tracepoint_args *ctx)
{
	return traces.get_stackid(ctx, 2 | BPF_F_REUSE_STACKID);
}
