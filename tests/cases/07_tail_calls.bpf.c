/* SPDX-License-Identifier: BSD-2-Clause */
/* Tail calls, and maps in maps. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} inner_one SEC(".maps"), inner_two SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__type(key, u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { &inner_one, &inner_two } };

int second(void *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(u32));
	__array(values, int(void *));
} jump SEC(".maps") = { .values = { [1] = (void *)&second } };

SEC("raw_tp")
int second(void *ctx)
{
	u32 zero = 0, one = 1;
	void *map = bpf_map_lookup_elem(&outer, &one);
	u64 *value = map ? bpf_map_lookup_elem(map, &zero) : NULL;

	if (value)
		*value += 1;
	return 0;
}

SEC("raw_tp/sys_enter")
int first(void *ctx)
{
	bpf_tail_call(ctx, &jump, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
