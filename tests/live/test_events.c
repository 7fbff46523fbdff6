/* SPDX-License-Identifier: BSD-2-Clause */
/* Ring and perf buffers: every record arrives once and in order, losses are counted, callbacks can stop. */
#include "live.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

static const char source[] = PRELUDE
	"struct event { u64 number; char text[40]; };\n"
	"struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 20); } ring SEC(\".maps\");\n"
	"struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); }\n"
	"	perf SEC(\".maps\");\n"
	"struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, u32); __type(value, u32); }\n"
	"	other SEC(\".maps\");\n"
	"const volatile int target;\n"
	"u64 number;\n"
	"SEC(\"raw_tp/sys_enter\") int on_enter(struct bpf_raw_tracepoint_args *ctx)\n"
	"{\n"
	"	struct event event = { .text = \"text\" };\n"
	"	if (bpf_get_current_pid_tgid() >> 32 != target || (ctx->args[1] != 110 && ctx->args[1] != 173))\n"
	"		return 0;\n"
	"	event.number = __sync_fetch_and_add(&number, 1);\n"
	"	bpf_ringbuf_output(&ring, &event, sizeof(event), 0);\n"
	"	bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &event, sizeof(event));\n"
	"	return 0;\n"
	"}\n";

struct event {
	uint64_t number;
	char text[40];
};

/* What a callback saw. */
struct seen {
	uint64_t cnt;
	uint64_t lost;
	bool in_order;
	int last_cpu;
	int stop_after; /* records; 0: never */
};

static struct bcc_c_module *mod;
static struct bcc_c_events *ev;

static int see(void *ctx, int cpu, const void *data, size_t size)
{
	const struct event *event = data;
	struct seen *seen = ctx;

	seen->in_order &= size >= sizeof(*event) && event->number == seen->cnt + seen->lost &&
			  !strcmp(event->text, "text");
	seen->cnt++;
	seen->last_cpu = cpu;
	return seen->stop_after && seen->cnt == (uint64_t)seen->stop_after ? -ECANCELED : 0;
}

static void see_lost(void *ctx, int cpu, uint64_t count)
{
	((struct seen *)ctx)->lost += count;
}

/* Records of a perf buffer are in order on each CPU only. */
static void stay_on_one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(set), &set), 0);
}

static void set_up(void)
{
	stay_on_one_cpu();
	mod = load_source(source);
	ev = bcc_c_events__new(mod);
	ck_assert_msg(ev != NULL, "%s", bcc_c_module__errmsg(mod));
}

static void tear_down(void)
{
	bcc_c_module__free(mod);
}

static void read_all(uint64_t cnt, const char *map, int cpu)
{
	struct seen seen = { .in_order = true };
	int total = 0, got;

	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, map), see, &seen, NULL));
	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid((int)cnt);
	while ((got = bcc_c_events__poll(ev, 0)) > 0)
		total += got;
	assert_ok(mod, got);
	ck_assert_int_eq(total, cnt);
	ck_assert_uint_eq(seen.cnt, cnt);
	ck_assert(seen.in_order);
	ck_assert_int_eq(seen.last_cpu, cpu);
	ck_assert_uint_eq(bcc_c_events__lost(ev, NULL), 0);
}

START_TEST(ring_gives_every_record)
{
	read_all(2000, "ring", -1);
}
END_TEST

START_TEST(perf_gives_every_record)
{
	read_all(2000, "perf", sched_getcpu());
}
END_TEST

START_TEST(both_behind_one_reader)
{
	struct seen ring = { .in_order = true }, perf = { .in_order = true };
	int total = 0, got;

	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, "ring"), see, &ring, NULL));
	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, "perf"), see, &perf, NULL));
	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid(100);
	while ((got = bcc_c_events__poll(ev, 100)) > 0)
		total += got;
	ck_assert_int_eq(total, 200);
	ck_assert_uint_eq(ring.cnt, 100);
	ck_assert_uint_eq(perf.cnt, 100);
	ck_assert(ring.in_order && perf.in_order);
}
END_TEST

/* What was seen and what was lost is all there was. */
START_TEST(perf_counts_losses)
{
	struct bcc_c_events_opts opts = { .sz = sizeof(opts), .lost = see_lost, .pages = 1 };
	struct bcc_c_map *perf = map_of(mod, "perf");
	struct seen seen = { .in_order = true };

	assert_ok(mod, bcc_c_events__add(ev, perf, see, &seen, &opts));
	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid(1000);
	assert_ok(mod, bcc_c_events__poll(ev, 0));
	/* The kernel tells of losses with the first record it has room for again. */
	call_getppid(1);
	assert_ok(mod, bcc_c_events__poll(ev, 0));
	ck_assert_uint_gt(seen.lost, 0);
	ck_assert_uint_eq(seen.cnt + seen.lost, 1001);
	ck_assert_uint_eq(bcc_c_events__lost(ev, perf), seen.lost);
	ck_assert_uint_eq(bcc_c_events__lost(ev, map_of(mod, "ring")), 0);
	ck_assert(seen.in_order);
}
END_TEST

static void stop_and_go_on(const char *map)
{
	struct seen seen = { .in_order = true, .stop_after = 3 };

	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, map), see, &seen, NULL));
	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid(10);
	ck_assert_int_eq(bcc_c_events__poll(ev, 1000), -ECANCELED);
	ck_assert_uint_eq(seen.cnt, 3);
	ck_assert_int_eq(bcc_c_events__consume(ev), 7);
	ck_assert_uint_eq(seen.cnt, 10);
	ck_assert(seen.in_order);
}

