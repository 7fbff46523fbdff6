// SPDX-License-Identifier: BSD-2-Clause
/*
 * Opens a file again and again, so that there is always an event to see.
 *
 *     opener FILE
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	/* With the kernel's slack of 50 us some 4000 opens a second: the wait for one is far below
	 * what is measured, and most of a CPU is left. */
	const struct timespec pause = { .tv_nsec = 200 * 1000 };

	if (argc != 2) {
		fprintf(stderr, "Usage: opener FILE\n");
		return 2;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = open(argv[1], O_RDONLY | O_CLOEXEC);

		if (fd < 0) {
			perror(argv[1]);
			return 1;
		}
		close(fd);
		nanosleep(&pause, NULL);
	}
}
