#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Counts system calls by command for some seconds (3, or as the argument says). Needs root."""
import ctypes
import sys
import time

import bcc_c

SOURCE = r"""
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, char[16]);
	__type(value, __u64);
} calls SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int count_call(void *ctx)
{
	char comm[16] = {};
	__u64 zero = 0, *count;

	bpf_get_current_comm(comm, sizeof(comm));
	bpf_map_update_elem(&calls, comm, &zero, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&calls, comm);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
"""

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3
with bcc_c.Module(SOURCE) as module:
    module.load()
    module.attach()
    print(f"Counting system calls for {seconds:g} seconds ...", flush=True)
    time.sleep(seconds)
    calls = module.map("calls", key=ctypes.c_char * 16, value=ctypes.c_uint64)
    for comm, count in sorted(calls.items(), key=lambda item: -item[1])[:10]:
        print(f"{count:10} {comm.decode(errors='replace')}")
