/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel refuses, or has not got: a code, a text, nothing left behind. */
#include "live.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>

static const char counter_source[] = PRELUDE COUNTER
	"SEC(\"tracepoint/syscalls/sys_enter_getppid\") int on_enter(void *ctx) { hit(); return 0; }\n";

START_TEST(verifier_says_why)
{
	static const char source[] = PRELUDE
		"struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1);\n"
		"         __type(key, int); __type(value, int); } map SEC(\".maps\");\n"
		"SEC(\"raw_tp/sys_enter\") int on_enter(void *ctx)\n"
		"{\n"
		"	int key = 0, *pointer = bpf_map_lookup_elem(&map, &key);\n"
		"	return *pointer;\n"
		"}\n";
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	int objects = count_bpf_objects(), fds = count_fds();
	int err;

	assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	err = bcc_c_module__load(mod);
	ck_assert_int_lt(err, 0);
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), "'on_enter'"));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), "invalid mem access"));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), "return *pointer"));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "processed"));
	assert_fails(mod, EINVAL, "make a new module", bcc_c_module__load(mod));
	assert_fails(mod, EINVAL, "load", bcc_c_module__attach(mod));
	bcc_c_module__free(mod);
	wait_for_objects(objects);
	ck_assert_int_eq(count_fds(), fds);
}
END_TEST

START_TEST(section_unknown)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	assert_ok(mod,
		  bcc_c_module__compile(
			  mod, PRELUDE "SEC(\"no_such_kind/x\") int f(void *ctx) { return 0; }",
			  NULL));
	assert_fails(mod, EINVAL, "'no_such_kind/x'", bcc_c_module__load(mod));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tracepoint_unknown)
{
	struct bcc_c_module *mod = load_source(counter_source);
	struct bcc_c_prog *prog = prog_of(mod, "on_enter");

	want_tracefs();
	assert_null(mod, ENOENT, "nowhere:nothing",
		    bcc_c_prog__attach_tracepoint(prog, "nowhere", "nothing"));
	assert_null(mod, EINVAL, "bad category", bcc_c_prog__attach_tracepoint(prog, "../..", "x"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tracefs_not_mounted)
{
	struct bcc_c_module *mod = load_source(counter_source);

	ck_assert(own_mounts());
	while (!umount2("/sys/kernel/tracing", MNT_DETACH))
		;
	while (!umount2("/sys/kernel/debug", MNT_DETACH))
		;
	assert_fails(mod, ENOTSUP, "tracefs is not mounted", bcc_c_module__attach(mod));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), "mount -t tracefs"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(no_rights)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_int_eq(setresuid(65534, 65534, 65534), 0);
	assert_ok(mod, bcc_c_module__compile(mod, counter_source, NULL));
	assert_fails(mod, EPERM, "CAP_BPF", bcc_c_module__load(mod));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(btf_missing_or_bad)
{
	struct bcc_c_module_opts missing = { .sz = sizeof(missing), .btf = "/no/such/btf" };
	struct bcc_c_module_opts bad = { .sz = sizeof(bad), .btf = "/etc/passwd" };
	struct bcc_c_module *mod = bcc_c_module__new(&missing);

	assert_fails(mod, EBADF, "/no/such/btf", bcc_c_module__compile(mod, counter_source, NULL));
	bcc_c_module__free(mod);
	mod = bcc_c_module__new(&bad);
	assert_fails(mod, EBADF, "no BTF", bcc_c_module__compile(mod, counter_source, NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(global_of_loaded_module)
{
	struct bcc_c_module *mod = load_source(counter_source);
	uint64_t hits = 5;
	int target = 1;

	assert_fails(mod, EBUSY, "constant",
		     bcc_c_module__set_global(mod, "target", &target, sizeof(target)));
	assert_ok(mod, bcc_c_module__get_global(mod, "target", &target, sizeof(target)));
	ck_assert_int_eq(target, getpid());
	assert_ok(mod, bcc_c_module__set_global(mod, "hits", &hits, sizeof(hits)));
	ck_assert_uint_eq(hits_of(mod), 5);
	assert_fails(mod, EINVAL, "8 bytes",
		     bcc_c_module__get_global(mod, "hits", &target, sizeof(target)));
	assert_fails(mod, ENOENT, "'missing'",
		     bcc_c_module__get_global(mod, "missing", &target, sizeof(target)));
	bcc_c_module__free(mod);
}
END_TEST

/* What one module says is not said by another, nor on the standard error stream. */
START_TEST(library_never_prints)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	char path[] = "/tmp/bcc_c-test-XXXXXX";
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	unlink(path);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	ck_assert_int_eq(bcc_c_module__compile(mod, "int x = y;", NULL), -EBADMSG);
	ck_assert_int_eq(bcc_c_module__open_elf(mod, "no ELF", 6), -ENOEXEC);
	assert_ok(mod, bcc_c_module__compile(mod, counter_source, NULL));
	assert_ok(mod, bcc_c_module__load(mod));
	ck_assert_ptr_null(bcc_c_prog__attach_tracepoint(prog_of(mod, "on_enter"), "no", "such"));
	bcc_c_module__free(mod);
	ck_assert_int_eq(lseek(fd, 0, SEEK_END), 0);
}
END_TEST

Suite *suite_errors(void)
{
	Suite *suite = suite_create("errors");
	TCase *tc = tcase_create("errors");

	tcase_add_test(tc, verifier_says_why);
	tcase_add_test(tc, section_unknown);
	tcase_add_test(tc, tracepoint_unknown);
	tcase_add_test(tc, tracefs_not_mounted);
	tcase_add_test(tc, no_rights);
	tcase_add_test(tc, btf_missing_or_bad);
	tcase_add_test(tc, global_of_loaded_module);
	tcase_add_test(tc, library_never_prints);
	suite_add_tcase(suite, tc);
	return suite;
}
