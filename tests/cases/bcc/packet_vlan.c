/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes frames apart layer by layer, as long as it knows them, and counts what it sees. */
#include <bcc/proto.h>

struct flow {
	u64 from, to;
	u32 vlan, inner_vlan;
	u16 from_port, to_port;
	u32 protocol;
};

BPF_HASH(flows, struct flow, u64, 64);

int parse(struct __sk_buff *skb)
{
	u8 *cursor = 0;
	struct flow flow = {};
	u32 type;

	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
	type = ethernet->type;
	if (type == ETH_P_8021AD || type == ETH_P_8021Q) {
		struct dot1q_t *tag = cursor_advance(cursor, sizeof(*tag));
		flow.vlan = tag->vlanid;
		type = tag->type;
		if (type == ETH_P_8021Q) {
			struct dot1q_t *inner = cursor_advance(cursor, sizeof(*inner));
			flow.inner_vlan = inner->vlanid;
			type = inner->type;
		}
	}
	switch (type) {
	case ETH_P_IP: {
		struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));
		flow.from = ip->src;
		flow.to = ip->dst;
		flow.protocol = ip->nextp;
		cursor_advance(cursor, (ip->hlen << 2) - sizeof(*ip));
		break;
	}
	case ETH_P_IPV6: {
		struct ip6_t *ip6 = cursor_advance(cursor, sizeof(*ip6));
		flow.from = ip6->src_hi ^ ip6->src_lo;
		flow.to = ip6->dst_hi ^ ip6->dst_lo;
		flow.protocol = ip6->next_header;
		break;
	}
	default:
		return 1;
	}
	switch (flow.protocol) {
	case 6: {
		struct tcp_t *tcp = cursor_advance(cursor, sizeof(*tcp));
		flow.from_port = tcp->src_port;
		flow.to_port = tcp->dst_port;
		break;
	}
	case 17: {
		struct udp_t *udp = cursor_advance(cursor, sizeof(*udp));
		flow.from_port = udp->sport;
		flow.to_port = udp->dport;
		break;
	}
	}
	flows.increment(flow);
	return 2;
}
