/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading that the kernel is not even asked for, or that it refuses for want of rights. */
#include "unit.h"

START_TEST(load_without_programs)
{
	struct bcc_c_module *mod = new_module();

	assert_ok(mod, bcc_c_module__compile(mod,
					     PRELUDE "int f(int a) { return a + 1; }\n"
						     "int g(int a) { return f(a); }",
					     NULL));
	ck_assert_ptr_null(bcc_c_module__next_prog(mod, NULL));
	assert_fails(mod, EINVAL, "no programs", bcc_c_module__load(mod));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(calls_before_load)
{
	struct bcc_c_module *mod = compiled(PRELUDE PROG);
	struct bcc_c_prog *prog = bcc_c_module__find_prog(mod, "prog");

	assert_fails(mod, EINVAL, "load the module first", bcc_c_module__attach(mod));
	assert_null(mod, EINVAL, "load the module first", bcc_c_events__new(mod));
	assert_null(mod, EINVAL, "is not loaded", bcc_c_prog__attach(prog));
	assert_null(mod, EINVAL, "is not loaded", bcc_c_prog__attach_kprobe(prog, "f", NULL));
	assert_null(mod, EINVAL, "is not loaded", bcc_c_prog__attach_uprobe(prog, "c", NULL));
	assert_null(mod, EINVAL, "is not loaded",
		    bcc_c_prog__attach_usdt(prog, "c", "libc", "setjmp", NULL));
	assert_null(mod, EINVAL, "is not loaded",
		    bcc_c_prog__attach_tracepoint(prog, "sched", "sched_switch"));
	assert_null(mod, EINVAL, "is not loaded",
		    bcc_c_prog__attach_raw_tracepoint(prog, "sched_switch"));
	assert_null(mod, EINVAL, "is not loaded", bcc_c_prog__attach_perf_event(prog, 1, 0, NULL));
	ck_assert_int_eq(bcc_c_prog__fd(prog), -EINVAL);
	bcc_c_module__detach(mod);
	bcc_c_link__free(NULL);
	bcc_c_events__free(NULL);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(load_unknown_section)
{
	struct bcc_c_module *mod =
		compiled(PRELUDE "SEC(\"no/such/kind\") int prog(void *ctx) { return 0; }\n");

	ck_assert_str_eq(bcc_c_prog__type_name(bcc_c_module__find_prog(mod, "prog")), "unknown");
	assert_fails(mod, EINVAL, "'no/such/kind' is of no known kind", bcc_c_module__load(mod));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(load_without_rights)
{
	struct bcc_c_module *mod;

	skip_if(!bcc_c__missing_rights()[0], "this process may load programs");
	mod = compiled(PRELUDE PROG);
	assert_fails(mod, EPERM, "CAP_", bcc_c_module__load(mod));
	assert_fails(mod, EINVAL, "earlier load failed", bcc_c_module__load(mod));
	assert_fails(mod, EINVAL, "load the module first", bcc_c_module__attach(mod));
	assert_fails(mod, EINVAL, "already holds", bcc_c_module__compile(mod, PROG, NULL));
	ck_assert_int_eq(bcc_c_prog__fd(bcc_c_module__find_prog(mod, "prog")), -EINVAL);
	bcc_c_module__free(mod);
}
END_TEST

SUITE(load, load_without_programs, calls_before_load, load_unknown_section, load_without_rights)
