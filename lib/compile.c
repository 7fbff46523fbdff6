/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the compiler: a child process that gets its request and gives its reply in memory files, so
 * that neither side ever waits for the other to read. Whatever becomes of the child ends here as an
 * error with a text.
 */
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>

#include "internal.h"
#include "wire.h"

#define REPLY_LIMIT (512u << 20)
#define STDERR_LIMIT (1u << 20)

struct child {
	int request;   /* its standard input */
	int reply;     /* its standard output */
	int complaint; /* its standard error stream: what LLVM says when it gives up */
	pid_t pid;
	int pidfd;
	bool timed_out;
	int status; /* as waitpid(2) has it; -1: somebody else took it */
};

static void close_child(struct child *child)
{
	int *fds[] = { &child->request, &child->reply, &child->complaint, &child->pidfd };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		bcc_c__close_fd(fds[i]);
}

#define autochild __attribute__((cleanup(close_child))) struct child

/*
 * A compiler that lies beside the library in a tree of its own: ../libexec/bcc_c-cc, seen from the
 * library.
 */
static char *path_beside_library(void)
{
	char *path = NULL;
	const char *slash;
	Dl_info info;

	if (!dladdr((void *)bcc_c_version, &info) || !info.dli_fname)
		return NULL;
	slash = strrchr(info.dli_fname, '/');
	if (!slash || asprintf(&path, "%.*s/../libexec/bcc_c-cc", (int)(slash - info.dli_fname),
			       info.dli_fname) < 0)
		return NULL;
	if (access(path, X_OK)) {
		free(path);
		return NULL;
	}
	return path;
}

char *bcc_c__compiler_path(const struct bcc_c_module *mod)
{
	const char *given = mod->opts.compiler ? mod->opts.compiler
					       : secure_getenv("BCC_C_COMPILER");
	char *path = given ? strdup(given) : path_beside_library();

	return path || given ? path : strdup(COMPILER_PATH);
}

static int make_files(struct child *child, const struct bcc_c__buf *request)
{
	child->request = memfd_create("bcc_c-request", MFD_CLOEXEC);
	child->reply = memfd_create("bcc_c-reply", MFD_CLOEXEC);
	child->complaint = memfd_create("bcc_c-stderr", MFD_CLOEXEC);
	if (child->request < 0 || child->reply < 0 || child->complaint < 0)
		return -errno;
	if (bcc_c__write_fd(child->request, request->data, request->size) ||
	    lseek(child->request, 0, SEEK_SET) < 0)
		return -errno;
	return 0;
}

