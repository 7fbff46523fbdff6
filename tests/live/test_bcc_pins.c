/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables pinned to paths: which folders are made for them, and what of a path is refused. */
#include "dialect.h"

#include <bpf/bpf.h>
#include <sys/stat.h>

#define WANT_BPF_FS() skip_if(!own_bpf_fs(), "no BPF file system: %s", strerror(errno))

static struct bcc_c_module *compile_pinned(const char *path)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .dialect = BCC_C_DIALECT_BCC };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	char source[512];

	snprintf(source, sizeof(source),
		 "BPF_TABLE_PINNED(\"hash\", u64, u64, pinned, 10, \"%s\");\n", path);
	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	return mod;
}

static void pin(const char *path)
{
	struct bcc_c_module *mod = compile_pinned(path);

	assert_ok(mod, bcc_c_module__load(mod));
	ck_assert_int_eq(access(path, F_OK), 0);
	bcc_c_module__free(mod);
}

static void refuse(const char *path, int err, const char *text)
{
	struct bcc_c_module *mod = compile_pinned(path);

	assert_fails(mod, err, text, bcc_c_module__load(mod));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), path));
	bcc_c_module__free(mod);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_mode & 07777;
}

START_TEST(all_folders_above_are_made)
{
	WANT_BPF_FS();
	umask(0);
	pin("/sys/fs/bpf/one/two//three/table");
	ck_assert_uint_eq(mode_of("/sys/fs/bpf/one"), 0700);
	ck_assert_uint_eq(mode_of("/sys/fs/bpf/one/two/three"), 0700);
	pin("/sys/fs/bpf/one/two/three/table");
	pin("/sys/fs/bpf/one/two/other");
	pin("/sys/fs/bpf/table");
}
END_TEST

START_TEST(folders_that_are_there_stay)
{
	WANT_BPF_FS();
	ck_assert_int_eq(mkdir("/sys/fs/bpf/open", 0755), 0);
	ck_assert_int_eq(symlink("/sys/fs/bpf/open", "/sys/fs/bpf/link"), 0);
	pin("/sys/fs/bpf/link/new/table");
	ck_assert_int_eq(access("/sys/fs/bpf/open/new/table", F_OK), 0);
	ck_assert_uint_eq(mode_of("/sys/fs/bpf/open"), 0755);
}
END_TEST

START_TEST(nothing_is_made_elsewhere)
{
	char folder[] = "/tmp/bcc_c-pins-XXXXXX", path[64];

	WANT_BPF_FS();
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/new/table", folder);
	refuse(path, ENODEV, "mount -t bpf");
	snprintf(path, sizeof(path), "%s/table", folder);
	refuse(path, ENODEV, "in no BPF file system");
	ck_assert_int_eq(symlink(folder, "/sys/fs/bpf/out"), 0);
	refuse("/sys/fs/bpf/out/new/table", ENODEV, "'/sys/fs/bpf/out/new'");
	refuse("/sys/fs/bpf/../new/table", ENODEV, "in no BPF file system");
	ck_assert_int_eq(rmdir(folder), 0); /* it is empty */
}
END_TEST

START_TEST(paths_are_whole)
{
	WANT_BPF_FS();
	ck_assert_int_eq(chdir("/sys/fs/bpf"), 0);
	refuse("table", EINVAL, "absolute path");
	refuse("", EINVAL, "absolute path");
	refuse("/sys/fs/bpf/folder/", EINVAL, "absolute path");
	ck_assert_int_ne(access("folder", F_OK), 0);
}
END_TEST

START_TEST(what_is_there_must_be_such_a_table)
{
	struct bcc_c_module *other;

	WANT_BPF_FS();
	pin("/sys/fs/bpf/table");
	refuse("/sys/fs/bpf/table/below", ENOTDIR, "folder '/sys/fs/bpf/table'");
	other = load_bcc("BPF_TABLE_PINNED(\"array\", int, u32, t, 3, \"/sys/fs/bpf/array\");\n"
			 "int f(struct bpf_raw_tracepoint_args *ctx) { return 0; }\n");
	refuse("/sys/fs/bpf/array", EEXIST, "of type array, with keys of 4 and values of 4 bytes");
	ck_assert_int_eq(bpf_obj_pin(bcc_c_prog__fd(prog_of(other, "f")), "/sys/fs/bpf/prog"), 0);
	refuse("/sys/fs/bpf/prog", EEXIST, "no table");
	ck_assert_int_eq(mkdir("/sys/fs/bpf/folder", 0700), 0);
	refuse("/sys/fs/bpf/folder", EACCES, "Permission denied");
	bcc_c_module__free(other);
}
END_TEST

Suite *suite_bcc_pins(void)
{
	Suite *suite = suite_create("bcc_pins");
	TCase *tc = tcase_create("pins");

	tcase_add_test(tc, all_folders_above_are_made);
	tcase_add_test(tc, folders_that_are_there_stay);
	tcase_add_test(tc, nothing_is_made_elsewhere);
	tcase_add_test(tc, paths_are_whole);
	tcase_add_test(tc, what_is_there_must_be_such_a_table);
	suite_add_tcase(suite, tc);
	return suite;
}
