/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that take packets apart, on packets: what they return, count and change. */
#include "packet.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define HEADERS PRELUDE "#include <bcc/proto.h>\n"

/* Headers in hexadecimal digits. */
#define MACS "001122334455 66778899aabb "
#define IP4(tlen, next) MACS "0800 4500" tlen " 1234 4000 40 " next " 0000 0a000001 0a000002 "
#define UDP_PORTS "1111 2222 "
#define TCP_REST "00000001 00000002 5018 2000 0000 0000 "

/*
 * The kernel takes the Ethernet header off before it runs a socket filter by BPF_PROG_TEST_RUN, but
 * not for a packet from a raw socket. With another one in front the filter sees what it should.
 */
static uint32_t run_raw(struct bcc_c_module *mod, const char *prog, const struct packet *frame)
{
	struct packet packet = { .size = 14 + frame->size };

	memcpy(packet.data + 14, frame->data, frame->size);
	return run_on(mod, prog, &packet, NULL);
}

static struct bcc_c_module *load_case(const char *path)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_ptr_nonnull(mod);
	assert_ok(mod, bcc_c_module__compile_file(mod, path, NULL));
	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

/* ---- programs of tests/cases/bcc */

static void check_http(struct bcc_c_module *mod, const char *headers, const char *text,
		       uint32_t kept)
{
	struct packet frame = packet_of(headers);

	packet_add(&frame, text);
	ck_assert_msg(run_raw(mod, "http_filter", &frame) == kept, "%s '%s'", headers, text);
}

START_TEST(packet_http_filter)
{
	struct bcc_c_module *mod = load_case("tests/cases/bcc/packet_http.c");
	static const char plain[] = IP4("0036", "06") "1f90 0050" TCP_REST;
	/* options of 4 bytes in the IP header, of 12 in the TCP header */
	static const char options[] = MACS
		"0800 46000048 1234 4000 40 06 0000 0a000001 0a000002 01010101"
		"1f90 0050 00000001 00000002 8018 2000 0000 0000 0101080a 11111111 22222222";

	check_http(mod, plain, "GET / HTTP/1.1", -1U);
	check_http(mod, plain, "POST /x HTTP/1", -1U);
	check_http(mod, plain, "HTTP/1.1 200 O", -1U);
	check_http(mod, plain, "hello, world!!", 0);
	check_http(mod, options, "GET / HTTP/1.1", -1U);
	check_http(mod, options, "GOT / HTTP/1.1", 0);
	check_http(mod, IP4("0036", "11") "1f90 0050" TCP_REST, "GET / HTTP/1.1", 0);
	check_http(mod, MACS "0806 4500", "", 0);
	/* cut off in the TCP header, and in the text that is looked for */
	check_http(mod, IP4("0036", "06") "1f90 0050 00000001", "", 0);
	check_http(mod, plain, "HT", 0);
	bcc_c_module__free(mod);
}
END_TEST

struct flow {
	uint64_t from, to;
	uint32_t vlan, inner_vlan;
	uint16_t from_port, to_port;
	uint32_t protocol;
};

static uint64_t flows_of(struct bcc_c_module *mod, struct flow flow)
{
	uint64_t cnt = 0;

	bcc_c_map__lookup(map_of(mod, "flows"), &flow, sizeof(flow), &cnt, sizeof(cnt));
	return cnt;
}

