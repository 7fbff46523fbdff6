/* SPDX-License-Identifier: BSD-2-Clause */
/* The methods of BCC's tables: what they do to the table and what they give. */
#include "dialect.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/syscall.h>

START_TEST(hash_finds_and_changes)
{
	struct bcc_c_module *mod = load_case("hash");

	ck_assert_int_eq(run_raw(mod, "lookup", 1, 0), -1);
	ck_assert_int_eq(run_raw(mod, "update", 1, 10), 0);
	ck_assert_int_eq(run_raw(mod, "lookup", 1, 0), 10);
	ck_assert_int_eq(run_raw(mod, "update", 1, 11), 0);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 1), 11);
	ck_assert_int_eq(run_raw(mod, "insert", 1, 12), -EEXIST);
	ck_assert_int_eq(run_raw(mod, "insert", 2, 12), 0);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 1), 11);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 2), 12);
	ck_assert_int_eq(run_raw(mod, "remove", 1, 0), 0);
	ck_assert_int_eq(run_raw(mod, "remove", 1, 0), -ENOENT);
	ck_assert(!has_leaf(mod, "numbers", 1));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(hash_makes_leaves)
{
	struct bcc_c_module *mod = load_case("hash");

	ck_assert_int_eq(run_raw(mod, "or_try_init", 1, 10), 11);
	ck_assert_int_eq(run_raw(mod, "or_try_init", 1, 10), 12);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 1), 12);
	for (uint64_t key = 101; key < 104; key++)
		set_leaf(mod, "numbers", key, 7);
	ck_assert_int_eq(run_raw(mod, "or_try_init", 2, 10), -1); /* no room */
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(programs_end_without_a_leaf)
{
	struct bcc_c_module *mod = load_case("or_init");

	ck_assert_int_eq(run_raw(mod, "or_init", 2, 20), 21);
	ck_assert_int_eq(run_raw(mod, "or_init", 2, 20), 22);
	ck_assert_int_eq(run_raw(mod, "or_init_below", 2, 20), 1023);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 2), 23);
	for (uint64_t key = 101; key < 104; key++)
		set_leaf(mod, "numbers", key, 7);
	ck_assert_int_eq(run_raw(mod, "or_init", 1, 10), 0); /* no room */
	ck_assert_int_eq(run_raw(mod, "or_init_below", 1, 10), 1000);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(hash_increments)
{
	struct bcc_c_module *mod = load_case("hash");

	run_raw(mod, "add", 1, 10); /* a miss inserts the step */
	ck_assert_uint_eq(leaf_of(mod, "numbers", 1), 11);
	run_raw(mod, "add", 1, (uint64_t)-4);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 1), 8);
	run_raw(mod, "atomic_add", 2, 50);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 2), 49);
	run_raw(mod, "atomic_add", 2, 1ULL << 40);
	ck_assert_uint_eq(leaf_of(mod, "numbers", 2), 48 + (1ULL << 40));
	set_leaf(mod, "numbers", 100, 7);
	set_leaf(mod, "numbers", 101, 7);
	run_raw(mod, "add", 3, 1); /* no room: nothing happens */
	ck_assert(!has_leaf(mod, "numbers", 3));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(functions_have_names_of_methods)
{
	struct bcc_c_module *mod = load_case("own_names");

	ck_assert_int_eq(run_raw(mod, "increment", 1, 10), 110 + 6);
	ck_assert_uint_eq(leaf_of(mod, "counts", 1), 1 + 10 + 1 + 110);
	ck_assert_str_eq(bcc_c_prog__name(prog_of(mod, "atomic_increment")), "atomic_increment");
	bcc_c_module__free(mod);
}
END_TEST

static uint64_t sum_of(struct bcc_c_module *mod, const char *name, uint32_t key)
{
	struct bcc_c_map *map = map_of(mod, name);
	uint64_t values[1024] = {}, sum = 0;

	ck_assert_uint_le(bcc_c_map__value_size(map), sizeof(values));
	assert_ok(mod,
		  bcc_c_map__lookup(map, &key, sizeof(key), values, bcc_c_map__value_size(map)));
	for (int i = 0; i < 1024; i++)
		sum += values[i];
	return sum;
}