/* The child gets three descriptors, no environment, and signals as a new process has them. */
static int spawn(struct child *child, const char *path)
{
	char *argv[] = { (char *)"bcc_c-cc", NULL };
	char *envp[] = { NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	err = posix_spawn_file_actions_adddup2(&actions, child->request, STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, child->reply, STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, child->complaint, STDERR_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	if (!err)
		err = posix_spawn(&child->pid, path, &actions, &attr, argv, envp);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sleeps until the child has ended or the time is over. Returns whether it has ended. */
static bool sleep_on(struct child *child, int64_t left_ms)
{
	struct pollfd ready = { .fd = child->pidfd, .events = POLLIN };
	int ms = left_ms < INT32_MAX ? (int)left_ms : INT32_MAX;
	siginfo_t info = { 0 };

	if (child->pidfd >= 0)
		return poll(&ready, 1, ms) > 0;
	/* No descriptor left for it: look now and then. */
	poll(NULL, 0, ms < 5 ? ms : 5);
	return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

/* Waits until the child has ended, and ends it when its time is over. */
static void await(struct child *child, uint32_t wall_ms)
{
	int64_t end = now_ms() + wall_ms, left;

	child->pidfd = pidfd_open(child->pid, 0);
	while ((left = end - now_ms()) > 0 && !sleep_on(child, left))
		;
	if (left <= 0) {
		child->timed_out = true;
		if (child->pidfd >= 0)
			pidfd_send_signal(child->pidfd, SIGKILL, NULL, 0);
		else
			kill(child->pid, SIGKILL);
	}
	while (waitpid(child->pid, &child->status, 0) < 0) {
		if (errno == EINTR)
			continue;
		/*
		 * A program that ignores SIGCHLD or waits for any child: the reply tells how the
		 * child fared.
		 */
		child->status = -1;
		break;
	}
}

/* The last line the child wrote to its standard error stream, as the reason for its end. */
static void read_complaint(struct bcc_c_module *mod, struct child *child, char *text, size_t size)
{
	autobuf all = { 0 };
	const char *start;
	char *end;

	text[0] = '\0';
	if (lseek(child->complaint, 0, SEEK_SET) < 0 ||
	    bcc_c__read_fd(child->complaint, STDERR_LIMIT, &all))
		return;
	bcc_c__buf_append(&mod->log, all.data, all.size);
	bcc_c__buf_str(&mod->log);
	/* LLVM's own message comes first, its stack trace after it. */
	start = strstr(bcc_c__buf_str(&all), "LLVM ERROR");
	if (!start)
		start = bcc_c__buf_str(&all);
	snprintf(text, size, ": %s", start);
	end = strchr(text, '\n');
	if (end)
		*end = '\0';
	if (!text[2])
		text[0] = '\0';
}

static int fail_ended(struct bcc_c_module *mod, struct child *child)
{
	static const char more[] = "the module's options can give it more";
	char reason[256];

	read_complaint(mod, child, reason, sizeof(reason));
	if (child->timed_out)
		return bcc_c__fail(mod, -ETIMEDOUT, more,
				   "compile: the compiler did not end within %u ms",
				   mod->opts.compiler_wall_ms);
	if (child->status >= 0 && WIFSIGNALED(child->status)) {
		int sig = WTERMSIG(child->status);

		if (sig == SIGXCPU || (sig == SIGKILL && mod->opts.compiler_cpu_s <
								 mod->opts.compiler_wall_ms / 1000))
			return bcc_c__fail(
				mod, sig == SIGXCPU ? -ETIMEDOUT : -ECANCELED, more,
				"compile: the compiler was ended by signal %d (%s); it may use %u s of CPU time",
				sig, strsignal(sig), mod->opts.compiler_cpu_s);
		return bcc_c__fail(
			mod, -ECANCELED, sig == SIGABRT || sig == SIGSEGV ? more : NULL,
			"compile: the compiler was ended by signal %d (%s), with at most %u MB of memory%s",
			sig, strsignal(sig), mod->opts.compiler_memory_mb, reason);
	}
	return bcc_c__fail(mod, -ECANCELED, NULL, "compile: the compiler ended without a reply%s",
			   reason);
}

/* Whether the reply is all there, from its first record to its last. */
static bool is_complete(const struct bcc_c__buf *reply)
{
	struct wire_reader reader = { .data = reply->data, .size = reply->size };
	struct wire_record record = { 0 };
	bool first = true;

	while (bcc_c__wire_next(&reader, &record) == 1) {
		if (first && record.tag != WIRE_MAGIC)
			return false;
		first = false;
	}
	return reader.at == reader.size && record.tag == WIRE_END;
}

static int run(struct bcc_c_module *mod, struct child *child, const char *path,
	       const struct bcc_c__buf *request, struct bcc_c__buf *reply)
{
	int err = make_files(child, request);

	if (err)
		return bcc_c__fail(mod, err, NULL, "compile: can't make a file in memory: %m");
	err = spawn(child, path);
	if (err)
		return bcc_c__fail(
			mod, err,
			err == -ENOENT ? "install bcc_c whole, or name it in BCC_C_COMPILER" : NULL,
			"start the compiler '%s': %m", path);
	await(child, mod->opts.compiler_wall_ms);
	if (lseek(child->reply, 0, SEEK_SET) < 0 ||
	    bcc_c__read_fd(child->reply, REPLY_LIMIT, reply))
		return bcc_c__fail(mod, -ENOMEM, NULL, "compile: can't read the compiler's reply");
	return is_complete(reply) ? 0 : fail_ended(mod, child);
}

int bcc_c__run_compiler(struct bcc_c_module *mod, struct bcc_c__buf *request,
			struct bcc_c__buf *reply)
{
	autochild child = { .request = -1, .reply = -1, .complaint = -1, .pidfd = -1 };
	autofree char *path = bcc_c__compiler_path(mod);

	bcc_c__wire_put(request, WIRE_END, NULL, 0);
	if (!path || request->failed)
		return bcc_c__fail(mod, -ENOMEM, NULL, "compile: %m");
	if (mod->opts.flags & BCC_C_IN_PROCESS)
		return bcc_c__run_in_process(mod, path, request, reply);
	return run(mod, &child, path, request, reply);
}
