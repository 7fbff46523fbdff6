/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

START_TEST(feature_names)
{
	static const char *const names[] = { "bpf",    "btf",     "tracefs",   "kprobe",
					     "uprobe", "ringbuf", "perf_link", "compiler" };

	ck_assert_uint_eq(ARRAY_SIZE(names), BCC_C_FEATURE_CNT);
	for (int i = 0; i < BCC_C_FEATURE_CNT; i++)
		ck_assert_str_eq(bcc_c_feature__name(i), names[i]);
}
END_TEST

START_TEST(feature_bad_numbers)
{
	static const int numbers[] = { -1, BCC_C_FEATURE_CNT, INT32_MAX, INT32_MIN };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		char text[64] = "";

		errno = 0;
		ck_assert_ptr_null(bcc_c_feature__name(numbers[i]));
		ck_assert_int_eq(errno, EINVAL);
		errno = 0;
		ck_assert_int_eq(bcc_c_feature__probe(numbers[i], text, sizeof(text)), -EINVAL);
		ck_assert_int_eq(errno, EINVAL);
		ck_assert_str_ne(text, "");
		ck_assert_int_eq(bcc_c_feature__probe(numbers[i], NULL, 0), -EINVAL);
	}
}
END_TEST

START_TEST(feature_probe_says_something)
{
	int fds = count_fds();

	for (int i = 0; i < BCC_C_FEATURE_CNT; i++) {
		char text[256] = "", small[4] = "###";
		int ret = bcc_c_feature__probe(i, text, sizeof(text));

		ck_assert_msg(ret == 0 || ret == 1, "%s: %d", bcc_c_feature__name(i), ret);
		ck_assert_msg(text[0], "%s: %d without a text", bcc_c_feature__name(i), ret);
		ck_assert_int_eq(bcc_c_feature__probe(i, NULL, 0), ret);
		ck_assert_int_eq(bcc_c_feature__probe(i, small, sizeof(small)), ret);
		ck_assert_uint_lt(strlen(small), sizeof(small));
	}
	ck_assert_int_eq(count_fds(), fds);
}
END_TEST

START_TEST(feature_bpf_agrees_with_rights)
{
	char text[256];

	skip_if(!bcc_c__missing_rights()[0], "this process has all rights");
	ck_assert_int_eq(bcc_c_feature__probe(BCC_C_FEATURE_BPF, text, sizeof(text)), 0);
	ck_assert_str_eq(text, bcc_c__missing_rights());
}
END_TEST

START_TEST(feature_compiler_missing)
{
	char text[256];

	setenv("BCC_C_COMPILER", "/none", 1);
	ck_assert_int_eq(bcc_c_feature__probe(BCC_C_FEATURE_COMPILER, text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "/none"));
}
END_TEST

START_TEST(describe_compiler)
{
	char text[4096], small[10];

	ck_assert_int_eq(bcc_c_compiler__describe(text, sizeof(text)), 0);
	ck_assert_msg(!strncmp(text, "clang ", 6), "%s", text);
	ck_assert_ptr_nonnull(strstr(text, getenv("BCC_C_COMPILER")));
	ck_assert_int_eq(bcc_c_compiler__describe(small, sizeof(small)), 0);
	ck_assert_uint_eq(strlen(small), sizeof(small) - 1);
	ck_assert_int_eq(bcc_c_compiler__describe(NULL, 0), 0);
}
END_TEST

START_TEST(describe_missing_compiler)
{
	char text[256] = "";

	setenv("BCC_C_COMPILER", "/none", 1);
	errno = 0;
	ck_assert_int_eq(bcc_c_compiler__describe(text, sizeof(text)), -ENOENT);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_nonnull(strstr(text, "/none"));
	setenv("BCC_C_COMPILER", "/bin/false", 1);
	ck_assert_int_eq(bcc_c_compiler__describe(text, sizeof(text)), -ECANCELED);
	ck_assert_ptr_nonnull(strstr(text, "without a reply"));
	ck_assert_int_eq(bcc_c_compiler__describe(NULL, 0), -ECANCELED);
}
END_TEST

START_TEST(online_cpus)
{
	autofree int *cpus = NULL;
	int cnt = bcc_c__online_cpus(&cpus);

	ck_assert_int_eq(cnt, (int)sysconf(_SC_NPROCESSORS_ONLN));
	for (int i = 1; i < cnt; i++)
		ck_assert_int_gt(cpus[i], cpus[i - 1]);
}
END_TEST

SUITE(kernel, feature_names, feature_bad_numbers, feature_probe_says_something,
      feature_bpf_agrees_with_rights, feature_compiler_missing, describe_compiler,
      describe_missing_compiler, online_cpus)
