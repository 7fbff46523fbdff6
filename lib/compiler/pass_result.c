/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Some programs in the BCC dialect are functions of type void. The kernel wants a result of every
 * program, which is what the register r0 holds at its end, and refuses one that never set it. So it
 * is set to 0 where such a program returns; nothing comes between that and the end.
 */
#include <string.h>

#include "ir.h"
#include "pass.h"

static void set_result(LLVMValueRef end)
{
	static char text[] = "r0 = 0", clobbers[] = "~{r0}";
	LLVMContextRef context = ir__context(end);
	LLVMTypeRef type = LLVMFunctionType(LLVMVoidTypeInContext(context), NULL, 0, false);
	LLVMValueRef code = LLVMGetInlineAsm(type, text, strlen(text), clobbers, strlen(clobbers),
					     true, false, LLVMInlineAsmDialectATT, false);
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(context);

	LLVMPositionBuilderBefore(builder, end);
	LLVMBuildCall2(builder, type, code, NULL, 0, "");
	LLVMDisposeBuilder(builder);
}

void pass_result(LLVMModuleRef module, struct passes *passes)
{
	if (passes->dialect != BCC_C_DIALECT_BCC)
		return;
	ir_for_each_function(fn, next_fn, module) {
		LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(fn));

		if (LLVMGetLinkage(fn) != LLVMExternalLinkage ||
		    LLVMGetTypeKind(type) != LLVMVoidTypeKind)
			continue;
		ir_for_each_instruction(at, next, fn)
			if (ir__opcode(at) == LLVMRet)
				set_result(at);
	}
}
