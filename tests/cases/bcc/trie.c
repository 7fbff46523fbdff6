// SPDX-License-Identifier: BSD-2-Clause
/* Tables that know prefixes. */

struct prefix {
	u32 bits;
	u8 address[4];
};

BPF_LPM_TRIE(routes, struct prefix, u32);

int route(struct bpf_raw_tracepoint_args *ctx)
{
	struct prefix to = { .bits = 32 };
	u32 *leaf;

	to.address[0] = ctx->args[0];
	to.address[1] = ctx->args[1];
	leaf = routes.lookup(&to);
	return leaf ? *leaf : -1;
}
