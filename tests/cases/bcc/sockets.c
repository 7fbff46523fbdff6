// SPDX-License-Identifier: BSD-2-Clause
/* Programs that put sockets into tables, and hand messages on to them. */

struct pair {
	u32 local, remote;
};

BPF_SOCKMAP(by_index, 4);
BPF_SOCKHASH(by_pair, struct pair, 4);

int connected(struct bpf_sock_ops *skops)
{
	struct pair pair = { skops->local_port, skops->remote_port };
	int zero = 0;

	by_index.sock_map_update(skops, &zero, BPF_ANY);
	by_pair.sock_hash_update(skops, &pair, BPF_NOEXIST);
	return 1;
}

int sent(struct sk_msg_md *msg)
{
	struct pair pair = { msg->remote_port, msg->local_port };

	if (msg->size > 1000)
		return by_index.msg_redirect_map(msg, 0, BPF_F_INGRESS);
	return by_pair.msg_redirect_hash(msg, &pair, BPF_F_INGRESS);
}

int received(struct __sk_buff *skb)
{
	struct pair pair = { skb->remote_port, skb->local_port };

	return by_pair.sk_redirect_hash(skb, &pair, 0);
}
