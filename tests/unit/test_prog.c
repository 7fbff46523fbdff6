/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

/* Compiles one program in a section and compares what its type is called. */
static void check_type(const char *section, const char *type)
{
	struct bcc_c_module *mod;
	struct bcc_c_prog *prog;
	autobuf source = { 0 };

	bcc_c__buf_printf(&source, PRELUDE "SEC(\"%s\") int f(void *ctx) { return 0; }\n", section);
	mod = compiled(bcc_c__buf_str(&source));
	prog = bcc_c_module__next_prog(mod, NULL);
	ck_assert_str_eq(bcc_c_prog__name(prog), "f");
	ck_assert_str_eq(bcc_c_prog__section(prog), section);
	ck_assert_str_eq(bcc_c_prog__type_name(prog), type);
	bcc_c_module__free(mod);
}

START_TEST(prog_types_by_section)
{
	check_type("kprobe/do_exit", "kprobe");
	check_type("kretprobe/do_exit", "kprobe");
	check_type("uprobe/c:malloc", "kprobe");
	check_type("uretprobe", "kprobe");
	check_type("tracepoint/sched/sched_switch", "tracepoint");
	check_type("tp/sched/sched_switch", "tracepoint");
	check_type("raw_tp/sched_switch", "raw_tracepoint");
	check_type("perf_event", "perf_event");
	check_type("xdp", "xdp");
	check_type("nonsense", "unknown");
}
END_TEST

START_TEST(prog_insn_cnt)
{
	struct bcc_c_module *mod = compiled(PRELUDE PROG);

	/* r0 = 0; exit */
	ck_assert_uint_eq(bcc_c_prog__insn_cnt(bcc_c_module__next_prog(mod, NULL)), 2);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(prog_fd_before_load)
{
	struct bcc_c_module *mod = compiled(PRELUDE PROG);

	errno = 0;
	ck_assert_int_eq(bcc_c_prog__fd(bcc_c_module__next_prog(mod, NULL)), -EINVAL);
	ck_assert_int_eq(errno, EINVAL);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(prog_several_in_a_section)
{
	struct bcc_c_module *mod = compiled(PRELUDE
					    "SEC(\"kprobe\") int a(void *ctx) { return 0; }\n"
					    "SEC(\"kprobe\") int b(void *ctx) { return 1; }\n");
	struct bcc_c_prog *a = bcc_c_module__find_prog(mod, "a");
	struct bcc_c_prog *b = bcc_c_module__find_prog(mod, "b");

	ck_assert(a && b && a != b);
	ck_assert_str_eq(bcc_c_prog__section(a), bcc_c_prog__section(b));
	bcc_c_module__free(mod);
}
END_TEST

SUITE(prog, prog_types_by_section, prog_insn_cnt, prog_fd_before_load, prog_several_in_a_section)
