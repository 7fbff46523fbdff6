// SPDX-License-Identifier: BSD-2-Clause
/* Leaves that belong to a task or to a socket. */

struct counts {
	u64 calls;
	u64 sum;
};

BPF_TASK_STORAGE(of_tasks, struct counts);
BPF_SK_STORAGE(of_sockets, u64);

int count(struct bpf_raw_tracepoint_args *ctx)
{
	struct counts *counts = of_tasks.task_storage_get(bpf_get_current_task_btf(), 0,
							  BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (!counts)
		return -1;
	counts->calls++;
	counts->sum += ctx->args[0];
	return counts->sum;
}

int forget(struct bpf_raw_tracepoint_args *ctx)
{
	return of_tasks.task_storage_delete(bpf_get_current_task_btf());
}

/* A classifier of packets. */
int count_of_socket(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	u64 *count;

	if (!sk)
		return -1;
	sk = bpf_sk_fullsock(sk);
	if (!sk)
		return -2;
	count = of_sockets.sk_storage_get(sk, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!count)
		return -3;
	*count += skb->len;
	if (*count > 100)
		return of_sockets.sk_storage_delete(sk) ?: 1000;
	return *count;
}
