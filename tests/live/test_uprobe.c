/* SPDX-License-Identifier: BSD-2-Clause */
/* Attaching to programs' code: this program's own function, and the C library's. */
#include "live.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define CALLS 500

static const char source[] = PRELUDE COUNTER
	"u64 sum;\n"
	"SEC(\"uprobe\") int BPF_KPROBE(on_entry, int number)\n"
	"{ hit(); __sync_fetch_and_add(&sum, number); return 0; }\n"
	"SEC(\"uretprobe\") int BPF_KRETPROBE(on_return, int number)\n"
	"{ hit(); __sync_fetch_and_add(&sum, number); return 0; }\n"
	"u64 calls;\n"
	"SEC(\"uprobe\") int anyone(void *ctx) { __sync_fetch_and_add(&calls, 1); return 0; }\n";

static uint64_t value_of(struct bcc_c_module *mod, const char *name)
{
	uint64_t value = 0;

	assert_ok(mod, bcc_c_module__get_global(mod, name, &value, sizeof(value)));
	return value;
}

static void call_probe_me(int cnt)
{
	for (int i = 1; i <= cnt; i++)
		ck_assert_int_eq(probe_me(i), 2 * i);
}

static struct bcc_c_link *attach(struct bcc_c_module *mod, const char *prog, const char *binary,
				 struct bcc_c_uprobe_opts opts)
{
	struct bcc_c_link *link;

	opts.sz = sizeof(opts);
	link = bcc_c_prog__attach_uprobe(prog_of(mod, prog), binary, &opts);
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	return link;
}

