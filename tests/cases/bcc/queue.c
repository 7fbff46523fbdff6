// SPDX-License-Identifier: BSD-2-Clause
/* Queues, first in first out, and stacks, last in first out. */

BPF_QUEUE(queue, u64, 2);
BPF_STACK(stack, u64, 2);

int push(struct bpf_raw_tracepoint_args *ctx)
{
	u64 number = ctx->args[0];
	int err = queue.push(&number, 0);

	/* Flag: the oldest makes room. */
	return stack.push(&number, BPF_EXIST) ?: err;
}

int pop(struct bpf_raw_tracepoint_args *ctx)
{
	u64 first = 0, last = 0;

	if (queue.pop(&first) || stack.pop(&last))
		return -1;
	return first * 100 + last;
}

int peek(struct bpf_raw_tracepoint_args *ctx)
{
	u64 first = 0, last = 0;

	if (queue.peek(&first) || stack.peek(&last))
		return -1;
	return first * 100 + last;
}
