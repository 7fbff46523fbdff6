/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What opensnoop's programs and its user side agree on. The types of fixed size come from vmlinux.h
 * on the one side and from <linux/types.h> on the other, whichever was included before.
 */
#ifndef OPENSNOOP_H
#define OPENSNOOP_H

#define OPEN_COMM_SIZE 16
#define OPEN_PATH_SIZE 4096 /* PATH_MAX: what the kernel itself takes */
#define OPEN_NAME_SIZE 256  /* NAME_MAX and a zero byte */
#define OPEN_DIRS_SIZE 4096 /* all names of the directory a relative path starts from */
#define OPEN_MAX_DIRS 128
#define OPEN_TEXT_SIZE (OPEN_PATH_SIZE + OPEN_DIRS_SIZE)

/* What is to be known about the texts of an event. */
enum open_note {
	OPEN_UNREADABLE = 1, /* the path's address was bad: no path */
	OPEN_CUT = 2,        /* the path is longer than any path may be: its start only */
	OPEN_RELATIVE = 4,   /* it starts at a directory, whose names follow it */
	OPEN_DIRS_CUT = 8,   /* that directory lies too deep: outer names are missing */
	OPEN_OUTSIDE = 16,   /* that directory isn't below the process's root */
};

/* What a system call was given; which it is says what its arguments are. */
struct open_call {
	__s32 nr;
	__u32 unused;
	__u64 args[4];
};

struct open_event {
	__u64 time; /* of the call's end, by the monotonic clock */
	struct open_call call;
	struct {
		__u64 flags, mode, resolve;
	} how; /* openat2's argument; of other calls it is anything */
	__u32 pid;
	__u32 tid;
	__u32 uid;
	__s32 result;    /* a file descriptor or a negative errno */
	__u32 notes;     /* of enum open_note */
	__u16 path_size; /* bytes of the path as given, with its zero byte */
	__u16 dirs_size; /* bytes of the names behind it, innermost first, each with a zero byte */
	char comm[OPEN_COMM_SIZE];
	/* path, then names; only these bytes are sent. The rest is room for a name too many. */
	char text[OPEN_TEXT_SIZE + OPEN_NAME_SIZE];
};

#endif
