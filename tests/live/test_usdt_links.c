/* SPDX-License-Identifier: BSD-2-Clause */
/* Links to static probes: of which processes, with which semaphores, and those that can't be. */
#include "dialect.h"
#include "static_probes.h"

#include <sys/socket.h>
#include <sys/wait.h>

static const char counting[] =
	"BPF_ARRAY(hits, u64, 2);\n"
	"int count(struct pt_regs *ctx)\n"
	"{ hits.atomic_increment(0);\n"
	"  hits.atomic_increment(1, bpf_get_attach_cookie(ctx)); return 0; }\n";

/* Such a program needs none of libbpf's tables, and no argument is in its way. */
START_TEST(programs_that_read_no_arguments)
{
	struct bcc_c_module *mod = load_bcc(counting);
	struct bcc_c_link *link = attach_probe(
		mod, "count", "several", (struct bcc_c_usdt_opts){ .pid = getpid(), .cookie = 5 });

	reach_several();
	bcc_c_link__free(link);
	reach_several();
	ck_assert_uint_eq(leaf_of(mod, "hits", 0), 3 * REACH_CALLS);
	ck_assert_uint_eq(leaf_of(mod, "hits", 1), 5 * 3 * REACH_CALLS);
	attach_own_probe(mod, "count", "variable");
	probe_variable();
	ck_assert_uint_eq(leaf_of(mod, "hits", 0), 3 * REACH_CALLS + 1);
	bcc_c_module__free(mod);
}
END_TEST

/* By either way of attaching, with arguments read and without. */
START_TEST(semaphores_are_up_while_attached)
{
	struct bcc_c_module *reading = load_case("usdt"), *blind = load_bcc(counting);
	struct bcc_c_link *link;

	ck_assert(!probe_guarded(1));
	link = attach_own_probe(reading, "on_one", "guarded");
	ck_assert(probe_guarded(20));
	bcc_c_link__free(link);
	ck_assert(!probe_guarded(300));
	link = attach_own_probe(blind, "count", "guarded");
	ck_assert(probe_guarded(4000));
	bcc_c_link__free(link);
	ck_assert(!probe_guarded(50000));
	ck_assert_uint_eq(leaf_of(reading, "sums", 0), 20);
	ck_assert_uint_eq(leaf_of(blind, "hits", 0), 1);
	bcc_c_module__free(reading);
	bcc_c_module__free(blind);
}
END_TEST

/* A process that reaches the probe when it is asked, and answers whether anybody listens. */
static pid_t fork_guarded(int pair[2])
{
	pid_t pid;
	char byte;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		close(pair[0]);
		while (read(pair[1], &byte, 1) == 1) {
			byte = (char)probe_guarded(byte);
			if (write(pair[1], &byte, 1) != 1)
				break;
		}
		_exit(0);
	}
	close(pair[1]);
	return pid;
}

static bool is_listened(int fd)
{
	char byte = 1;

	ck_assert_int_eq(write(fd, &byte, 1), 1);
	ck_assert_int_eq(read(fd, &byte, 1), 1);
	return byte != 0;
}

/*
 * Of another process, as that of one's own is counted up by the kernel whenever the file is mapped
 * to be read while probed.
 */
