/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants, tests and small functions that the kernel's headers would give. */
#include "dialect.h"

#include <sys/stat.h>
#include <sys/sysinfo.h>

START_TEST(names_of_the_kernel_are_there)
{
	struct bcc_c_module *mod = load_case("kernel");
	const uint64_t want[] = {
		5, 1000, 3, 333, 10, 2, 0xe803, 1000, 'g', 8, (uint64_t)get_nprocs_conf(), 112
	};

	ck_assert_int_eq(run_raw(mod, "functions", 1000, 0), 0);
	for (uint64_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_assert_msg(leaf_of(mod, "results", i) == want[i], "result %d: %llu, not %llu",
			      (int)i, (unsigned long long)leaf_of(mod, "results", i),
			      (unsigned long long)want[i]);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(helpers_say_who_runs)
{
	struct bcc_c_module *mod = load_case("helpers");
	struct stat own;
	struct {
		uint64_t device, inode;
	} namespace;
	int zero = 0;

	ck_assert_int_eq(stat("/proc/self/ns/pid", &own), 0);
	namespace.device = own.st_dev;
	namespace.inode = own.st_ino;
	assert_ok(mod, bcc_c_map__update(map_of(mod, "namespaces"), &zero, sizeof(zero), &namespace,
					 sizeof(namespace), 0));
	set_leaf(mod, "results", 0, 10);
	ck_assert_int_eq(run_raw(mod, "ask", 0, 0), 0);
	ck_assert_uint_eq(leaf_of(mod, "results", 0), 8);
	ck_assert_uint_eq(leaf_of(mod, "results", 1), (uint64_t)getgid() << 32 | getuid());
	ck_assert_uint_eq(leaf_of(mod, "results", 2), 1);
	ck_assert_uint_gt(leaf_of(mod, "results", 3), 0);
	ck_assert_uint_lt(leaf_of(mod, "results", 4), 1024);
	ck_assert_uint_gt(leaf_of(mod, "results", 5), 0);
	ck_assert_uint_eq(leaf_of(mod, "results", 6), (uint64_t)getpid());
	bcc_c_module__free(mod);
}
END_TEST

/* A source may define what the kernel also has, and what the prelude gives. */
START_TEST(sources_may_define_names_anew)
{
	struct bcc_c_module *mod = load_bcc("#define KBUILD_MODNAME \"foo\"\n"
					    "#define min(a, b) 77\n"
					    "#define NULL 0\n"
					    "struct mnt_namespace { int x; };\n"
					    "struct nameidata { int y[2]; };\n"
					    "struct task_struct;\n"
					    "#include <linux/sched.h>\n"
					    "#include <linux/nsproxy.h>\n"
					    "int f(struct bpf_raw_tracepoint_args *ctx)\n"
					    "{\n"
					    "	struct nameidata n = { { 5, 6 } };\n"
					    "	return min(1, 2) + sizeof(struct mnt_namespace)\n"
					    "		+ n.y[ctx->args[0] & 1];\n"
					    "}\n");

	ck_assert_int_eq(run_raw(mod, "f", 1, 0), 77 + 4 + 6);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_bcc_kernel(void)
{
	Suite *suite = suite_create("bcc_kernel");
	TCase *tc = tcase_create("kernel");

	tcase_add_test(tc, names_of_the_kernel_are_there);
	tcase_add_test(tc, helpers_say_who_runs);
	tcase_add_test(tc, sources_may_define_names_anew);
	suite_add_tcase(suite, tc);
	return suite;
}
