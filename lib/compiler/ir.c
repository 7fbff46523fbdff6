/* SPDX-License-Identifier: BSD-2-Clause */
#include "ir.h"

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

LLVMValueRef ir__called(LLVMValueRef call, LLVMTargetDataRef layout)
{
	LLVMValueRef called = LLVMGetCalledValue(call), global, value;
	int64_t offset = 0;
	LLVMTypeRef type;

	if (LLVMIsAFunction(called))
		return called;
	if (!LLVMIsALoadInst(called))
		return NULL;
	global = ir__strip(LLVMGetOperand(called, 0), layout, &offset);
	if (!LLVMIsAGlobalVariable(global) || LLVMGetLinkage(global) != LLVMInternalLinkage ||
	    !(value = LLVMGetInitializer(global)))
		return NULL;
	type = LLVMTypeOf(value);
	if (LLVMGetTypeKind(type) != LLVMStructTypeKind || offset < 0 ||
	    (uint64_t)offset >= LLVMABISizeOfType(layout, type) || !LLVMIsAConstantStruct(value))
		return NULL;
	value = LLVMGetOperand(value, LLVMElementAtOffset(layout, type, (uint64_t)offset));
	while (ir__opcode(value) == LLVMBitCast)
		value = LLVMGetOperand(value, 0);
	return LLVMIsAFunction(value);
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
