/* SPDX-License-Identifier: BSD-2-Clause */
/* Maps: what user space writes programs read, and the other way round. */
#include "live.h"

#include <stdio.h>
#include <stdlib.h>

static const char source[] = PRELUDE
	"struct key { u32 id; char tag[4]; };\n"
	"struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4);\n"
	"	 __type(key, struct key); __type(value, u64); } table SEC(\".maps\");\n"
	"struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 3);\n"
	"	 __type(key, u32); __type(value, int); } list SEC(\".maps\");\n"
	"struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 1);\n"
	"	 __type(key, u32); __type(value, u32); } per_cpu SEC(\".maps\");\n"
	"struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(\".maps\");\n"
	"const volatile int target;\n"
	"SEC(\"raw_tp/sys_enter\") int on_enter(struct bpf_raw_tracepoint_args *ctx)\n"
	"{\n"
	"	struct key key = { .id = 7, .tag = \"abc\" };\n"
	"	u32 zero = 0, *slot;\n"
	"	u64 *value;\n"
	"	if (bpf_get_current_pid_tgid() >> 32 != target || (ctx->args[1] != 110 && ctx->args[1] != 173))\n"
	"		return 0;\n"
	"	value = bpf_map_lookup_elem(&table, &key);\n"
	"	if (value)\n"
	"		__sync_fetch_and_add(value, 1);\n"
	"	slot = bpf_map_lookup_elem(&per_cpu, &zero);\n"
	"	if (slot)\n"
	"		*slot += 1;\n"
	"	return 0;\n"
	"}\n";

struct key {
	uint32_t id;
	char tag[4];
};

static struct bcc_c_module *mod;
static struct bcc_c_map *table, *list, *per_cpu;

static void set_up(void)
{
	mod = load_source(source);
	table = map_of(mod, "table");
	list = map_of(mod, "list");
	per_cpu = map_of(mod, "per_cpu");
}

static void tear_down(void)
{
	bcc_c_module__free(mod);
}

START_TEST(map_says_what_it_is)
{
	ck_assert_str_eq(bcc_c_map__name(table), "table");
	ck_assert_str_eq(bcc_c_map__type_name(table), "hash");
	ck_assert_str_eq(bcc_c_map__type_name(per_cpu), "percpu_array");
	ck_assert_uint_eq(bcc_c_map__key_size(table), sizeof(struct key));
	ck_assert_uint_eq(bcc_c_map__value_size(table), 8);
	ck_assert_uint_eq(bcc_c_map__value_stride(table), 0);
	ck_assert_uint_eq(bcc_c_map__value_stride(per_cpu), 8);
	ck_assert_uint_eq(bcc_c_map__value_size(per_cpu) % 8, 0);
	ck_assert_uint_eq(bcc_c_map__max_entries(table), 4);
	ck_assert_int_ge(bcc_c_map__fd(table), 0);
	assert_fails(mod, EBUSY, "before loading", bcc_c_map__set_max_entries(table, 8));
}
END_TEST

START_TEST(map_programs_see_what_is_written)
{
	struct key key = { .id = 7, .tag = "abc" };
	uint64_t value = 40;

	assert_ok(mod, bcc_c_map__update(table, &key, sizeof(key), &value, sizeof(value),
					 BCC_C_MAP_ANY));
	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid(2);
	assert_ok(mod, bcc_c_map__lookup(table, &key, sizeof(key), &value, sizeof(value)));
	ck_assert_uint_eq(value, 42);
}
END_TEST

START_TEST(map_per_cpu_values_add_up)
{
	size_t size = bcc_c_map__value_size(per_cpu), stride = bcc_c_map__value_stride(per_cpu);
	char *values = calloc(1, size);
	uint32_t key = 0, sum = 0, value;

	assert_ok(mod, bcc_c_module__attach(mod));
	call_getppid(300);
	assert_ok(mod, bcc_c_map__lookup(per_cpu, &key, sizeof(key), values, size));
	for (size_t at = 0; at < size; at += stride) {
		memcpy(&value, values + at, sizeof(value));
		sum += value;
	}
	ck_assert_uint_eq(sum, 300);
	assert_fails(mod, EINVAL, "bytes",
		     bcc_c_map__lookup(per_cpu, &key, sizeof(key), &value, 4));
	free(values);
}
END_TEST

START_TEST(map_update_obeys_flags)
{
	struct key key = { .id = 1 };
	uint64_t value = 1;

	assert_fails(mod, ENOENT, "table",
		     bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_EXIST));
	assert_ok(mod, bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_NOEXIST));
	assert_fails(mod, EEXIST, "table",
		     bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_NOEXIST));
	value = 2;
	assert_ok(mod, bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_EXIST));
	value = 0;
	assert_ok(mod, bcc_c_map__lookup(table, &key, sizeof(key), &value, 8));
	ck_assert_uint_eq(value, 2);
}
END_TEST

START_TEST(map_full)
{
	struct key key = { 0 };
	uint64_t value = 1;
	uint32_t index = 3;

	for (key.id = 0; key.id < 4; key.id++)
		assert_ok(mod,
			  bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_ANY));
	assert_fails(mod, E2BIG, "full",
		     bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_ANY));
	assert_fails(mod, E2BIG, "none of an array",
		     bcc_c_map__update(list, &index, 4, &index, 4, BCC_C_MAP_ANY));
}
END_TEST

START_TEST(map_delete_removes)
{
	struct key key = { .id = 5 };
	uint64_t value = 1;
	uint32_t index = 0;

	assert_fails(mod, ENOENT, "no such key", bcc_c_map__delete(table, &key, sizeof(key)));
	assert_ok(mod, bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_ANY));
	assert_ok(mod, bcc_c_map__delete(table, &key, sizeof(key)));
	assert_fails(mod, ENOENT, "no such key",
		     bcc_c_map__lookup(table, &key, sizeof(key), &value, 8));
	assert_fails(mod, EINVAL, "list", bcc_c_map__delete(list, &index, sizeof(index)));
}
END_TEST

