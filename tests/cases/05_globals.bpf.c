/* SPDX-License-Identifier: BSD-2-Clause */
/* Variables of every section: constant, set, unset, arrays and structs. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

const volatile struct {
	int pid;
	char comm[16];
	bool all;
} filter = { .all = true };
const volatile u32 limit = 16;
static volatile const char greeting[] = "hello";

u64 histogram[32];
struct {
	u64 hits, misses;
} total = { .hits = 1 };
static u32 private_count;
int __weak weak = 3;

SEC("raw_tp/sys_exit")
int on_exit(struct bpf_raw_tracepoint_args *ctx)
{
	u32 slot = ctx->args[1] & 31;

	if (!filter.all && filter.pid != (int)(bpf_get_current_pid_tgid() >> 32))
		return 0;
	if (slot < limit && greeting[0] == 'h')
		__sync_fetch_and_add(&histogram[slot], 1);
	else
		total.misses++;
	total.hits += weak;
	private_count++;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
