/* SPDX-License-Identifier: BSD-2-Clause */
/* Which embedded header is read for the name of which. */
#include "compiler/headers.h"
#include "unit.h"

START_TEST(kernels_headers_are_one)
{
	static const char *const names[] = { "linux/sched.h", "uapi/linux/ptrace.h", "net/none.h",
					     "generated/autoconf.h", "bcc/helpers.h" };
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), HEADERS_DIR "/%s", names[i]);
		ck_assert_str_eq(headers__resolve(path), HEADERS_VMLINUX);
	}
}
END_TEST

START_TEST(kernels_folders_are_there)
{
	ck_assert_str_eq(headers__resolve(HEADERS_DIR "/linux"), HEADERS_DIR);
	ck_assert_str_eq(headers__resolve(HEADERS_DIR "/uapi/linux"), HEADERS_DIR);
}
END_TEST

/* Those with a text of their own are found by it, the others aren't found or are on disk. */
START_TEST(other_paths_stay)
{
	static const char *const paths[] = {
		HEADERS_DIR,
		HEADERS_VMLINUX,
		HEADERS_HELPERS,
		HEADERS_DIR "/",
		HEADERS_DIR "/none.h",
		HEADERS_DIR "/linuxes/sched.h",
		HEADERS_DIR "/lin/sched.h",
		HEADERS_DIR "linux/sched.h",
		"/usr/include/linux/sched.h",
		"linux/sched.h",
		"",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		ck_assert_str_eq(headers__resolve(paths[i]), paths[i]);
	for (const struct header_file *file = headers; file->path; file++)
		ck_assert_str_eq(headers__resolve(file->path), file->path);
}
END_TEST

SUITE(headers, kernels_headers_are_one, kernels_folders_are_there, other_paths_stay)
