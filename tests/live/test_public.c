/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables that modules have in common. */
#include "live.h"

#include <errno.h>
#include <string.h>

#define PROGRAM                                                                                    \
	"int prog(struct pt_regs *ctx) { u32 k = 1; u64 *v = counts.lookup(&k); return v ? *v : 0; }\n"
#define PUBLIC "BPF_TABLE_PUBLIC(\"hash\", u32, u64, counts, 16);\n" PROGRAM
#define SHARED "BPF_TABLE_SHARED(\"hash\", u32, u64, counts, 16);\n" PROGRAM
#define EXTERN "BPF_TABLE(\"extern\", u32, u64, counts, 16);\n" PROGRAM

#define SHARED "BPF_TABLE_SHARED(\"hash\", u32, u64, counts, 16);\n" PROGRAM

/* Asserts that no module offers the table. */
static void assert_missing(void)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_int_eq(bcc_c_module__compile(mod, EXTERN, NULL), 0);
	ck_assert_int_eq(bcc_c_module__load(mod), -ENOENT);
	ck_assert_msg(strstr(bcc_c_module__errmsg(mod), "table 'counts' of another module") != NULL,
		      "%s", bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
}

static const char *const offers[] = { PUBLIC, SHARED };

START_TEST(public_table_is_found)
{
	struct bcc_c_module *one, *other;
	uint32_t key = 1;
	uint64_t leaf = 5;

	assert_missing();
	one = load_source(offers[_i]);
	other = load_source(EXTERN);
	ck_assert_int_eq(
		bcc_c_map__update(map_of(one, "counts"), &key, sizeof(key), &leaf, sizeof(leaf), 0),
		0);
	leaf = 0;
	ck_assert_int_eq(
		bcc_c_map__lookup(map_of(other, "counts"), &key, sizeof(key), &leaf, sizeof(leaf)),
		0);
	ck_assert_uint_eq(leaf, 5);
	/* It lives on where it is used, and is not offered any more. */
	bcc_c_module__free(one);
	ck_assert_int_eq(
		bcc_c_map__lookup(map_of(other, "counts"), &key, sizeof(key), &leaf, sizeof(leaf)),
		0);
	assert_missing();
	bcc_c_module__free(other);
}
END_TEST

START_TEST(public_tables_leave_nothing)
{
	int fds = count_fds();
	int objects = count_bpf_objects();

	for (int i = 0; i < 10; i++) {
		struct bcc_c_module *one = load_source(PUBLIC);

		bcc_c_module__free(load_source(EXTERN));
		bcc_c_module__free(one);
	}
	ck_assert_int_eq(count_fds(), fds);
	wait_for_objects(objects);
}
END_TEST

/* What stands for a table in a table of tables is gone when the module is loaded. */
START_TEST(tables_of_tables_leave_nothing)
{
	int fds = count_fds();
	int objects = count_bpf_objects();
	struct bcc_c_module *mod = load_source(
		"BPF_HASH(inner, u32, u64, 16); BPF_ARRAY_OF_MAPS(outer, \"inner\", 4);\n"
		"int prog(struct pt_regs *ctx) { int k = 1; return outer.lookup(&k) != 0; }\n");

	bcc_c_module__free(mod);
	ck_assert_int_eq(count_fds(), fds);
	wait_for_objects(objects);
	mod = bcc_c_module__new(NULL);
	ck_assert_int_eq(bcc_c_module__compile(mod, "BPF_ARRAY_OF_MAPS(outer, \"none\", 4);", NULL),
			 0);
	ck_assert_int_eq(bcc_c_module__load(mod), -EINVAL);
	ck_assert_msg(strstr(bcc_c_module__errmsg(mod), "tables like 'none'") != NULL, "%s",
		      bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
	ck_assert_int_eq(count_fds(), fds);
}
END_TEST

static struct bcc_c_module *load_in(const char *table_ns, const char *source, int want)
{
	const struct bcc_c_module_opts opts = { .sz = sizeof(opts), .table_ns = table_ns };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	ck_assert_int_eq(bcc_c_module__load(mod), want);
	return mod;
}

/* Whether both have one table. */
static bool same_table(struct bcc_c_module *one, struct bcc_c_module *other)
{
	uint32_t key = 1;
	uint64_t leaf = 5;
	bool same;

	assert_ok(one, bcc_c_map__update(map_of(one, "counts"), &key, sizeof(key), &leaf,
					 sizeof(leaf), 0));
	same = !bcc_c_map__lookup(map_of(other, "counts"), &key, sizeof(key), &leaf, sizeof(leaf));
	assert_ok(one, bcc_c_map__delete(map_of(one, "counts"), &key, sizeof(key)));
	return same;
}

START_TEST(shared_tables_are_the_namespaces)
{
	struct bcc_c_module *a = load_in("a", SHARED, 0), *b = load_in("b", SHARED, 0), *other;

	other = load_in("a", EXTERN, 0);
	ck_assert(same_table(a, other) && !same_table(b, other));
	bcc_c_module__free(other);
	other = load_in("b", EXTERN, 0);
	ck_assert(same_table(b, other) && !same_table(a, other));
	bcc_c_module__free(other);
	bcc_c_module__free(load_in("c", EXTERN, -ENOENT));
	bcc_c_module__free(load_in(NULL, EXTERN, -ENOENT));
	bcc_c_module__free(b);
	bcc_c_module__free(load_in("b", EXTERN, -ENOENT));
	bcc_c_module__free(a);
}
END_TEST

START_TEST(shared_tables_go_before_public_ones)
{
	struct bcc_c_module *shared = load_in(NULL, SHARED, 0), *public = load_in("a", PUBLIC, 0);
	struct bcc_c_module *none = load_in("", EXTERN, 0), *b = load_in("b", EXTERN, 0);

	ck_assert(same_table(shared, none) && !same_table(public, none));
	ck_assert(same_table(public, b) && !same_table(shared, b));
	bcc_c_module__free(b);
	bcc_c_module__free(none);
	bcc_c_module__free(public);
	bcc_c_module__free(shared);
}
END_TEST

Suite *suite_public(void)
{
	Suite *suite = suite_create("public");
	TCase *tc = tcase_create("public");

	tcase_add_loop_test(tc, public_table_is_found, 0, 2);
	tcase_add_test(tc, public_tables_leave_nothing);
	tcase_add_test(tc, shared_tables_are_the_namespaces);
	tcase_add_test(tc, shared_tables_go_before_public_ones);
	tcase_add_test(tc, tables_of_tables_leave_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
