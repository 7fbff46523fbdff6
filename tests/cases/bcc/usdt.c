// SPDX-License-Identifier: BSD-2-Clause
/* Static probes of programs: their arguments, of all sizes and from 1 on. */
#include <uapi/linux/ptrace.h>

struct text {
	char bytes[16];
};

BPF_ARRAY(values, u64, 10);
BPF_ARRAY(texts, struct text, 2);
BPF_ARRAY(sums, u64, 2);

#define FETCH(n, type)                                                                             \
	do {                                                                                       \
		type value = 0;                                                                    \
		int index = n;                                                                     \
		u64 wide;                                                                          \
                                                                                                   \
		bpf_usdt_readarg(n, ctx, &value);                                                  \
		wide = (u64)value;                                                                 \
		values.update(&index, &wide);                                                      \
	} while (0)

int on_eight(struct pt_regs *ctx)
{
	u64 missing = 99;

	FETCH(1, s8);
	FETCH(2, u8);
	FETCH(3, s16);
	FETCH(4, u16);
	FETCH(5, s32);
	FETCH(6, u32);
	FETCH(7, s64);
	FETCH(8, u64);
	if (bpf_usdt_readarg(9, ctx, &missing)) /* there are eight */
		values.atomic_increment(9, missing);
	return 0;
}

/* A wider variable than the argument has the argument's sign, or none. */
int on_eight_wide(struct pt_regs *ctx)
{
	FETCH(1, u64);
	FETCH(2, u64);
	FETCH(3, u64);
	FETCH(4, u64);
	FETCH(5, u64);
	FETCH(6, u64);
	FETCH(7, u64);
	FETCH(8, u64);
	return 0;
}

int on_text(struct pt_regs *ctx)
{
	struct text text = {};
	u64 length = 0, address = 0;
	int index = 0;

	bpf_usdt_readarg_p(1, ctx, &text.bytes, 4);
	texts.update(&index, &text);
	bpf_usdt_readarg(1, ctx, &address);
	bpf_usdt_readarg(2, ctx, &length);
	index = 1;
	bpf_probe_read_user_str(text.bytes, sizeof(text), (void *)address);
	texts.update(&index, &text);
	sums.atomic_increment(0, length);
	return 0;
}

int on_one(struct pt_regs *ctx)
{
	int first = 0;

	bpf_usdt_readarg(1, ctx, &first);
	sums.atomic_increment(0, first);
	sums.atomic_increment(1);
	return 0;
}
