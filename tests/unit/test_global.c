/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#define SOURCE                                                                                     \
	PRELUDE                                                                                    \
	"const volatile int constant = 7; int data = 5; long zeros; u8 byte = 3;\n"                \
	"struct { int a, b; } pair = { 1, 2 }; static volatile int hidden = 9;\n"                  \
	"int own SEC(\".data.own\") = 11;\n"                                                       \
	"SEC(\"kprobe\") int prog(void *ctx)\n"                                                    \
	"{ return constant + data + zeros + byte + pair.a + hidden + own; }\n"

static int get(struct bcc_c_module *mod, const char *name)
{
	int value = -1;

	assert_ok(mod, bcc_c_module__get_global(mod, name, &value, sizeof(value)));
	return value;
}

START_TEST(global_initial_values)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	int pair[2];
	long zeros;
	uint8_t byte;

	ck_assert_int_eq(get(mod, "constant"), 7);
	ck_assert_int_eq(get(mod, "data"), 5);
	ck_assert_int_eq(get(mod, "hidden"), 9);
	ck_assert_int_eq(get(mod, "own"), 11);
	assert_ok(mod, bcc_c_module__get_global(mod, "zeros", &zeros, sizeof(zeros)));
	ck_assert_int_eq(zeros, 0);
	assert_ok(mod, bcc_c_module__get_global(mod, "byte", &byte, sizeof(byte)));
	ck_assert_int_eq(byte, 3);
	assert_ok(mod, bcc_c_module__get_global(mod, "pair", pair, sizeof(pair)));
	ck_assert_int_eq(pair[0], 1);
	ck_assert_int_eq(pair[1], 2);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(global_set_before_load)
{
	static const char *const names[] = { "constant", "data", "hidden", "own" };
	struct bcc_c_module *mod = compiled(SOURCE);
	long zeros = -1;

	for (int i = 0; i < (int)ARRAY_SIZE(names); i++) {
		int value = 100 + i;

		assert_ok(mod, bcc_c_module__set_global(mod, names[i], &value, sizeof(value)));
	}
	assert_ok(mod, bcc_c_module__set_global(mod, "zeros", &zeros, sizeof(zeros)));
	for (int i = 0; i < (int)ARRAY_SIZE(names); i++)
		ck_assert_int_eq(get(mod, names[i]), 100 + i);
	zeros = 0;
	assert_ok(mod, bcc_c_module__get_global(mod, "zeros", &zeros, sizeof(zeros)));
	ck_assert_int_eq(zeros, -1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(global_missing)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	int value;

	assert_fails(mod, ENOENT, "'nothing'",
		     bcc_c_module__get_global(mod, "nothing", &value, sizeof(value)));
	assert_fails(mod, ENOENT, "no such global variable",
		     bcc_c_module__set_global(mod, "nothing", &value, sizeof(value)));
	assert_fails(mod, ENOENT, "''", bcc_c_module__get_global(mod, "", &value, sizeof(value)));
	assert_fails(mod, ENOENT, "'prog'",
		     bcc_c_module__get_global(mod, "prog", &value, sizeof(value)));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(global_wrong_size)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	char value[16];

	assert_fails(mod, EINVAL, "4 bytes, not 8",
		     bcc_c_module__get_global(mod, "data", value, 8));
	assert_fails(mod, EINVAL, "4 bytes, not 0",
		     bcc_c_module__get_global(mod, "data", value, 0));
	assert_fails(mod, EINVAL, "4 bytes, not 3",
		     bcc_c_module__set_global(mod, "data", value, 3));
	ck_assert_int_eq(get(mod, "data"), 5);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(global_null_arguments)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	int value = 0;

	ck_assert_int_lt(bcc_c_module__get_global(mod, NULL, &value, sizeof(value)), 0);
	ck_assert_int_lt(bcc_c_module__set_global(mod, NULL, &value, sizeof(value)), 0);
	assert_fails(mod, EINVAL, "'data'",
		     bcc_c_module__get_global(mod, "data", NULL, sizeof(value)));
	assert_fails(mod, EINVAL, "'data'",
		     bcc_c_module__set_global(mod, "data", NULL, sizeof(value)));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(global_in_object_without_any)
{
	struct bcc_c_module *mod = compiled("int f(void *ctx) { return 0; }");
	int value;

	assert_fails(mod, ENOENT, "'x'", bcc_c_module__get_global(mod, "x", &value, sizeof(value)));
	bcc_c_module__free(mod);
}
END_TEST

SUITE(global, global_initial_values, global_set_before_load, global_missing, global_wrong_size,
      global_null_arguments, global_in_object_without_any)