START_TEST(callback_stops_ring)
{
	stop_and_go_on("ring");
}
END_TEST

START_TEST(callback_stops_perf)
{
	stop_and_go_on("perf");
}
END_TEST

/* As it does to who polls it, and then has the records handed out without waiting. */
static void descriptor_tells(const char *map)
{
	struct seen seen = { .in_order = true };
	struct pollfd ready = { .fd = bcc_c_events__fd(ev), .events = POLLIN };

	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, map), see, &seen, NULL));
	assert_ok(mod, bcc_c_module__attach(mod));
	ck_assert_int_eq(poll(&ready, 1, 0), 0);
	for (int i = 0; i < 3; i++) {
		call_getppid(1);
		ck_assert_int_eq(poll(&ready, 1, 1000), 1);
		ck_assert_int_eq(i ? bcc_c_events__poll(ev, 0) : bcc_c_events__consume(ev), 1);
		ck_assert_int_eq(poll(&ready, 1, 0), 0);
		ck_assert_int_eq(bcc_c_events__poll(ev, 0), 0);
	}
}

START_TEST(descriptor_tells_of_ring)
{
	descriptor_tells("ring");
}
END_TEST

START_TEST(descriptor_tells_of_perf)
{
	descriptor_tells("perf");
}
END_TEST

/* What a callback left is told of, and waiting for it ends at once. */
static void descriptor_tells_of_rest(const char *map)
{
	struct seen seen = { .in_order = true, .stop_after = 2 };
	struct pollfd ready = { .fd = bcc_c_events__fd(ev), .events = POLLIN };

	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, map), see, &seen, NULL));
	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid(5);
	ck_assert_int_eq(bcc_c_events__poll(ev, 1000), -ECANCELED);
	ck_assert_int_eq(poll(&ready, 1, 0), 1);
	ck_assert_int_eq(poll(&ready, 1, 0), 1);
	ck_assert_int_eq(bcc_c_events__poll(ev, -1), 3);
	ck_assert(seen.in_order);
	ck_assert_int_eq(poll(&ready, 1, 0), 0);
}

START_TEST(descriptor_tells_of_rest_of_ring)
{
	descriptor_tells_of_rest("ring");
}
END_TEST

START_TEST(descriptor_tells_of_rest_of_perf)
{
	descriptor_tells_of_rest("perf");
}
END_TEST

static void on_alarm(int sig)
{
}

START_TEST(poll_ends_by_signal)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval soon = { .it_value = { .tv_usec = 20000 } };
	struct seen seen = { 0 };

	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, "ring"), see, &seen, NULL));
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_fails(mod, EINTR, "wait for events", bcc_c_events__poll(ev, -1));
}
END_TEST

START_TEST(events_bad_arguments)
{
	struct bcc_c_events_opts odd = { .sz = sizeof(odd), .pages = 3 };
	struct bcc_c_module *empty = bcc_c_module__new(NULL);
	struct bcc_c_map *ring = map_of(mod, "ring");
	struct seen seen = { 0 };

	assert_fails(mod, EINVAL, "bad map", bcc_c_events__add(ev, NULL, see, &seen, NULL));
	assert_fails(mod, EINVAL, "bad function", bcc_c_events__add(ev, ring, NULL, &seen, NULL));
	assert_fails(mod, EINVAL, "bad options",
		     bcc_c_events__add(ev, map_of(mod, "perf"), see, &seen, &odd));
	assert_fails(mod, EINVAL, "of type hash",
		     bcc_c_events__add(ev, map_of(mod, "other"), see, &seen, NULL));
	assert_ok(mod, bcc_c_events__add(ev, ring, see, &seen, NULL));
	assert_fails(mod, EINVAL, "added before", bcc_c_events__add(ev, ring, see, &seen, NULL));
	assert_null(empty, EINVAL, "not loaded", bcc_c_events__new(empty));
	bcc_c_module__free(empty);
}
END_TEST

START_TEST(events_free_early)
{
	struct seen seen = { .in_order = true };
	int fds;

	bcc_c_events__free(ev);
	bcc_c_events__free(NULL);
	fds = count_fds();
	ev = bcc_c_events__new(mod);
	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, "ring"), see, &seen, NULL));
	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, "perf"), see, &seen, NULL));
	bcc_c_events__free(ev);
	ck_assert_int_eq(count_fds(), fds);
}
END_TEST

Suite *suite_events(void)
{
	Suite *suite = suite_create("events");
	TCase *tc = tcase_create("events");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, ring_gives_every_record);
	tcase_add_test(tc, perf_gives_every_record);
	tcase_add_test(tc, both_behind_one_reader);
	tcase_add_test(tc, perf_counts_losses);
	tcase_add_test(tc, callback_stops_ring);
	tcase_add_test(tc, callback_stops_perf);
	tcase_add_test(tc, descriptor_tells_of_ring);
	tcase_add_test(tc, descriptor_tells_of_perf);
	tcase_add_test(tc, descriptor_tells_of_rest_of_ring);
	tcase_add_test(tc, descriptor_tells_of_rest_of_perf);
	tcase_add_test(tc, poll_ends_by_signal);
	tcase_add_test(tc, events_bad_arguments);
	tcase_add_test(tc, events_free_early);
	suite_add_tcase(suite, tc);
	return suite;
}
