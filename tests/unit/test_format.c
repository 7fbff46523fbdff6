/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys and values as text, by the type that the source gives them. */
#include "unit.h"

/* A module with a map "m" whose key and value are of a type; types are defined before. */
static struct bcc_c_module *with_type(const char *types, const char *type, struct bcc_c_map **map)
{
	struct bcc_c_module *mod;
	autobuf source = { 0 };

	bcc_c__buf_printf(&source,
			  PRELUDE "%s\nstruct { __uint(type, 1); __uint(max_entries, 1); "
				  "__type(key, %s); __type(value, %s); } m SEC(\".maps\");\n",
			  types, type, type);
	mod = compiled(bcc_c__buf_str(&source));
	*map = bcc_c_module__find_map(mod, "m");
	return mod;
}

static void check(const char *types, const char *type, const void *data, size_t size,
		  const char *text)
{
	struct bcc_c_map *map;
	struct bcc_c_module *mod = with_type(types, type, &map);
	autofree void *copy = malloc(size); /* so that a sanitizer sees a byte too many */
	char buf[512];

	memcpy(copy, data, size);
	ck_assert_uint_eq(bcc_c_map__key_size(map), size);
	assert_ok(mod, bcc_c_map__format_key(map, copy, size, buf, sizeof(buf)));
	ck_assert_str_eq(buf, text);
	ck_assert_int_eq(bcc_c_map__format_value(map, copy, size, buf, sizeof(buf)),
			 (int)strlen(text));
	ck_assert_str_eq(buf, text);
	bcc_c_module__free(mod);
}

/* The value is written in C, with the type's C equivalent. */
#define CHECK(types, type, ctype, value, text)                                                     \
	do {                                                                                       \
		ctype value_ = value;                                                              \
		check(types, type, &value_, sizeof(value_), text);                                 \
	} while (0)

START_TEST(format_integers)
{
	CHECK("", "signed char", int8_t, -5, "-5");
	CHECK("", "u8", uint8_t, 250, "250");
	CHECK("", "short", int16_t, INT16_MIN, "-32768");
	CHECK("", "u16", uint16_t, 65535, "65535");
	CHECK("", "int", int32_t, INT32_MIN, "-2147483648");
	CHECK("", "u32", uint32_t, UINT32_MAX, "4294967295");
	CHECK("", "s64", int64_t, INT64_MIN, "-9223372036854775808");
	CHECK("", "u64", uint64_t, UINT64_MAX, "18446744073709551615");
	CHECK("", "long", int64_t, 0, "0");
}
END_TEST

START_TEST(format_bool_and_pointer)
{
	CHECK("", "_Bool", uint8_t, 0, "false");
	CHECK("", "_Bool", uint8_t, 1, "true");
	CHECK("", "_Bool", uint8_t, 200, "true");
	CHECK("", "void *", uint64_t, 0xffffffff81000000, "0xffffffff81000000");
	CHECK("typedef int (*fn)(int);", "fn", uint64_t, 0, "0x0");
}
END_TEST

START_TEST(format_int128)
{
	static const uint8_t bytes[16] = { 1, 2, [15] = 0xff };

	check("", "__int128", bytes, 16, "01 02 00 00 00 00 00 00 00 00 00 00 00 00 00 ff");
}
END_TEST

START_TEST(format_typedefs_and_modifiers)
{
	CHECK("typedef const volatile unsigned int a; typedef a b;", "b", uint32_t, 3, "3");
	CHECK("", "const volatile int", int32_t, -3, "-3");
}
END_TEST

START_TEST(format_strings)
{
	check("", "char[8]", "abc\0xyz", 8, "\"abc\"");
	check("", "char[3]", "abc", 3, "\"abc\"");
	check("", "char[4]", "\0abc", 4, "\"\"");
	check("", "char[8]", "a\"\\\n\t\x7f\xc3", 8, "\"a\\\"\\\\\\x0a\\x09\\x7f\\xc3\"");
	check("typedef char comm[4];", "comm", "ab\0", 4, "\"ab\"");
	check("", "const char[2]", "xy", 2, "\"xy\"");
}
END_TEST

START_TEST(format_arrays)
{
	static const int32_t ints[] = { 1, -2, 3, 4, 5, 6 };

	check("", "int[3]", ints, 12, "[1, -2, 3]");
	check("", "int[2][3]", ints, 24, "[[1, -2, 3], [4, 5, 6]]");
	check("", "char[2][2]", "ab\0c", 4, "[\"ab\", \"\"]");
	check("", "u8[3]", "\1\2\3", 3, "[1, 2, 3]");
}
END_TEST