START_TEST(semaphores_of_several_links)
{
	struct bcc_c_module *mod = load_case("usdt"), *blind = load_bcc(counting);
	struct bcc_c_link *first, *second;
	int pair[2];
	pid_t pid = fork_guarded(pair);

	ck_assert(!is_listened(pair[0]));
	first = attach_probe(mod, "on_one", "guarded", (struct bcc_c_usdt_opts){ .pid = pid });
	ck_assert(is_listened(pair[0]));
	second = attach_probe(blind, "count", "guarded", (struct bcc_c_usdt_opts){ .pid = 0 });
	ck_assert(is_listened(pair[0]));
	bcc_c_link__free(first);
	ck_assert(is_listened(pair[0]));
	bcc_c_link__free(second);
	ck_assert(!is_listened(pair[0]));
	ck_assert_uint_eq(leaf_of(mod, "sums", 0), 2);
	ck_assert_uint_eq(leaf_of(blind, "hits", 0), 2);
	close(pair[0]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	bcc_c_module__free(mod);
	bcc_c_module__free(blind);
}
END_TEST

START_TEST(links_leave_nothing)
{
	int objects = count_bpf_objects(), fds = 0;

	for (int i = 0; i < 10; i++) {
		struct bcc_c_module *mod = load_case("usdt"), *blind = load_bcc(counting);

		attach_own_probe(mod, "on_one", "several");
		attach_own_probe(mod, "on_eight", "memory");
		attach_own_probe(blind, "count", "several");
		ck_assert_ptr_null(bcc_c_prog__attach_usdt(prog_of(blind, "count"), own_path(),
							   PROVIDER, "none", NULL));
		bcc_c_module__free(mod);
		bcc_c_module__free(blind);
		if (!i)
			fds = count_fds();
	}
	ck_assert_int_eq(count_fds(), fds);
	wait_for_objects(objects);
}
END_TEST

/* ---- processes */

START_TEST(probes_of_one_process)
{
	struct bcc_c_module *mod = load_case("usdt");
	int go, go_other;
	pid_t pid = fork_caller(reach_several, &go), other = fork_caller(reach_several, &go_other);

	attach_probe(mod, "on_one", "several", (struct bcc_c_usdt_opts){ .pid = pid });
	run_caller(pid, go);
	run_caller(other, go_other);
	reach_several();
	ck_assert_uint_eq(leaf_of(mod, "sums", 1), 3 * REACH_CALLS);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(probes_of_every_process)
{
	struct bcc_c_module *mod = load_case("usdt");
	int go;
	pid_t pid = fork_caller(reach_several, &go);

	attach_probe(mod, "on_one", "several", (struct bcc_c_usdt_opts){ .pid = 0 });
	run_caller(pid, go);
	reach_several();
	ck_assert_uint_eq(leaf_of(mod, "sums", 1), 2 * 3 * REACH_CALLS);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- errors */

static void expect(struct bcc_c_module *mod, int err, const char *text, const char *binary,
		   const char *provider, const char *name, int pid)
{
	const struct bcc_c_usdt_opts opts = { .sz = sizeof(opts), .pid = pid };

	assert_null(mod, err, text,
		    bcc_c_prog__attach_usdt(prog_of(mod, "on_one"), binary, provider, name, &opts));
}

START_TEST(probes_that_are_not_there)
{
	struct bcc_c_module *mod = load_case("usdt");
	int fds;

	attach_own_probe(mod, "on_one", "several"); /* from now on libbpf has what it opens once */
	fds = count_fds();
	expect(mod, ENOENT, "no such static probe, but '" PROVIDER ":several', '", own_path(),
	       PROVIDER, "severel", 0);
	expect(mod, ENOENT, "but '" PROVIDER ":several', ", own_path(), "other", "several", 0);
	expect(mod, ENOENT, " and 2 more", own_path(), PROVIDER, "severel", 0);
	expect(mod, ENOENT, "/true' has no static probes", "true", PROVIDER, "several", 0);
	expect(mod, ENOENT, "no library of that name", "no_such_library_", "p", "n", 0);
	expect(mod, ENOENT, "/no/such/file", "/no/such/file", "p", "n", 0);
	expect(mod, ENOEXEC, "no ELF file", "/etc/passwd", "p", "n", 0);
	ck_assert_int_eq(count_fds(), fds);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(probes_that_cannot_be)
{
	struct bcc_c_module *mod = load_case("usdt");
	pid_t gone = fork();

	if (!gone)
		_exit(0);
	ck_assert_int_eq(waitpid(gone, NULL, 0), gone);
	expect(mod, ESRCH, "no process", own_path(), PROVIDER, "several", gone);
	expect(mod, EINVAL, "bad options", own_path(), PROVIDER, "several", -1);
	expect(mod, EINVAL, "no binary, provider or name", own_path(), "", "several", 0);
	expect(mod, EINVAL, "no binary, provider or name", NULL, PROVIDER, "several", 0);
	expect(mod, EINVAL, "can't read one of its arguments", own_path(), PROVIDER, "variable", 0);
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "variable"));
	expect(mod, EINVAL, "can't read one of its arguments", own_path(), PROVIDER, "indexed", 0);
	bcc_c_module__free(mod);
	mod = load_bcc("int on_one(struct bpf_raw_tracepoint_args *ctx) { return 0; }\n");
	expect(mod, EINVAL, "is of type raw_tracepoint", own_path(), PROVIDER, "several", 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(sections_that_name_no_probe)
{
	static const char *const targets[] = { "usdt/c", "usdt/c:malloc" };

	for (size_t i = 0; i < 2; i++) {
		struct bcc_c_module *mod;
		char text[1024];

		snprintf(text, sizeof(text), PRELUDE "SEC(\"%s\") int f(void *ctx) { return 0; }\n",
			 targets[i]);
		mod = load_source(text);
		assert_fails(mod, EINVAL, "not of the form usdt/BINARY:PROVIDER:NAME",
			     bcc_c_module__attach(mod));
		bcc_c_module__free(mod);
	}
}
END_TEST

/* The three places of the probe have three descriptions of their argument. */
START_TEST(arguments_without_room)
{
	const char *const cflags[] = { "-DBPF_USDT_MAX_SPEC_CNT=4" };
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
						 .cflags = cflags,
						 .cflags_cnt = 1 };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	struct bcc_c_link *link;

	assert_ok(mod, bcc_c_module__compile_file(mod, "tests/cases/bcc/usdt.c", &opts));
	assert_ok(mod, bcc_c_module__load(mod));
	link = attach_own_probe(mod, "on_one", "several");
	expect(mod, E2BIG, "BPF_USDT_MAX_SPEC_CNT", own_path(), PROVIDER, "several", 0);
	bcc_c_link__free(link);
	attach_own_probe(mod, "on_one", "several");
	reach_several();
	ck_assert_uint_eq(leaf_of(mod, "sums", 1), 3 * REACH_CALLS);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_usdt_links(void)
{
	Suite *suite = suite_create("usdt_links");
	TCase *tc = tcase_create("links");

	tcase_add_test(tc, programs_that_read_no_arguments);
	tcase_add_test(tc, semaphores_are_up_while_attached);
	tcase_add_test(tc, semaphores_of_several_links);
	tcase_add_test(tc, links_leave_nothing);
	tcase_add_test(tc, probes_of_one_process);
	tcase_add_test(tc, probes_of_every_process);
	tcase_add_test(tc, probes_that_are_not_there);
	tcase_add_test(tc, probes_that_cannot_be);
	tcase_add_test(tc, sections_that_name_no_probe);
	tcase_add_test(tc, arguments_without_room);
	suite_add_tcase(suite, tc);
	return suite;
}
