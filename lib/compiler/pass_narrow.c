/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a program takes the lower half of a 64-bit value, checks it and uses it as an index, LLVM
 * takes the other half off only after the check, and no more of it than the check leaves. Before
 * Linux 6.2 the verifier then knows nothing of the check. A load of the half alone has none of this.
 */
#include "ir.h"
#include "pass.h"
#include "section.h"

/* Whether an instruction needs the lower half alone of one of its operands. */
static bool takes_half(LLVMValueRef user)
{
	LLVMValueRef mask;

	if (ir__opcode(user) == LLVMTrunc)
		return LLVMGetIntTypeWidth(LLVMTypeOf(user)) <= 32;
	if (ir__opcode(user) != LLVMAnd)
		return false;
	mask = LLVMGetOperand(user, 1);
	return LLVMIsAConstantInt(mask) && LLVMConstIntGetZExtValue(mask) <= UINT32_MAX;
}

/* Whether part of what is there can be loaded: of the stack, and of contexts that are plain values. */
static bool has_halves(LLVMValueRef load, enum section_kind kind)
{
	int64_t offset = 0;
	LLVMValueRef from = ir__strip(LLVMGetOperand(load, 0), ir__layout(load), &offset);

	if (LLVMIsAArgument(from))
		return kind == SECTION_KPROBE || kind == SECTION_UPROBE || kind == SECTION_RAW_TP;
	return LLVMIsAAllocaInst(from) != NULL;
}

static bool is_wanted(LLVMValueRef load, enum section_kind kind)
{
	LLVMTypeRef type = LLVMTypeOf(load);
	bool checked = false, masked = false;

	if (LLVMGetTypeKind(type) != LLVMIntegerTypeKind || LLVMGetIntTypeWidth(type) != 64 ||
	    LLVMGetVolatile(load) || LLVMGetOrdering(load) != LLVMAtomicOrderingNotAtomic ||
	    !has_halves(load, kind))
		return false;
	for (LLVMUseRef use = LLVMGetFirstUse(load); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef user = LLVMGetUser(use);

		if (!takes_half(user))
			return false;
		checked |= ir__opcode(user) == LLVMTrunc;
		masked |= ir__opcode(user) == LLVMAnd;
	}
	return checked && masked;
}

/* Both architectures have the lower half first. */
static void narrow(LLVMBuilderRef builder, LLVMValueRef load)
{
	LLVMTypeRef i32 = LLVMInt32TypeInContext(ir__context(load));
	LLVMValueRef half;

	LLVMPositionBuilderBefore(builder, load);
	half = LLVMBuildLoad2(builder, i32, ir__at(builder, LLVMGetOperand(load, 0), 0, i32), "");
	LLVMReplaceAllUsesWith(load, LLVMBuildZExt(builder, half, LLVMTypeOf(load), ""));
	LLVMInstructionEraseFromParent(load);
}

void pass_narrow(LLVMModuleRef module, struct passes *passes)
{
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));

	if (passes->dialect == BCC_C_DIALECT_BCC)
		ir_for_each_function(fn, next_fn, module)
			ir_for_each_instruction(at, next, fn)
				if (LLVMIsALoadInst(at) &&
				    is_wanted(at, section__kind(LLVMGetSection(fn))))
					narrow(builder, at);
	LLVMDisposeBuilder(builder);
}
