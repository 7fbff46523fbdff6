/* SPDX-License-Identifier: BSD-2-Clause */
/* Spin locks, timers, and what a value may hold besides data. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define CLOCK_MONOTONIC 1

struct value {
	struct bpf_spin_lock lock;
	u64 a, b;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, struct value);
} locked SEC(".maps");

struct timed {
	struct bpf_timer timer;
	u64 ticks;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct timed);
} timers SEC(".maps");

static int tick(void *map, u32 *key, struct timed *timed)
{
	timed->ticks++;
	return 0;
}

SEC("tc")
int on_skb(struct __sk_buff *skb)
{
	u32 zero = 0;
	struct value *value = bpf_map_lookup_elem(&locked, &zero);
	struct timed *timed = bpf_map_lookup_elem(&timers, &zero);

	if (value) {
		bpf_spin_lock(&value->lock);
		value->a++;
		value->b = value->a;
		bpf_spin_unlock(&value->lock);
	}
	if (timed) {
		bpf_timer_init(&timed->timer, &timers, CLOCK_MONOTONIC);
		bpf_timer_set_callback(&timed->timer, tick);
		bpf_timer_start(&timed->timer, 1000000, 0);
	}
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
