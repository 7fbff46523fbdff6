/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every field of every header record, read and stored: the bits that the protocol gives it, in every
 * kind of program that sees packets.
 */
#include "packet.h"

#define HEADERS                                                                                    \
	PRELUDE "#include <bcc/proto.h>\n"                                                         \
		"u64 field, value;\n"

/* A field's name, and how many bits it has; those of a record without holes are one after the other. */
struct field {
	const char *name;
	size_t bits;
};

struct record {
	const char *name;
	const char *text; /* its definition, if it is the test's own */
	struct field fields[24];
};

static const struct record records[] = {
	{ "ethernet_t", "", { { "dst", 48 }, { "src", 48 }, { "type", 16 } } },
	{ "dot1q_t", "", { { "pri", 3 }, { "cfi", 1 }, { "vlanid", 12 }, { "type", 16 } } },
	{ "arp_t",
	  "",
	  { { "htype", 16 },
	    { "ptype", 16 },
	    { "hlen", 8 },
	    { "plen", 8 },
	    { "oper", 16 },
	    { "sha", 48 },
	    { "spa", 32 },
	    { "tha", 48 },
	    { "tpa", 32 } } },
	{ "ip_t",
	  "",
	  { { "ver", 4 },
	    { "hlen", 4 },
	    { "tos", 8 },
	    { "tlen", 16 },
	    { "identification", 16 },
	    { "ffo_unused", 1 },
	    { "df", 1 },
	    { "mf", 1 },
	    { "foffset", 13 },
	    { "ttl", 8 },
	    { "nextp", 8 },
	    { "hchecksum", 16 },
	    { "src", 32 },
	    { "dst", 32 } } },
	{ "ip6_t",
	  "",
	  { { "ver", 4 },
	    { "priority", 8 },
	    { "flow_label", 20 },
	    { "payload_len", 16 },
	    { "next_header", 8 },
	    { "hop_limit", 8 },
	    { "src_hi", 64 },
	    { "src_lo", 64 },
	    { "dst_hi", 64 },
	    { "dst_lo", 64 } } },
	{ "ip6_opt_t",
	  "",
	  { { "next_header", 8 }, { "ext_len", 8 }, { "pad[0]", 8 }, { "pad[1]", 8 } } },
	{ "icmp_t", "", { { "type", 8 }, { "code", 8 }, { "checksum", 16 } } },
	{ "icmp6_t", "", { { "type", 8 }, { "code", 8 }, { "checksum", 16 } } },
	{ "udp_t", "", { { "sport", 16 }, { "dport", 16 }, { "length", 16 }, { "crc", 16 } } },
	{ "tcp_t",
	  "",
	  { { "src_port", 16 },
	    { "dst_port", 16 },
	    { "seq_num", 32 },
	    { "ack_num", 32 },
	    { "offset", 4 },
	    { "reserved", 4 },
	    { "flag_cwr", 1 },
	    { "flag_ece", 1 },
	    { "flag_urg", 1 },
	    { "flag_ack", 1 },
	    { "flag_psh", 1 },
	    { "flag_rst", 1 },
	    { "flag_syn", 1 },
	    { "flag_fin", 1 },
	    { "rcv_wnd", 16 },
	    { "cksum", 16 },
	    { "urg_ptr", 16 } } },
	{ "vxlan_t",
	  "",
	  { { "rsv1", 4 },
	    { "iflag", 1 },
	    { "rsv2", 3 },
	    { "rsv3", 24 },
	    { "key", 24 },
	    { "rsv4", 8 } } },
	{ "vxlan_gbp_t",
	  "",
	  { { "gflag", 1 },
	    { "rsv1", 3 },
	    { "iflag", 1 },
	    { "rsv2", 3 },
	    { "rsv3", 1 },
	    { "dflag", 1 },
	    { "rsv4", 2 },
	    { "aflag", 1 },
	    { "rsv5", 3 },
	    { "tag", 16 },
	    { "key", 24 },
	    { "rsv6", 8 } } },
	{ "lldp_t", "", { { "type", 7 }, { "length", 9 } } },
	/* What no protocol has: bits of every length at odd places, and records within records. */
	{ "own_t",
	  "struct own_t { u64 a : 3; u64 b : 64; u64 c : 5; u64 d : 24; u64 e : 40; u64 f : 56;"
	  " u32 g : 9; u32 h : 23; u8 i[3]; u16 j[2][2]; union { u32 word; u16 half[2]; };"
	  " struct { u8 low : 2; u8 high : 6; u16 rest; } __attribute__((packed)) in; u64 last; } BPF_PACKET_HEADER;",
	  { { "a", 3 },        { "b", 64 },       { "c", 5 },        { "d", 24 },
	    { "e", 40 },       { "f", 56 },       { "g", 9 },        { "h", 23 },
	    { "i[0]", 8 },     { "i[1]", 8 },     { "i[2]", 8 },     { "j[0][0]", 16 },
	    { "j[0][1]", 16 }, { "j[1][0]", 16 }, { "j[1][1]", 16 }, { "half[0]", 16 },
	    { "half[1]", 16 }, { "in.low", 2 },   { "in.high", 6 },  { "in.rest", 16 },
	    { "last", 64 } } },
};

