/* SPDX-License-Identifier: BSD-2-Clause */
/* Arrays on the stack, at an index that the compiler knows to be small, and what lies in them. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct point {
	u32 x, y;
	u8 colours[4];
};

u32 at;
u64 sum;

SEC("raw_tracepoint/sys_enter")
int bytes(void *ctx)
{
	u8 data[8] __attribute__((aligned(8))) = {};

	data[at & 7] = 1;
	sum += data[3];
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int words(void *ctx)
{
	u16 data[2][4] __attribute__((aligned(8))) = {};

	data[at & 1][at >> 1 & 3] = 1;
	sum += data[1][3] + data[at >> 3 & 1][0];
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int structs(void *ctx)
{
	struct point points[3] __attribute__((aligned(8))) = {};

	if (at < 3) {
		points[at].y = 5;
		points[at].colours[at & 3] = 6;
	}
	sum += points[1].y + points[2].colours[2];
	return 0;
}

SEC("raw_tracepoint/sys_enter")
int text(void *ctx)
{
	char comm[16];

	bpf_get_current_comm(comm, sizeof(comm));
	for (int i = 0; i < 16 && comm[i]; i++)
		sum += comm[i];
	sum += comm[bpf_get_prandom_u32() % 16];
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
