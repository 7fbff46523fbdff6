/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pointers that the verifier knows the types of. It follows them from one struct to the next by
 * itself, but takes less of them than C does.
 */
#ifndef BCC_C__TYPED_H
#define BCC_C__TYPED_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Whether a load through a pointer that came out of a typed one accesses a member of a struct, so
 * that the pointer has a type as well: only those to structs do. What the front end knew of aliasing
 * tells it. It says no where it can't tell, as of single bytes in arrays and unions.
 */
bool typed__is_member(LLVMValueRef load);

/*
 * Whether the verifier refuses such a load, or what is done with the pointer that it gives: it is from
 * a place that only the running program knows, is calculated with, or may be NULL and isn't checked.
 */
bool typed__is_refused(LLVMValueRef load);

/*
 * Puts a copy in front of a load that gives a typed pointer, for uses as the base of an array: the
 * verifier refuses an index without bounds even for what is only handed to a helper. The copy is to
 * be made by a helper, so that it is a number.
 *
 * Returns the copy, or NULL if there are no such uses.
 */
LLVMValueRef typed__split(LLVMValueRef load, LLVMBuilderRef builder);

#endif
