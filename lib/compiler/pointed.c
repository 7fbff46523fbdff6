/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LLVM's pointers have no types, or those that casts gave them. So addresses are followed back to the
 * variables that they came from, whose types debug information has.
 */
#include "pointed.h"

#include <llvm-c/DebugInfo.h>
#include <stddef.h>

#include "ir.h"

/* Of an array the type of its elements; other types stay. */
static LLVMMetadataRef to_element(LLVMMetadataRef type, LLVMContextRef context)
{
	LLVMMetadataRef plain = ir__plain_type(type, context);

	if (!ir__is_array(plain, context))
		return type;
	/* Of several dimensions one less would be a type that there isn't. */
	return ir__operand_cnt(ir__elements(plain, context), context) == 1
		       ? ir__base_type(plain, context)
		       : NULL;
}

/* The type of the member at an offset. Of a union's members there is no telling them apart. */
static LLVMMetadataRef to_member(LLVMMetadataRef type, uint64_t offset, LLVMContextRef context)
{
	LLVMMetadataRef plain = ir__plain_type(type, context), found = NULL;
	LLVMMetadataRef members = ir__elements(plain, context);
	unsigned int cnt = ir__is_struct_or_union(plain, context)
				   ? ir__operand_cnt(members, context)
				   : 0;

	for (unsigned int i = 0; i < cnt; i++) {
		LLVMMetadataRef member = ir__operand(members, context, i);

		if (!LLVMDITypeGetSizeInBits(member) ||
		    LLVMDITypeGetOffsetInBits(member) != offset * 8)
			continue;
		if (found)
			return NULL;
		found = member;
	}
	return found ? ir__base_type(found, context) : NULL;
}

static bool is_zero(LLVMValueRef index)
{
	return LLVMIsAConstantInt(index) && !LLVMConstIntGetZExtValue(index);
}

static LLVMMetadataRef at_indices(LLVMValueRef gep, LLVMTargetDataRef layout)
{
	LLVMContextRef context = ir__context(gep);
	LLVMTypeRef of = LLVMGetGEPSourceElementType(gep);
	LLVMMetadataRef type = pointed__type(LLVMGetOperand(gep, 0), layout);
	unsigned int cnt = (unsigned int)LLVMGetNumOperands(gep);

	if (LLVMGetTypeKind(of) != LLVMArrayTypeKind &&
	    (cnt > 2 || !is_zero(LLVMGetOperand(gep, 1))))
		type = to_element(type, context);
	for (unsigned int i = 2; i < cnt; i++) {
		LLVMValueRef index = LLVMGetOperand(gep, i);

		if (LLVMGetTypeKind(of) == LLVMStructTypeKind) {
			unsigned int number = (unsigned int)LLVMConstIntGetZExtValue(index);

			type = to_member(type, LLVMOffsetOfElement(layout, of, number), context);
			of = LLVMStructGetTypeAtIndex(of, number);
			continue;
		}
		of = LLVMGetElementType(of);
		if (i + 1 < cnt || !is_zero(index))
			type = to_element(type, context);
	}
	return type;
}

/* What a pointer points to that is itself at an address. */
static LLVMMetadataRef at_pointer(LLVMValueRef address, LLVMTargetDataRef layout)
{
	LLVMContextRef context = ir__context(address);
	LLVMMetadataRef type = to_element(pointed__type(address, layout), context);

	type = ir__plain_type(type, context);
	return type && LLVMGetMetadataKind(type) == LLVMDIDerivedTypeMetadataKind
		       ? ir__base_type(type, context)
		       : NULL;
}

LLVMMetadataRef pointed__type(LLVMValueRef pointer, LLVMTargetDataRef layout)
{
	if (LLVMIsAGlobalVariable(pointer))
		return ir__variable_type(pointer);
	if (LLVMIsAArgument(pointer))
		return ir__by_value_type(pointer);
	switch (ir__opcode(pointer)) {
	case LLVMAlloca:
		return ir__kept_type(pointer);
	case LLVMLoad:
		return at_pointer(LLVMGetOperand(pointer, 0), layout);
	case LLVMGetElementPtr:
		return at_indices(pointer, layout);
	case LLVMBitCast:
		return pointed__type(LLVMGetOperand(pointer, 0), layout);
	default:
		return NULL;
	}
}
