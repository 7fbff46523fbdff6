/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names nearest to a misspelt one.
 */
#ifndef BCC_C__NEAR_H
#define BCC_C__NEAR_H

#include "../util.h"

#define NEAR_MOST 3

struct near {
	const char *wanted;
	unsigned int limit; /* the most that a name may differ */
	struct {
		const char *keyword; /* such as "struct "; else "" */
		const char *name;
		unsigned int distance;
	} best[NEAR_MOST]; /* the nearest first */
	size_t cnt;
};

void near__init(struct near *near, const char *wanted);

/* Keeps a name if it is among the nearest so far. It must outlive the struct. */
void near__offer(struct near *near, const char *keyword, const char *name);

/* Appends "; did you mean 'A', 'B' or 'C'?", or nothing if no name is near. */
void near__write(const struct near *near, struct bcc_c__buf *text);

/*
 * How many characters have to be inserted, deleted, replaced or swapped with their neighbour to
 * make one name of the other; any number above limit if they are more than that.
 */
unsigned int near__distance(const char *a, const char *b, unsigned int limit);

#endif
