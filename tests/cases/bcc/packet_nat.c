/* SPDX-License-Identifier: BSD-2-Clause */
/* Traffic control: gives packets another receiver, and mends the checksums. */
#include <bcc/proto.h>

int translate(struct __sk_buff *skb)
{
	u8 *cursor = 0;
	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));
	struct udp_t *udp = cursor_advance(cursor, sizeof(*udp));
	u32 old_address = ip->dst, address = 0x0a000063;
	u16 old_port = udp->dport, port = 8053;

	if (ethernet->type != ETH_P_IP || ip->nextp != 17)
		return 0;
	incr_cksum_l4(&udp->crc, old_address, address, 1);
	incr_cksum_l4(&udp->crc, old_port, port, 0);
	incr_cksum_l3(&ip->hchecksum, old_address, address);
	ip->dst = address;
	udp->dport = port;
	return 0;
}
