// SPDX-License-Identifier: BSD-2-Clause
/*
 * Stands in for the compiler through BCC_C_COMPILER, runs the real one, and writes its greatest
 * resident memory in KB to a file. The compiler is started without an environment and with three
 * descriptors only, so both paths are compiled in: COMPILER and PEAK_FILE.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

int main(int argc, char **argv)
{
	struct rusage usage = { 0 };
	int status = 0;
	FILE *file;
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(COMPILER, argv);
		_exit(127);
	}
	while (pid > 0 && wait4(pid, &status, 0, &usage) < 0 && errno == EINTR)
		;
	file = fopen(PEAK_FILE, "we");
	if (file) {
		fprintf(file, "%ld\n", usage.ru_maxrss);
		fclose(file);
	}
	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