START_TEST(format_structs)
{
	static const struct {
		int32_t a;
		struct {
			uint16_t x, y;
		} in;
		char name[4];
		uint64_t p;
	} data = { -1, { 2, 3 }, "n", 0xabc };

	check("struct in { u16 x, y; }; struct s { int a; struct in in; char name[4]; void *p; };",
	      "struct s", &data, sizeof(data), "{a: -1, in: {x: 2, y: 3}, name: \"n\", p: 0xabc}");
}
END_TEST

START_TEST(format_unnamed_members)
{
	static const uint32_t data[] = { 1, 2 };

	check("struct s { int a; struct { int b; }; };", "struct s", data, 8, "{a: 1, {b: 2}}");
	check("struct s { int a; union { int b; u8 c; }; };", "struct s", data, 8,
	      "{a: 1, {b: 2, c: 2}}");
}
END_TEST

START_TEST(format_unions_and_empty_structs)
{
	CHECK("union u { int a; u8 b; };", "union u", uint32_t, 0x1ff, "{a: 511, b: 255}");
	CHECK("struct e {}; struct s { struct e e; int a; };", "struct s", uint32_t, 1,
	      "{e: {}, a: 1}");
	CHECK("struct s { int a; int tail[]; };", "struct s", uint32_t, 1, "{a: 1, tail: []}");
}
END_TEST

START_TEST(format_bit_fields)
{
	unsigned __int128 wide = 3 | (unsigned __int128)0x2aaaaaaaaaaaaaaa << 5 |
				 (unsigned __int128)21 << 67;

	CHECK("struct s { u32 a : 3; u32 b : 5; u32 c : 24; };", "struct s", uint32_t,
	      5 | 31 << 3 | 0xabcdefu << 8, "{a: 5, b: 31, c: 11259375}");
	CHECK("struct s { int a : 3; int b : 3; };", "struct s", uint32_t, 7 | 3 << 3,
	      "{a: -1, b: 3}");
	/* Over the borders of bytes, and of what the type itself would hold. */
	check("struct __attribute__((packed)) s { u8 a : 5; u64 b : 62; u8 c : 5; };", "struct s",
	      &wide, 9, "{a: 3, b: 3074457345618258602, c: 21}");
	CHECK("struct s { u64 a : 64; };", "struct s", uint64_t, UINT64_MAX,
	      "{a: 18446744073709551615}");
	CHECK("struct s { s64 a : 64; };", "struct s", uint64_t, UINT64_MAX, "{a: -1}");
	CHECK("struct s { int a : 32; int : 16; int b : 16; };", "struct s", uint64_t,
	      0xfffe0000ffffffffull, "{a: -1, b: -2}");
}
END_TEST

START_TEST(format_bit_fields_of_other_types)
{
	CHECK("struct s { _Bool a : 1; _Bool b : 1; };", "struct s", uint8_t, 2,
	      "{a: false, b: true}");
	CHECK("enum e { ONE = 1, TWO }; struct s { enum e a : 2; enum e b : 6; };", "struct s",
	      uint32_t, 2 | 7 << 2, "{a: TWO, b: 7}");
}
END_TEST

START_TEST(format_enums)
{
	static const char types[] = "enum e { MINUS = -1, ZERO, ONE };";

	CHECK(types, "enum e", int32_t, 1, "ONE");
	CHECK(types, "enum e", int32_t, 0, "ZERO");
	CHECK(types, "enum e", int32_t, -1, "MINUS");
	CHECK(types, "enum e", int32_t, -7, "-7");
	CHECK(types, "enum e", int32_t, 7, "7");
	CHECK("enum u { A, B = 0xffffffff };", "enum u", uint32_t, UINT32_MAX, "B");
	CHECK("enum u { A };", "enum u", uint32_t, UINT32_MAX, "4294967295");
}
END_TEST

START_TEST(format_enums_of_other_sizes)
{
	CHECK("enum __attribute__((packed)) e { MINUS = -1, ZERO };", "enum e", int8_t, -1,
	      "MINUS");
	CHECK("enum __attribute__((packed)) e { A, B = 200 };", "enum e", uint8_t, 200, "B");
	CHECK("enum e { A, B = 1ULL << 40 };", "enum e", uint64_t, 1ULL << 40, "B");
	CHECK("enum e { A, B = 1ULL << 40 };", "enum e", uint64_t, 3, "3");
	CHECK("enum e { A = -1, B = 1LL << 40 };", "enum e", int64_t, -1, "A");
	CHECK("enum e { A = -1, B = 1LL << 40 };", "enum e", int64_t, -2, "-2");
}
END_TEST

