/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/near.h"
#include "unit.h"

START_TEST(near_distance)
{
	ck_assert_uint_eq(near__distance("", "", 3), 0);
	ck_assert_uint_eq(near__distance("", "abc", 3), 3);
	ck_assert_uint_eq(near__distance("same", "same", 0), 0);
	ck_assert_uint_eq(near__distance("same", "some", 3), 1);
	ck_assert_uint_eq(near__distance("state", "__state", 3), 2);
	ck_assert_uint_eq(near__distance("__state", "state", 3), 2);
	ck_assert_uint_eq(near__distance("hahs", "hash", 3), 1);
	ck_assert_uint_eq(near__distance("kitten", "sitting", 3), 3);
}
END_TEST

START_TEST(near_distance_above_the_limit)
{
	char name[1000];

	ck_assert_uint_gt(near__distance("kitten", "sitting", 2), 2);
	ck_assert_uint_gt(near__distance("a", "abcdef", 4), 4);
	ck_assert_uint_gt(near__distance("same", "some", 0), 0);
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert_uint_gt(near__distance(name, name, 4), 4);
	for (size_t len = 120; len < 140; len++) {
		name[len] = '\0';
		near__distance(name, name + 1, 4);
		name[len] = 'a';
	}
}
END_TEST

static void assert_near(const char *wanted, const char *const *names, size_t cnt, const char *text)
{
	autobuf out = { 0 };
	struct near near;

	near__init(&near, wanted);
	for (size_t i = 0; i < cnt; i++)
		near__offer(&near, "", names[i]);
	near__write(&near, &out);
	ck_assert_str_eq(bcc_c__buf_str(&out), text);
}

#define NEAR(wanted, text, ...)                                                                    \
	do {                                                                                       \
		const char *const names_[] = { __VA_ARGS__ };                                      \
		assert_near(wanted, names_, ARRAY_SIZE(names_), text);                             \
	} while (0)

START_TEST(near_names)
{
	NEAR("state", "", "other", "bad");
	NEAR("state", "; did you mean '__state'?", "__state", "__state", "state");
	NEAR("__state", "; did you mean 'state' or '_state'?", "state", "_state", "__stuff_");
	NEAR("AF_INET", "", "mp_INT", "AFFINITY");
	NEAR("inode", "; did you mean 'anode' or 'i_node'?", "anode", "i_node", "dentry");
	NEAR("inode", "; did you mean 'anode', 'bnode' or 'cnode'?", "anode", "bnode", "cnode",
	     "dnode");
}
END_TEST

START_TEST(near_names_nearest_first)
{
	NEAR("a_long_name", "; did you mean 'a_long_nam' or 'a_long_na'?", "a_lng_nm_", "a_long_na",
	     "a_long_nam");
	NEAR("a_long_name", "; did you mean 'a_long_nam', 'a_long_nami' or 'a_long_namo'?",
	     "a_long_na", "a_long_nam", "a_long_nami", "a_long_namo");
}
END_TEST

START_TEST(near_names_of_short_ones)
{
	NEAR("x", "", "y", "xy");
	NEAR("ab", "", "a", "ac");
	NEAR("u33", "; did you mean 'u32'?", "u32", "s32");
}
END_TEST

SUITE(near, near_distance, near_distance_above_the_limit, near_names, near_names_nearest_first,
      near_names_of_short_ones)
