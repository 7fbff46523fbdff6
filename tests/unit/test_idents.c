/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/idents.h"
#include "unit.h"

/* A set is too large for some stacks' liking. */
static struct idents ids;

START_TEST(idents_empty_set_knows_nothing)
{
	ck_assert_uint_eq(idents__uses(&ids, "a"), 0);
	ck_assert_uint_eq(idents__uses(&ids, ""), 0);
	idents__free(&ids);
}
END_TEST

START_TEST(idents_add_collects_uses)
{
	idents__add(&ids, "sock", 4, IDENT_TAG);
	ck_assert_uint_eq(idents__uses(&ids, "sock"), IDENT_TAG);
	idents__add(&ids, "sock", 4, IDENT_ORDINARY);
	ck_assert_uint_eq(idents__uses(&ids, "sock"), IDENT_TAG | IDENT_ORDINARY);
	ck_assert_uint_eq(ids.cnt, 1);
	idents__free(&ids);
	ck_assert_uint_eq(idents__uses(&ids, "sock"), 0);
}
END_TEST

START_TEST(idents_add_takes_length_and_copies)
{
	char text[] = "sockaddr_in";

	idents__add(&ids, text, 8, IDENT_TAG);
	memset(text, 'x', sizeof(text) - 1);
	ck_assert_uint_eq(idents__uses(&ids, "sockaddr"), IDENT_TAG);
	ck_assert_uint_eq(idents__uses(&ids, "sockaddr_in"), 0);
	ck_assert_uint_eq(idents__uses(&ids, "sock"), 0);
	idents__free(&ids);
}
END_TEST

START_TEST(idents_short_names)
{
	idents__add(&ids, "", 0, IDENT_TAG);
	ck_assert_uint_eq(ids.cnt, 0);
	idents__add(&ids, "a", 1, IDENT_TAG);
	ck_assert_uint_eq(idents__uses(&ids, "a"), IDENT_TAG);
	ck_assert_uint_eq(idents__uses(&ids, "ab"), 0);
	ck_assert_uint_eq(idents__uses(&ids, "\xff\xff"), 0);
	idents__add(&ids, "\xff\xff", 2, IDENT_ORDINARY);
	ck_assert_uint_eq(idents__uses(&ids, "\xff\xff"), IDENT_ORDINARY);
	idents__free(&ids);
}
END_TEST

START_TEST(idents_many_names)
{
	char name[32];

	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "name_%d", i);
		idents__add(&ids, name, strlen(name), (uint32_t)(i % 7 + 1));
	}
	ck_assert(!ids.failed);
	ck_assert_uint_eq(ids.cnt, 20000);
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "name_%d", i);
		ck_assert_uint_eq(idents__uses(&ids, name), (uint32_t)(i % 7 + 1));
		snprintf(name, sizeof(name), "nam_%d", i);
		ck_assert_uint_eq(idents__uses(&ids, name), 0);
	}
	idents__free(&ids);
}
END_TEST

START_TEST(idents_long_name)
{
	static char name[100000];

	memset(name, 'x', sizeof(name) - 1);
	idents__add(&ids, name, sizeof(name) - 1, IDENT_DEFINED);
	ck_assert_uint_eq(idents__uses(&ids, name), IDENT_DEFINED);
	ck_assert_uint_eq(idents__uses(&ids, name + 1), 0);
	idents__free(&ids);
}
END_TEST

SUITE(idents, idents_empty_set_knows_nothing, idents_add_collects_uses,
      idents_add_takes_length_and_copies, idents_short_names, idents_many_names, idents_long_name)
