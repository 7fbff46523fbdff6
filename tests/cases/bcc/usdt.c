// SPDX-License-Identifier: BSD-2-Clause
/* Static probes of programs: their arguments. */
#include <uapi/linux/ptrace.h>

BPF_HASH(sums, u64, u64);

int on_probe(struct pt_regs *ctx)
{
	u64 first = 0;
	u32 second = 0;
	char text[16] = {};

	bpf_usdt_readarg(1, ctx, &first);
	bpf_usdt_readarg(2, ctx, &second);
	bpf_usdt_readarg_p(3, ctx, &text, sizeof(text));
	sums.increment(first, second + text[0]);
	return 0;
}
