// SPDX-License-Identifier: BSD-2-Clause
/* Tail calls: a program goes on as another. */

BPF_PROG_ARRAY(jumps, 2);
BPF_ARRAY(seen, u64, 1);

int target(struct bpf_raw_tracepoint_args *ctx)
{
	seen.atomic_increment(0, ctx->args[1]);
	return 42;
}

int start_by_helper(struct bpf_raw_tracepoint_args *ctx)
{
	bpf_tail_call_(jumps, ctx, ctx->args[0]);
	return -1;
}

int start(struct bpf_raw_tracepoint_args *ctx)
{
	jumps.call(ctx, ctx->args[0]);
	return -1; /* there is nothing in that place */
}
