/* SPDX-License-Identifier: BSD-2-Clause */
/* Every common type of map. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct key {
	u32 pid;
	char comm[TASK_COMM_LEN];
};

#define MAP(name, map_type, key_type, value_type, size)   \
	struct {                                          \
		__uint(type, BPF_MAP_TYPE_##map_type);    \
		__uint(max_entries, size);                \
		__type(key, key_type);                    \
		__type(value, value_type);                \
	} name SEC(".maps")

MAP(hash, HASH, struct key, u64, 128);
MAP(lru, LRU_HASH, u32, struct key, 128);
MAP(array, ARRAY, u32, u64, 16);
MAP(percpu_hash, PERCPU_HASH, u32, u64, 16);
MAP(percpu_array, PERCPU_ARRAY, u32, struct key, 1);

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, u32);
} trie SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 8);
	__type(value, u32);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, 64);
	__uint(key_size, sizeof(u32));
	__uint(value_size, 127 * sizeof(u64));
} stacks SEC(".maps");

SEC("raw_tp/sched_switch")
int on_switch(struct bpf_raw_tracepoint_args *ctx)
{
	struct key key = {}, *slot;
	u32 zero = 0, pid = bpf_get_current_pid_tgid();
	u64 one = 1, *count;

	key.pid = pid;
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	count = bpf_map_lookup_elem(&hash, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&hash, &key, &one, BPF_NOEXIST);
	bpf_map_update_elem(&lru, &pid, &key, BPF_ANY);
	slot = bpf_map_lookup_elem(&percpu_array, &zero);
	if (slot)
		*slot = key;
	count = bpf_map_lookup_elem(&array, &zero);
	if (count)
		*count += 1;
	bpf_map_update_elem(&percpu_hash, &pid, &one, BPF_ANY);
	bpf_map_push_elem(&queue, &pid, BPF_EXIST);
	bpf_map_lookup_elem(&trie, &one);
	bpf_get_stackid(ctx, &stacks, BPF_F_FAST_STACK_CMP);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
