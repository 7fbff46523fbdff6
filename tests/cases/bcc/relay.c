// SPDX-License-Identifier: BSD-2-Clause
/* Hands what a socket receives on to the table's second socket, which sends it. */

BPF_SOCKMAP(sockets, 2);

int relay(struct __sk_buff *skb)
{
	return sockets.sk_redirect_map(skb, 1, 0);
}
