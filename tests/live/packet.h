/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets for programs to run on, by BPF_PROG_TEST_RUN.
 */
#ifndef PACKET_H
#define PACKET_H

#include "live.h"

struct packet {
	uint8_t data[256];
	size_t size;
};

/* A packet out of hexadecimal digits; blanks between them are left out. */
struct packet packet_of(const char *hex);

/* Adds bytes: those of such digits, or of a text. */
void packet_add_hex(struct packet *packet, const char *hex);
void packet_add(struct packet *packet, const char *text);

/* Bits of a packet as a number: from the highest of the first byte on, at most 64. */
uint64_t packet_bits(const struct packet *packet, size_t first, size_t cnt);
void packet_set_bits(struct packet *packet, size_t first, size_t cnt, uint64_t value);

/* Runs a program on a packet and returns what it returned; out, if not NULL, is the packet after it. */
uint32_t run_on(struct bcc_c_module *mod, const char *prog, const struct packet *packet,
		struct packet *out);

/* A random number, the same ones each time. */
uint64_t random_bits(void);

#endif
