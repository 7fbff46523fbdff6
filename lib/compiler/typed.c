/* SPDX-License-Identifier: BSD-2-Clause */
#include "typed.h"

#include <string.h>

#include "ir.h"

/* What rules of aliasing know of a load: the type that is accessed, and the struct that it is in. */
struct access {
	LLVMValueRef in, type; /* the same if it is in none; NULL if nothing is known */
};

static struct access access_of(LLVMValueRef load)
{
	LLVMContextRef context = ir__context(load);
	LLVMValueRef tag = LLVMGetMetadata(load, LLVMGetMDKindIDInContext(context, "tbaa", 4));
	LLVMValueRef operands[4];

	if (!tag || LLVMGetMDNodeNumOperands(tag) < 3 || LLVMGetMDNodeNumOperands(tag) > 4)
		return (struct access){ 0 };
	LLVMGetMDNodeOperands(tag, operands);
	return (struct access){ operands[0], operands[1] };
}

static bool is_named(LLVMValueRef type, const char *want)
{
	LLVMMetadataRef name = ir__operand(LLVMValueAsMetadata(type), ir__context(type), 0);
	unsigned int len = 0;
	const char *text;

	if (!name)
		return false;
	text = LLVMGetMDString(LLVMMetadataAsValue(ir__context(type), name), &len);
	return text && len == strlen(want) && !strncmp(text, want, len);
}

/* The type that may be any other. */
static bool is_char(LLVMValueRef type)
{
	return is_named(type, "omnipotent char");
}

static bool is_pointer(LLVMValueRef value)
{
	return LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMPointerTypeKind;
}

bool typed__is_member(LLVMValueRef load)
{
	struct access access = access_of(load);

	/*
	 * Members of unions count as characters, whatever they are. Of those only pointers are
	 * surely members: a number may be several that are copied at once, and until Linux 6.3 the
	 * verifier looks at the union's first member alone.
	 */
	return access.in && (access.in != access.type || (is_char(access.in) && is_pointer(load)));
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

	if (is_pointer(load))
		return is_calculated_with(load);
	return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) > 64;
}

/* Whether a load is from what a parameter of a traced function points to. */
static bool is_behind_parameter(LLVMValueRef load)
{
	LLVMTargetDataRef layout = ir__layout(load);
	LLVMValueRef from = LLVMGetOperand(load, 0);
	int64_t offset = 0;

	from = ir__strip(from, layout, &offset);
	if (ir__opcode(from) == LLVMIntToPtr)
		from = LLVMGetOperand(from, 0);
	return ir__opcode(from) == LLVMLoad &&
	       LLVMIsAArgument(ir__strip(LLVMGetOperand(from, 0), layout, &offset));
}

/*
 * Whether the verifier may want a check of the pointer that a load gives: it does of some members of
 * these structs, and one in a union may be of any struct.
 */
static bool wants_check(LLVMValueRef load)
{
	static const char *const structs[] = { "sk_buff", "request_sock", "socket", "mm_struct",
					       "vm_area_struct" };
	struct access access = access_of(load);

	if (!access.in || !is_behind_parameter(load))
		return false;
	for (size_t i = 0; i < sizeof(structs) / sizeof(structs[0]); i++)
		if (is_named(access.in, structs[i]))
			return true;
	return is_char(access.in);
}

/* Whether a pointer is used as one, and nowhere compared. */
static bool is_used_unchecked(LLVMValueRef pointer)
{
	bool used = false;

	for (LLVMUseRef use = LLVMGetFirstUse(pointer); use; use = LLVMGetNextUse(use)) {
		LLVMOpcode opcode = ir__opcode(LLVMGetUser(use));

		if (opcode == LLVMICmp)
			return false;
		used |= opcode == LLVMLoad || opcode == LLVMGetElementPtr || opcode == LLVMBitCast;
	}
	return used;
}

static bool may_be_null(LLVMValueRef load)
{
	return LLVMGetTypeKind(LLVMTypeOf(load)) == LLVMPointerTypeKind &&
	       is_used_unchecked(load) && wants_check(load);
}

bool typed__is_refused(LLVMValueRef load)
{
	return has_variable_offset(load) || is_number(load) || may_be_null(load);
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
