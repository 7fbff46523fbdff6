// SPDX-License-Identifier: BSD-2-Clause
/* Functions of the source's own with the names of methods, beside the methods. */

BPF_HASH(counts, u64, u64, 8);

int atomic_increment(struct pt_regs *ctx, u64 by)
{
	counts.atomic_increment(by);
	return by;
}

static u64 update(u64 a, u64 b, u64 c)
{
	return a + b * c;
}

int increment(struct bpf_raw_tracepoint_args *ctx)
{
	u64 number = ctx->args[1];

	counts.increment(ctx->args[0]);
	counts.increment(ctx->args[0], number);
	counts.atomic_increment(ctx->args[0]);
	counts.atomic_increment(ctx->args[0], 100 + update(number, 0, 0));
	return update(number, 2, 3) + 100;
}
