// SPDX-License-Identifier: BSD-2-Clause
/*
 * Processes: watched, or started so that probes are in place before the first instruction.
 *
 * The waiting child holds one end of a pipe. If the tool dies before it gave the word, by whatever
 * cause, the kernel closes the other end and the child goes. Once the command runs it is the
 * user's, and is never killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "errors.h"
#include "process.h"

int process_watch(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);

	if (fd >= 0 || errno == ENOSYS)
		return fd;
	if (errno == ESRCH)
		die("there is no process %d", pid);
	if (errno == EINVAL || errno == ENOENT) /* the code changed in Linux 6.15 */
		die("%d is a thread, not a process", pid);
	die("process %d: %s", pid, strerror(errno));
}

/* No call in here may allocate memory: it would be counted. */
__attribute__((noreturn)) static void wait_and_exec(int go_fd, int failed_fd, char **argv)
{
	char word;
	int code;

	if (read(go_fd, &word, 1) != 1)
		_exit(EXIT_FAILED);
	execvp(argv[0], argv);
	code = errno;
	if (write(failed_fd, &code, sizeof(code)) < 0)
		_exit(EXIT_FAILED);
	_exit(EXIT_FAILED);
}

void command_prepare(struct command *command, char **argv)
{
	int go[2], failed[2];

	if (pipe2(go, O_CLOEXEC) || pipe2(failed, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	fflush(stdout);
	command->pid = fork();
	if (command->pid < 0)
		die("fork: %s", strerror(errno));
	if (!command->pid) {
		close(go[1]); /* else it would never read the end */
		wait_and_exec(go[0], failed[1], argv);
	}
	close(go[0]);
	close(failed[1]);
	command->go_fd = go[1];
	command->failed_fd = failed[0];
}

void command_begin(struct command *command, char **argv)
{
	int code = 0;
	ssize_t size = write(command->go_fd, "g", 1);

	close(command->go_fd);
	if (size == 1)
		size = read(command->failed_fd, &code,
			    sizeof(code)); /* ends when the exec succeeds */
	close(command->failed_fd);
	if (!size)
		return;
	waitpid(command->pid, NULL, 0);
	warn_text("%s: %s", argv[0], strerror(code ? code : EPIPE));
	exit(EXIT_FAILED);
}

void command_report(const struct command *command)
{
	int status;

	if (waitpid(command->pid, &status, WNOHANG) != command->pid)
		return;
	if (WIFSIGNALED(status))
		warn_text("the command was ended by signal %d (%s)", WTERMSIG(status),
			  strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		warn_text("the command ended with exit code %d", WEXITSTATUS(status));
}
