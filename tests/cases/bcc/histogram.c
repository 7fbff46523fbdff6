// SPDX-License-Identifier: BSD-2-Clause
/* Histograms: plain ones, and those that also have another key. */

struct key {
	u32 id;
	u64 slot;
};

BPF_HISTOGRAM(sizes);
BPF_HISTOGRAM(by_id, struct key);

int record(struct bpf_raw_tracepoint_args *ctx)
{
	struct key key = {};

	key.id = ctx->args[1];
	key.slot = bpf_log2l(ctx->args[0]);
	sizes.increment(bpf_log2l(ctx->args[0]));
	by_id.atomic_increment(key);
	return bpf_log2(ctx->args[0]);
}
