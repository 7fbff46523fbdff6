/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the pointers in a function come from, and so whether the verifier lets programs use them.
 */
#ifndef BCC_C__PROVENANCE_H
#define BCC_C__PROVENANCE_H

#include "passes.h"

/*
 * A set of these, as a value may come from several places. The empty set is that of constants and
 * of values that are nowhere used as pointers.
 */
enum provenance {
	/* what the verifier lets programs use */
	FROM_CTX = 1 << 0,    /* the context, packets */
	FROM_MEMORY = 1 << 1, /* the stack, globals, maps' values, memory that a helper gave */
	FROM_TYPED = 1 << 2,  /* what the verifier knows the type of: it follows such pointers */
	/* read from memory behind such a pointer: it is one itself if its target is a struct */
	FROM_CHAIN = 1 << 3,
	/* numbers to the verifier */
	FROM_KERNEL = 1 << 4, /* an address of the kernel's */
	FROM_USER = 1 << 5,   /* one of a process's; both: one or the other */
	FROM_NUMBER = FROM_KERNEL | FROM_USER,
	FROM_UNKNOWN = 1 << 6, /* nothing is known: it may be any of the above */
};

struct provenances;

/* Looks at a function. Returns NULL if memory ran out. */
struct provenances *provenance__new(LLVMValueRef fn, const struct passes *passes);
void provenance__free(struct provenances *all);

/* The set of a value of the function. */
unsigned int provenance__of(const struct provenances *all, LLVMValueRef value);

/* The set of what memory of the program's holds: of a variable, or a value in a table. */
unsigned int provenance__within(const struct provenances *all, LLVMValueRef memory);

/*
 * Says of a load or copy that the verifier takes it as it is, although its address may be one that
 * needs a helper at other times.
 */
void provenance__mark_direct(LLVMValueRef at);

/*
 * Whether what a load or another instruction reads must be read by a helper.
 *
 * @set: that of the address which it reads from
 */
bool provenance__needs_helper(LLVMValueRef at, unsigned int set, enum bcc_c_dialect dialect);

#endif
