/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs of BCC's dialect for packets and what belongs to sockets. Which type such a program has is often said
 * only when it is loaded (a classifier takes what a socket filter takes), so these are loaded by
 * libbpf, which lets one say.
 */
#include "dialect.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <arpa/inet.h>

START_TEST(xdp_programs_redirect)
{
	struct bcc_c_module *mod = load_case("xdp");
	char packet[64] = {};

	/* A queue of 8 packets for the first processor. */
	set_leaf(mod, "processors", 0, 8);
	ck_assert_int_eq(run_packet(bcc_c_prog__fd(prog_of(mod, "redirect_nowhere")), packet, 64),
			 0); /* XDP_ABORTED */
	ck_assert_int_eq(run_packet(bcc_c_prog__fd(prog_of(mod, "redirect")), packet, 64),
			 4); /* XDP_REDIRECT */
	ck_assert_int_eq(run_packet(bcc_c_prog__fd(prog_of(mod, "redirect_up")), packet, 64),
			 1); /* XDP_DROP: no socket there */
	ck_assert_int_eq(
		run_packet(bcc_c_prog__fd(prog_of(mod, "redirect_up_or_pass")), packet, 64),
		2); /* XDP_PASS */
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(xdp_programs_read_and_write_packets)
{
	struct bcc_c_module *mod = load_case("xdp");
	int fd = bcc_c_prog__fd(prog_of(mod, "count_ip")), zero = 0;
	struct bcc_c_map *map = map_of(mod, "lengths");
	uint64_t values[1024] = {}, sum = 0;
	unsigned char packet[64] = { [12] = 8, [14] = 0x45, [16] = 0x12, [17] = 0x34 };

	ck_assert_int_eq(run_packet(fd, packet, 64), 3); /* XDP_TX */
	ck_assert_uint_eq(packet[0], 0xee);
	packet[13] = 6;                                  /* ARP */
	ck_assert_int_eq(run_packet(fd, packet, 64), 2); /* XDP_PASS */
	assert_ok(mod,
		  bcc_c_map__lookup(map, &zero, sizeof(zero), values, bcc_c_map__value_size(map)));
	for (int i = 0; i < 1024; i++)
		sum += values[i];
	ck_assert_uint_eq(sum, 0x1234);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tasks_have_storage)
{
	struct bpf_object *object = open_case("storage");
	uint64_t args[] = { 5, 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));
	int count, forget;

	set_type(object, "count_of_socket", BPF_PROG_TYPE_SCHED_CLS, 0);
	ck_assert_int_eq(bpf_object__load(object), 0);
	count = bpf_program__fd(bpf_object__find_program_by_name(object, "count"));
	forget = bpf_program__fd(bpf_object__find_program_by_name(object, "forget"));
	ck_assert_int_eq(bpf_prog_test_run_opts(count, &opts), 0);
	ck_assert_int_eq((int)opts.retval, 5);
	ck_assert_int_eq(bpf_prog_test_run_opts(count, &opts), 0);
	ck_assert_int_eq((int)opts.retval, 10);
	ck_assert_int_eq(bpf_prog_test_run_opts(forget, &opts), 0);
	ck_assert_int_eq((int)opts.retval, 0);
	ck_assert_int_eq(bpf_prog_test_run_opts(count, &opts), 0);
	ck_assert_int_eq((int)opts.retval, 5);
	bpf_object__close(object);
}
END_TEST

/* The kernel makes a new socket for each run: the first packet that it sees. */
START_TEST(sockets_have_storage)
{
	struct bpf_object *object = open_case("storage");
	char packet[128] = { [12] = 8, [13] = 0 };
	int fd;

	set_type(object, "count_of_socket", BPF_PROG_TYPE_SCHED_CLS, 0);
	ck_assert_int_eq(bpf_object__load(object), 0);
	fd = bpf_program__fd(bpf_object__find_program_by_name(object, "count_of_socket"));
	ck_assert_int_eq(run_packet(fd, packet, 64), 64);
	ck_assert_int_eq(run_packet(fd, packet, 64), 64);
	ck_assert_int_eq(run_packet(fd, packet, 128), 1000); /* deleted */
	bpf_object__close(object);
}
END_TEST

