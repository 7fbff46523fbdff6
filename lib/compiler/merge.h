/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which probe reads can be made by one call of a helper: those of places close to each other in one
 * object, with nothing between them that could make a difference.
 */
#ifndef BCC_C__MERGE_H
#define BCC_C__MERGE_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A load that a helper is to make. */
struct read {
	LLVMValueRef load;
	LLVMValueRef base; /* the address, without what is constant in it */
	int64_t offset;    /* that constant */
	int64_t size;
	uint64_t helper;
	size_t next; /* of the same group, or NO_READ */
};

#define NO_READ SIZE_MAX

/* Reads made by one call, at the place of the first. */
struct read_group {
	size_t first, last; /* a list of indices, linked by next */
	int64_t start,
		end; /* offsets from the base, of the bytes from the first to behind the last */
	bool closed; /* takes no more */
};

struct merge {
	int64_t window; /* the most bytes a group has */
	struct read *reads;
	size_t read_cnt, read_room;
	struct read_group *groups;
	size_t group_cnt, group_room;
	size_t open; /* index of the first group that may not be closed */
	bool failed; /* out of memory */
};

/*
 * Adds a read behind those added before it. It joins a group where it may.
 *
 * @movable: what it reads stays the same until the program calls something that changes it
 */
void merge__add(struct merge *merge, const struct read *read, bool movable);

/* What is added from here on is not to be read together with what was added before. */
void merge__barrier(struct merge *merge);

/* Whether an instruction makes a barrier needed. */
bool merge__is_barrier(LLVMValueRef at);

void merge__free(struct merge *merge);

#endif
