/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the live tests of the bindings load: sees each getppid() of processes of the wanted name.
 * Names are cleared first, as Linux 6.1 leaves what lies behind them as it was.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

const volatile char wanted_comm[16] = "";
const volatile __u64 wanted_nr = 0;
__u64 seen = 0;

struct pair {
	__u32 a;
	__u64 b;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, char[16]);
	__type(value, __u64);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct pair);
} pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u32);
} numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} percpu SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
} perf SEC(".maps");

static int is_wanted(struct bpf_raw_tracepoint_args *ctx)
{
	char comm[16] = {};

	if (ctx->args[1] != wanted_nr)
		return 0;
	bpf_get_current_comm(comm, sizeof(comm));
	for (int i = 0; i < 16; i++)
		if (comm[i] != wanted_comm[i])
			return 0;
	return 1;
}

SEC("raw_tracepoint/sys_enter")
int on_call(struct bpf_raw_tracepoint_args *ctx)
{
	struct pair record = { .a = 7 };
	__u64 zero = 0, *count;
	__u32 first = 0, *mine;
	char comm[16] = {};

	if (!is_wanted(ctx))
		return 0;
	record.b = __sync_fetch_and_add(&seen, 1) + 1;
	bpf_get_current_comm(comm, sizeof(comm));
	bpf_map_update_elem(&calls, comm, &zero, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&calls, comm);
	if (count)
		__sync_fetch_and_add(count, 1);
	mine = bpf_map_lookup_elem(&percpu, &first);
	if (mine)
		*mine += 1;
	bpf_ringbuf_output(&ring, &record, sizeof(record), 0);
	bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &record, sizeof(record));
	return 0;
}

SEC("raw_tracepoint")
int by_call(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_wanted(ctx))
		__sync_fetch_and_add(&seen, 1000);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
