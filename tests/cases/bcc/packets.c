// SPDX-License-Identifier: BSD-2-Clause
/* Packets, header by header: the cursor moves on, fields come in the machine's order. */
#include <bcc/proto.h>

struct flow {
	u32 src, dst;
	u16 sport, dport;
	u32 more;
};

BPF_HASH(flows, struct flow, u64);

int walk(struct __sk_buff *skb)
{
	u8 *cursor = 0;
	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
	struct ip_t *ip;
	struct udp_t *udp;
	struct flow flow = {};
	u64 length;

	if (ethernet->type != 0x0800)
		return 0;
	ip = cursor_advance(cursor, sizeof(*ip));
	if (ip->nextp != 17)
		return 0;
	udp = cursor_advance(cursor, sizeof(*udp));
	flow.src = ip->src;
	flow.dst = ip->dst;
	flow.sport = udp->sport;
	flow.dport = udp->dport;
	length = udp->length;
	flows.update(&flow, &length);
	return ip->ver * 100 + ip->hlen;
}

int load(struct __sk_buff *skb)
{
	if (load_half(skb, 12) != 0x0800 || load_byte(skb, 14) != 0x45)
		return -1;
	return load_word(skb, 26);
}

int change(struct __sk_buff *skb)
{
	u8 *cursor = 0;
	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));
	struct udp_t *udp = cursor_advance(cursor, sizeof(*udp));

	ip->ttl = ip->ttl - 1;
	udp->dport = udp->dport + 1;
	return 0;
}
