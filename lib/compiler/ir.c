/* SPDX-License-Identifier: BSD-2-Clause */
#include "ir.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

LLVMValueRef ir__body(LLVMValueRef fn)
{
	while (fn && LLVMIsDeclaration(fn))
		fn = LLVMGetNextFunction(fn);
	return fn;
}

LLVMContextRef ir__context(LLVMValueRef value)
{
	return LLVMGetTypeContext(LLVMTypeOf(value));
}

LLVMTargetDataRef ir__layout(LLVMValueRef instruction)
{
	LLVMValueRef fn = LLVMGetBasicBlockParent(LLVMGetInstructionParent(instruction));

	return LLVMGetModuleDataLayout(LLVMGetGlobalParent(fn));
}

LLVMTypeRef ir__ptr(LLVMContextRef context)
{
	return LLVMPointerType(LLVMInt8TypeInContext(context), 0);
}

LLVMOpcode ir__opcode(LLVMValueRef value)
{
	if (LLVMIsAInstruction(value))
		return LLVMGetInstructionOpcode(value);
	return LLVMIsAConstantExpr(value) ? LLVMGetConstOpcode(value) : 0;
}

/* Adds up the constant indices of a GEP. Returns false if one is none. */
static bool add_indices(LLVMValueRef gep, LLVMTargetDataRef layout, int64_t *offset)
{
	LLVMTypeRef type = LLVMGetGEPSourceElementType(gep);
	int64_t sum = 0;

	for (unsigned int i = 1; i < (unsigned int)LLVMGetNumOperands(gep); i++) {
		LLVMValueRef index = LLVMGetOperand(gep, i);
		int64_t value;

		if (!LLVMIsAConstantInt(index))
			return false;
		value = LLVMConstIntGetSExtValue(index);
		if (i > 1 && LLVMGetTypeKind(type) == LLVMStructTypeKind) {
			sum += (int64_t)LLVMOffsetOfElement(layout, type, (unsigned int)value);
			type = LLVMStructGetTypeAtIndex(type, (unsigned int)value);
			continue;
		}
		if (i > 1)
			type = LLVMGetElementType(type);
		sum += value * (int64_t)LLVMABISizeOfType(layout, type);
	}
	*offset += sum;
	return true;
}

LLVMValueRef ir__strip(LLVMValueRef pointer, LLVMTargetDataRef layout, int64_t *offset)
{
	for (;;) {
		switch (ir__opcode(pointer)) {
		case LLVMBitCast:
			break;
		case LLVMGetElementPtr:
			if (!add_indices(pointer, layout, offset))
				return pointer;
			break;
		default:
			return pointer;
		}
		pointer = LLVMGetOperand(pointer, 0);
	}
}

uint64_t ir__helper(LLVMValueRef call)
{
	LLVMValueRef called = LLVMGetCalledValue(call);

	while (called && ir__opcode(called) == LLVMBitCast)
		called = LLVMGetOperand(called, 0);
	if (!called || ir__opcode(called) != LLVMIntToPtr ||
	    !LLVMIsAConstantInt(LLVMGetOperand(called, 0)))
		return 0;
	return LLVMConstIntGetZExtValue(LLVMGetOperand(called, 0));
}

LLVMValueRef ir__call_helper(LLVMBuilderRef builder, uint64_t helper, LLVMValueRef *args,
			     unsigned int cnt)
{
	LLVMContextRef context = ir__context(args[0]);
	LLVMTypeRef i64 = LLVMInt64TypeInContext(context), ptr = ir__ptr(context), type;
	LLVMTypeRef types[5];

	for (unsigned int i = 0; i < cnt; i++) {
		if (LLVMGetTypeKind(LLVMTypeOf(args[i])) == LLVMPointerTypeKind)
			args[i] = LLVMBuildBitCast(builder, args[i], ptr, "");
		types[i] = LLVMTypeOf(args[i]);
	}
	type = LLVMFunctionType(i64, types, cnt, false);
	return LLVMBuildCall2(
		builder, type,
		LLVMConstIntToPtr(LLVMConstInt(i64, helper, false), LLVMPointerType(type, 0)), args,
		cnt, "");
}

LLVMValueRef ir__at(LLVMBuilderRef builder, LLVMValueRef base, int64_t offset, LLVMTypeRef type)
{
	LLVMContextRef context = ir__context(base);
	LLVMTypeRef i8 = LLVMInt8TypeInContext(context);
	LLVMValueRef index = LLVMConstInt(LLVMInt64TypeInContext(context), (uint64_t)offset, true);

	base = LLVMBuildBitCast(builder, base, ir__ptr(context), "");
	if (offset)
		base = LLVMBuildGEP2(builder, i8, base, &index, 1, "");
	return LLVMBuildBitCast(builder, base, LLVMPointerType(type, 0), "");
}

