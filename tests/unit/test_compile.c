/* SPDX-License-Identifier: BSD-2-Clause */
/* The compiler as a process: missing, broken, hanging, lying. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "unit.h"
#include "wire.h"

/* Compiles with another compiler and expects an error. */
static void assert_compiler_fails(const char *compiler, int err, const char *text)
{
	struct bcc_c_module *mod = new_module_with(compiler);
	int fds = count_fds();

	assert_fails(mod, err, text, bcc_c_module__compile(mod, PRELUDE PROG, NULL));
	ck_assert_int_eq(count_fds(), fds);
	ck_assert_int_le(count_children(), 0);
	ck_assert_ptr_null(bcc_c_module__next_prog(mod, NULL));
	bcc_c_module__free(mod);
}

START_TEST(compiler_missing)
{
	const char *none = temp_path("none");

	assert_compiler_fails(none, ENOENT, none);
	assert_compiler_fails(none, ENOENT, "BCC_C_COMPILER");
	setenv("BCC_C_COMPILER", none, 1);
	assert_compiler_fails(NULL, ENOENT, none);
}
END_TEST

START_TEST(compiler_not_executable)
{
	const char *path = temp_text("plain", "text");

	assert_compiler_fails(temp_dir(), EACCES, "start the compiler");
	chmod(path, 0644);
	assert_compiler_fails(path, EACCES, path);
	chmod(path, 0755);
	assert_compiler_fails(path, ENOEXEC, path);
}
END_TEST

START_TEST(compiler_without_reply)
{
	assert_compiler_fails("/bin/true", ECANCELED, "ended without a reply");
	assert_compiler_fails("/bin/false", ECANCELED, "ended without a reply");
}
END_TEST

START_TEST(compiler_complains)
{
	assert_compiler_fails(temp_script("c", "echo 'out of luck' >&2; echo more >&2"), ECANCELED,
			      "ended without a reply: out of luck");
	assert_compiler_fails(temp_script("c", "echo x >&2; echo 'LLVM ERROR: bad day' >&2"),
			      ECANCELED, "LLVM ERROR: bad day");
}
END_TEST

START_TEST(compiler_complaint_is_in_the_log)
{
	struct bcc_c_module *mod =
		new_module_with(temp_script("c", "echo first >&2; echo second >&2; exit 3"));

	ck_assert_int_eq(bcc_c_module__compile(mod, PROG, NULL), -ECANCELED);
	ck_assert_str_eq(bcc_c_module__log(mod), "first\nsecond\n");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compiler_complains_without_end)
{
	assert_compiler_fails(temp_script("c", "head -c 20000000 /dev/zero >&2"), ECANCELED,
			      "ended without a reply");
}
END_TEST

START_TEST(compiler_crashes)
{
	assert_compiler_fails(temp_script("c", "kill -SEGV $$"), ECANCELED, "signal 11");
	assert_compiler_fails(temp_script("c", "echo why >&2; kill -ABRT $$"), ECANCELED,
			      "signal 6");
	assert_compiler_fails(temp_script("c", "kill -KILL $$"), ECANCELED, "signal 9");
	assert_compiler_fails(temp_script("c", "kill -XCPU $$"), ETIMEDOUT, "CPU time");
}
END_TEST

START_TEST(compiler_hangs)
{
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .compiler_wall_ms = 200 };
	struct bcc_c_module *mod;

	opts.compiler = temp_script("c", "exec sleep 1000");
	mod = bcc_c_module__new(&opts);
	assert_fails(mod, ETIMEDOUT, "within 200 ms", bcc_c_module__compile(mod, PROG, NULL));
	ck_assert_int_le(count_children(), 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compiler_writes_garbage)
{
	assert_compiler_fails(temp_script("c", "echo hello"), ECANCELED, "without a reply");
	assert_compiler_fails(temp_script("c", "head -c 100000 /dev/zero"), ECANCELED,
			      "without a reply");
	assert_compiler_fails(temp_script("c", "head -c 100000 /dev/urandom"), ECANCELED,
			      "without a reply");
}
END_TEST

