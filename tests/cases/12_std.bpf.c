/* SPDX-License-Identifier: BSD-2-Clause */
/* The standard headers before and after the kernel's types, and a header beside this file. */
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include "vmlinux.h"
#include <linux/types.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include "12_std.h"

bool seen = false;

SEC("raw_tp/sys_enter")
int on_enter(void *ctx)
{
	struct shared shared = { .number = UINT64_MAX, .flag = true };

	seen = shared.flag && offsetof(struct shared, flag) == 8;
	total += shared.number;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
