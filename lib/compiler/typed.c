/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed.h"

#include <string.h>

#include "ir.h"

/* Whether a type, as rules of aliasing know them, is the one that may be any other. */
static bool is_char(LLVMValueRef type)
{
	LLVMValueRef operands[8];
	unsigned int cnt = LLVMGetMDNodeNumOperands(type), len = 0;
	const char *name;

	if (!cnt || cnt > sizeof(operands) / sizeof(operands[0]))
		return false;
	LLVMGetMDNodeOperands(type, operands);
	name = operands[0] ? LLVMGetMDString(operands[0], &len) : NULL;
	return name && len == strlen("omnipotent char") && !strncmp(name, "omnipotent char", len);
}

static bool is_byte(LLVMTypeRef type)
{
	return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) <= 8;
}

bool typed__is_member(LLVMValueRef load)
{
	LLVMContextRef context = ir__context(load);
	LLVMValueRef tag = LLVMGetMetadata(load, LLVMGetMDKindIDInContext(context, "tbaa", 4));
	LLVMValueRef operands[4];

	if (!tag || LLVMGetMDNodeNumOperands(tag) < 3 || LLVMGetMDNodeNumOperands(tag) > 4)
		return false;
	LLVMGetMDNodeOperands(tag, operands);
	/* Members of unions count as characters, whatever they are. */
	return operands[0] != operands[1] || (is_char(operands[0]) && !is_byte(LLVMTypeOf(load)));
}

static bool has_variable_offset(LLVMValueRef load)
{
	int64_t offset = 0;
	LLVMValueRef base = ir__strip(LLVMGetOperand(load, 0), ir__layout(load), &offset);

	if (ir__opcode(base) == LLVMIntToPtr)
		base = LLVMGetOperand(base, 0);
	return ir__opcode(base) == LLVMGetElementPtr || ir__opcode(base) == LLVMAdd;
}

/* Whether a program calculates with a pointer in a way that the verifier refuses for typed ones. */
static bool is_calculated_with(LLVMValueRef value)
{
	for (LLVMUseRef use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef user = LLVMGetUser(use);

		switch (ir__opcode(user)) {
		case LLVMPtrToInt:
			if (is_calculated_with(user))
				return true;
			break;
		case LLVMAdd:
		case LLVMMul:
		case LLVMUDiv:
		case LLVMURem:
		case LLVMShl:
		case LLVMLShr:
		case LLVMAShr:
		case LLVMAnd:
		case LLVMOr:
		case LLVMXor:
		case LLVMTrunc:
			return true;
		default:
			break;
		}
	}
	return false;
}

/* Whether a load gives what only a number can be used as, though the verifier may see a pointer. */
static bool is_number(LLVMValueRef load)
{
	LLVMTypeRef type = LLVMTypeOf(load);

	if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
		return is_calculated_with(load);
	return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) > 64;
}

bool typed__is_refused(LLVMValueRef load)
{
	return has_variable_offset(load) || is_number(load);
}

/* The first use of a pointer, or of what is a constant offset behind it, as the base of an array. */
static LLVMValueRef find_index(LLVMValueRef pointer, LLVMTargetDataRef layout)
{
	for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef user = LLVMGetUser(use), found;
		int64_t offset = 0;

		if ((ir__opcode(user) != LLVMGetElementPtr && ir__opcode(user) != LLVMBitCast &&
		     ir__opcode(user) != LLVMIntToPtr) ||
		    LLVMGetOperand(user, 0) != pointer)
			continue;
		if (ir__opcode(user) == LLVMGetElementPtr &&
		    ir__strip(user, layout, &offset) == user)
			return user;
		found = find_index(user, layout);
		if (found)
			return found;
	}
	return NULL;
}

/* The place of an index's base, counted from a copy of the load that it comes from. */
static LLVMValueRef rebase(LLVMBuilderRef builder, LLVMValueRef base, LLVMValueRef number,
			   LLVMTargetDataRef layout)
{
	LLVMTypeRef ptr = ir__ptr(ir__context(base)), i8 = LLVMInt8TypeInContext(ir__context(base));
	int64_t offset = 0;

	ir__strip(base, layout, &offset);
	if (LLVMGetTypeKind(LLVMTypeOf(number)) != LLVMPointerTypeKind)
		number = LLVMBuildIntToPtr(builder, number, ptr, "");
	number = ir__at(builder, number, offset, i8);
	return LLVMBuildBitCast(builder, number, LLVMTypeOf(base), "");
}

LLVMValueRef typed__split(LLVMValueRef load, LLVMBuilderRef builder)
{
	LLVMTargetDataRef layout = ir__layout(load);
	LLVMValueRef number = NULL, index;

	while ((index = find_index(load, layout))) {
		if (!number) {
			number = LLVMInstructionClone(load);
			LLVMPositionBuilderBefore(builder, load);
			LLVMInsertIntoBuilder(builder, number);
		}
		LLVMPositionBuilderBefore(builder, index);
		LLVMSetOperand(index, 0, rebase(builder, LLVMGetOperand(index, 0), number, layout));
	}
	return number;
}