/* A reply that a compiler could give: a diagnostic and an error. */
static void make_failed_reply(struct bcc_c__buf *reply)
{
	struct wire_diag diag = { .severity = BCC_C_ERROR, .line = 3, .column = 1000 };
	int32_t status = -EBADMSG;

	bcc_c__wire_put(reply, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put(reply, WIRE_STATUS, &status, sizeof(status));
	bcc_c__wire_put_diag(reply, &diag, "a.c", "bad", "line");
	bcc_c__wire_put(reply, WIRE_END, NULL, 0);
}

START_TEST(reply_truncated_at_every_byte)
{
	autobuf reply = { 0 };

	make_failed_reply(&reply);
	assert_compiler_fails(stub_compiler(reply.data, reply.size), EBADMSG, "a.c:3:1000: bad");
	for (size_t size = 0; size < reply.size; size++)
		assert_compiler_fails(stub_compiler(reply.data, size), ECANCELED,
				      "without a reply");
}
END_TEST

/* Any reply gives success or an error; none gives a crash or a number that is neither. */
static void try_reply(const void *reply, size_t size)
{
	struct bcc_c_module *mod = new_module_with(stub_compiler(reply, size));
	int err = bcc_c_module__compile(mod, PROG, NULL);
	size_t elf_size;

	ck_assert_msg(err < 0, "%d", err);
	ck_assert_str_ne(bcc_c_module__errmsg(mod), "");
	for (const struct bcc_c_diag *d = NULL; (d = bcc_c_module__next_diag(mod, d));) {
		ck_assert(d->severity >= BCC_C_NOTE && d->severity <= BCC_C_ERROR);
		ck_assert(d->file && d->text && d->source_line);
	}
	ck_assert_ptr_null(bcc_c_module__elf(mod, &elf_size));
	bcc_c_module__free(mod);
}

START_TEST(reply_damaged_at_every_bit)
{
	autobuf reply = { 0 };

	make_failed_reply(&reply);
	for (size_t bit = 0; bit < reply.size * 8; bit += 3) {
		reply.data[bit / 8] ^= (char)(1 << bit % 8);
		try_reply(reply.data, reply.size);
		reply.data[bit / 8] ^= (char)(1 << bit % 8);
	}
}
END_TEST

START_TEST(reply_that_contradicts_itself)
{
	static const int32_t statuses[] = { 0, 1, INT32_MAX, INT32_MIN, -1, -EBADMSG, -100000 };

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		autobuf reply = { 0 };

		make_reply(&reply, statuses[i], "");
		try_reply(reply.data, reply.size);
		bcc_c__buf_clear(&reply);
		make_reply(&reply, statuses[i], "text");
		reply.size -= 8;
		bcc_c__wire_put(&reply, WIRE_ELF, "no ELF", 6);
		bcc_c__wire_put(&reply, WIRE_END, NULL, 0);
		try_reply(reply.data, reply.size);
	}
}
END_TEST

START_TEST(reply_with_leftovers_does_not_spoil_the_next)
{
	const char *good = realpath(getenv("BCC_C_COMPILER"), NULL);
	struct bcc_c_module *mod;
	const char *path;
	char text[8192];
	autobuf reply = { 0 };

	make_reply(&reply, -EBADMSG, "no");
	reply.size -= 8;
	bcc_c__wire_put(&reply, WIRE_ELF, "no ELF", 6);
	bcc_c__wire_put(&reply, WIRE_END, NULL, 0);
	path = stub_compiler(reply.data, reply.size);
	mod = new_module_with(path);
	ck_assert_int_eq(bcc_c_module__compile(mod, PROG, NULL), -EBADMSG);
	snprintf(text, sizeof(text), "exec '%s'", good);
	ck_assert_str_eq(temp_script("stub-cc", text), path);
	assert_ok(mod, bcc_c_module__compile(mod, PRELUDE PROG, NULL));
	bcc_c_module__free(mod);
	free((char *)good);
}
END_TEST

/* ---- the caller's own habits */

