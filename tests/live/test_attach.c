/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaching to the kernel: every kind counts exactly, and nothing after it was detached. */
#include "live.h"

#include <linux/perf_event.h>
#include <sys/wait.h>
#include <time.h>

#define CALLS 1000

/* Counts this process's getppid calls; the number of that system call is pasted in. */
static const char raw_tp_source[] = PRELUDE COUNTER
	"SEC(\"raw_tracepoint/sys_enter\")\n"
	"int on_enter(struct bpf_raw_tracepoint_args *ctx)\n"
	"{\n"
	"	if (ctx->args[1] == 110 /* getppid on x86-64 */ || ctx->args[1] == 173 /* arm64 */)\n"
	"		hit();\n"
	"	return 0;\n"
	"}\n"
	"SEC(\"raw_tracepoint\") int without_target(void *ctx) { hit(); return 0; }\n";

START_TEST(raw_tracepoint_counts)
{
	struct bcc_c_module *mod = load_source(raw_tp_source);

	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	call_getppid(CALLS);
	bcc_c_module__detach(mod);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(raw_tracepoint_by_call)
{
	struct bcc_c_module *mod = load_source(raw_tp_source);
	struct bcc_c_link *link;

	link = bcc_c_prog__attach_raw_tracepoint(prog_of(mod, "on_enter"), "sys_enter");
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	call_getppid(CALLS);
	bcc_c_link__free(link);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	assert_null(mod, EINVAL, "names no target",
		    bcc_c_prog__attach(prog_of(mod, "without_target")));
	bcc_c_module__free(mod);
}
END_TEST

static const char tracepoint_source[] = PRELUDE COUNTER
	"SEC(\"tracepoint/syscalls/sys_enter_getppid\") int on_enter(void *ctx) { hit(); return 0; }\n"
	"long parent;\n"
	"SEC(\"tp/syscalls/sys_exit_getppid\") int on_exit(struct trace_event_raw_sys_exit *ctx)\n"
	"{\n"
	"	hit();\n"
	"	if (bpf_get_current_pid_tgid() >> 32 == target)\n"
	"		parent = ctx->ret;\n"
	"	return 0;\n"
	"}\n";

START_TEST(tracepoint_counts)
{
	struct bcc_c_module *mod;
	long parent = 0;

	want_tracefs();
	mod = load_source(tracepoint_source);
	ck_assert_int_eq(bcc_c_module__attach(mod), 2);
	call_getppid(CALLS);
	bcc_c_module__detach(mod);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), 2 * CALLS);
	assert_ok(mod, bcc_c_module__get_global(mod, "parent", &parent, sizeof(parent)));
	ck_assert_int_eq(parent, getppid());
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tracepoint_by_call)
{
	struct bcc_c_module *mod;
	struct bcc_c_link *link;

	want_tracefs();
	mod = load_source(tracepoint_source);
	link = bcc_c_prog__attach_tracepoint(prog_of(mod, "on_enter"), "syscalls",
					     "sys_enter_getppid");
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	call_getppid(CALLS);
	bcc_c_link__free(link);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	bcc_c_module__free(mod);
}
END_TEST

/* A program whose arguments have types; libbpf attaches it. */
static const char tp_btf_source[] = PRELUDE COUNTER
	"SEC(\"tp_btf/sys_enter\") int BPF_PROG(on_enter, struct pt_regs *regs, long id)\n"
	"{\n"
	"	if (id == 110 || id == 173)\n"
	"		hit();\n"
	"	return 0;\n"
	"}\n";

START_TEST(tp_btf_counts)
{
	struct bcc_c_module *mod = load_source(tp_btf_source);

	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	call_getppid(CALLS);
	bcc_c_module__detach(mod);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	bcc_c_module__free(mod);
}
END_TEST

/* The kernel's function behind getppid() has a name that depends on the architecture. */
#if defined(__x86_64__)
#define GETPPID "__x64_sys_getppid"
#elif defined(__aarch64__)
#define GETPPID "__arm64_sys_getppid"
#endif

static const char kprobe_source[] = PRELUDE COUNTER
	"SEC(\"kprobe/" GETPPID "\") int BPF_KPROBE(on_entry) { hit(); return 0; }\n"
	"u64 right;\n"
	"const volatile int parent;\n"
	"SEC(\"kretprobe/" GETPPID "\") int BPF_KRETPROBE(on_return, long ret)\n"
	"{\n"
	"	if (bpf_get_current_pid_tgid() >> 32 == target && ret == parent)\n"
	"		__sync_fetch_and_add(&right, 1);\n"
	"	return 0;\n"
	"}\n"
	"SEC(\"kprobe\") int by_call(void *ctx) { hit(); return 0; }\n";

