/* SPDX-License-Identifier: BSD-2-Clause */
/* The sources in tests/cases, each as somebody would write it: they compile, and the kernel takes them. */
#include "live.h"

#include <glob.h>
#include <stdlib.h>

START_TEST(cases_compile_and_load)
{
	glob_t files;

	ck_assert_int_eq(glob("tests/cases/*.bpf.c", 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct bcc_c_module *mod = bcc_c_module__new(NULL);
		int err = bcc_c_module__compile_file(mod, files.gl_pathv[i], NULL);

		if (!err)
			err = bcc_c_module__load(mod);
		ck_assert_msg(!err, "%s: %s\n%s", files.gl_pathv[i], bcc_c_module__errmsg(mod),
			      bcc_c_module__log(mod));
		bcc_c_module__free(mod);
	}
	globfree(&files);
}
END_TEST

Suite *suite_cases(void)
{
	Suite *suite = suite_create("cases");
	TCase *tc = tcase_create("cases");

	tcase_add_test(tc, cases_compile_and_load);
	suite_add_tcase(suite, tc);
	return suite;
}