/* Kinds of programs. For some the kernel takes the Ethernet header off, and puts an empty one back. */
struct kind {
	const char *section;
	const char *context;
	bool stores;
	size_t skipped;
};

static const struct kind kinds[] = {
	{ "socket", "__sk_buff", false, 14 },  { "tc", "__sk_buff", true, 0 },
	{ "xdp", "xdp_md", true, 0 },          { "cgroup_skb/ingress", "__sk_buff", false, 14 },
	{ "lwt_xmit", "__sk_buff", true, 14 },
};

/* A program that does one thing with the field whose number is in "field". */
static void add_program(char *text, size_t size, const struct record *record,
			const struct kind *kind, const char *name, const char *format)
{
	size_t len = strlen(text);

	len += (size_t)snprintf(text + len, size - len,
				"SEC(\"%s\") int %s(struct %s *ctx)\n"
				"{\n"
				"	u8 *cursor = 0;\n"
				"	struct %s *h = cursor_advance(cursor, sizeof(*h));\n"
				"	switch (field) {\n",
				kind->section, name, kind->context, record->name);
	for (int i = 0; record->fields[i].name; i++) {
		len += (size_t)snprintf(text + len, size - len, "	case %d: ", i);
		len += (size_t)snprintf(text + len, size - len, format, record->fields[i].name);
	}
	snprintf(text + len, size - len, "	}\n	return 1;\n}\n");
}

static struct bcc_c_module *load_record(const struct record *record, const struct kind *kind)
{
	char text[16384];

	snprintf(text, sizeof(text), HEADERS "%s\n", record->text);
	add_program(text, sizeof(text), record, kind, "get", "value = h->%s; break;\n");
	if (kind->stores)
		add_program(text, sizeof(text), record, kind, "put", "h->%s = value; break;\n");
	return load_source(text);
}

static struct packet random_packet(void)
{
	struct packet packet = { .size = 100 };

	for (size_t i = 0; i < packet.size; i++)
		packet.data[i] = (uint8_t)random_bits();
	return packet;
}

static void set_globals(struct bcc_c_module *mod, uint64_t field, uint64_t value)
{
	assert_ok(mod, bcc_c_module__set_global(mod, "field", &field, sizeof(field)));
	assert_ok(mod, bcc_c_module__set_global(mod, "value", &value, sizeof(value)));
}

static void check_field(struct bcc_c_module *mod, const struct record *record,
			const struct kind *kind, int i, size_t first)
{
	const struct field *field = &record->fields[i];
	struct packet packet = random_packet(), stored;
	uint64_t value, expected = packet_bits(&packet, first, field->bits);

	set_globals(mod, (uint64_t)i, ~expected);
	ck_assert_uint_eq(run_on(mod, "get", &packet, NULL), 1);
	assert_ok(mod, bcc_c_module__get_global(mod, "value", &value, sizeof(value)));
	ck_assert_msg(value == expected, "%s: %s.%s: %#llx, not %#llx", kind->section, record->name,
		      field->name, (unsigned long long)value, (unsigned long long)expected);
	if (!kind->stores)
		return;
	value = random_bits();
	set_globals(mod, (uint64_t)i, value);
	ck_assert_uint_eq(run_on(mod, "put", &packet, &stored), 1);
	packet_set_bits(&packet, first, field->bits, value);
	ck_assert_uint_eq(stored.size, packet.size);
	ck_assert_msg(!memcmp(stored.data + kind->skipped, packet.data + kind->skipped,
			      packet.size - kind->skipped),
		      "%s: %s.%s: not stored", kind->section, record->name, field->name);
}

START_TEST(fields_of_every_header)
{
	const struct kind *kind = &kinds[_i];

	for (size_t r = 0; r < sizeof(records) / sizeof(records[0]); r++) {
		struct bcc_c_module *mod = load_record(&records[r], kind);
		size_t first = 8 * kind->skipped;

		for (int i = 0; records[r].fields[i].name; i++) {
			check_field(mod, &records[r], kind, i, first);
			check_field(mod, &records[r], kind, i, first);
			first += records[r].fields[i].bits;
		}
		bcc_c_module__free(mod);
	}
}
END_TEST

Suite *suite_packet_fields(void)
{
	Suite *suite = suite_create("packet_fields");
	TCase *tc = tcase_create("packet_fields");

	tcase_add_loop_test(tc, fields_of_every_header, 0, sizeof(kinds) / sizeof(kinds[0]));
	suite_add_tcase(suite, tc);
	return suite;
}
