/* SPDX-License-Identifier: BSD-2-Clause */
#include "ir.h"

#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "frontend.h"

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

/* ---- debug information */

/* Places of operands in DISubprogram, DISubroutineType, DIVariable, DIDerivedType and DICompositeType. */
enum {
	SUBPROGRAM_TYPE = 4,
	SUBROUTINE_TYPES = 3,
	VARIABLE_TYPE = 3,
	BASE_TYPE = 3,
	COMPOSITE_ELEMENTS = 4,
};

unsigned int ir__operand_cnt(LLVMMetadataRef node, LLVMContextRef context)
{
	return node ? LLVMGetMDNodeNumOperands(LLVMMetadataAsValue(context, node)) : 0;
}

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
static bool is_modifier(LLVMMetadataRef type)
{
	return type && LLVMGetMetadataKind(type) == LLVMDIDerivedTypeMetadataKind &&
	       !LLVMDITypeGetSizeInBits(type);
}

LLVMMetadataRef ir__plain_type(LLVMMetadataRef type, LLVMContextRef context)
{
	while (is_modifier(type))
		type = ir__operand(type, context, BASE_TYPE);
	return type;
}

static LLVMMetadataRef skip_qualifiers(LLVMMetadataRef type, LLVMContextRef context)
{
	size_t len;

	while (is_modifier(type) && (ir__type_name(type, &len), !len))
		type = ir__operand(type, context, BASE_TYPE);
	return type;
}

LLVMMetadataRef ir__base_type(LLVMMetadataRef type, LLVMContextRef context)
{
	return skip_qualifiers(ir__operand(type, context, BASE_TYPE), context);
}

LLVMMetadataRef ir__variable_type(LLVMValueRef global)
{
	LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(global));
	unsigned int dbg = LLVMGetMDKindIDInContext(context, "dbg", strlen("dbg"));
	LLVMMetadataRef type = NULL;
	size_t cnt;
	LLVMValueMetadataEntry *entries = LLVMGlobalCopyAllMetadata(global, &cnt);

	for (unsigned int i = 0; i < cnt && !type; i++)
		if (LLVMValueMetadataEntriesGetKind(entries, i) == dbg)
			type = ir__operand(LLVMDIGlobalVariableExpressionGetVariable(
						   LLVMValueMetadataEntriesGetMetadata(entries, i)),
					   context, VARIABLE_TYPE);
	LLVMDisposeValueMetadataEntries(entries);
	return skip_qualifiers(type, context);
}

LLVMMetadataRef ir__kept_type(LLVMValueRef alloca)
{
	LLVMContextRef context = ir__context(alloca);
	unsigned int kind = LLVMGetMDKindIDInContext(context, FRONTEND_TYPE_KIND,
						     strlen(FRONTEND_TYPE_KIND));
	LLVMValueRef type = LLVMGetMetadata(alloca, kind);

	return type ? skip_qualifiers(LLVMValueAsMetadata(type), context) : NULL;
}

LLVMMetadataRef ir__elements(LLVMMetadataRef type, LLVMContextRef context)
{
	return type && LLVMGetMetadataKind(type) == LLVMDICompositeTypeMetadataKind
		       ? ir__operand(type, context, COMPOSITE_ELEMENTS)
		       : NULL;
}

bool ir__is_array(LLVMMetadataRef type, LLVMContextRef context)
{
	LLVMMetadataRef first = ir__operand(ir__elements(type, context), context, 0);

	return first && LLVMGetMetadataKind(first) == LLVMDISubrangeMetadataKind;
}

/* An enum has the integer that it is stored as for its base. */
bool ir__is_struct_or_union(LLVMMetadataRef type, LLVMContextRef context)
{
	return type && LLVMGetMetadataKind(type) == LLVMDICompositeTypeMetadataKind &&
	       !ir__operand(type, context, BASE_TYPE);
}

LLVMMetadataRef ir__param_type(LLVMValueRef fn, unsigned int idx)
{
	LLVMContextRef context = ir__context(fn);
	LLVMMetadataRef type = ir__operand(LLVMGetSubprogram(fn), context, SUBPROGRAM_TYPE);
	LLVMMetadataRef types = ir__operand(type, context, SUBROUTINE_TYPES);

	/* The first is what the function returns. */
	return ir__plain_type(ir__operand(types, context, idx + 1), context);
}

LLVMMetadataRef ir__pointee(LLVMMetadataRef type, LLVMContextRef context)
{
	if (!type || LLVMGetMetadataKind(type) != LLVMDIDerivedTypeMetadataKind)
		return NULL;
	return ir__plain_type(ir__operand(type, context, BASE_TYPE), context);
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