START_TEST(map_walk_gives_each_key_once)
{
	struct key key = { 0 };
	uint64_t value = 1;
	unsigned int seen = 0;
	int err, cnt = 0;

	assert_fails(mod, ENOENT, "no more keys",
		     bcc_c_map__next_key(table, NULL, &key, sizeof(key)));
	for (key.id = 0; key.id < 4; key.id++)
		assert_ok(mod,
			  bcc_c_map__update(table, &key, sizeof(key), &value, 8, BCC_C_MAP_ANY));
	for (err = bcc_c_map__next_key(table, NULL, &key, sizeof(key)); !err;
	     err = bcc_c_map__next_key(table, &key, &key, sizeof(key))) {
		seen |= 1u << key.id;
		cnt++;
	}
	ck_assert_int_eq(err, -ENOENT);
	ck_assert_int_eq(cnt, 4);
	ck_assert_uint_eq(seen, 0xf);
}
END_TEST

START_TEST(map_wrong_sizes)
{
	uint64_t key = 0, value = 0;

	assert_fails(mod, EINVAL, "keys have 8 bytes, not 4",
		     bcc_c_map__lookup(table, &key, 4, &value, 8));
	assert_fails(mod, EINVAL, "values have 8 bytes, not 4",
		     bcc_c_map__lookup(table, &key, 8, &value, 4));
	assert_fails(mod, EINVAL, "keys have 8 bytes",
		     bcc_c_map__update(table, &key, 0, &value, 8, 0));
	assert_fails(mod, EINVAL, "keys have 8 bytes", bcc_c_map__delete(table, &key, 9));
	assert_fails(mod, EINVAL, "keys have 8 bytes", bcc_c_map__next_key(table, NULL, &key, 4));
	assert_fails(mod, EINVAL, "no key", bcc_c_map__lookup(table, NULL, 8, &value, 8));
}
END_TEST

START_TEST(map_missing)
{
	assert_null(mod, ENOENT, "no such map", bcc_c_module__find_map(mod, "no_such_map"));
	assert_null(mod, ENOENT, "no such program", bcc_c_module__find_prog(mod, "no_such_prog"));
}
END_TEST

START_TEST(map_text_of_elements)
{
	struct key key = { .id = 7, .tag = "abc" };
	uint64_t value = 123456789012ULL;
	char text[64];

	ck_assert_int_eq(bcc_c_map__format_key(table, &key, sizeof(key), text, sizeof(text)), 19);
	ck_assert_str_eq(text, "{id: 7, tag: \"abc\"}");
	ck_assert_int_eq(bcc_c_map__format_value(table, &value, 8, text, sizeof(text)), 12);
	ck_assert_str_eq(text, "123456789012");
}
END_TEST

/* So many that the compiler makes their types apart. Program N counts in map N what calls it. */
#define MANY 80

static char *write_many(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "%s%s", PRELUDE, "const volatile int target;\n");
	for (int i = 0; i < MANY; i++)
		fprintf(out,
			"struct count%d { u64 calls; int number%d; };\n"
			"struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, %d);\n"
			"__type(key, u32); __type(value, struct count%d); } counts%d SEC(\".maps\");\n"
			"SEC(\"raw_tp/sys_enter\") int on_enter%d(struct bpf_raw_tracepoint_args *ctx)\n"
			"{ u32 key = %d; struct count%d count = { 1, %d };\n"
			"if (bpf_get_current_pid_tgid() >> 32 == target)\n"
			"bpf_map_update_elem(&counts%d, &key, &count, BPF_ANY); return 0; }\n",
			i, i, i + 1, i, i, i, i, i, -i, i);
	fclose(out);
	return text;
}

START_TEST(map_many)
{
	char *text = write_many();
	struct bcc_c_module *many = load_source(text);
	struct {
		uint64_t calls;
		int32_t number;
	} count;

	ck_assert_int_eq(bcc_c_module__attach(many), MANY);
	call_getppid(1);
	for (uint32_t i = 0; i < MANY; i++) {
		char name[16], shown[64], wanted[64];

		snprintf(name, sizeof(name), "counts%u", i);
		memset(&count, 0, sizeof(count));
		assert_ok(many, bcc_c_map__lookup(map_of(many, name), &i, 4, &count, 16));
		ck_assert_int_eq(count.number, -(int)i);
		ck_assert_int_gt(bcc_c_map__format_value(map_of(many, name), &count, 16, shown,
							 sizeof(shown)),
				 0);
		snprintf(wanted, sizeof(wanted), "{calls: 1, number%u: %d}", i, -(int)i);
		ck_assert_str_eq(shown, wanted);
	}
	bcc_c_module__free(many);
	free(text);
}
END_TEST

Suite *suite_map(void)
{
	Suite *suite = suite_create("map");
	TCase *tc = tcase_create("map");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, map_says_what_it_is);
	tcase_add_test(tc, map_programs_see_what_is_written);
	tcase_add_test(tc, map_per_cpu_values_add_up);
	tcase_add_test(tc, map_update_obeys_flags);
	tcase_add_test(tc, map_full);
	tcase_add_test(tc, map_delete_removes);
	tcase_add_test(tc, map_walk_gives_each_key_once);
	tcase_add_test(tc, map_wrong_sizes);
	tcase_add_test(tc, map_missing);
	tcase_add_test(tc, map_text_of_elements);
	tcase_add_test(tc, map_many);
	suite_add_tcase(suite, tc);
	return suite;
}
