// SPDX-License-Identifier: BSD-2-Clause
/* Events through ring buffers. */

struct event {
	u64 number;
	u32 how;
	u32 pad;
};

BPF_RINGBUF_OUTPUT(ring, 1);

int output(struct bpf_raw_tracepoint_args *ctx)
{
	struct event event = { .number = ctx->args[0], .how = 1 };

	return ring.ringbuf_output(&event, sizeof(event), 0);
}

int submit(struct bpf_raw_tracepoint_args *ctx)
{
	struct event *event = ring.ringbuf_reserve(sizeof(*event));

	if (!event)
		return 1;
	event->number = ctx->args[0];
	event->how = 2;
	event->pad = 0;
	ring.ringbuf_submit(event, 0);
	return 0;
}

int discard(struct bpf_raw_tracepoint_args *ctx)
{
	struct event *event = ring.ringbuf_reserve(sizeof(*event));

	if (!event)
		return 1;
	event->number = ctx->args[0];
	ring.ringbuf_discard(event, 0);
	return 0;
}

/* The size of the buffer. */
int query(struct bpf_raw_tracepoint_args *ctx)
{
	return ring.ringbuf_query(BPF_RB_RING_SIZE);
}
