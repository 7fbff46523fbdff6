// SPDX-License-Identifier: BSD-2-Clause
/* Records of all kinds of type, handed over in all kinds of way. */
#include <linux/sched.h>

enum colour { RED, BLUE };

struct event {
	u32 pid;
	enum colour colour;
	char comm[8];
	union {
		u32 both;
		struct {
			u16 low, high;
		};
	};
	u32 pad;
	void *where;
};

typedef struct {
	u64 first;
	u8 bytes[3];
} small_t;

BPF_PERF_OUTPUT(events);

static void fill(struct event *event)
{
	event->pid = 7;
	event->colour = BLUE;
	__builtin_memcpy(event->comm, "a\"b\xc3\xa9\xff\n", 8);
	event->both = 0x20001;
	event->where = (void *)0x10;
}

int by_address(struct bpf_raw_tracepoint_args *ctx)
{
	struct event event = {};

	fill(&event);
	return events.perf_submit(ctx, &event, sizeof(event));
}

static int hand_over(void *ctx, const struct event *event)
{
	return events.perf_submit(ctx, (void *)event, sizeof(*event));
}

int by_pointer(struct bpf_raw_tracepoint_args *ctx)
{
	struct event event = {};

	fill(&event);
	return hand_over(ctx, &event);
}

/* The same table, another type. */
int other_type(struct bpf_raw_tracepoint_args *ctx)
{
	small_t small = { .first = 1, .bytes = { 2, 3, 4 } };

	return events.perf_submit(ctx, &small, sizeof(small));
}

BPF_RINGBUF_OUTPUT(numbers, 1);

int one_number(struct bpf_raw_tracepoint_args *ctx)
{
	u64 number = 1ULL << 63;

	return numbers.ringbuf_output(&number, sizeof(number), 0);
}

/* A pointer to the first of several. */
int numbers_from_first(struct bpf_raw_tracepoint_args *ctx)
{
	s32 three[3] = { -1, 0, 1 };

	return numbers.ringbuf_output(&three[0], sizeof(three), 0);
}

BPF_RINGBUF_OUTPUT(texts, 1);

/* As much of an array as asked for. */
int part_of_text(struct bpf_raw_tracepoint_args *ctx)
{
	char text[32] = "some text";
	u32 size = ctx->args[0];

	if (size > sizeof(text))
		return -1;
	return texts.ringbuf_output(text, size, 0);
}

BPF_RINGBUF_OUTPUT(reserved, 1);

int in_place(struct bpf_raw_tracepoint_args *ctx)
{
	small_t *small = reserved.ringbuf_reserve(sizeof(*small));

	if (!small)
		return -1;
	__builtin_memset(small, 0, sizeof(*small));
	small->first = 9;
	reserved.ringbuf_submit(small, 0);
	return 0;
}

BPF_RINGBUF_OUTPUT(unknown, 1);

/* Bytes of which nothing is said. */
int bytes(struct bpf_raw_tracepoint_args *ctx)
{
	char text[4] = "abc";
	void *data = text;

	return unknown.ringbuf_output(data, sizeof(text), 0);
}

BPF_PERF_OUTPUT(packets);

int packet(struct __sk_buff *skb)
{
	small_t small = { .first = skb->len };

	packets.perf_submit_skb(skb, 8, &small, sizeof(small));
	return 0;
}

/* Functions of the source's own with the methods' names. */
static int perf_submit(void *ctx, void *data, u32 size)
{
	return size;
}

static u64 ringbuf_output(u64 data)
{
	return data + 1;
}

int own(struct bpf_raw_tracepoint_args *ctx)
{
	struct {
		int (*ringbuf_submit)(void *data, u64 flags);
	} *none = NULL;

	return perf_submit(ctx, ctx, sizeof(none->ringbuf_submit)) + ringbuf_output(1);
}