START_TEST(others_increment_what_is_there)
{
	struct bcc_c_module *mod = load_case("hash");
	struct bcc_c_map *per_cpu = map_of(mod, "per_cpu");
	uint64_t zeros[1024] = {};
	uint32_t key = 1;

	run_raw(mod, "others", 1, 10);
	ck_assert_uint_eq(leaf_of(mod, "slots", 1), 11);
	ck_assert(!has_leaf(mod, "recent", 1));
	ck_assert_int_eq(bcc_c_map__lookup(per_cpu, &key, sizeof(key), zeros,
					   bcc_c_map__value_size(per_cpu)),
			 -ENOENT);
	set_leaf(mod, "recent", 1, 5);
	assert_ok(mod, bcc_c_map__update(per_cpu, &key, sizeof(key), zeros,
					 bcc_c_map__value_size(per_cpu), 0));
	run_raw(mod, "others", 1, 10);
	ck_assert_uint_eq(leaf_of(mod, "recent", 1), 16);
	ck_assert_uint_eq(sum_of(mod, "per_cpu", 1), 11);
	run_raw(mod, "others", 4, 10); /* behind the array's end */
	ck_assert(!has_leaf(mod, "slots", 4));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(keys_and_leaves_have_their_types)
{
	struct bcc_c_module *mod = load_case("hash");
	struct {
		char text[8];
		uint32_t number, pad;
	} name = { "abc", 77, 0 };
	unsigned __int128 wide = (unsigned __int128)3 << 100;
	uint64_t sum = 0;
	int leaf = 0;

	run_raw(mod, "conversions", 3, 77);
	ck_assert_uint_eq(leaf_of(mod, "shorts", 3), 0); /* 1 + 65535 in 16 bits */
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "names"), &name, sizeof(name), &leaf,
					 sizeof(leaf)));
	ck_assert_int_eq(leaf, -2);
	assert_ok(mod,
		  bcc_c_map__lookup(map_of(mod, "wide"), &wide, sizeof(wide), &sum, sizeof(sum)));
	ck_assert_uint_eq(sum, 9);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(histograms_fill)
{
	static const struct {
		uint64_t value;
		int slot; /* that of the highest bit, plus one; 0 has the first */
	} cases[] = { { 0, 1 },           { 1, 1 },     { 2, 2 },     { 3, 2 },
		      { 4, 3 },           { 1023, 10 }, { 1024, 11 }, { 0xffffffff, 32 },
		      { 1ULL << 32, 33 }, { ~0ULL, 64 } };
	struct bcc_c_module *mod = load_case("histogram");
	struct {
		uint32_t id, pad;
		uint64_t slot;
	} key = { .id = 9, .slot = 2 };
	uint64_t leaf = 0, slots[65] = {};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		run_raw(mod, "record", cases[i].value, 9);
		slots[cases[i].slot]++;
	}
	for (uint64_t slot = 0; slot < 64; slot++)
		ck_assert_msg(leaf_of(mod, "sizes", slot) == slots[slot], "slot %d", (int)slot);
	assert_ok(mod,
		  bcc_c_map__lookup(map_of(mod, "by_id"), &key, sizeof(key), &leaf, sizeof(leaf)));
	ck_assert_uint_eq(leaf, 2);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(queues_and_stacks)
{
	struct bcc_c_module *mod = load_case("queue");

	ck_assert_int_eq(run_raw(mod, "peek", 0, 0), -1);
	ck_assert_int_eq(run_raw(mod, "push", 1, 0), 0);
	ck_assert_int_eq(run_raw(mod, "push", 2, 0), 0);
	ck_assert_int_eq(run_raw(mod, "push", 3, 0), -E2BIG); /* the stack drops its oldest */
	ck_assert_int_eq(run_raw(mod, "peek", 0, 0), 103);
	ck_assert_int_eq(run_raw(mod, "pop", 0, 0), 103);
	ck_assert_int_eq(run_raw(mod, "pop", 0, 0), 202);
	ck_assert_int_eq(run_raw(mod, "pop", 0, 0), -1);
	bcc_c_module__free(mod);
}
END_TEST

/* The leaf is the addresses, the first of them that of what is running. */
static void trace_of(struct bcc_c_module *mod, const char *prog, uint64_t trace[127])
{
	int id = run_raw(mod, prog, 0, 0);

	memset(trace, 0, 127 * sizeof(*trace));
	ck_assert_msg(id >= 0, "%s: %d", prog, id);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "traces"), &id, sizeof(id), trace,
					 127 * sizeof(*trace)));
}

START_TEST(stacks_are_recorded)
{
	struct bcc_c_module *mod = load_case("stacks");
	uint64_t kernel[127], skipped[127], user[127];

	trace_of(mod, "kernel_stack", kernel);
	trace_of(mod, "skipping", skipped);
	trace_of(mod, "user_stack", user);
	ck_assert_uint_gt(kernel[2], 1ULL << 63);
	ck_assert_uint_eq(kernel[2], skipped[0]);
	ck_assert_uint_ne(user[0], 0);
	ck_assert_uint_lt(user[0], 1ULL << 63);
	ck_assert_int_ge(run_raw(mod, "build_ids", 0, 0), 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(programs_jump)
{
	struct bcc_c_module *mod = load_case("jumps");

	set_leaf(mod, "jumps", 1, (uint64_t)bcc_c_prog__fd(prog_of(mod, "target")));
	ck_assert_int_eq(run_raw(mod, "start", 0, 5), -1);
	ck_assert_uint_eq(leaf_of(mod, "seen", 0), 0);
	ck_assert_int_eq(run_raw(mod, "start", 1, 5), 42);
	ck_assert_uint_eq(leaf_of(mod, "seen", 0), 5);
	ck_assert_int_eq(run_raw(mod, "start_by_helper", 0, 7), -1);
	ck_assert_int_eq(run_raw(mod, "start_by_helper", 1, 7), 42);
	ck_assert_uint_eq(leaf_of(mod, "seen", 0), 12);
	bcc_c_module__free(mod);
}
END_TEST

/* A counter of the first processor's time, on which this process then stays. */
static int open_counter(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(cpus), &cpus), 0);
	return (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);
}

