/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions that stay functions: static ones, global ones, and what they are given. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct work {
	u64 sum;
	u32 steps;
};

static __noinline u64 collatz(u64 n)
{
	u32 steps;

	for (steps = 0; steps < 6 && n > 1; steps++)
		n = n & 1 ? 3 * n + 1 : n / 2;
	return steps;
}

static __noinline int add(struct work *work, u64 n)
{
	work->sum += collatz(n);
	work->steps++;
	return work->steps;
}

__noinline int global_function(int a, int b)
{
	return a > b ? a - b : b - a;
}

static int each(u32 index, struct work *work)
{
	return add(work, index) > 50;
}

u64 result;

SEC("raw_tp/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args *ctx)
{
	struct work work = {};

	for (int i = 0; i < 4; i++)
		add(&work, ctx->args[1] + i);
	bpf_loop(100, each, &work, 0);
	result = work.sum + global_function(work.steps, 7);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
