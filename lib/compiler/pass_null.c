/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a helper gives may be NULL, and until the program has looked the verifier takes no
 * calculation with it, while the optimiser computes addresses of members as early as it can. Here
 * they go back to where they are used: an address that is computed in the same block as the helper's
 * call, and so ahead of any check.
 */
#include <linux/bpf.h>

#include "ir.h"
#include "pass.h"

static bool may_give_null(LLVMValueRef call)
{
	return LLVMIsACallInst(call) && ir__helper(call) &&
	       LLVMGetTypeKind(LLVMTypeOf(call)) == LLVMPointerTypeKind;
}

/* Whether a value is such an address: a constant number of bytes behind what a helper gives. */
static bool is_early(LLVMValueRef value, LLVMTargetDataRef layout)
{
	int64_t offset = 0;
	LLVMValueRef call;

	if (!LLVMIsAInstruction(value) || LLVMGetTypeKind(LLVMTypeOf(value)) != LLVMPointerTypeKind)
		return false;
	call = ir__strip(value, layout, &offset);
	return offset && may_give_null(call) &&
	       LLVMGetInstructionParent(call) == LLVMGetInstructionParent(value);
}

/* The same address again, computed where the builder stands. */
static LLVMValueRef compute(LLVMBuilderRef builder, LLVMValueRef value, LLVMTargetDataRef layout)
{
	int64_t offset = 0;
	LLVMValueRef base = ir__strip(value, layout, &offset);
	LLVMTypeRef i8 = LLVMInt8TypeInContext(ir__context(value));

	return LLVMBuildBitCast(builder, ir__at(builder, base, offset, i8), LLVMTypeOf(value), "");
}

/*
 * Of a choice between addresses with one offset in common the offset is taken out: it is added to
 * what was chosen.
 *
 * @first, @cnt: the operands that are chosen from
 */
static bool common_offset(LLVMValueRef choice, LLVMTargetDataRef layout, unsigned int first,
			  unsigned int cnt, int64_t *offset)
{
	for (unsigned int i = 0; i < cnt; i++) {
		int64_t found = 0;

		ir__strip(LLVMGetOperand(choice, first + i), layout, &found);
		if (i && found != *offset)
			return false;
		*offset = found;
	}
	return true;
}

/* The bytes that an operand of a choice is behind, as a pointer to bytes. */
static LLVMValueRef base_of(LLVMBuilderRef builder, LLVMValueRef value, LLVMTargetDataRef layout)
{
	int64_t offset = 0;

	return LLVMBuildBitCast(builder, ir__strip(value, layout, &offset),
				ir__ptr(ir__context(value)), "");
}

static void replace_choice(LLVMBuilderRef builder, LLVMValueRef choice, LLVMValueRef chosen,
			   int64_t offset)
{
	LLVMTypeRef i8 = LLVMInt8TypeInContext(ir__context(choice));
	LLVMValueRef at = ir__at(builder, chosen, offset, i8);

	at = LLVMBuildBitCast(builder, at, LLVMTypeOf(choice), "");
	LLVMReplaceAllUsesWith(choice, at);
	LLVMInstructionEraseFromParent(choice);
}

static void mend_select(LLVMBuilderRef builder, LLVMValueRef select, LLVMTargetDataRef layout)
{
	int64_t offset = 0;
	LLVMValueRef chosen;

	if (!common_offset(select, layout, 1, 2, &offset))
		return;
	LLVMPositionBuilderBefore(builder, select);
	chosen = LLVMBuildSelect(builder, LLVMGetOperand(select, 0),
				 base_of(builder, LLVMGetOperand(select, 1), layout),
				 base_of(builder, LLVMGetOperand(select, 2), layout), "");
	replace_choice(builder, select, chosen, offset);
}

static LLVMValueRef first_behind_phis(LLVMBasicBlockRef block)
{
	LLVMValueRef at = LLVMGetFirstInstruction(block);

	while (LLVMIsAPHINode(at))
		at = LLVMGetNextInstruction(at);
	return at;
}

static void mend_phi(LLVMBuilderRef builder, LLVMValueRef phi, LLVMTargetDataRef layout)
{
	unsigned int cnt = LLVMCountIncoming(phi);
	int64_t offset = 0;
	LLVMValueRef chosen;

	if (!common_offset(phi, layout, 0, cnt, &offset))
		return;
	LLVMPositionBuilderBefore(builder, phi);
	chosen = LLVMBuildPhi(builder, ir__ptr(ir__context(phi)), "");
	for (unsigned int i = 0; i < cnt; i++) {
		LLVMBasicBlockRef from = LLVMGetIncomingBlock(phi, i);
		LLVMValueRef base;

		LLVMPositionBuilderBefore(builder, LLVMGetBasicBlockTerminator(from));
		base = base_of(builder, LLVMGetIncomingValue(phi, i), layout);
		LLVMAddIncoming(chosen, &base, &from, 1);
	}
	LLVMPositionBuilderBefore(builder, first_behind_phis(LLVMGetInstructionParent(phi)));
	replace_choice(builder, phi, chosen, offset);
}

/* Looks at the operands of an instruction that are computed early. */
static void mend(LLVMBuilderRef builder, LLVMValueRef at, LLVMTargetDataRef layout)
{
	for (unsigned int i = 0; i < (unsigned int)LLVMGetNumOperands(at); i++) {
		LLVMValueRef operand = LLVMGetOperand(at, i);

		if (!is_early(operand, layout))
			continue;
		if (LLVMIsASelectInst(at)) {
			mend_select(builder, at, layout);
			return;
		}
		if (LLVMIsAPHINode(at)) {
			mend_phi(builder, at, layout);
			return;
		}
		if (LLVMGetInstructionParent(operand) == LLVMGetInstructionParent(at))
			continue;
		LLVMPositionBuilderBefore(builder, at);
		LLVMSetOperand(at, i, compute(builder, operand, layout));
	}
}

void pass_null(LLVMModuleRef module, struct passes *passes)
{
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));
	LLVMTargetDataRef layout = LLVMGetModuleDataLayout(module);

	ir_for_each_function(fn, next_fn, module)
		ir_for_each_instruction(at, next, fn)
			mend(builder, at, layout);
	LLVMDisposeBuilder(builder);
}