/* Whatever goes to one block goes to another instead. */
static void redirect(LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
	LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(from)), next;

	for (; use; use = next) {
		LLVMValueRef user = LLVMGetUser(use);

		next = LLVMGetNextUse(use);
		for (unsigned int i = 0;
		     LLVMIsATerminatorInst(user) && i < LLVMGetNumSuccessors(user); i++)
			if (LLVMGetSuccessor(user, i) == from)
				LLVMSetSuccessor(user, i, to);
	}
}

LLVMBasicBlockRef ir__split_behind(LLVMValueRef last, LLVMBuilderRef builder)
{
	LLVMBasicBlockRef block = LLVMGetInstructionParent(last);
	LLVMBasicBlockRef head = LLVMInsertBasicBlockInContext(ir__context(last), block, "");
	LLVMValueRef at;

	redirect(block, head);
	LLVMPositionBuilderAtEnd(builder, head);
	/* Else the instructions would get the place in the source that the builder is at. */
	LLVMSetCurrentDebugLocation2(builder, NULL);
	do {
		at = LLVMGetFirstInstruction(block);
		LLVMInstructionRemoveFromParent(at);
		LLVMInsertIntoBuilder(builder, at);
	} while (at != last);
	return head;
}

void ir__return_zero(LLVMBuilderRef builder, LLVMValueRef fn)
{
	LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(fn));

	if (LLVMGetTypeKind(type) == LLVMVoidTypeKind)
		LLVMBuildRetVoid(builder);
	else
		LLVMBuildRet(builder, LLVMConstNull(type));
}

void ir__add_attribute(LLVMValueRef fn, const char *name)
{
	unsigned int kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

	LLVMAddAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
				LLVMCreateEnumAttribute(ir__context(fn), kind, 0));
}

void ir__remove_attribute(LLVMValueRef fn, const char *name)
{
	LLVMRemoveEnumAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
				       LLVMGetEnumAttributeKindForName(name, strlen(name)));
}

/* ---- debug information */

/* Places of operands in DISubprogram, DISubroutineType, DIDerivedType. */
enum { SUBPROGRAM_TYPE = 4, SUBROUTINE_TYPES = 3, DERIVED_BASE = 3 };

LLVMMetadataRef ir__operand(LLVMMetadataRef node, LLVMContextRef context, unsigned int idx)
{
	LLVMValueRef few[16], value, operand, *operands = few;
	unsigned int cnt;

	if (!node)
		return NULL;
	value = LLVMMetadataAsValue(context, node);
	cnt = LLVMGetMDNodeNumOperands(value);
	if (idx >= cnt)
		return NULL;
	if (cnt > sizeof(few) / sizeof(few[0]))
		operands = calloc(cnt, sizeof(*operands));
	if (!operands)
		abort(); /* as LLVM does */
	LLVMGetMDNodeOperands(value, operands);
	operand = operands[idx];
	if (operands != few)
		free(operands);
	return operand ? LLVMValueAsMetadata(operand) : NULL;
}

/* Pointers have a size and no name; typedefs have no size, qualifiers neither. */
static bool is_pointer(LLVMMetadataRef type)
{
	return LLVMDITypeGetSizeInBits(type) != 0;
}

static LLVMMetadataRef skip_modifiers(LLVMMetadataRef type, LLVMContextRef context)
{
	while (type && LLVMGetMetadataKind(type) == LLVMDIDerivedTypeMetadataKind &&
	       !is_pointer(type))
		type = ir__operand(type, context, DERIVED_BASE);
	return type;
}

LLVMMetadataRef ir__param_type(LLVMValueRef fn, unsigned int idx)
{
	LLVMContextRef context = ir__context(fn);
	LLVMMetadataRef type = ir__operand(LLVMGetSubprogram(fn), context, SUBPROGRAM_TYPE);
	LLVMMetadataRef types = ir__operand(type, context, SUBROUTINE_TYPES);

	/* The first is what the function returns. */
	return skip_modifiers(ir__operand(types, context, idx + 1), context);
}

LLVMMetadataRef ir__pointee(LLVMMetadataRef type, LLVMContextRef context)
{
	if (!type || LLVMGetMetadataKind(type) != LLVMDIDerivedTypeMetadataKind)
		return NULL;
	return skip_modifiers(ir__operand(type, context, DERIVED_BASE), context);
}

const char *ir__type_name(LLVMMetadataRef type, size_t *len)
{
	const char *name;

	*len = 0;
	if (!type)
		return "";
	name = LLVMDITypeGetName(type, len);
	return name ? name : "";
}