START_TEST(caller_ignores_sigchld)
{
	struct bcc_c_module *mod;

	signal(SIGCHLD, SIG_IGN);
	mod = compiled(PRELUDE PROG);
	bcc_c_module__free(mod);
	assert_compiler_fails("/bin/false", ECANCELED, "ended without a reply");
	assert_compiler_fails(temp_script("c", "kill -SEGV $$"), ECANCELED, "without a reply");
}
END_TEST

static void take_signal(int sig)
{
}

START_TEST(caller_gets_signals)
{
	struct sigaction action = { .sa_handler = take_signal }; /* calls are not restarted */
	struct itimerval timer = { .it_interval.tv_usec = 1000, .it_value.tv_usec = 1000 };

	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &timer, NULL), 0);
	for (int i = 0; i < 5; i++)
		bcc_c_module__free(compiled(PRELUDE PROG));
	timer = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &timer, NULL);
}
END_TEST

START_TEST(caller_blocks_signals)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	bcc_c_module__free(compiled(PRELUDE PROG));
	assert_compiler_fails(temp_script("c", "kill -TERM $$; sleep 1000"), ECANCELED,
			      "signal 15");
}
END_TEST

START_TEST(caller_has_no_standard_streams)
{
	struct bcc_c_module *mod = new_module();
	int out = dup(STDOUT_FILENO), err;

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	err = bcc_c_module__compile(mod, PRELUDE PROG, NULL);
	dup2(out, STDOUT_FILENO);
	ck_assert_msg(!err, "%s", bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(caller_has_no_descriptors_left)
{
	struct rlimit limit;
	struct bcc_c_module *mod = new_module();
	int first = dup(0);

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	for (rlim_t more = 0; more < 8; more++) {
		int err;

		limit.rlim_cur = (rlim_t)first + more;
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		err = bcc_c_module__compile(mod, "#error no\n", NULL);
		ck_assert_msg(err == -EMFILE || err == -EBADMSG, "%d: %s", err,
			      bcc_c_module__errmsg(mod));
	}
	ck_assert_int_eq(dup(0), first + 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(child_gets_no_descriptors)
{
	struct bcc_c_module *mod = new_module_with(
		temp_script("c", "for i in 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$i ] && "
				 "echo $i >&2; done; env >&2; exit 0"));
	int fds[5];

	for (int i = 0; i < 5; i++)
		fds[i] = open("/dev/null", O_RDONLY); /* not closed on exec */
	ck_assert_int_eq(bcc_c_module__compile(mod, PROG, NULL), -ECANCELED);
	ck_assert_ptr_null(strstr(bcc_c_module__log(mod), "HOME="));
	for (char c = '3'; c <= '9'; c++) {
		const char line[] = { c, '\n', '\0' };

		ck_assert_msg(strncmp(bcc_c_module__log(mod), line, 2), "descriptor %c is open", c);
	}
	for (int i = 0; i < 5; i++)
		close(fds[i]);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(many_compilations_leave_nothing)
{
	int fds = count_fds();

	for (int i = 0; i < 30; i++) {
		struct bcc_c_module *mod = new_module();

		bcc_c_module__compile(mod, i % 2 ? PRELUDE PROG : "#error no\n", NULL);
		bcc_c_module__free(mod);
	}
	ck_assert_int_eq(count_fds(), fds);
	ck_assert_int_le(count_children(), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}
END_TEST

SUITE(compile, compiler_missing, compiler_not_executable, compiler_without_reply,
      compiler_complains, compiler_complaint_is_in_the_log, compiler_complains_without_end,
      compiler_crashes, compiler_hangs, compiler_writes_garbage, reply_truncated_at_every_byte,
      reply_damaged_at_every_bit, reply_that_contradicts_itself,
      reply_with_leftovers_does_not_spoil_the_next, caller_ignores_sigchld, caller_gets_signals,
      caller_blocks_signals, caller_has_no_standard_streams, caller_has_no_descriptors_left,
      child_gets_no_descriptors, many_compilations_leave_nothing)
