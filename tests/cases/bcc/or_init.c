// SPDX-License-Identifier: BSD-2-Clause
/* The method that ends its function where it has nothing to give. */

BPF_HASH(numbers, u64, u64, 4);

/* Where the table is full the program ends here with 0. */
int or_init(struct bpf_raw_tracepoint_args *ctx)
{
	u64 key = ctx->args[0], first = ctx->args[1];
	u64 *leaf = numbers.lookup_or_init(&key, &first);

	(*leaf)++;
	return *leaf;
}

/* The same in a function that the program calls: only that function ends. */
static int bump(u64 key, u64 first)
{
	u64 *leaf = numbers.lookup_or_init(&key, &first);

	(*leaf)++;
	return *leaf;
}

int or_init_below(struct bpf_raw_tracepoint_args *ctx)
{
	return bump(ctx->args[0], ctx->args[1]) + 1000;
}