START_TEST(uprobe_counts_and_reads_arguments)
{
	struct bcc_c_module *mod = load_source(source);
	struct bcc_c_link *link;

	link = attach(mod, "on_entry", own_path(),
		      (struct bcc_c_uprobe_opts){ .symbol = "probe_me" });
	call_probe_me(CALLS);
	bcc_c_link__free(link);
	call_probe_me(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	ck_assert_uint_eq(value_of(mod, "sum"), CALLS * (CALLS + 1) / 2);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(uretprobe_counts_and_reads_results)
{
	struct bcc_c_uprobe_opts opts = { .symbol = "probe_me", .retprobe = true };
	struct bcc_c_module *mod = load_source(source);
	struct bcc_c_link *link;

	link = attach(mod, "on_return", own_path(), opts);
	call_probe_me(CALLS);
	bcc_c_link__free(link);
	call_probe_me(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	ck_assert_uint_eq(value_of(mod, "sum"), CALLS * (CALLS + 1));
	bcc_c_module__free(mod);
}
END_TEST

/* The library by its short name, by its full one and by a path are one. */
START_TEST(uprobe_finds_library_by_name)
{
	const char *const names[] = { "c", "libc", "libc.so.6" };
	struct bcc_c_module *mod = load_source(source);

	for (size_t i = 0; i < 3; i++) {
		struct bcc_c_link *link = attach(mod, "on_entry", names[i],
						 (struct bcc_c_uprobe_opts){ .symbol = "getsid" });
		uint64_t before = hits_of(mod);

		for (int n = 0; n < CALLS; n++)
			getsid(0);
		bcc_c_link__free(link);
		ck_assert_uint_eq(hits_of(mod) - before, CALLS);
	}
	bcc_c_module__free(mod);
}
END_TEST

static void call_some(void)
{
	call_probe_me(CALLS);
}

START_TEST(uprobe_of_one_process)
{
	struct bcc_c_module *mod = load_source(source);
	int go, go_other;
	pid_t pid = fork_caller(call_some, &go), other = fork_caller(call_some, &go_other);

	attach(mod, "anyone", own_path(),
	       (struct bcc_c_uprobe_opts){ .symbol = "probe_me", .pid = pid });
	run_caller(pid, go);
	run_caller(other, go_other);
	call_probe_me(CALLS);
	ck_assert_uint_eq(value_of(mod, "calls"), CALLS);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(uprobe_of_every_process)
{
	struct bcc_c_module *mod = load_source(source);
	int go;
	pid_t pid = fork_caller(call_some, &go);

	attach(mod, "anyone", own_path(), (struct bcc_c_uprobe_opts){ .symbol = "probe_me" });
	run_caller(pid, go);
	call_probe_me(CALLS);
	ck_assert_uint_eq(value_of(mod, "calls"), 2 * CALLS);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(uprobe_by_section)
{
	struct bcc_c_module *mod;
	char text[8192];

	snprintf(text, sizeof(text),
		 PRELUDE COUNTER
		 "SEC(\"uprobe/%s:probe_me\") int on_entry(void *ctx) { hit(); return 0; }\n"
		 "SEC(\"uretprobe/%s:probe_me\") int on_return(void *ctx) { hit(); return 0; }\n",
		 own_path(), own_path());
	mod = load_source(text);
	ck_assert_int_eq(bcc_c_module__attach(mod), 2);
	call_probe_me(CALLS);
	bcc_c_module__detach(mod);
	call_probe_me(CALLS);
	ck_assert_uint_eq(hits_of(mod), 2 * CALLS);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(uprobe_by_file_offset)
{
	struct bcc_c_uprobe_opts opts = { 0 };
	struct bcc_c_module *mod = load_source(source);
	unsigned long start, end, offset;
	char line[1024];
	FILE *maps = fopen("/proc/self/maps", "r");

	ck_assert_ptr_nonnull(maps);
	while (!opts.offset && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) == 3 &&
		    (unsigned long)probe_me >= start && (unsigned long)probe_me < end)
			opts.offset = (unsigned long)probe_me - start + offset;
	fclose(maps);
	attach(mod, "on_entry", own_path(), opts);
	call_probe_me(CALLS);
	ck_assert_uint_eq(hits_of(mod), CALLS);
	bcc_c_module__free(mod);
}
END_TEST

static void expect(struct bcc_c_module *mod, int err, const char *text, const char *binary,
		   struct bcc_c_uprobe_opts opts)
{
	opts.sz = sizeof(opts);
	assert_null(mod, err, text,
		    bcc_c_prog__attach_uprobe(prog_of(mod, "anyone"), binary, &opts));
}

START_TEST(uprobe_bad_targets)
{
	struct bcc_c_uprobe_opts malloc_of = { .symbol = "malloc" };
	struct bcc_c_module *mod = load_source(source);
	pid_t gone = fork();
	int fds = count_fds();

	if (!gone)
		_exit(0);
	ck_assert_int_eq(waitpid(gone, NULL, 0), gone);
	expect(mod, ENOENT, "no library of that name", "no_such_library_", malloc_of);
	expect(mod, ENOENT, "/no/such/file", "/no/such/file", malloc_of);
	expect(mod, ENOEXEC, "no ELF file", "/etc/passwd", malloc_of);
	expect(mod, ENOENT, "no_such_symbol_", "c",
	       (struct bcc_c_uprobe_opts){ .symbol = "no_such_symbol_" });
	expect(mod, EINVAL, "IFUNC", "c", (struct bcc_c_uprobe_opts){ .symbol = "memcpy" });
	expect(mod, ESRCH, "no process", "c",
	       (struct bcc_c_uprobe_opts){ .symbol = "malloc", .pid = gone });
	expect(mod, EINVAL, "no place named", "c", (struct bcc_c_uprobe_opts){ 0 });
	expect(mod, EINVAL, "bad options", "c",
	       (struct bcc_c_uprobe_opts){ .symbol = "malloc", .pid = -1 });
	expect(mod, EINVAL, "takes no offset", "c",
	       (struct bcc_c_uprobe_opts){ .symbol = "malloc", .retprobe = true, .offset = 1 });
	ck_assert_int_eq(count_fds(), fds);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_uprobe(void)
{
	Suite *suite = suite_create("uprobe");
	TCase *tc = tcase_create("uprobe");

	tcase_add_test(tc, uprobe_counts_and_reads_arguments);
	tcase_add_test(tc, uretprobe_counts_and_reads_results);
	tcase_add_test(tc, uprobe_finds_library_by_name);
	tcase_add_test(tc, uprobe_of_one_process);
	tcase_add_test(tc, uprobe_of_every_process);
	tcase_add_test(tc, uprobe_by_section);
	tcase_add_test(tc, uprobe_by_file_offset);
	tcase_add_test(tc, uprobe_bad_targets);
	suite_add_tcase(suite, tc);
	return suite;
}
