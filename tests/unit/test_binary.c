/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <sys/stat.h>

#include "unit.h"

/* What a name stands for, with symbolic links followed; to be freed. */
static char *find_real(const char *name, int pid)
{
	struct bcc_c_module *mod = new_module();
	autofree char *path = NULL;
	char *real;

	assert_ok(mod, bcc_c__find_binary(mod, name, pid, &path));
	ck_assert_ptr_nonnull(path);
	real = realpath(path, NULL);
	ck_assert_msg(real != NULL, "%s: %m", path);
	bcc_c_module__free(mod);
	return real;
}

/* The libc this process uses; to be freed. */
static char *real_libc(void)
{
	Dl_info info;

	ck_assert_int_ne(dladdr((void *)gnu_get_libc_version, &info), 0);
	return realpath(info.dli_fname, NULL);
}

START_TEST(binary_libc_by_every_name)
{
	static const char *const names[] = { "c", "libc", "libc.so.6" };
	autofree char *libc = real_libc();

	skip_if(!libc, "this process has no libc of its own");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		autofree char *real = find_real(names[i], 0);
		autofree char *mapped = find_real(names[i], getpid());

		ck_assert_str_eq(real, libc);
		ck_assert_str_eq(mapped, libc);
	}
}
END_TEST

START_TEST(binary_command_in_path)
{
	autofree char *sh = find_real("sh", 0);
	autofree char *expected = realpath("/bin/sh", NULL);

	ck_assert_str_eq(sh, expected);
}
END_TEST

START_TEST(binary_search_of_path)
{
	char path[2 * PATH_MAX];
	autofree char *found = NULL;
	autofree char *expected = NULL;

	chmod(temp_text("plain", "not a command"), 0644);
	temp_script("cmd", "");
	snprintf(path, sizeof(path), ":%s/none::%s", temp_dir(), temp_dir());
	setenv("PATH", path, 1);
	expected = realpath(temp_path("cmd"), NULL);
	found = find_real("cmd", 0);
	ck_assert_str_eq(found, expected);
}
END_TEST

START_TEST(binary_path_is_kept)
{
	struct bcc_c_module *mod = new_module();
	const char *file = temp_text("file", "");
	autofree char *path = NULL;
	autofree char *own = NULL;

	assert_ok(mod, bcc_c__find_binary(mod, file, 0, &path));
	ck_assert_str_eq(path, file);
	assert_ok(mod, bcc_c__find_binary(mod, file, getpid(), &own));
	ck_assert_str_eq(own, file);
	bcc_c_module__free(mod);
}
END_TEST

static void assert_missing(const char *name, int pid, const char *text)
{
	struct bcc_c_module *mod = new_module();
	char *path = NULL;

	assert_fails(mod, ENOENT, text, bcc_c__find_binary(mod, name, pid, &path));
	ck_assert_ptr_null(path);
	bcc_c_module__free(mod);
}

START_TEST(binary_missing)
{
	const char *none = temp_path("none");

	chmod(temp_text("plain", "not a command"), 0644);
	assert_missing(none, 0, none);
	assert_missing("no-such-thing", 0, "'no-such-thing': no library of that name");
	assert_missing("no-such-thing", 0, "give its path");
	assert_missing("no-such-thing", getpid(), "mapped by the process");
	assert_missing("", 0, "''");
	setenv("PATH", temp_dir(), 1);
	assert_missing("plain", 0, "no command in PATH");
	assert_missing("sh", 0, "no command in PATH");
	setenv("PATH", "", 1);
	assert_missing("sh", 0, "no command in PATH");
	unsetenv("PATH");
	assert_missing("sh", 0, "no command in PATH");
}
END_TEST

START_TEST(binary_of_a_process_that_has_gone)
{
	/* No process has so high a number (the kernel's own limit is 2^22). */
	autofree char *libc = find_real("c", 1 << 23);

	ck_assert_ptr_nonnull(strstr(libc, "libc"));
	assert_missing("no-such-thing", 1 << 23, "no library");
}
END_TEST

SUITE(binary, binary_libc_by_every_name, binary_command_in_path, binary_search_of_path,
      binary_path_is_kept, binary_missing, binary_of_a_process_that_has_gone)
