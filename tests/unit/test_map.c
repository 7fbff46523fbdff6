/* SPDX-License-Identifier: BSD-2-Clause */
/* What there is to know of a map before it is in the kernel. */
#include "unit.h"

#define MAP(name, type, entries, key, value)                                                       \
	"struct { __uint(type, " #type "); __uint(max_entries, " #entries "); __type(key, " #key   \
	"); __type(value, " #value "); } " name " SEC(\".maps\");\n"

#define SOURCE                                                                                            \
	PRELUDE "struct odd { char bytes[13]; };\n" MAP("hash", 1, 1000, u32, u64) MAP(                   \
		"array", 2, 5, u32, struct odd) MAP("percpu_hash", 5, 7, u64, u32)                        \
		MAP("percpu_array", 6, 1, u32,                                                            \
		    struct                                                                                \
		    odd) "struct { __uint(type, 27); __uint(max_entries, 8192); } ring SEC(\".maps\");\n" \
			 "struct { __uint(type, 4); __uint(key_size, 4); __uint(value_size, 4); }"        \
			 " perf SEC(\".maps\");\n"

static struct bcc_c_map *find(struct bcc_c_module *mod, const char *name)
{
	struct bcc_c_map *map = bcc_c_module__find_map(mod, name);

	ck_assert_msg(map != NULL, "%s", bcc_c_module__errmsg(mod));
	return map;
}

START_TEST(map_types_and_sizes)
{
	static const struct {
		const char *name, *type;
		size_t key_size, value_size;
		uint32_t max_entries;
	} expected[] = {
		{ "hash", "hash", 4, 8, 1000 },
		{ "array", "array", 4, 13, 5 },
		{ "ring", "ringbuf", 0, 0, 8192 },
		{ "perf", "perf_event_array", 4, 4, 0 },
	};
	struct bcc_c_module *mod = compiled(SOURCE);

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		struct bcc_c_map *map = find(mod, expected[i].name);

		ck_assert_str_eq(bcc_c_map__type_name(map), expected[i].type);
		ck_assert_uint_eq(bcc_c_map__key_size(map), expected[i].key_size);
		ck_assert_uint_eq(bcc_c_map__value_size(map), expected[i].value_size);
		ck_assert_uint_eq(bcc_c_map__value_stride(map), 0);
		ck_assert_uint_eq(bcc_c_map__max_entries(map), expected[i].max_entries);
	}
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(map_per_cpu_sizes)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	size_t cpus = (size_t)libbpf_num_possible_cpus();
	struct bcc_c_map *hash = find(mod, "percpu_hash"), *array = find(mod, "percpu_array");

	ck_assert_str_eq(bcc_c_map__type_name(hash), "percpu_hash");
	ck_assert_uint_eq(bcc_c_map__key_size(hash), 8);
	ck_assert_uint_eq(bcc_c_map__value_stride(hash), 8);
	ck_assert_uint_eq(bcc_c_map__value_size(hash), 8 * cpus);
	ck_assert_uint_eq(bcc_c_map__value_stride(array), 16);
	ck_assert_uint_eq(bcc_c_map__value_size(array), 16 * cpus);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(map_type_without_name)
{
	struct bcc_c_module *mod = compiled(PRELUDE MAP("m", 200, 1, u32, u32));

	ck_assert_str_eq(bcc_c_map__type_name(find(mod, "m")), "unknown");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(map_set_max_entries)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	struct bcc_c_map *map = find(mod, "hash");

	assert_ok(mod, bcc_c_map__set_max_entries(map, 12345));
	ck_assert_uint_eq(bcc_c_map__max_entries(map), 12345);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(map_access_before_load)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	struct bcc_c_map *map = find(mod, "hash");
	uint32_t key = 1;
	uint64_t value = 2;

	assert_fails(mod, EINVAL, "read map 'hash': it is not loaded",
		     bcc_c_map__lookup(map, &key, sizeof(key), &value, sizeof(value)));
	assert_fails(mod, EINVAL, "write map 'hash': it is not loaded",
		     bcc_c_map__update(map, &key, sizeof(key), &value, sizeof(value), 0));
	assert_fails(mod, EINVAL, "not loaded", bcc_c_map__delete(map, &key, sizeof(key)));
	assert_fails(mod, EINVAL, "not loaded", bcc_c_map__next_key(map, NULL, &key, sizeof(key)));
	errno = 0;
	ck_assert_int_eq(bcc_c_map__fd(map), -EINVAL);
	ck_assert_int_eq(errno, EINVAL);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(map_with_bad_definition)
{
	struct bcc_c_module *mod = new_module();

	assert_fails(mod, ENOEXEC, "the log has the details",
		     bcc_c_module__compile(
			     mod,
			     PRELUDE
			     "struct { __uint(type, 1); __uint(no_such, 2); } m SEC(\".maps\");",
			     NULL));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "no_such"));
	assert_ok(mod, bcc_c_module__compile(mod, SOURCE, NULL));
	bcc_c_module__free(mod);
}
END_TEST

SUITE(map, map_types_and_sizes, map_per_cpu_sizes, map_type_without_name, map_set_max_entries,
      map_access_before_load, map_with_bad_definition)
