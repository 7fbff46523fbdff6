// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flags of open(2) by name.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "openflags.h"

/* glibc says 0 where the kernel has this flag set for every program of 64 bits. */
#define KERNEL_O_LARGEFILE 0100000

/* What holds several bits stands before its parts. */
static const struct {
	uint64_t bits;
	const char *name;
} flag_names[] = {
	{ O_TMPFILE, "O_TMPFILE" },     { O_SYNC, "O_SYNC" },
	{ O_DSYNC, "O_DSYNC" },         { O_CREAT, "O_CREAT" },
	{ O_EXCL, "O_EXCL" },           { O_NOCTTY, "O_NOCTTY" },
	{ O_TRUNC, "O_TRUNC" },         { O_APPEND, "O_APPEND" },
	{ O_NONBLOCK, "O_NONBLOCK" },   { O_ASYNC, "O_ASYNC" },
	{ O_DIRECT, "O_DIRECT" },       { KERNEL_O_LARGEFILE, "O_LARGEFILE" },
	{ O_DIRECTORY, "O_DIRECTORY" }, { O_NOFOLLOW, "O_NOFOLLOW" },
	{ O_NOATIME, "O_NOATIME" },     { O_CLOEXEC, "O_CLOEXEC" },
	{ O_PATH, "O_PATH" },
};

static size_t append(char *text, size_t size, size_t at, const char *name)
{
	int length = snprintf(text + at, size - at, "%s%s", at ? "|" : "", name);

	return length < 0 || at + (size_t)length >= size ? at : at + (size_t)length;
}

void open_flags_text(uint64_t flags, char *text, size_t size)
{
	static const char *const access_modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };
	size_t at = append(text, size, 0, access_modes[flags & O_ACCMODE]);
	char rest[24];

	flags &= ~(uint64_t)O_ACCMODE;
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(*flag_names); i++) {
		if ((flags & flag_names[i].bits) != flag_names[i].bits)
			continue;
		at = append(text, size, at, flag_names[i].name);
		flags &= ~flag_names[i].bits;
	}
	if (flags) {
		snprintf(rest, sizeof(rest), "0x%" PRIx64, flags);
		append(text, size, at, rest);
	}
}

bool open_flags_create(uint64_t flags)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}