START_TEST(counters_are_read)
{
	struct bcc_c_module *mod = load_case("counters");
	uint64_t value[3] = {};
	int fd = open_counter(), zero = 0;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(run_raw(mod, "read_counter", 0, 0), 0); /* no counter there yet */
	ck_assert_int_eq(run_raw(mod, "read_value", 0, 0), -ENOENT);
	set_leaf(mod, "clocks", 0, (uint64_t)fd);
	ck_assert_int_eq(run_raw(mod, "read_counter", 0, 0), 1);
	ck_assert_int_eq(run_raw(mod, "read_value", 0, 0), 0);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "values"), &zero, sizeof(zero), value,
					 sizeof(value)));
	ck_assert_uint_gt(value[0], 0); /* count, time enabled, time running */
	ck_assert_uint_ge(value[1], value[2]);
	close(fd);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(the_task_is_in_its_group)
{
	struct bcc_c_module *mod = load_case("counters");
	int fd = open_cgroup();

	if (fd >= 0) {
		set_leaf(mod, "groups", 1, (uint64_t)fd);
		ck_assert_int_eq(run_raw(mod, "in_group", 1, 0), 1);
		ck_assert_int_lt(run_raw(mod, "in_group", 0, 0), 0); /* nothing there */
		close(fd);
	}
	bcc_c_module__free(mod);
	skip_if(fd < 0, "no control groups of version 2");
}
END_TEST

START_TEST(tables_hold_tables)
{
	struct bcc_c_module *mod = load_case("nested");
	uint64_t fd = (uint64_t)bcc_c_map__fd(map_of(mod, "inner"));

	set_leaf(mod, "inner", 5, 55);
	ck_assert_int_eq(run_raw(mod, "in_array", 1, 5), -1);
	set_leaf(mod, "by_index", 1, fd);
	set_leaf(mod, "by_key", 77, fd);
	ck_assert_int_eq(run_raw(mod, "in_array", 1, 5), 55);
	ck_assert_int_eq(run_raw(mod, "in_array", 1, 6), -2);
	ck_assert_int_eq(run_raw(mod, "in_hash", 77, 5), 55);
	ck_assert_int_eq(run_raw(mod, "in_hash", 78, 5), -1);
	ck_assert_int_eq(run_raw(mod, "in_others", 3, 5), -1);
	set_leaf(mod, "by_number", 3, fd);
	set_leaf(mod, "by_type", 3, fd);
	ck_assert_int_eq(run_raw(mod, "in_others", 3, 5), 110);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tries_find_the_longest_prefix)
{
	struct bcc_c_module *mod = load_case("trie");
	const struct {
		uint32_t bits;
		uint8_t address[4];
	} wide = { 8, { 10 } }, narrow = { 16, { 10, 1 } };

	set_leaf(mod, "routes", *(const uint64_t *)&wide, 1);
	set_leaf(mod, "routes", *(const uint64_t *)&narrow, 2);
	ck_assert_int_eq(run_raw(mod, "route", 10, 1), 2);
	ck_assert_int_eq(run_raw(mod, "route", 10, 2), 1);
	ck_assert_int_eq(run_raw(mod, "route", 11, 1), -1);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_bcc_methods(void)
{
	Suite *suite = suite_create("bcc_methods");
	TCase *tc = tcase_create("methods");

	tcase_add_test(tc, hash_finds_and_changes);
	tcase_add_test(tc, hash_makes_leaves);
	tcase_add_test(tc, programs_end_without_a_leaf);
	tcase_add_test(tc, hash_increments);
	tcase_add_test(tc, functions_have_names_of_methods);
	tcase_add_test(tc, others_increment_what_is_there);
	tcase_add_test(tc, keys_and_leaves_have_their_types);
	tcase_add_test(tc, histograms_fill);
	tcase_add_test(tc, queues_and_stacks);
	tcase_add_test(tc, stacks_are_recorded);
	tcase_add_test(tc, programs_jump);
	tcase_add_test(tc, counters_are_read);
	tcase_add_test(tc, the_task_is_in_its_group);
	tcase_add_test(tc, tables_hold_tables);
	tcase_add_test(tc, tries_find_the_longest_prefix);
	suite_add_tcase(suite, tc);
	return suite;
}
