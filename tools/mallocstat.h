/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mallocstat's programs and its user side agree on. The types of fixed size come from
 * vmlinux.h on the one side and from <linux/types.h> on the other, whichever was included before.
 */
#ifndef MALLOCSTAT_H
#define MALLOCSTAT_H

/*
 * The functions of an allocator. Where a library has two names for the same code, a call of it
 * counts for the first of them in this order.
 */
enum alloc_func {
	ALLOC_MALLOC,
	ALLOC_CALLOC,
	ALLOC_REALLOC,
	ALLOC_FREE,
	ALLOC_POSIX_MEMALIGN,
	ALLOC_ALIGNED_ALLOC,
	ALLOC_MEMALIGN,
	ALLOC_VALLOC,
	ALLOC_PVALLOC,
	ALLOC_FUNCS,
};

#define ALLOC_SLOTS 64 /* one for each power of two */

/* All numbers since the start. */
struct alloc_stats {
	__u64 calls[ALLOC_FUNCS];  /* that returned */
	__u64 failed[ALLOC_FUNCS]; /* of these */
	__u64 bytes[ALLOC_FUNCS];  /* asked for */
	/* slot n: calls that asked for 2^n to 2^(n+1) - 1 bytes; slot 0: 0 too */
	__u64 sizes[ALLOC_SLOTS];
	__u64 held;      /* bytes outstanding */
	__u64 blocks;    /* blocks outstanding */
	__u64 peak;      /* most bytes outstanding */
	__u64 untracked; /* blocks there was no room to remember */
	__u64 missed;    /* calls there was no room to follow */
	__u64 dead;      /* blocks of ended processes, still in the map */
};

/* A block of memory: an address of a process, from its start or last exec on. */
struct block_key {
	__u64 address;
	__u32 pid;
	__u32 born;
};

/* What a process holds. */
struct holder {
	__u32 born; /* tells it from others that had its number, and from itself before an exec */
	__u32 unused;
	__u64 held;
	__u64 blocks;
};

#endif
