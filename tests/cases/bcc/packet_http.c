/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A filter for a raw socket that keeps what begins an HTTP request or answer: both headers before it
 * are of variable length.
 */
#include <uapi/linux/ptrace.h>
#include <net/sock.h>
#include <bcc/proto.h>

#define IP_TCP 6

static int starts(struct __sk_buff *skb, u32 at, const char *text, int len)
{
	for (int i = 0; i < len; i++)
		if (load_byte(skb, at + i) != text[i])
			return 0;
	return 1;
}

int http_filter(struct __sk_buff *skb)
{
	u8 *cursor = 0;
	struct ethernet_t *ethernet = cursor_advance(cursor, sizeof(*ethernet));
	struct ip_t *ip;
	struct tcp_t *tcp;
	u32 ip_len, tcp_len, payload;

	if (ethernet->type != ETH_P_IP)
		goto drop;
	ip = cursor_advance(cursor, sizeof(*ip));
	if (ip->nextp != IP_TCP)
		goto drop;
	ip_len = ip->hlen << 2;
	if (ip_len < sizeof(*ip))
		goto drop;
	void *_ = cursor_advance(cursor, ip_len - sizeof(*ip));
	tcp = cursor_advance(cursor, sizeof(*tcp));
	tcp_len = tcp->offset << 2;
	payload = ETH_HLEN + ip_len + tcp_len;
	if (ip->tlen - ip_len - tcp_len < 7)
		goto drop;
	if (starts(skb, payload, "HTTP", 4) || starts(skb, payload, "GET", 3) ||
	    starts(skb, payload, "POST", 4))
		return -1;
drop:
	return 0;
}
