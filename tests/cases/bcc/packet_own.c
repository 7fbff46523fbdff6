/* SPDX-License-Identifier: BSD-2-Clause */
/* A protocol of one's own behind UDP, in a socket filter: bit-fields, an array, a record in a record. */
#include <bcc/proto.h>

#define PORT 4660

struct sensor_t {
	u8 version : 3;
	u8 urgent : 1;
	u16 kind : 12;
	u32 id : 24;
	u8 count;
	struct {
		u16 unit : 5;
		u16 value : 11;
	} samples[4];
} BPF_PACKET_HEADER;

BPF_ARRAY(sums, u64, 32);

static int add(struct sensor_t *sensor, int i)
{
	int unit = sensor->samples[i].unit;
	u64 *sum = sums.lookup(&unit);

	if (sum)
		lock_xadd(sum, sensor->samples[i].value);
	return 0;
}

int sensors(struct __sk_buff *skb)
{
	void *cursor = 0;
	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));
	struct udp_t *udp = cursor_advance(cursor, sizeof(*udp));
	struct sensor_t *sensor = cursor_advance(cursor, sizeof(*sensor));

	if (ip->nextp != 17 || udp->dport != PORT || sensor->version != 5)
		return 0;
	for (int i = 0; i < 4; i++)
		if (i < sensor->count)
			add(sensor, i);
	return sensor->urgent ? sensor->id : sensor->kind;
}
