// SPDX-License-Identifier: BSD-2-Clause
/*
 * The trace pipe: one for the whole machine, so texts of other programs come through it as well.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tracepipe.h"

int tracepipe_open(void)
{
	char buf[4096];
	int fd = open("/sys/kernel/tracing/trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		fd = open("/sys/kernel/debug/tracing/trace_pipe",
			  O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* a bound, as others may write all the time */
	for (int i = 0; fd >= 0 && i < 10000 && read(fd, buf, sizeof(buf)) > 0; i++)
		;
	return fd;
}

void tracepipe_print(int fd)
{
	char buf[4096];
	ssize_t size;

	for (int i = 0; i < 64 && (size = read(fd, buf, sizeof(buf))) > 0; i++)
		fwrite(buf, size, 1, stdout);
}
