/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What pointers in unoptimised code point to, by the types in the source.
 */
#ifndef BCC_C__POINTED_H
#define BCC_C__POINTED_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>

/*
 * The type, with typedefs, of what is at an address: of a variable, of what a pointer variable points
 * to, of an element or a member of one of these. An array's address is that of its first element, too:
 * the type is that of the array. NULL: nothing is known, such as of what a void * points to.
 */
LLVMMetadataRef pointed__type(LLVMValueRef pointer, LLVMTargetDataRef layout);

#endif
