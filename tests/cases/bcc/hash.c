// SPDX-License-Identifier: BSD-2-Clause
/* The methods of keyed tables. Each program is handed a key and a number. */

BPF_HASH(numbers, u64, u64, 4);
BPF_ARRAY(slots, u64, 4);
BPF_PERCPU_HASH(per_cpu, u32, u64, 4);
BPF_TABLE("lru_hash", u32, u64, recent, 4);
BPF_HASH(shorts, u8, u16);

struct name {
	char text[8];
	u32 number;
	u32 pad;
};
BPF_HASH(names, struct name, int);
BPF_HASH(wide, unsigned __int128, u64);

int lookup(struct bpf_raw_tracepoint_args *ctx)
{
	u64 key = ctx->args[0];
	u64 *leaf = numbers.lookup(&key);

	return leaf ? *leaf : -1;
}

int update(struct bpf_raw_tracepoint_args *ctx)
{
	u64 key = ctx->args[0], leaf = ctx->args[1];

	return numbers.update(&key, &leaf);
}

int insert(struct bpf_raw_tracepoint_args *ctx)
{
	u64 key = ctx->args[0], leaf = ctx->args[1];

	return numbers.insert(&key, &leaf);
}

int remove(struct bpf_raw_tracepoint_args *ctx)
{
	u64 key = ctx->args[0];

	return numbers.delete(&key);
}

int or_try_init(struct bpf_raw_tracepoint_args *ctx)
{
	u64 key = ctx->args[0], first = ctx->args[1];
	u64 *leaf = numbers.lookup_or_try_init(&key, &first);

	if (!leaf)
		return -1;
	(*leaf)++;
	return *leaf;
}

int add(struct bpf_raw_tracepoint_args *ctx)
{
	numbers.increment(ctx->args[0]);
	numbers.increment(ctx->args[0], ctx->args[1]);
	return 0;
}

int atomic_add(struct bpf_raw_tracepoint_args *ctx)
{
	numbers.atomic_increment(ctx->args[0]);
	numbers.atomic_increment(ctx->args[0], -2);
	numbers.atomic_increment(ctx->args[0], ctx->args[1]);
	return 0;
}

/* Tables of other kinds than a plain hash get no new leaf. */
int others(struct bpf_raw_tracepoint_args *ctx)
{
	slots.increment(ctx->args[0]);
	slots.atomic_increment(ctx->args[0], ctx->args[1]);
	per_cpu.increment(ctx->args[0]);
	per_cpu.increment(ctx->args[0], ctx->args[1]);
	recent.increment(ctx->args[0]);
	recent.atomic_increment(ctx->args[0], ctx->args[1]);
	return 0;
}

/* Keys are expressions, converted to the key's type; leaves wrap as their type does. */
int conversions(struct bpf_raw_tracepoint_args *ctx)
{
	struct name name = { .text = "abc", .number = ctx->args[1] };

	shorts.increment(ctx->args[0] + 256);
	shorts.increment(ctx->args[0], 65535);
	names.increment(name);
	names.increment(name, -3);
	wide.increment((unsigned __int128)ctx->args[0] << 100, 9);
	return 0;
}
