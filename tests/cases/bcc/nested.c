// SPDX-License-Identifier: BSD-2-Clause
/* Tables whose leaves are tables. */

BPF_HASH(inner, u32, u32, 8);
BPF_ARRAY_OF_MAPS(by_index, "inner", 2);
BPF_HASH_OF_MAPS(by_key, u32, "inner", 2);
BPF_HASH_OF_MAPS(by_number, "inner");
BPF_TABLE("hash_of_maps$inner", u64, int, by_type, 2);

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

/* The other forms: the key is an int, and the type is a string. */
int in_others(struct bpf_raw_tracepoint_args *ctx)
{
	int number = ctx->args[0];
	u64 wide = ctx->args[0];
	u32 key = ctx->args[1], *leaf, sum = 0;
	void *table = by_number.lookup(&number), *other = by_type.lookup(&wide);

	if (!table || !other)
		return -1;
	leaf = bpf_map_lookup_elem(table, &key);
	sum += leaf ? *leaf : 0;
	leaf = bpf_map_lookup_elem(other, &key);
	return sum + (leaf ? *leaf : 0);
}