START_TEST(format_float_is_hex)
{
	CHECK("", "double", double, 1.0, "00 00 00 00 00 00 f0 3f");
}
END_TEST

/* ---- JSON */

static void check_json(const char *types, const char *type, const void *data, size_t size,
		       const char *text)
{
	struct bcc_c_map *map;
	struct bcc_c_module *mod = with_type(types, type, &map);
	autofree void *copy = malloc(size);
	char buf[512];

	memcpy(copy, data, size);
	assert_ok(mod, bcc_c_map__json_key(map, copy, size, buf, sizeof(buf)));
	ck_assert_str_eq(buf, text);
	ck_assert_int_eq(bcc_c_map__json_value(map, copy, size, buf, sizeof(buf)),
			 (int)strlen(text));
	ck_assert_str_eq(buf, text);
	bcc_c_module__free(mod);
}

START_TEST(json_quotes_what_is_no_number)
{
	static const uint8_t data[16] = { 1 };

	check_json("", "int", data, 4, "1");
	check_json("", "_Bool", data, 1, "true");
	check_json("", "void *", data, 8, "\"0x1\"");
	check_json("", "__int128", data, 16, "\"01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00\"");
	check_json("enum e { A, B };", "enum e", data, 4, "\"B\"");
	check_json("enum e { A, C = 2 };", "enum e", data, 4, "1");
	check_json("struct s { _Bool a : 1; int b : 3; };", "struct s", data, 4,
		   "{\"a\": true, \"b\": 0}");
	check_json("", "int[2]", data, 8, "[1, 0]");
}
END_TEST

START_TEST(json_strings_are_utf8)
{
#define BAD "\xef\xbf\xbd"
	static const struct {
		const char *bytes, *text;
	} strings[] = {
		{ "a\"\\\n\x7f", "a\\\"\\\\\\u000a\\u007f" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x9d" },
		{ "\xff\x80", BAD BAD },
		{ "\xc1\x81", BAD BAD },
		{ "\xe0\x81\x81", BAD BAD BAD },
		{ "\xed\xa0\x80", BAD BAD BAD },
		{ "\xf4\x90\x80\x80", BAD BAD BAD BAD },
		{ "a\xc3", "a" BAD }, /* cut short */
	};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		autobuf type = { 0 }, want = { 0 };

		bcc_c__buf_printf(&type, "char[%zu]", strlen(strings[i].bytes));
		bcc_c__buf_printf(&want, "\"%s\"", strings[i].text);
		check_json("", bcc_c__buf_str(&type), strings[i].bytes, strlen(strings[i].bytes),
			   bcc_c__buf_str(&want));
	}
}
END_TEST

START_TEST(json_members_have_names)
{
	static const uint32_t data[] = { 1, 2, 3 };

	check_json("struct s { struct { int a; union { int b; u8 c; }; }; int d; };", "struct s",
		   data, 12, "{\"a\": 1, \"b\": 2, \"c\": 2, \"d\": 3}");
	check_json("struct e {}; struct s { struct e e; int a; };", "struct s", data, 4,
		   "{\"e\": {}, \"a\": 1}");
}
END_TEST