static struct bcc_c_module *load_kprobes(void)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	int pid = getpid(), parent = getppid();

	assert_ok(mod, bcc_c_module__compile(mod, kprobe_source, NULL));
	assert_ok(mod, bcc_c_module__set_global(mod, "target", &pid, sizeof(pid)));
	assert_ok(mod, bcc_c_module__set_global(mod, "parent", &parent, sizeof(parent)));
	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

START_TEST(kprobe_and_kretprobe_count)
{
	struct bcc_c_module *mod;
	uint64_t right = 0;

	skip_if(!kernel_has_kprobes(), "this kernel has no kprobes");
	mod = load_kprobes();
	ck_assert_int_eq(bcc_c_module__attach(mod), 2);
	call_getppid(CALLS);
	bcc_c_module__detach(mod);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	assert_ok(mod, bcc_c_module__get_global(mod, "right", &right, sizeof(right)));
	ck_assert_uint_eq(right, CALLS);
	bcc_c_module__free(mod);
}
END_TEST

/* Where the second instruction starts depends on how the kernel was built. */
static struct bcc_c_link *attach_behind_entry(struct bcc_c_module *mod)
{
	struct bcc_c_kprobe_opts opts = { .sz = sizeof(opts) };
	struct bcc_c_link *link = NULL;

	for (opts.offset = 1; !link && opts.offset < 16; opts.offset++)
		link = bcc_c_prog__attach_kprobe(prog_of(mod, "by_call"), GETPPID, &opts);
	return link;
}

