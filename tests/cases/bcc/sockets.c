// SPDX-License-Identifier: BSD-2-Clause
/*
 * Programs that put the sockets of connections to one port into tables, and hand on what goes
 * through them. In these contexts the remote port is in the network's order.
 */

struct pair {
	u32 local, remote;
};

BPF_ARRAY(port, u32, 1);
BPF_SOCKMAP(by_index, 4);
BPF_SOCKHASH(by_pair, struct pair, 8);

static bool is_port(u32 number)
{
	int zero = 0;
	u32 *wanted = port.lookup(&zero);

	return wanted && *wanted == number;
}

/* At index 0 is the last socket that was accepted. */
int connected(struct bpf_sock_ops *skops)
{
	struct pair pair = { skops->local_port, bpf_ntohl(skops->remote_port) };
	int zero = 0;

	if (is_port(pair.local) && skops->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB) {
		by_index.sock_map_update(skops, &zero, BPF_ANY);
		by_pair.sock_hash_update(skops, &pair, BPF_NOEXIST);
	}
	if (is_port(pair.remote) && skops->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB)
		by_pair.sock_hash_update(skops, &pair, BPF_NOEXIST);
	return 1;
}

/* Long messages go to the last socket, short ones come back to the sender's own. */
int sent(struct sk_msg_md *msg)
{
	struct pair pair = { msg->local_port, bpf_ntohl(msg->remote_port) };

	if (msg->size > 1000)
		return by_index.msg_redirect_map(msg, 0, BPF_F_INGRESS);
	return by_pair.msg_redirect_hash(msg, &pair, BPF_F_INGRESS);
}

/* What comes in at the port goes out again. */
int received(struct __sk_buff *skb)
{
	struct pair pair = { skb->local_port, bpf_ntohl(skb->remote_port) };

	if (!is_port(pair.local))
		return SK_PASS;
	return by_pair.sk_redirect_hash(skb, &pair, 0);
}
