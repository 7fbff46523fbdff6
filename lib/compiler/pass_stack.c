/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LLVM adds an index to the address of a variable by a bitwise or where it knows that no bit is in
 * both: that of an aligned variable ends in zeroes. The verifier allows no such thing with pointers.
 * So indices are hidden from LLVM, behind assembly that does nothing.
 */
#include <string.h>

#include "ir.h"
#include "pass.h"

static LLVMValueRef hide(LLVMBuilderRef builder, LLVMValueRef value)
{
	char text[] = "", constraints[] = "=r,0";
	LLVMTypeRef type = LLVMTypeOf(value);
	LLVMTypeRef fn = LLVMFunctionType(type, &type, 1, false);
	LLVMValueRef nothing = LLVMGetInlineAsm(fn, text, 0, constraints, strlen(constraints),
						false, false, LLVMInlineAsmDialectATT, false);

	return LLVMBuildCall2(builder, fn, nothing, &value, 1, "");
}

/* Whether it is the address of an element, of changing index, of a variable on the stack. */
static bool is_element_of_variable(LLVMValueRef gep, LLVMTargetDataRef layout)
{
	int64_t offset = 0;

	return LLVMIsAGetElementPtrInst(gep) &&
	       LLVMIsAAllocaInst(ir__strip(LLVMGetOperand(gep, 0), layout, &offset));
}

void pass_stack(LLVMModuleRef module, struct passes *passes)
{
	LLVMTargetDataRef layout = LLVMGetModuleDataLayout(module);
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(LLVMGetModuleContext(module));

	ir_for_each_function(fn, next_fn, module) {
		ir_for_each_instruction(gep, next, fn) {
			if (!is_element_of_variable(gep, layout))
				continue;
			LLVMPositionBuilderBefore(builder, gep);
			for (unsigned int i = 1; i < (unsigned int)LLVMGetNumOperands(gep); i++) {
				LLVMValueRef index = LLVMGetOperand(gep, i);

				if (!LLVMIsAConstant(index))
					LLVMSetOperand(gep, i, hide(builder, index));
			}
		}
	}
	LLVMDisposeBuilder(builder);
}
