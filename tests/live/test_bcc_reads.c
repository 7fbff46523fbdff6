/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel memory read by plain C gives what is there. */
#include "dialect.h"

#include <limits.h>

static struct bcc_c_module *module;

static void load_reads(void)
{
	module = load_case("reads");
}

static void free_reads(void)
{
	bcc_c_module__free(module);
}

static int read_by(const char *prog, uint64_t first, uint64_t second)
{
	return run_raw(module, prog, first, second);
}

START_TEST(fields_are_read)
{
	ck_assert_int_eq(read_by("chain", 0, 0), getppid());
	for (uint64_t i = 0; i < 5; i++)
		ck_assert_int_eq(read_by("character", i, 0), "live"[i]);
	ck_assert_int_eq(read_by("explicit_reads", 0, 0), getppid());
	ck_assert_int_eq(read_by("carefully", 0, 0), getpid());
}
END_TEST

START_TEST(structs_are_copied)
{
	char folder[PATH_MAX];

	ck_assert_ptr_nonnull(getcwd(folder, sizeof(folder)));
	ck_assert_int_eq(read_by("copies", 0, 0),
			 (int)strlen(strrchr(folder, '/') + 1) * 1000 + 'l');
}
END_TEST

START_TEST(pointers_are_kept)
{
	ck_assert_int_eq(read_by("kept", 0, 0), -1);
	ck_assert_int_eq(read_by("keep", 0, 0), 0);
	ck_assert_int_eq(read_by("kept", 0, 0), getppid());
}
END_TEST

START_TEST(pointers_may_be_to_the_stack)
{
	ck_assert_int_eq(read_by("either", 0, 0), 1234);
	ck_assert_int_eq(read_by("either", 1, 0), getpid());
	ck_assert_int_eq(read_by("literals", 0, 2), 't' * 1000 + 'c');
	ck_assert_int_eq(read_by("literals", 1, 1), 'i' * 1000 + 'i');
}
END_TEST

/* The parents up to the first process, by /proc. */
static int count_ancestors(void)
{
	int pid = getpid(), count = 0;

	while (pid > 1 && count < 12) {
		char path[64], line[512];
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		file = fopen(path, "r");
		ck_assert_ptr_nonnull(file);
		ck_assert_ptr_nonnull(fgets(line, sizeof(line), file));
		fclose(file);
		ck_assert_int_eq(sscanf(strrchr(line, ')') + 2, "%*c %d", &pid), 1);
		count++;
	}
	return count;
}

START_TEST(loops_read)
{
	int count = read_by("ancestors", 0, 0);

	ck_assert_int_ge(count, 1);
	/* Above the first process of this namespace there may be more. */
	ck_assert_int_ge(count, count_ancestors());
}
END_TEST

START_TEST(null_is_zero)
{
	ck_assert_int_eq(read_by("nowhere", 0, 0), 5);
	ck_assert_int_eq(read_by("nowhere", 8, 0), 6);
}
END_TEST

START_TEST(user_memory_is_read)
{
	/* On the stack, which is in memory: programs can't wait for a page to come from disk. */
	int numbers[] = { 12, 34 };
	char text[] = "abc";

	ck_assert_int_eq(read_by("of_user", (uintptr_t)numbers, 0), 12034);
	ck_assert_int_eq(read_by("text_of_user", (uintptr_t)text, 0), 4000 + 'b');
}
END_TEST

Suite *suite_bcc_reads(void)
{
	Suite *suite = suite_create("bcc_reads");
	TCase *tc = tcase_create("reads");

	tcase_add_checked_fixture(tc, load_reads, free_reads);
	tcase_add_test(tc, fields_are_read);
	tcase_add_test(tc, structs_are_copied);
	tcase_add_test(tc, pointers_are_kept);
	tcase_add_test(tc, pointers_may_be_to_the_stack);
	tcase_add_test(tc, loops_read);
	tcase_add_test(tc, null_is_zero);
	tcase_add_test(tc, user_memory_is_read);
	suite_add_tcase(suite, tc);
	return suite;
}
