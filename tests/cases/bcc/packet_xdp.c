/* SPDX-License-Identifier: BSD-2-Clause */
/* XDP, by header records and by the packet's memory in one: swaps who sent it and who shall get it. */
#include <bcc/proto.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

BPF_PERCPU_ARRAY(protocols, u64, 256);

int reflect(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *iph = data + sizeof(struct ethhdr);
	u8 *cursor = 0;
	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));
	u64 mac = ethernet->dst;
	u32 address = ip->dst;
	int protocol;

	if (ethernet->type != ETH_P_IP || (void *)(iph + 1) > end)
		return XDP_PASS;
	protocol = iph->protocol;
	protocols.increment(protocol);
	ethernet->dst = ethernet->src;
	ethernet->src = mac;
	ip->dst = ip->src;
	ip->src = address;
	return XDP_TX;
}
