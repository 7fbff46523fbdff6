/* SPDX-License-Identifier: BSD-2-Clause */
/* What BCC's dialect can't do is an error with a place and advice. */
#include "dialect.h"

#include <sched.h>
#include <sys/mount.h>

#define CTX "struct bpf_raw_tracepoint_args *ctx"

/* Each source has its fault in line 3. */
static const struct fault {
	const char *source;
	const char *text; /* in the diagnostic */
	uint32_t column;  /* 0: any but none */
} faults[] = {
	{ "BPF_HASH(t, u32, u64);\nint f(" CTX ") { u64 v = 1;\nreturn t.push(&v, 0); }\n", "push",
	  10 },
	{ "BPF_QUEUE(t, u64, 5);\nint f(" CTX ") { u64 v = 1;\nreturn t.update(&v, &v); }\n",
	  "update", 10 },
	{ "BPF_PERF_OUTPUT(t);\nint f(" CTX ") { u64 v = 1;\nreturn t.lookup(&v) != NULL; }\n",
	  "lookup", 10 },
	{ "BPF_HASH(t, u32, u64);\nint f(" CTX ") { u32 k = 1;\nreturn t.no_such(&k); }\n",
	  "no_such", 10 },
	{ "#include <linux/sched.h>\nint f(" CTX
	  ") { struct task_struct *t = (void *)ctx->args[0];\n"
	  "t->pid = 5; return 0; }\n",
	  "kernel memory", 0 },
	{ "#include <linux/sched.h>\nint f(" CTX
	  ") { struct task_struct *t = (void *)bpf_get_current_task();\n"
	  "__builtin_memset(t->comm, 0, 16); return 0; }\n",
	  "kernel memory", 0 },
	{ "#include <linux/sched.h>\nint f(" CTX
	  ") { struct task_struct *t = (void *)ctx->args[0];\n"
	  "__sync_fetch_and_add(&t->flags, 1); return 0; }\n",
	  "kernel memory", 0 },
	{ "\n\nint f(struct pt_regs *ctx, int a, int b, int c, int d, int e, int g, int h)\n"
	  "{ return h; }\n",
	  "6", 0 },
	{ "int g(struct pt_regs *ctx, int a) { return a; }\nint f(struct pt_regs *ctx) {\n"
	  "return g(ctx, 1); }\n",
	  "g", 0 },
	{ "#include <linux/sched.h>\nint f(struct task_struct *ctx, int a) { return a;\n"
	  "return ctx->no_such_field; }\n",
	  "no_such_field", 0 },
	{ "\n\nTRACEPOINT_PROBE(no_such, tracepoint) { return args->x; }\n", "tracepoint", 0 },
	{ "\n\nTRACEPOINT_PROBE(sched, sched_swich) { return 0; }\n",
	  "no tracepoint 'sched:sched_swich'", 1 },
	{ "\n\nTRACEPOINT_PROBE(sched, sched_swich) { return 0; }\n",
	  "did you mean 'sched_switch'?", 1 },
	{ "int f(void *ctx) { return 0; }\n\n"
	  "TRACEPOINT_PROBE(schedd, sched_switch) { return 0; }\n",
	  "did you mean 'sched'?", 1 },
	{ "BPF_HASH(t, u32, u64);\nint f(" CTX ") { struct { int a, b; } k = {};\n"
	  "return t.lookup(k) != NULL; }\n",
	  "", 0 },
};

#define FAULTS ((int)(sizeof(faults) / sizeof(faults[0])))

START_TEST(faults_have_a_place)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
						 .name = "fault.c",
						 .dialect = BCC_C_DIALECT_BCC };
	const struct fault *fault = &faults[_i];
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	const struct bcc_c_diag *diag = NULL;
	int err;

	want_tracefs();
	err = bcc_c_module__compile(mod, fault->source, &opts);
	ck_assert_msg(err == -EBADMSG, "%d: %s\n%s", err, bcc_c_module__errmsg(mod), fault->source);
	do {
		diag = bcc_c_module__next_diag(mod, diag);
		ck_assert_msg(diag != NULL, "no error in line 3: %.1000s", bcc_c_module__log(mod));
	} while (diag->severity != BCC_C_ERROR || diag->line != 3 ||
		 strcmp(diag->file, "fault.c") != 0);
	ck_assert_msg(diag->column && (!fault->column || diag->column == fault->column),
		      "column %u: %s", diag->column, diag->text);
	ck_assert_msg(strstr(diag->text, fault->text), "'%s' lacks '%s'", diag->text, fault->text);
	/* Nobody has the headers that are part of the compiler, to look there. */
	ck_assert_msg(!strstr(bcc_c_module__log(mod), "/tracepoints.h"), "%s",
		      bcc_c_module__log(mod));
	bcc_c_module__free(mod);
}
END_TEST

/* Advice: what the table can do. */
START_TEST(a_missing_method_names_others)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .dialect = BCC_C_DIALECT_BCC };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_int_eq(bcc_c_module__compile(mod, faults[0].source, &opts), -EBADMSG);
	ck_assert_msg(strstr(bcc_c_module__log(mod), "lookup"), "%s", bcc_c_module__log(mod));
	bcc_c_module__free(mod);
}
END_TEST

/* The compiler says nothing of what is right. */
START_TEST(right_sources_give_no_warnings)
{
	static const char *const cases[] = { "arguments", "hash",  "histogram", "kernel",
					     "perf",      "reads", "ring",      "xdp" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bcc_c_module *mod = compile_case(cases[i]);
		const struct bcc_c_diag *diag = bcc_c_module__next_diag(mod, NULL);

		ck_assert_msg(!diag, "%s: %s", cases[i], bcc_c_module__log(mod));
		bcc_c_module__free(mod);
	}
}
END_TEST

/* Other kernels may have them, and without tracefs nobody knows. */
START_TEST(tracepoints_of_elsewhere_compile)
{
	static const char source[] = "TRACEPOINT_PROBE(sched, sched_swich) { return 0; }\n";
	struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
					   .dialect = BCC_C_DIALECT_BCC,
					   .flags = BCC_C_PORTABLE };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	want_tracefs();
	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	bcc_c_module__free(mod);
	skip_if(!own_mounts() || mount("none", "/sys/kernel/tracing", "tmpfs", 0, NULL),
		"can't have mounts of its own");
	umount("/sys/kernel/debug");
	mod = bcc_c_module__new(NULL);
	opts.flags = 0;
	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_bcc_errors(void)
{
	Suite *suite = suite_create("bcc_errors");
	TCase *tc = tcase_create("errors");

	tcase_add_loop_test(tc, faults_have_a_place, 0, FAULTS);
	tcase_add_test(tc, a_missing_method_names_others);
	tcase_add_test(tc, tracepoints_of_elsewhere_compile);
	tcase_add_test(tc, right_sources_give_no_warnings);
	suite_add_tcase(suite, tc);
	return suite;
}
