// SPDX-License-Identifier: BSD-2-Clause
/* Static probes of programs. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

char LICENSE[] SEC("license") = "GPL";

long values[8];
int argument_cnt;
long sum, cookies, calls;
char text[16];

SEC("usdt")
int BPF_USDT(on_eight, s8 a, u8 b, s16 c, u16 d, s32 e, u32 f, s64 g, u64 h)
{
	values[0] = a;
	values[1] = b;
	values[2] = c;
	values[3] = d;
	values[4] = e;
	values[5] = f;
	values[6] = g;
	values[7] = h;
	argument_cnt = bpf_usdt_arg_cnt(ctx);
	return 0;
}

SEC("usdt")
int on_one(struct pt_regs *ctx)
{
	long value;

	if (bpf_usdt_arg(ctx, 0, &value))
		return 0;
	__sync_fetch_and_add(&sum, value);
	__sync_fetch_and_add(&calls, 1);
	__sync_fetch_and_add(&cookies, bpf_usdt_cookie(ctx));
	return 0;
}

SEC("uprobe")
int BPF_USDT(on_text, const char *string)
{
	bpf_probe_read_user_str(text, sizeof(text), string);
	return 0;
}
