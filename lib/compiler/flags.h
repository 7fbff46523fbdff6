/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Translates the compiler flags that users know from the clang command to those of its front end.
 */
#ifndef BCC_C__FLAGS_H
#define BCC_C__FLAGS_H

#include "../util.h"

struct flags {
	char **args; /* for the front end */
	size_t cnt;
	size_t capacity;
	size_t own_cnt;  /* of those before the user's, once these are there; else 0 */
	const char *cpu; /* the instruction set asked for; belongs to the user's flags */
	bool failed;     /* out of memory */
};

/* Starts with what every compilation gets. */
void flags__init(struct flags *flags);

/*
 * Adds the user's flags.
 *
 * @message: receives a text if one is refused
 *
 * Returns 0 or -EINVAL.
 */
int flags__add_user(struct flags *flags, const char *const *cflags, size_t cnt,
		    struct bcc_c__buf *message);

void flags__add(struct flags *flags, const char *arg);

/* Defines a macro as the user's -D does, who may take it back: in front of the user's flags. */
void flags__define(struct flags *flags, const char *text);

void flags__free(struct flags *flags);

#endif
