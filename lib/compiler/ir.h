/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What LLVM's C interface makes longer than it is.
 */
#ifndef BCC_C__IR_H
#define BCC_C__IR_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <stdbool.h>
#include <stdint.h>

/* Walks the functions with a body; fn may be deleted on the way. */
#define ir_for_each_function(fn, next, module)                                                     \
	for (LLVMValueRef fn = ir__body(LLVMGetFirstFunction(module)), next;                       \
	     fn && (next = ir__body(LLVMGetNextFunction(fn)), true); fn = next)

/* Walks the instructions of a function; the one at hand may be deleted. */
#define ir_for_each_instruction(at, next, fn)                                                      \
	for (LLVMBasicBlockRef block_ = LLVMGetFirstBasicBlock(fn); block_;                        \
	     block_ = LLVMGetNextBasicBlock(block_))                                               \
		for (LLVMValueRef at = LLVMGetFirstInstruction(block_), next;                      \
		     at && (next = LLVMGetNextInstruction(at), true); at = next)

/* The function, or the next one in the module, that has a body; NULL at the end. */
LLVMValueRef ir__body(LLVMValueRef fn);

LLVMContextRef ir__context(LLVMValueRef value);
LLVMTargetDataRef ir__layout(LLVMValueRef instruction);

/* Pointer to bytes, and 32 and 64 bits. */
LLVMTypeRef ir__ptr(LLVMContextRef context);

/* The operation of an instruction or constant expression; 0 for other values. */
LLVMOpcode ir__opcode(LLVMValueRef value);

/*
 * Takes casts and constant offsets off a pointer.
 *
 * @offset: has the bytes taken off added
 *
 * Returns what they were applied to.
 */
LLVMValueRef ir__strip(LLVMValueRef pointer, LLVMTargetDataRef layout, int64_t *offset);

/*
 * The function that a call is of, also if its address comes from a static struct that it is to be
 * found in, such as that of a table's methods, which nothing writes to; or NULL.
 */
LLVMValueRef ir__called(LLVMValueRef call, LLVMTargetDataRef layout);

/* The number of the helper that a call is of, or 0. */
uint64_t ir__helper(LLVMValueRef call);

/* A call of a helper with operands of any type, which become pointers to bytes or stay integers. */
LLVMValueRef ir__call_helper(LLVMBuilderRef builder, uint64_t helper, LLVMValueRef *args,
			     unsigned int cnt);

/* The pointer some bytes behind another, with the type of a pointer to the one given. */
LLVMValueRef ir__at(LLVMBuilderRef builder, LLVMValueRef base, int64_t offset, LLVMTypeRef type);

/*
 * Moves a block's start, up to and with an instruction, to a new block in front, which is left without
 * an end, and where the builder is then. The rest stays where it is, so that what the blocks behind
 * know of it stays right.
 */
LLVMBasicBlockRef ir__split_behind(LLVMValueRef last, LLVMBuilderRef builder);

/* Builds a return of 0, or of nothing, as the function has it. */
void ir__return_zero(LLVMBuilderRef builder, LLVMValueRef fn);

void ir__add_attribute(LLVMValueRef fn, const char *name);
void ir__remove_attribute(LLVMValueRef fn, const char *name);

/* ---- debug information, as operands: LLVM has functions for some of it only */

/* The operand of a node, or NULL; and how many there are. */
LLVMMetadataRef ir__operand(LLVMMetadataRef node, LLVMContextRef context, unsigned int idx);
unsigned int ir__operand_cnt(LLVMMetadataRef node, LLVMContextRef context);

/* A type without typedefs and qualifiers; NULL for void. */
LLVMMetadataRef ir__plain_type(LLVMMetadataRef type, LLVMContextRef context);

/* The type of a function's parameter, counted from 0, likewise; or NULL. */
LLVMMetadataRef ir__param_type(LLVMValueRef fn, unsigned int idx);

/*
 * The type of a global variable, and of a local one of which it was kept (frontend.h), as declared but
 * without qualifiers; or NULL.
 */
LLVMMetadataRef ir__variable_type(LLVMValueRef global);
LLVMMetadataRef ir__kept_type(LLVMValueRef alloca);

/* Likewise of a parameter that is the address of a struct given by value. */
LLVMMetadataRef ir__by_value_type(LLVMValueRef param);

/* What a pointer points to, plain; NULL for void and what is no pointer. */
LLVMMetadataRef ir__pointee(LLVMMetadataRef type, LLVMContextRef context);

/*
 * What a pointer points to, or the elements of an array are, or a member is of, without qualifiers;
 * NULL for void. It must be one of these, plain.
 */
LLVMMetadataRef ir__base_type(LLVMMetadataRef type, LLVMContextRef context);

/* Those of enums, too, are types of LLVM's same kind. */
bool ir__is_array(LLVMMetadataRef type, LLVMContextRef context);
bool ir__is_struct_or_union(LLVMMetadataRef type, LLVMContextRef context);

/* The members of a struct or union, the values of an enum, or the dimensions of an array. */
LLVMMetadataRef ir__elements(LLVMMetadataRef type, LLVMContextRef context);

/* The name of a type; "" for none. Not ended by a zero byte. */
const char *ir__type_name(LLVMMetadataRef type, size_t *len);

#endif
