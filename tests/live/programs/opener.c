// SPDX-License-Identifier: BSD-2-Clause
/*
 * Opens a file by a given system call.
 *
 * opener CALL NAME [FOLDER]
 *
 * CALL is open, creat, openat, openat2, or in_root: openat2 with an absolute NAME that is taken
 * below FOLDER. With FOLDER the name is relative to its descriptor. Exit code 3: there is no such
 * call.
 */
#define _GNU_SOURCE /* O_PATH */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

static long open_by(const char *call, const char *name, int folder)
{
	unsigned long long how[3] = { O_RDONLY };

#ifdef SYS_open
	if (!strcmp(call, "open"))
		return syscall(SYS_open, name, O_RDONLY);
	if (!strcmp(call, "creat"))
		return syscall(SYS_creat, name, 0640);
#endif
	if (!strcmp(call, "openat"))
		return syscall(SYS_openat, folder, name, O_RDONLY);
	if (!strcmp(call, "in_root"))
		how[2] = 0x10; /* RESOLVE_IN_ROOT */
	if (!strcmp(call, "openat2") || !strcmp(call, "in_root"))
		return syscall(SYS_openat2, folder, name, how, sizeof(how));
	errno = ENOSYS;
	return -1;
}

int main(int argc, char **argv)
{
	int folder = argc > 3 ? open(argv[3], O_PATH | O_DIRECTORY) : AT_FDCWD;

	if (argc < 3)
		return 2;
	if (open_by(argv[1], argv[2], folder) >= 0)
		return 0;
	return errno == ENOSYS ? 3 : 1;
}
