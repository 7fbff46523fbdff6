/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of BCC's dialect that hand on what goes through sockets. */
#include "dialect.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <poll.h>
#include <sys/socket.h>

static int listen_on(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	ck_assert_int_eq(bind(listener, (struct sockaddr *)&at, len), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&at, &len), 0);
	ck_assert_int_eq(listen(listener, 4), 0);
	*port = ntohs(at.sin_port);
	return listener;
}

/* The first connects, the second is accepted. */
static void connect_to(int pair[2], int listener, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	ck_assert_int_eq(connect(pair[0], (struct sockaddr *)&to, sizeof(to)), 0);
	pair[1] = accept(listener, NULL, NULL);
	ck_assert_int_ge(pair[1], 0);
}

static void close_pair(int pair[2])
{
	close(pair[0]);
	close(pair[1]);
}

/* Asserts that this and no more arrives. */
static void expect(int fd, const char *data, size_t size)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t got = 0;
	char there[4096];

	while (got < size) {
		ssize_t part;

		ck_assert_int_eq(poll(&ready, 1, 5000), 1);
		part = recv(fd, there + got, sizeof(there) - got, 0);
		ck_assert_int_gt((int)part, 0);
		got += (size_t)part;
	}
	ck_assert_uint_eq(got, size);
	ck_assert_mem_eq(there, data, size);
}

static void expect_nothing(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	ck_assert_int_eq(poll(&ready, 1, 100), 0);
}

static int prog_fd(struct bpf_object *object, const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

static int map_fd(struct bpf_object *object, const char *name)
{
	return bpf_map__fd(bpf_object__find_map_by_name(object, name));
}

/* What comes in at one socket goes out of another. */
START_TEST(sockets_hand_on)
{
	struct bpf_object *object = open_case("relay");
	int map, from[2], to[2], listener;
	uint32_t index = 1;
	uint16_t port;

	set_type(object, "relay", BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT);
	ck_assert_int_eq(bpf_object__load(object), 0);
	map = map_fd(object, "sockets");
	ck_assert_int_eq(
		bpf_prog_attach(prog_fd(object, "relay"), map, BPF_SK_SKB_STREAM_VERDICT, 0), 0);
	listener = listen_on(&port);
	connect_to(to, listener, port);
	connect_to(from, listener, port);
	ck_assert_int_eq(bpf_map_update_elem(map, &index, &to[1], BPF_ANY), 0);
	index = 0;
	ck_assert_int_eq(bpf_map_update_elem(map, &index, &from[1], BPF_ANY), 0);
	ck_assert_int_eq(send(from[0], "handed", 7, 0), 7);
	expect(to[0], "handed", 7);
	close_pair(from);
	close_pair(to);
	close(listener);
	bpf_object__close(object);
}
END_TEST

/*
 * The case, loaded, with one of its programs at the tables' sockets; these come into the tables by
 * its own program when they are connected to the port. That one stays attached until the test's
 * process ends.
 */
static struct bpf_object *load_sockets(const char *prog, enum bpf_attach_type attach, int cgroup,
				       uint16_t port)
{
	struct bpf_object *object = open_case("sockets");
	uint32_t zero = 0, wanted = port;

	set_type(object, "connected", BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS);
	set_type(object, "sent", BPF_PROG_TYPE_SK_MSG, BPF_SK_MSG_VERDICT);
	set_type(object, "received", BPF_PROG_TYPE_SK_SKB, BPF_SK_SKB_STREAM_VERDICT);
	ck_assert_int_eq(bpf_object__load(object), 0);
	ck_assert_int_eq(bpf_map_update_elem(map_fd(object, "port"), &zero, &wanted, BPF_ANY), 0);
	ck_assert_int_eq(
		bpf_prog_attach(prog_fd(object, prog), map_fd(object, "by_pair"), attach, 0), 0);
	ck_assert_ptr_nonnull(bpf_program__attach_cgroup(
		bpf_object__find_program_by_name(object, "connected"), cgroup));
	return object;
}

START_TEST(messages_are_redirected)
{
	int cgroup = open_cgroup(), listener, one[2], other[2];
	struct bpf_object *object;
	char lengthy[2000];
	uint16_t port;

	skip_if(cgroup < 0, "no control groups of version 2");
	memset(lengthy, 'x', sizeof(lengthy));
	listener = listen_on(&port);
	object = load_sockets("sent", BPF_SK_MSG_VERDICT, cgroup, port);
	connect_to(one, listener, port);
	connect_to(other, listener, port);
	ck_assert_int_eq(send(one[0], "to me", 5, 0), 5);
	expect(one[0], "to me", 5);
	ck_assert_int_eq((int)send(one[0], lengthy, sizeof(lengthy), 0), (int)sizeof(lengthy));
	expect(other[1], lengthy, sizeof(lengthy));
	expect_nothing(one[1]);
	close_pair(one);
	close_pair(other);
	close(listener);
	close(cgroup);
	bpf_object__close(object);
}
END_TEST

START_TEST(packets_are_redirected)
{
	int cgroup = open_cgroup(), listener, pair[2];
	struct bpf_object *object;
	uint16_t port;

	skip_if(cgroup < 0, "no control groups of version 2");
	listener = listen_on(&port);
	object = load_sockets("received", BPF_SK_SKB_STREAM_VERDICT, cgroup, port);
	connect_to(pair, listener, port);
	ck_assert_int_eq(send(pair[0], "echo", 4, 0), 4);
	expect(pair[0], "echo", 4);
	expect_nothing(pair[1]);
	close_pair(pair);
	close(listener);
	close(cgroup);
	bpf_object__close(object);
}
END_TEST

Suite *suite_bcc_sockets(void)
{
	Suite *suite = suite_create("bcc_sockets");
	TCase *tc = tcase_create("sockets");

	tcase_add_test(tc, sockets_hand_on);
	tcase_add_test(tc, messages_are_redirected);
	tcase_add_test(tc, packets_are_redirected);
	suite_add_tcase(suite, tc);
	return suite;
}
