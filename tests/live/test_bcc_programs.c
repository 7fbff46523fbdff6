/* SPDX-License-Identifier: BSD-2-Clause */
/* Which functions of BCC's dialect are programs, and of what type. */
#include "dialect.h"

#include <bpf/bpf.h>

static const struct expected {
	const char *name, *section;
} programs[] = {
	{ "kprobe__vfs_read", "kprobe/vfs_read" },
	{ "kretprobe__vfs_read", "kretprobe/vfs_read" },
	{ "syscall__openat", "kprobe" },
	{ "tracepoint__sched__sched_process_exit", "tracepoint/sched/sched_process_exit" },
	{ "raw_tracepoint__sched_switch", "raw_tp/sched_switch" },
	{ "kfunc__vmlinux__vfs_open", "fentry/vfs_open" },
	{ "kretfunc__vmlinux__vfs_open", "fexit/vfs_open" },
	{ "kmod_ret__security_file_open", "fmod_ret/security_file_open" },
	{ "lsm__file_open", "lsm/file_open" },
	{ "bpf_iter__task", "iter/task" },
	{ "on_probe", "kprobe" },
	{ "on_anything", "kprobe" },
	{ "without", "kprobe" },
	{ "on_list", "raw_tp" },
	{ "on_sample", "perf_event" },
	{ "on_packet", "xdp" },
	{ "on_socket", "socket" },
	{ "on_raw", "raw_tp" },
	{ "on_event", "tracepoint/sched/sched_process_exit" },
};

#define PROGRAMS ((int)(sizeof(programs) / sizeof(programs[0])))

START_TEST(sections_follow_from_names)
{
	struct bcc_c_module *mod;
	struct bcc_c_prog *prog = NULL;
	int cnt = 0;

	want_tracefs();
	mod = compile_case("names");
	for (int i = 0; i < PROGRAMS; i++)
		ck_assert_msg(!strcmp(bcc_c_prog__section(prog_of(mod, programs[i].name)),
				      programs[i].section),
			      "%s: %s, not %s", programs[i].name,
			      bcc_c_prog__section(prog_of(mod, programs[i].name)),
			      programs[i].section);
	while ((prog = bcc_c_module__next_prog(mod, prog)))
		cnt++;
	ck_assert_int_eq(cnt, PROGRAMS); /* and not the static function */
	bcc_c_module__free(mod);
}
END_TEST

static uint32_t gpl_of(struct bcc_c_module *mod, const char *name)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	ck_assert_int_eq(bpf_obj_get_info_by_fd(bcc_c_prog__fd(prog_of(mod, name)), &info, &size),
			 0);
	return info.gpl_compatible;
}

START_TEST(the_license_is_gpl_unless_said)
{
	struct bcc_c_module *mod = load_bcc("int f(void *ctx) { return 0; }\n");

	ck_assert_uint_eq(gpl_of(mod, "f"), 1);
	bcc_c_module__free(mod);
	mod = load_bcc("#define BPF_LICENSE Proprietary\nint f(void *ctx) { return 0; }\n");
	ck_assert_uint_eq(gpl_of(mod, "f"), 0);
	bcc_c_module__free(mod);
	mod = load_bcc("#define BPF_LICENSE Dual MIT/GPL\nint f(void *ctx) { return 0; }\n");
	ck_assert_uint_eq(gpl_of(mod, "f"), 1);
	bcc_c_module__free(mod);
}
END_TEST

/* Behind the arguments' own types are the 64 bits of each. */
START_TEST(arguments_have_their_types)
{
	struct bcc_c_module *mod = load_bcc("BPF_PROG(f, signed char a, u32 b)\n"
					    "{\n"
					    "	return ctx[1] >> 32 ? (long)a + b : 0;\n"
					    "}\n");

	ck_assert_int_eq(run_raw(mod, "f", 0xfffe, 7ULL << 32 | 100), 98);
	ck_assert_int_eq(run_raw(mod, "f", 0xfffe, 100), 0);
	bcc_c_module__free(mod);
}
END_TEST

/* Their result is 0, whatever way they end. */
START_TEST(programs_may_give_nothing)
{
	struct bcc_c_module *mod = load_bcc("BPF_ARRAY(seen, u64, 1);\n"
					    "void f(struct bpf_raw_tracepoint_args *ctx)\n"
					    "{\n"
					    "	if (ctx->args[0] == 1)\n"
					    "		return;\n"
					    "	seen.increment(0, ctx->args[0]);\n"
					    "}\n");

	ck_assert_int_eq(run_raw(mod, "f", 1, 0), 0);
	ck_assert_int_eq(run_raw(mod, "f", 5, 0), 0);
	ck_assert_uint_eq(leaf_of(mod, "seen", 0), 5);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(a_source_without_programs_compiles)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .dialect = BCC_C_DIALECT_BCC };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	assert_ok(mod, bcc_c_module__compile(mod, "", &opts));
	bcc_c_module__free(mod);
}
END_TEST

/* Macros that only the caller knows. */
START_TEST(flags_reach_the_source)
{
	const char *const cflags[] = { "-DSIZE=33", "-DTYPE=u16" };
	const struct bcc_c_compile_opts opts = {
		.sz = sizeof(opts), .cflags = cflags, .cflags_cnt = 2, .dialect = BCC_C_DIALECT_BCC
	};
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	assert_ok(mod, bcc_c_module__compile(mod, "BPF_ARRAY(table, TYPE, SIZE);\n", &opts));
	ck_assert_uint_eq(bcc_c_map__max_entries(map_of(mod, "table")), 33);
	ck_assert_uint_eq(bcc_c_map__value_size(map_of(mod, "table")), 2);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_bcc_programs(void)
{
	Suite *suite = suite_create("bcc_programs");
	TCase *tc = tcase_create("programs");

	tcase_add_test(tc, sections_follow_from_names);
	tcase_add_test(tc, the_license_is_gpl_unless_said);
	tcase_add_test(tc, arguments_have_their_types);
	tcase_add_test(tc, programs_may_give_nothing);
	tcase_add_test(tc, flags_reach_the_source);
	tcase_add_test(tc, a_source_without_programs_compiles);
	suite_add_tcase(suite, tc);
	return suite;
}