START_TEST(packet_vlan_and_ipv6)
{
	struct bcc_c_module *mod = load_case("tests/cases/bcc/packet_vlan.c");
	struct flow plain = { 0x0a000001, 0x0a000002, 0, 0, 0x1111, 0x2222, 6 };
	struct flow tagged = { 0x0a000001, 0x0a000002, 0x123, 0, 0x1111, 0x2222, 17 };
	struct flow twice = {
		0x20010db800000001, 0x20010db800000003, 0xfff, 1, 0x1111, 0x2222, 17
	};
	struct packet frame = packet_of(IP4("0028", "06") UDP_PORTS TCP_REST);

	ck_assert_uint_eq(run_raw(mod, "parse", &frame), 2);
	ck_assert_uint_eq(run_raw(mod, "parse", &frame), 2);
	frame = packet_of(MACS
			  "8100 e123 0800 4500001c 0001 0000 40 11 0000 0a000001 0a000002" UDP_PORTS
			  "0008 0000");
	ck_assert_uint_eq(run_raw(mod, "parse", &frame), 2);
	frame = packet_of(MACS "88a8 0fff 8100 0001 86dd 60000000 0008 11 40"
			       "20010db8000000000000000000000001"
			       "20010db8000000000000000000000003" UDP_PORTS "0008 0000");
	ck_assert_uint_eq(run_raw(mod, "parse", &frame), 2);
	frame = packet_of(MACS "8100 0001 88cc 0000");
	ck_assert_uint_eq(run_raw(mod, "parse", &frame), 1);
	frame = packet_of(MACS "8100 0001 86dd 6000");
	ck_assert_uint_eq(run_raw(mod, "parse", &frame), 0);

	ck_assert_uint_eq(flows_of(mod, plain), 2);
	ck_assert_uint_eq(flows_of(mod, tagged), 1);
	ck_assert_uint_eq(flows_of(mod, twice), 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(packet_own_header)
{
	struct bcc_c_module *mod = load_case("tests/cases/bcc/packet_own.c");
	/* version 5, urgent or not, kind 0xabc, id 0x123456, 3 samples, the fourth is not one */
	static const char start[] = IP4("0030", "11") "1111 1234 001c 0000";
	struct packet urgent = packet_of(start), calm = packet_of(start), old = packet_of(start);
	uint64_t sums[3];

	packet_add_hex(&urgent, "babc 123456 03 0801 0802 57ff ffff 0000");
	packet_add_hex(&calm, "aabc 123456 03 0801 0802 57ff ffff 0000");
	packet_add_hex(&old, "9abc 123456 03 0801 0802 57ff ffff 0000");
	ck_assert_uint_eq(run_on(mod, "sensors", &urgent, NULL), 0x123456);
	ck_assert_uint_eq(run_on(mod, "sensors", &calm, NULL), 0xabc);
	ck_assert_uint_eq(run_on(mod, "sensors", &old, NULL), 0);
	for (uint32_t i = 0; i < 3; i++) {
		static const uint32_t units[] = { 1, 10, 31 };

		assert_ok(mod, bcc_c_map__lookup(map_of(mod, "sums"), &units[i], sizeof(units[i]),
						 &sums[i], sizeof(sums[i])));
	}
	ck_assert_uint_eq(sums[0], 2 * (1 + 2));
	ck_assert_uint_eq(sums[1], 2 * 0x7ff);
	ck_assert_uint_eq(sums[2], 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(packet_xdp_both_ways)
{
	struct bcc_c_module *mod = load_case("tests/cases/bcc/packet_xdp.c");
	struct packet frame = packet_of(IP4("001c", "11") UDP_PORTS "0008 0000"), out;
	struct packet back = packet_of("66778899aabb 001122334455 0800 4500001c 1234 4000 40 11"
				       "0000 0a000002 0a000001" UDP_PORTS "0008 0000");

	ck_assert_uint_eq(run_on(mod, "reflect", &frame, &out), 3 /* XDP_TX */);
	ck_assert_uint_eq(out.size, back.size);
	ck_assert_mem_eq(out.data, back.data, back.size);
	frame.data[12] = 0x86;
	ck_assert_uint_eq(run_on(mod, "reflect", &frame, &out), 2 /* XDP_PASS */);
	ck_assert_mem_eq(out.data, frame.data, frame.size);
	bcc_c_module__free(mod);
}
END_TEST

/* RFC 1071; right if it is 0 over what includes the checksum itself */
static uint16_t checksum(const uint8_t *data, size_t size, uint32_t sum)
{
	for (size_t i = 0; i < size; i += 2)
		sum += (uint32_t)(data[i] << 8 | (i + 1 < size ? data[i + 1] : 0));
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Over the pseudo-header, whose addresses are before the UDP header, and the rest. */
static uint16_t udp_checksum(const struct packet *frame)
{
	size_t size = frame->size - 34;

	return checksum(frame->data + 26, 8 + size, (uint32_t)(17 + size));
}

START_TEST(packet_tc_rewrites)
{
	struct bcc_c_module *mod = load_case("tests/cases/bcc/packet_nat.c");
	struct packet frame = packet_of(IP4("0021", "11") UDP_PORTS "000d 0000"), out;

	ck_assert_str_eq(bcc_c_prog__type_name(prog_of(mod, "translate")), "sched_cls");
	packet_add(&frame, "hello");
	packet_set_bits(&frame, 8 * 24, 16, checksum(frame.data + 14, 20, 0));
	packet_set_bits(&frame, 8 * 40, 16, udp_checksum(&frame));
	ck_assert_uint_eq(checksum(frame.data + 14, 20, 0), 0);
	ck_assert_uint_eq(udp_checksum(&frame), 0);

	ck_assert_uint_eq(run_on(mod, "translate", &frame, &out), 0);
	ck_assert_uint_eq(packet_bits(&out, 8 * 30, 32), 0x0a000063);
	ck_assert_uint_eq(packet_bits(&out, 8 * 36, 16), 8053);
	ck_assert_uint_eq(checksum(out.data + 14, 20, 0), 0);
	ck_assert_uint_eq(udp_checksum(&out), 0);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- the packet's end */

static const struct {
	const char *section;
	const char *context;
	size_t skipped; /* bytes that the kernel takes off before */
} kinds[] = {
	{ "socket", "__sk_buff", 14 },
	{ "tc", "__sk_buff", 0 },
	{ "xdp", "xdp_md", 0 },
	{ "lwt_in", "__sk_buff", 14 },
};

START_TEST(packet_end_ends_the_program)
{
	static const char format[] = HEADERS
		"struct tail_t { u32 a : 24; u8 b[3]; } BPF_PACKET_HEADER;\n"
		"u64 at, after;\n"
		"SEC(\"%s\") int get(struct %s *ctx)\n"
		"{\n"
		"	u8 *cursor = (void *)(at);\n"
		"	struct tail_t *tail = cursor_advance(cursor, sizeof(*tail));\n"
		"	int value = tail->a;\n"
		"	after = 1;\n"
		"	return value;\n"
		"}\n";
	char source[4096];
	struct bcc_c_module *mod;

	snprintf(source, sizeof(source), format, kinds[_i].section, kinds[_i].context);
	mod = load_source(source);
	for (size_t size = 20; size < 40; size++) {
		struct packet packet = { .size = size };
		/* up to the last that is wholly within the packet, and the first that isn't */
		uint64_t last = size - kinds[_i].skipped - 3;

		packet_set_bits(&packet, 8 * (size - 4), 32, 0x11223344);
		for (uint64_t at = last - 1; at <= last + 3; at++) {
			uint32_t value = at < last ? 0x112233 : at > last ? 0 : 0x223344;
			uint64_t after = 0;

			assert_ok(mod, bcc_c_module__set_global(mod, "at", &at, sizeof(at)));
			assert_ok(mod,
				  bcc_c_module__set_global(mod, "after", &after, sizeof(after)));
			ck_assert_uint_eq(run_on(mod, "get", &packet, NULL), value);
			assert_ok(mod,
				  bcc_c_module__get_global(mod, "after", &after, sizeof(after)));
			ck_assert_uint_eq(after, at <= last);
		}
	}
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(packet_store_behind_the_end_does_nothing)
{
	static const char format[] = HEADERS "struct tail_t { u32 a; } BPF_PACKET_HEADER;\n"
					     "SEC(\"%s\") int put(struct %s *ctx)\n"
					     "{\n"
					     "	((struct tail_t *)18)->a = 1;\n"
					     "	((struct tail_t *)14)->a = 2;\n"
					     "	return 7;\n"
					     "}\n";
	struct packet packet = { .size = 20 }, out;
	char source[4096];
	struct bcc_c_module *mod;

	snprintf(source, sizeof(source), format, _i ? "xdp" : "tc", _i ? "xdp_md" : "__sk_buff");
	mod = load_source(source);
	ck_assert_uint_eq(run_on(mod, "put", &packet, &out), 7);
	packet_set_bits(&packet, 8 * 14, 32, 2);
	ck_assert_uint_eq(out.size, packet.size);
	ck_assert_mem_eq(out.data, packet.data, packet.size);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- syntax */

/* Bodies of a program, and what each returns for a packet whose byte number n is n + 1. */
static const struct {
	const char *body;
	uint32_t value;
} forms[] = {
	/* any pointer is a cursor, and moves by the size of what it points to */
	{ "void *c = 0; struct udp_t *u = cursor_advance(c, 4); u = cursor_advance(c, 8);"
	  " return u->dport + (u32)(long)c;",
	  0x0708 + 12 },
	{ "u32 *c = 0; struct udp_t *u = cursor_advance(c, 2); u = cursor_advance(c, 1);"
	  " return u->sport + (u32)(long)c;",
	  0x090a + 12 },
	/* arithmetic with pointers, addresses as offsets */
	{ "struct udp_t *u = 0; return (u + 2)->sport;", 0x1112 },
	{ "struct udp_t *u = 0; return u[1].crc;", 0x0f10 },
	{ "struct udp_t *u = 0; return (u + load_byte(ctx, 1))->sport;", 0x1112 },
	{ "struct ip_t *ip = (void *)4; return (u32)(u64)&ip->src;", 16 },
	{ "struct ip_t *ip = (void *)4; struct udp_t *u = (void *)&ip->src; return u->sport;",
	  0x1112 },
	{ "struct ip_t *ip = 0; return load_half(ctx, (u64)&ip->dst) + offsetof(struct ip_t, dst);",
	  0x1112 + 16 },
	/* elements of arrays, by constant and by variable */
	{ "struct own_t *o = (void *)2; return o->bytes[3];", 6 },
	{ "struct own_t *o = (void *)2; return o->bytes[load_byte(ctx, 0) & 7];", 4 },
	{ "struct own_t *o = (void *)2; return o->words[load_byte(ctx, 0) & 1][2];", 0x1718 },
	{ "struct own_t *o = (void *)2; u32 sum = 0; for (int i = 0; i < 8; i++)"
	  " sum += o->bytes[i]; return sum;",
	  3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 },
	/* numbers of 128 bits, signed ones, bit-fields of them; other views of the same bytes */
	{ "struct own_t *o = (void *)2; return o->wide >> 64;", 0x1f202122 },
	{ "struct own_t *o = (void *)2; return o->wide;", 0x2728292a },
	{ "struct own_t *o = (void *)125; return o->less;", -2U },
	{ "struct own_t *o = (void *)125; return o->least;", -128U },
	{ "struct own_t *o = (void *)2; return *(u16 *)&o->words[0][0];", 0x0b0c },
	{ "struct own_t *o = (void *)2; return o->in.a + o->in.b;", 0x2b + 0x2c2d },
	/* pointers that take ways round */
	{ "struct { struct udp_t *u; } s = { (void *)2 }; return s.u->sport;", 0x0304 },
	{ "struct udp_t *u = load_byte(ctx, 0) == 1 ? (void *)2 : (void *)4; return u->sport;",
	  0x0304 },
	{ "struct udp_t *u = (void *)(u64)load_byte(ctx, load_byte(ctx, 4)); return u->sport;",
	  0x0708 },
	{ "u32 sum = 0; u8 *c = 0; for (int i = 0; i < 3; i++) {"
	  " struct udp_t *u = cursor_advance(c, sizeof(*u)); sum += u->sport; } return sum;",
	  0x0102 + 0x090a + 0x1112 },
	{ "return port((void *)2, 0) + port((void *)2, 1);", 0x0304 + 0x0506 },
	/* the same record in memory is a plain struct */
	{ "struct udp_t own = { .sport = 5 }; own.dport = load_byte(ctx, 9); return own.dport * "
	  "own.sport;",
	  50 },
	{ "struct own_t own = {}; own.in.a = 3; own.bytes[load_byte(ctx, 1) & 3] = 4;"
	  " return own.in.a + own.bytes[2];",
	  7 },
	{ "return load_dword(ctx, 1) >> 32;", 0x02030405 },
};

static void check_form(const char *section, const char *context, size_t skipped, const char *body,
		       uint32_t value)
{
	static const char format[] = HEADERS
		"struct own_t { u8 bytes[8]; u16 words[2][4]; unsigned __int128 wide;"
		" struct { u8 a; u16 b; } __attribute__((packed)) in;"
		" int less; signed char least; } BPF_PACKET_HEADER;\n"
		"static __always_inline int port(struct udp_t *u, int which)\n"
		"{\n"
		"	return which ? u->dport : u->sport;\n"
		"}\n"
		"SEC(\"%s\") int get(struct %s *ctx)\n"
		"{\n"
		"	%s\n"
		"}\n";
	struct packet packet = { .size = 250 };
	char source[4096];
	struct bcc_c_module *mod;

	for (size_t i = skipped; i < packet.size; i++)
		packet.data[i] = (uint8_t)(i - skipped + 1);
	packet_set_bits(&packet, 8 * (skipped + 125 + 43), 40, 0xfffffffe80);
	snprintf(source, sizeof(source), format, section, context, body);
	mod = load_source(source);
	ck_assert_msg(run_on(mod, "get", &packet, NULL) == value, "%s: %s: %u, not %u", section,
		      body, run_on(mod, "get", &packet, NULL), value);
	bcc_c_module__free(mod);
}

START_TEST(packet_syntax)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		check_form(kinds[_i].section, kinds[_i].context, kinds[_i].skipped, forms[i].body,
			   forms[i].value);
}
END_TEST

/* ---- a raw socket */

/* Turns on the loopback device of a network of the process's own. */
static bool make_network(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd, err;

	if (unshare(CLONE_NEWNET))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	err = ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
	return !err;
}

static void send_udp(uint16_t port, const char *text)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(sendto(fd, text, strlen(text), 0, (void *)&to, sizeof(to)),
			 (int)strlen(text));
	close(fd);
}

START_TEST(packet_raw_socket)
{
	struct bcc_c_module *mod = load_source(
		HEADERS "SEC(\"socket\") int to_port(struct __sk_buff *skb)\n"
			"{\n"
			"	u8 *cursor = 0;\n"
			"	struct ethernet_t *eth = cursor_advance(cursor, sizeof(*eth));\n"
			"	struct ip_t *ip = cursor_advance(cursor, sizeof(*ip));\n"
			"	struct udp_t *udp = cursor_advance(cursor, sizeof(*udp));\n"
			"	return eth->type == 0x0800 && ip->nextp == 17 && ip->src == "
			"0x7f000001 && udp->dport == 4660 ? -1 : 0;\n"
			"}\n");
	struct timeval wait = { .tv_sec = 5 };
	int prog = bcc_c_prog__fd(prog_of(mod, "to_port")), fd;
	char frame[256];

	skip_if(!make_network(), "no network of its own: %s", strerror(errno));
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	skip_if(fd < 0, "no raw sockets: %s", strerror(errno));
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &prog, sizeof(prog)), 0);
	ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)), 0);
	struct sockaddr_ll all = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	ck_assert_int_eq(bind(fd, (void *)&all, sizeof(all)), 0);

	send_udp(4661, "not this");
	send_udp(4660, "but this");
	ck_assert_int_eq(recv(fd, frame, sizeof(frame), 0), 42 + 8);
	ck_assert_mem_eq(frame + 42, "but this", 8);
	close(fd);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_packets(void)
{
	Suite *suite = suite_create("packets");
	TCase *tc = tcase_create("packets");

	tcase_add_test(tc, packet_http_filter);
	tcase_add_test(tc, packet_vlan_and_ipv6);
	tcase_add_test(tc, packet_own_header);
	tcase_add_test(tc, packet_xdp_both_ways);
	tcase_add_test(tc, packet_tc_rewrites);
	tcase_add_loop_test(tc, packet_end_ends_the_program, 0, sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_loop_test(tc, packet_store_behind_the_end_does_nothing, 0, 2);
	tcase_add_loop_test(tc, packet_syntax, 0, sizeof(kinds) / sizeof(kinds[0]));
	tcase_add_test(tc, packet_raw_socket);
	suite_add_tcase(suite, tc);
	return suite;
}
