/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"

#include <bpf/bpf.h>
#include <ctype.h>
#include <stdlib.h>

void packet_add_hex(struct packet *packet, const char *hex)
{
	while (*hex) {
		char digits[3] = { hex[0], hex[1] };

		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		packet->data[packet->size++] = (uint8_t)strtoul(digits, NULL, 16);
		hex += 2;
	}
}

struct packet packet_of(const char *hex)
{
	struct packet packet = { .size = 0 };

	packet_add_hex(&packet, hex);
	return packet;
}

void packet_add(struct packet *packet, const char *text)
{
	memcpy(packet->data + packet->size, text, strlen(text));
	packet->size += strlen(text);
}

uint64_t packet_bits(const struct packet *packet, size_t first, size_t cnt)
{
	uint64_t value = 0;

	for (size_t i = first; i < first + cnt; i++)
		value = value << 1 | (packet->data[i / 8] >> (7 - i % 8) & 1);
	return value;
}

void packet_set_bits(struct packet *packet, size_t first, size_t cnt, uint64_t value)
{
	for (size_t i = first + cnt; i-- > first; value >>= 1) {
		packet->data[i / 8] &= (uint8_t) ~(1 << (7 - i % 8));
		packet->data[i / 8] |= (uint8_t)((value & 1) << (7 - i % 8));
	}
}

uint32_t run_on(struct bcc_c_module *mod, const char *prog, const struct packet *packet,
		struct packet *out)
{
	struct packet result = { .size = sizeof(result.data) };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = packet->data,
		    .data_size_in = (uint32_t)packet->size, .data_out = result.data,
		    .data_size_out = sizeof(result.data));
	int err = bpf_prog_test_run_opts(bcc_c_prog__fd(prog_of(mod, prog)), &opts);

	ck_assert_msg(!err, "run '%s': %s", prog, strerror(errno));
	result.size = opts.data_size_out;
	if (out)
		*out = result;
	return opts.retval;
}

/* splitmix64, S. Vigna */
uint64_t random_bits(void)
{
	static uint64_t state;
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}
