// SPDX-License-Identifier: BSD-2-Clause
/* Events through perf buffers. */
#include <linux/sched.h>

struct event {
	u32 pid;
	u64 number;
	char comm[TASK_COMM_LEN];
};

BPF_PERF_OUTPUT(events);

int submit(struct bpf_raw_tracepoint_args *ctx)
{
	struct event event = {};

	event.pid = bpf_get_current_pid_tgid() >> 32;
	event.number = ctx->args[0];
	bpf_get_current_comm(&event.comm, sizeof(event.comm));
	return events.perf_submit(ctx, &event, sizeof(event));
}

/* As much of it as asked for. */
int submit_part(struct bpf_raw_tracepoint_args *ctx)
{
	struct event event = { .pid = 1, .number = ctx->args[0] };
	u32 size = ctx->args[1];

	if (size < 4 || size > sizeof(event))
		return -1;
	return events.perf_submit(ctx, &event, size);
}

/* From a function that several programs may call. */
static int send(void *ctx, u64 number)
{
	struct event event = { .pid = 2, .number = number };

	return events.perf_submit(ctx, &event, sizeof(event));
}

int submit_below(struct bpf_raw_tracepoint_args *ctx)
{
	return send(ctx, ctx->args[0]);
}

BPF_PERF_OUTPUT(packets);

/* With the start of the packet behind it. */
int submit_packet(struct __sk_buff *skb)
{
	u32 length = skb->len;

	packets.perf_submit_skb(skb, 8, &length, sizeof(length));
	return length;
}
