/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of a program: what the verifier lets it load from, and how much of that there is. */
#ifndef BCC_C__MEMORY_H
#define BCC_C__MEMORY_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * How many bytes the verifier knows to be at a pointer, which is a variable or what a helper found in
 * a table; 0 if none are known.
 */
int64_t memory__size(LLVMValueRef pointer);

/* Whether a pointer that has a size may be NULL all the same. */
bool memory__may_be_null(LLVMValueRef pointer);

#endif
