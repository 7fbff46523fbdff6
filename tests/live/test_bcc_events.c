/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs of BCC's dialect send: perf and ring buffers, lines for the trace pipe. */
#include "dialect.h"

#include <sys/stat.h>

struct perf_event {
	uint32_t pid, pad;
	uint64_t number;
	char comm[16];
};

struct ring_event {
	uint64_t number;
	uint32_t how, pad;
};

#define MOST 16

struct received {
	int cnt;
	size_t sizes[MOST];
	unsigned char data[MOST][128];
};

static int keep(void *ctx, int cpu, const void *data, size_t size)
{
	struct received *got = ctx;

	ck_assert_int_lt(got->cnt, MOST);
	got->sizes[got->cnt] = size;
	memcpy(got->data[got->cnt], data, size < 128 ? size : 128);
	got->cnt++;
	return 0;
}

static struct bcc_c_events *read_from(struct bcc_c_module *mod, const char *map,
				      struct received *got)
{
	struct bcc_c_events *ev = bcc_c_events__new(mod);

	memset(got, 0, sizeof(*got));
	ck_assert_ptr_nonnull(ev);
	assert_ok(mod, bcc_c_events__add(ev, map_of(mod, map), keep, got, NULL));
	return ev;
}

START_TEST(perf_buffers_carry_structs)
{
	struct bcc_c_module *mod = load_case("perf");
	struct perf_event event;
	struct received got;
	struct bcc_c_events *ev = read_from(mod, "events", &got);

	for (uint64_t i = 0; i < 3; i++)
		ck_assert_int_eq(run_raw(mod, "submit", 100 + i, 0), 0);
	/* The test's thread may move between processors, and their buffers are read in turn. */
	assert_ok(mod, bcc_c_events__consume(ev));
	ck_assert_int_eq(got.cnt, 3);
	for (int i = 0; i < 3; i++) {
		memcpy(&event, got.data[i], sizeof(event));
		ck_assert_uint_ge(got.sizes[i], sizeof(event));
		ck_assert_int_eq((int)event.pid, getpid());
		ck_assert_uint_ge(event.number, 100);
		ck_assert_uint_lt(event.number, 103);
		ck_assert_str_eq(event.comm, "live");
	}
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(perf_buffers_carry_any_size)
{
	struct bcc_c_module *mod = load_case("perf");
	struct perf_event event;
	struct received got;
	struct bcc_c_events *ev = read_from(mod, "events", &got);

	ck_assert_int_eq(run_raw(mod, "submit_part", 5, 3), -1);
	ck_assert_int_eq(run_raw(mod, "submit_part", 5, 12), 0);
	assert_ok(mod, bcc_c_events__consume(ev));
	ck_assert_int_eq(got.cnt, 1);
	ck_assert_uint_eq(got.sizes[0], 12); /* with the record's own 4 bytes a multiple of 8 */
	ck_assert_int_eq(run_raw(mod, "submit_below", 6, 0), 0);
	assert_ok(mod, bcc_c_events__consume(ev));
	ck_assert_int_eq(got.cnt, 2);
	memcpy(&event, got.data[1], sizeof(event));
	ck_assert_uint_eq(event.pid, 2);
	ck_assert_uint_eq(event.number, 6);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(perf_buffers_carry_packets)
{
	struct bcc_c_module *mod = load_case("perf");
	struct bcc_c_events *ev;
	struct received got;
	char packet[64];
	uint32_t length;

	for (int i = 0; i < 64; i++)
		packet[i] = (char)i;
	packet[12] = 8; /* IPv4 */
	packet[13] = 0;
	ev = read_from(mod, "packets", &got);
	/* A socket filter sees what is behind the Ethernet header. */
	ck_assert_int_eq(run_packet(bcc_c_prog__fd(prog_of(mod, "submit_packet")), packet, 64), 50);
	assert_ok(mod, bcc_c_events__consume(ev));
	ck_assert_int_eq(got.cnt, 1);
	memcpy(&length, got.data[0], sizeof(length));
	ck_assert_uint_eq(length, 50);
	ck_assert_mem_eq(got.data[0] + sizeof(length), packet + 14, 8);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(ring_buffers_carry_structs)
{
	struct bcc_c_module *mod = load_case("ring");
	struct ring_event event;
	struct received got;
	struct bcc_c_events *ev = read_from(mod, "ring", &got);

	ck_assert_int_eq(run_raw(mod, "output", 7, 0), 0);
	ck_assert_int_eq(run_raw(mod, "discard", 8, 0), 0);
	ck_assert_int_eq(run_raw(mod, "submit", 9, 0), 0);
	ck_assert_int_eq(run_raw(mod, "query", 0, 0), getpagesize());
	ck_assert_int_eq(bcc_c_events__poll(ev, 1000), 2);
	for (int i = 0; i < 2; i++) {
		memcpy(&event, got.data[i], sizeof(event));
		ck_assert_uint_eq(got.sizes[i], sizeof(event));
		ck_assert_uint_eq(event.number, i ? 9 : 7);
		ck_assert_uint_eq(event.how, i ? 2 : 1);
	}
	bcc_c_module__free(mod);
}
END_TEST

/* Whether the kernel's trace has a line with that text. Reading this file removes nothing. */
static bool trace_has(const char *text)
{
	FILE *file = fopen("/sys/kernel/tracing/trace", "r");
	char line[512];
	bool found = false;

	ck_assert_ptr_nonnull(file);
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, text);
	fclose(file);
	return found;
}

START_TEST(lines_are_traced)
{
	static const char source[] =
		"int say(struct bpf_raw_tracepoint_args *ctx)\n"
		"{\n"
		"	bpf_trace_printk(\"plain %d\\\\n\", (int)ctx->args[0]);\n"
		"	return bpf_trace_printk(\"three %d %lx %u\\n\", (int)ctx->args[0],\n"
		"				ctx->args[1], 7) < 0;\n"
		"}\n";
	struct bcc_c_module *mod;
	char want[64];

	want_tracefs();
	mod = load_bcc(source);
	ck_assert_int_eq(run_raw(mod, "say", (uint64_t)getpid(), 0xabcd1234), 0);
	snprintf(want, sizeof(want), "plain %d", getpid());
	ck_assert(trace_has(want));
	snprintf(want, sizeof(want), "three %d abcd1234 7", getpid());
	ck_assert(trace_has(want));
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_bcc_events(void)
{
	Suite *suite = suite_create("bcc_events");
	TCase *tc = tcase_create("events");

	tcase_add_test(tc, perf_buffers_carry_structs);
	tcase_add_test(tc, perf_buffers_carry_any_size);
	tcase_add_test(tc, perf_buffers_carry_packets);
	tcase_add_test(tc, ring_buffers_carry_structs);
	tcase_add_test(tc, lines_are_traced);
	suite_add_tcase(suite, tc);
	return suite;
}
