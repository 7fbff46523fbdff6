// SPDX-License-Identifier: BSD-2-Clause
/* Tables whose leaves are tables. */

BPF_HASH(inner, u32, u32, 8);
BPF_ARRAY_OF_MAPS(by_index, "inner", 2);
BPF_HASH_OF_MAPS(by_key, u32, "inner", 2);

int in_array(struct bpf_raw_tracepoint_args *ctx)
{
	int index = ctx->args[0];
	u32 key = ctx->args[1], *leaf;
	void *table = by_index.lookup(&index);

	if (!table)
		return -1;
	leaf = bpf_map_lookup_elem(table, &key);
	return leaf ? *leaf : -2;
}

int in_hash(struct bpf_raw_tracepoint_args *ctx)
{
	u32 outer = ctx->args[0], key = ctx->args[1], *leaf;
	void *table = by_key.lookup(&outer);

	if (!table)
		return -1;
	leaf = bpf_map_lookup_elem(table, &key);
	return leaf ? *leaf : -2;
}
