/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names that errors say are missing.
 */
#ifndef BCC_C__MISSING_H
#define BCC_C__MISSING_H

#include "../util.h"

/* What a diagnostic says is missing, where that can be something of the kernel's. */
enum missing_what {
	MISSING_NOTHING = 0, /* or clang suggests another name itself */
	MISSING_TYPE,        /* a type's name: a typedef, or a tag without its keyword */
	MISSING_TAG,         /* the body of a tag; comes with the note behind the error */
	MISSING_NAME,        /* what is none of these: an enumerator, a macro, a variable, ... */
	MISSING_FIELD,
};

struct missing {
	enum missing_what what;
	const char *name;  /* a tag with its keyword: "struct x" */
	const char *owner; /* of a field: the struct as clang calls it; else "" */
	size_t at;         /* where the diagnostic ends among all */
};

struct missing_list {
	struct missing *items;
	size_t cnt;
	bool failed; /* out of memory */
};

/* Adds a copy, unless that name is there already. */
void missing__add(struct missing_list *list, const struct missing *missing);

void missing__free(struct missing_list *list);

#endif