/* A program's own control group: the leaf is that of the group it is attached to. */
START_TEST(groups_have_storage)
{
	static const char *const progs[] = { "count", "count_by_cpu" };
	struct bpf_object *object = open_case("groups");
	char packet[64] = { [12] = 8, [13] = 0 };

	for (int i = 0; i < 2; i++)
		set_type(object, progs[i], BPF_PROG_TYPE_CGROUP_SKB, BPF_CGROUP_INET_INGRESS);
	ck_assert_int_eq(bpf_object__load(object), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(run_packet(bpf_program__fd(bpf_object__find_program_by_name(
						    object, progs[i])),
					    packet, 64),
				 1);
	bpf_object__close(object);
}
END_TEST

/* UDP from 10.1.2.3:1000 to 10.9.8.7:2000, with a VLAN tag or not. */
static uint32_t make_udp(unsigned char *packet, bool tagged)
{
	static const unsigned char ip[] = { 0x45, 0,    0, 36, 0, 1,  0x40, 0,   64,  17, 0,
					    0,    10,   1, 2,  3, 10, 9,    8,   7,   3,  0xe8,
					    7,    0xd0, 0, 16, 0, 0,  'p',  'a', 'y', 'l' };
	uint32_t at = 12;

	memset(packet, 0, 64);
	packet[5] = 0x42; /* last byte of the destination's address */
	if (tagged) {
		packet[at++] = 0x81;
		packet[at++] = 0;
		packet[at++] = 0x60 | 0x01; /* priority 3, VLAN 0x123 */
		packet[at++] = 0x23;
	}
	packet[at++] = 8;
	packet[at++] = 0;
	memcpy(packet + at, ip, sizeof(ip));
	return 64;
}

/* Fields are in the network's order in the packet and come in the machine's, bit-fields too. */
START_TEST(packets_are_walked)
{
	struct bpf_object *object = open_case("packets");
	unsigned char packet[64];
	int fd, flows;
	struct {
		uint32_t src, dst;
		uint16_t sport, dport;
		uint32_t more;
	} key = { 0x0a010203, 0x0a090807, 1000, 2000, 0 };
	uint64_t length = 0;

	/* For socket filters the kernel leaves the Ethernet header out of such a run. */
	set_type(object, "walk", BPF_PROG_TYPE_SCHED_CLS, 0);
	ck_assert_int_eq(bpf_object__load(object), 0);
	fd = bpf_program__fd(bpf_object__find_program_by_name(object, "walk"));
	flows = bpf_map__fd(bpf_object__find_map_by_name(object, "flows"));
	make_udp(packet, false);
	ck_assert_int_eq(run_packet(fd, packet, 64), 4 * 100 + 5);
	ck_assert_int_eq(bpf_map_lookup_elem(flows, &key, &length), 0);
	ck_assert_uint_eq(length, 16);
	packet[13] = 6;
	ck_assert_int_eq(run_packet(fd, packet, 64), 0);
	bpf_object__close(object);
}
END_TEST

START_TEST(packets_are_loaded_from)
{
	struct bpf_object *object = open_case("packets");
	unsigned char packet[64];
	int fd;

	set_type(object, "load", BPF_PROG_TYPE_SCHED_CLS, 0);
	ck_assert_int_eq(bpf_object__load(object), 0);
	fd = bpf_program__fd(bpf_object__find_program_by_name(object, "load"));
	make_udp(packet, false);
	ck_assert_int_eq(run_packet(fd, packet, 64), (int)0x0a010203);
	packet[12] = 0x86;
	ck_assert_int_eq(run_packet(fd, packet, 64), -1);
	bpf_object__close(object);
}
END_TEST

/* A classifier that writes: the field changes in the packet, in the network's order. */
START_TEST(packets_are_changed)
{
	struct bpf_object *object = open_case("packets");
	unsigned char packet[64];
	uint16_t port;
	int fd;

	set_type(object, "change", BPF_PROG_TYPE_SCHED_CLS, 0);
	ck_assert_int_eq(bpf_object__load(object), 0);
	fd = bpf_program__fd(bpf_object__find_program_by_name(object, "change"));
	make_udp(packet, false);
	ck_assert_int_eq(run_packet(fd, packet, 64), 0);
	memcpy(&port, packet + 14 + 20 + 2, sizeof(port));
	ck_assert_uint_eq(ntohs(port), 2001);
	ck_assert_uint_eq(packet[14 + 8], 63); /* ttl */
	bpf_object__close(object);
}
END_TEST

Suite *suite_bcc_packets(void)
{
	Suite *suite = suite_create("bcc_packets");
	TCase *tc = tcase_create("packets");

	tcase_add_test(tc, xdp_programs_redirect);
	tcase_add_test(tc, xdp_programs_read_and_write_packets);
	tcase_add_test(tc, tasks_have_storage);
	tcase_add_test(tc, sockets_have_storage);
	tcase_add_test(tc, groups_have_storage);
	tcase_add_test(tc, packets_are_walked);
	tcase_add_test(tc, packets_are_loaded_from);
	tcase_add_test(tc, packets_are_changed);
	suite_add_tcase(suite, tc);
	return suite;
}
