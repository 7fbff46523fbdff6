# SPDX-License-Identifier: BSD-2-Clause
"""Sources of any size."""

HEAD = """#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
"""
PART = """
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} counts%(i)d SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int count%(i)d(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 key = (__u32)ctx->args[1] + %(i)d;
	__u64 one = 1, *value = bpf_map_lookup_elem(&counts%(i)d, &key);

	if (value)
		__sync_fetch_and_add(value, one);
	else
		bpf_map_update_elem(&counts%(i)d, &key, &one, BPF_ANY);
	return 0;
}
"""


def grown_source(count):
    """A text with so many programs, each with a map of its own."""
    return HEAD + "".join(PART % {"i": i} for i in range(count))