START_TEST(json_without_types)
{
	struct bcc_c_module *mod = compiled(
		PRELUDE "struct { __uint(type, 1); __uint(max_entries, 1); __uint(key_size, 3); "
			"__uint(value_size, 1); } m SEC(\".maps\");");
	struct bcc_c_map *map = bcc_c_module__find_map(mod, "m");
	char buf[16];

	ck_assert_int_eq(bcc_c_map__json_key(map, "\1\xab\0", 3, buf, sizeof(buf)), 10);
	ck_assert_str_eq(buf, "\"01 ab 00\"");
	ck_assert_int_eq(bcc_c_map__json_value(map, "", 0, buf, sizeof(buf)), 2);
	ck_assert_str_eq(buf, "\"\"");
	assert_fails(mod, ENOENT, "'m'", bcc_c_map__record_type(map, 1, buf, sizeof(buf)));
	assert_fails(mod, EINVAL, "'m'", bcc_c_map__record_type(map, 1, NULL, 8));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(record_type_is_the_values)
{
	static const char *const names[][2] = {
		{ "struct s", "struct s" }, { "enum e", "enum e" },     { "t", "t" },
		{ "int *", "int*" },        { "u8[2][3]", "u8[2][3]" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bcc_c_map *map;
		struct bcc_c_module *mod =
			with_type("struct s { int a; }; enum e { A }; typedef struct s t;",
				  names[i][0], &map);
		char buf[16];

		ck_assert_int_eq(bcc_c_map__record_type(map, 64, buf, sizeof(buf)),
				 (int)strlen(names[i][1]));
		ck_assert_str_eq(buf, names[i][1]);
		bcc_c_module__free(mod);
	}
}
END_TEST

/* ---- sizes */

START_TEST(format_without_types)
{
	struct bcc_c_module *mod = compiled(
		PRELUDE "struct { __uint(type, 1); __uint(max_entries, 1); __uint(key_size, 3); "
			"__uint(value_size, 1); } m SEC(\".maps\");");
	struct bcc_c_map *map = bcc_c_module__find_map(mod, "m");
	char buf[16];

	ck_assert_int_eq(bcc_c_map__format_key(map, "\1\xab\0", 3, buf, sizeof(buf)), 8);
	ck_assert_str_eq(buf, "01 ab 00");
	ck_assert_int_eq(bcc_c_map__format_value(map, "\xff", 1, buf, sizeof(buf)), 2);
	ck_assert_str_eq(buf, "ff");
	ck_assert_int_eq(bcc_c_map__format_value(map, "", 0, buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(format_small_buffers)
{
	struct bcc_c_map *map;
	struct bcc_c_module *mod = with_type("", "int", &map);
	int value = -12345;

	for (size_t size = 0; size < 10; size++) {
		char buf[10] = "#########";

		ck_assert_int_eq(
			bcc_c_map__format_key(map, &value, sizeof(value), size ? buf : NULL, size),
			6);
		if (size)
			ck_assert_int_eq(strncmp(buf, "-12345", size - 1), 0);
		if (size)
			ck_assert_uint_eq(strlen(buf), size - 1 < 6 ? size - 1 : 6);
		for (size_t i = size; i < 9; i++)
			ck_assert_int_eq(buf[i], '#');
	}
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(format_other_sizes_of_data)
{
	struct bcc_c_map *map;
	struct bcc_c_module *mod = with_type("", "u32", &map);
	char buf[64];

	/* Too short for the type: the bytes. Longer, as perf buffers give it: the type. */
	ck_assert_int_ge(bcc_c_map__format_value(map, "\1\2", 2, buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "01 02");
	ck_assert_int_ge(bcc_c_map__format_value(map, "\1\0\0\0\7\7\7\7", 8, buf, sizeof(buf)), 0);
	ck_assert_str_eq(buf, "1");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(format_bad_arguments)
{
	struct bcc_c_map *map;
	struct bcc_c_module *mod = with_type("", "u32", &map);
	char buf[8];

	assert_fails(mod, EINVAL, "'m'", bcc_c_map__format_key(map, NULL, 4, buf, sizeof(buf)));
	assert_fails(mod, EINVAL, "'m'", bcc_c_map__format_value(map, "1234", 4, NULL, 8));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(format_deep_nesting)
{
	autobuf types = { 0 };
	char last[32];
	struct bcc_c_map *map;
	struct bcc_c_module *mod;
	char buf[4096];

	bcc_c__buf_printf(&types, "struct s0 { int a; };\n");
	for (int i = 1; i < 60; i++)
		bcc_c__buf_printf(&types, "struct s%d { struct s%d a; };\n", i, i - 1);
	snprintf(last, sizeof(last), "struct s%d", 59);
	mod = with_type(bcc_c__buf_str(&types), last, &map);
	assert_ok(mod, bcc_c_map__format_key(map, "\1\0\0\0", 4, buf, sizeof(buf)));
	ck_assert_ptr_nonnull(strstr(buf, "01 00 00 00"));
	bcc_c_module__free(mod);
}
END_TEST

SUITE(format, format_integers, format_bool_and_pointer, format_int128,
      format_typedefs_and_modifiers, format_strings, format_arrays, format_structs,
      format_unnamed_members, format_unions_and_empty_structs, format_bit_fields,
      format_bit_fields_of_other_types, format_enums, format_enums_of_other_sizes,
      format_float_is_hex, json_quotes_what_is_no_number, json_strings_are_utf8,
      json_members_have_names, json_without_types, record_type_is_the_values, format_without_types,
      format_small_buffers, format_other_sizes_of_data, format_bad_arguments, format_deep_nesting)
