/* SPDX-License-Identifier: BSD-2-Clause */
/* Which functions of the BCC dialect are programs, of what kind, and with which parameters. */
#include "unit_pass.h"

static void try_section(const char *source, const char *prog, const char *section)
{
	struct bcc_c_module *mod = compiled_bcc(source);
	const struct bcc_c_prog *found = bcc_c_module__find_prog(mod, prog);

	ck_assert_msg(found != NULL, "no program '%s'", prog);
	ck_assert_str_eq(bcc_c_prog__section(found), section);
	bcc_c_module__free(mod);
}

START_TEST(section_by_name)
{
	static const struct {
		const char *prog;
		const char *section;
	} table[] = {
		{ "kprobe__vfs_read", "kprobe/vfs_read" },
		{ "kretprobe__vfs_read", "kretprobe/vfs_read" },
#if defined(__x86_64__)
		{ "kprobe__sys_clone", "kprobe/__x64_sys_clone" },
		{ "kretprobe____arm64_sys_clone", "kretprobe/__x64_sys_clone" },
		{ "kprobe____x64_sys_clone", "kprobe/__x64_sys_clone" },
#endif
		{ "kprobe__ksys_read", "kprobe/ksys_read" },
		{ "tracepoint__syscalls__sys_enter_open", "tracepoint/syscalls/sys_enter_open" },
		{ "raw_tracepoint__sched_switch", "raw_tp/sched_switch" },
		{ "kfunc__vfs_read", "fentry/vfs_read" },
		{ "kfunc__vmlinux__vfs_read", "fentry/vfs_read" },
		{ "kfunc__vmlinux____x64_sys_open", "fentry/__x64_sys_open" },
		{ "kfunc____x64_sys_open", "fentry/__x64_sys_open" },
		{ "kfunc__nfs__nfs_open", "fentry/nfs_open" },
		{ "kretfunc__vfs_read", "fexit/vfs_read" },
		{ "kmod_ret__vfs_read", "fmod_ret/vfs_read" },
		{ "lsm__file_open", "lsm/file_open" },
		{ "bpf_iter__task", "iter/task" },
		{ "syscall__open", "kprobe" },
		{ "anything", "kprobe" },
	};

	skip_without_types();
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct bcc_c__buf source = { 0 };

		bcc_c__buf_printf(&source, "int %s(void *ctx) { return 0; }\n", table[i].prog);
		try_section(bcc_c__buf_str(&source), table[i].prog, table[i].section);
		bcc_c__buf_free(&source);
	}
}
END_TEST

START_TEST(section_by_context)
{
	static const struct {
		const char *context;
		const char *section;
	} table[] = {
		{ "struct pt_regs *ctx", "kprobe" },
		{ "struct bpf_perf_event_data *ctx", "perf_event" },
		{ "struct bpf_raw_tracepoint_args *ctx", "raw_tp" },
		{ "u64 *ctx", "raw_tp" },
		{ "struct xdp_md *ctx", "xdp" },
		{ "const struct __sk_buff *skb", "socket" },
		{ "struct bpf_iter__task *ctx", "iter/task" },
		{ "void", "kprobe" },
		{ "void *ctx", "kprobe" },
	};

	skip_without_types();
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct bcc_c__buf source = { 0 };

		bcc_c__buf_printf(&source, "int prog(%s) { return 0; }\n", table[i].context);
		try_section(bcc_c__buf_str(&source), "prog", table[i].section);
		bcc_c__buf_free(&source);
	}
}
END_TEST

START_TEST(static_functions_are_no_programs)
{
	struct bcc_c_module *mod;

	skip_without_types();
	mod = compiled_bcc("static __attribute__((noinline)) int helper(int a) { return a * 3; }\n"
			   "int prog(void *ctx) { return helper(bpf_ktime_get_ns()); }\n");
	ck_assert_ptr_nonnull(bcc_c_module__find_prog(mod, "prog"));
	ck_assert_ptr_null(bcc_c_module__find_prog(mod, "helper"));
	ck_assert_uint_eq(calls_of(mod, "prog", BPF_FUNC_ktime_get_ns), 1);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- parameters */

#define SEVEN                                                                                      \
	"int prog(struct pt_regs *ctx, int a, int b, int c, int d, int e, int f, int g)\n"         \
	"{ return g; }\n"

START_TEST(parameters_in_registers_only)
{
	skip_without_types();
	assert_bcc_fails("\n" SEVEN, "'prog' has 7 parameters behind its context; 6 come in", 2, 1);
}
END_TEST

START_TEST(parameters_of_other_programs)
{
	skip_without_types();
	assert_bcc_fails("int prog(struct xdp_md *ctx, int a) { return a; }\n",
			 "only programs for kprobes and uprobes", 1, 1);
}
END_TEST

START_TEST(parameters_that_are_no_values)
{
	skip_without_types();
	assert_bcc_fails("struct s { long a, b, c; };\n"
			 "int prog(struct pt_regs *ctx, __int128 b) { return b; }\n",
			 "parameter", 2, 1);
}
END_TEST

START_TEST(program_with_parameters_is_called)
{
	skip_without_types();
	assert_bcc_fails("int prog(struct pt_regs *ctx, int a) { return a; }\n"
			 "int other(struct pt_regs *ctx)\n"
			 "{\n"
			 "	return prog(ctx, 1);\n"
			 "}\n",
			 "'prog' is a program", 4, 9);
}
END_TEST

SUITE(pass_programs, section_by_name, section_by_context, static_functions_are_no_programs,
      parameters_in_registers_only, parameters_of_other_programs, parameters_that_are_no_values,
      program_with_parameters_is_called)