START_TEST(kprobe_by_call_with_offset)
{
	struct bcc_c_module *mod;
	struct bcc_c_link *link;

	skip_if(!kernel_has_kprobes(), "this kernel has no kprobes");
	mod = load_kprobes();
	link = attach_behind_entry(mod);
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	call_getppid(CALLS);
	bcc_c_link__free(link);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(kprobe_bad_targets)
{
	struct bcc_c_kprobe_opts middle = { .sz = sizeof(middle), .offset = 1 };
	struct bcc_c_kprobe_opts both = { .sz = sizeof(both), .offset = 4, .retprobe = true };
	struct bcc_c_module *mod;

	skip_if(!kernel_has_kprobes(), "this kernel has no kprobes");
	mod = load_kprobes();
	assert_null(mod, ENOENT, "no such function",
		    bcc_c_prog__attach_kprobe(prog_of(mod, "by_call"), "no_such_function_", NULL));
	assert_null(mod, EINVAL, "bad options",
		    bcc_c_prog__attach_kprobe(prog_of(mod, "by_call"), GETPPID, &both));
	errno = 0;
	ck_assert_ptr_null(bcc_c_prog__attach_kprobe(prog_of(mod, "by_call"), GETPPID, &middle));
	ck_assert_int_ne(errno, 0);
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), "no probe can be placed there"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(kprobe_missing_in_kernel)
{
	struct bcc_c_module *mod;

	skip_if(kernel_has_kprobes(), "this kernel has kprobes");
	mod = load_kprobes();
	assert_null(mod, EOPNOTSUPP, "no kprobes",
		    bcc_c_prog__attach_kprobe(prog_of(mod, "by_call"), GETPPID, NULL));
	assert_fails(mod, EOPNOTSUPP, "no kprobes", bcc_c_module__attach(mod));
	bcc_c_module__free(mod);
}
END_TEST

static const char perf_source[] = PRELUDE
	"u64 hits;\n"
	"SEC(\"perf_event\") int on_sample(struct bpf_perf_event_data *ctx)\n"
	"{ __sync_fetch_and_add(&hits, 1); return 0; }\n";

static void burn(int milliseconds)
{
	clock_t end = clock() + (clock_t)milliseconds * (CLOCKS_PER_SEC / 1000);

	while (clock() < end)
		;
}

START_TEST(perf_event_samples)
{
	struct bcc_c_perf_event_opts all = { .sz = sizeof(all), .frequency = 500 };
	struct bcc_c_perf_event_opts own = { .sz = sizeof(own),
					     .period = 1000000,
					     .pid = getpid() };
	struct bcc_c_module *mod = load_source(perf_source);
	struct bcc_c_prog *prog = prog_of(mod, "on_sample");
	struct bcc_c_link *link;
	uint64_t hits;

	ck_assert_int_eq(bcc_c_module__attach(mod), 0);
	link = bcc_c_prog__attach_perf_event(prog, BCC_C_PERF_SOFTWARE, BCC_C_PERF_CPU_CLOCK, &all);
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	burn(300);
	bcc_c_link__free(link);
	hits = hits_of(mod);
	ck_assert_uint_gt(hits, 10);
	burn(100);
	ck_assert_uint_eq(hits_of(mod), hits);

	/* A sample each millisecond of this process's time. */
	link = bcc_c_prog__attach_perf_event(prog, BCC_C_PERF_SOFTWARE, BCC_C_PERF_TASK_CLOCK,
					     &own);
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	burn(300);
	bcc_c_link__free(link);
	ck_assert_uint_gt(hits_of(mod), hits + 100);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(perf_event_bad_options)
{
	struct bcc_c_perf_event_opts none = { .sz = sizeof(none) };
	struct bcc_c_perf_event_opts both = { .sz = sizeof(both), .period = 1, .frequency = 1 };
	struct bcc_c_perf_event_opts gone = { .sz = sizeof(gone),
					      .frequency = 9,
					      .pid = 0x3ffffff };
	struct bcc_c_perf_event_opts fine = { .sz = sizeof(fine), .frequency = 9 };
	struct bcc_c_module *mod = load_source(perf_source);
	struct bcc_c_prog *prog = prog_of(mod, "on_sample");

	assert_null(mod, EINVAL, "bad options", bcc_c_prog__attach_perf_event(prog, 1, 0, &none));
	assert_null(mod, EINVAL, "bad options", bcc_c_prog__attach_perf_event(prog, 1, 0, &both));
	assert_null(mod, EINVAL, "bad options", bcc_c_prog__attach_perf_event(prog, 1, 0, NULL));
	assert_null(mod, ESRCH, "no process", bcc_c_prog__attach_perf_event(prog, 1, 0, &gone));
	assert_null(mod, ENOENT, "no such event",
		    bcc_c_prog__attach_perf_event(prog, BCC_C_PERF_SOFTWARE, 9999, &fine));
	assert_null(mod, EINVAL, "is of type", bcc_c_prog__attach_kprobe(prog, "x", NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(module_attach_is_all_or_nothing)
{
	static const char source[] = PRELUDE COUNTER
		"SEC(\"raw_tp/sys_enter\") int first(void *ctx) { hit(); return 0; }\n"
		"SEC(\"raw_tp/no_such_tracepoint\") int second(void *ctx) { return 0; }\n";
	struct bcc_c_module *mod = load_source(source);
	uint64_t before;

	assert_fails(mod, ENOENT, "no_such_tracepoint", bcc_c_module__attach(mod));
	before = hits_of(mod);
	call_getppid(CALLS);
	ck_assert_uint_eq(hits_of(mod), before);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(program_says_what_it_is)
{
	struct bcc_c_module *mod = load_source(raw_tp_source);
	struct bcc_c_prog *prog = prog_of(mod, "on_enter");

	ck_assert_str_eq(bcc_c_prog__name(prog), "on_enter");
	ck_assert_str_eq(bcc_c_prog__section(prog), "raw_tracepoint/sys_enter");
	ck_assert_str_eq(bcc_c_prog__type_name(prog), "raw_tracepoint");
	ck_assert_uint_gt(bcc_c_prog__insn_cnt(prog), 3);
	ck_assert_int_ge(bcc_c_prog__fd(prog), 0);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_attach(void)
{
	Suite *suite = suite_create("attach");
	TCase *tc = tcase_create("attach");

	tcase_add_test(tc, raw_tracepoint_counts);
	tcase_add_test(tc, raw_tracepoint_by_call);
	tcase_add_test(tc, tracepoint_counts);
	tcase_add_test(tc, tracepoint_by_call);
	tcase_add_test(tc, tp_btf_counts);
	tcase_add_test(tc, kprobe_and_kretprobe_count);
	tcase_add_test(tc, kprobe_by_call_with_offset);
	tcase_add_test(tc, kprobe_bad_targets);
	tcase_add_test(tc, kprobe_missing_in_kernel);
	tcase_add_test(tc, perf_event_samples);
	tcase_add_test(tc, perf_event_bad_options);
	tcase_add_test(tc, module_attach_is_all_or_nothing);
	tcase_add_test(tc, program_says_what_it_is);
	suite_add_tcase(suite, tc);
	return suite;
}
