/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counts.lookup_or_init(&key, &value) never gives NULL in the BCC dialect: where it would, the
 * function that calls it returns 0.
 *
 * C has no way to say so. The tables' header says it by a name: that of such a method's function
 * starts with "__bcc_c_" and ends in "_lookup_or_init", and each call of it is followed by that check
 * here. The call goes through a table's struct of function pointers, which ir__called() resolves.
 */
#include <llvm-c/DebugInfo.h>
#include <string.h>

#include "ir.h"
#include "pass.h"

#define PREFIX "__bcc_c_"
#define SUFFIX "_lookup_or_init"

static bool is_marked(LLVMValueRef fn)
{
	size_t len;
	const char *name = fn ? LLVMGetValueName2(fn, &len) : NULL;

	return name && len > strlen(PREFIX SUFFIX) && !strncmp(name, PREFIX, strlen(PREFIX)) &&
	       !strcmp(name + len - strlen(SUFFIX), SUFFIX);
}

static void add_check(LLVMValueRef call)
{
	LLVMContextRef context = ir__context(call);
	LLVMBasicBlockRef rest = LLVMGetInstructionParent(call), head, leave;
	LLVMValueRef fn = LLVMGetBasicBlockParent(rest);
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(context);
	LLVMMetadataRef place = LLVMInstructionGetDebugLoc(call);

	head = ir__split_behind(call, builder);
	leave = LLVMInsertBasicBlockInContext(context, rest, "");
	LLVMPositionBuilderAtEnd(builder, head);
	LLVMSetCurrentDebugLocation2(builder, place);
	LLVMBuildCondBr(builder, LLVMBuildIsNull(builder, call, ""), leave, rest);
	LLVMPositionBuilderAtEnd(builder, leave);
	ir__return_zero(builder, fn);
	LLVMDisposeBuilder(builder);
}

static void look_at(LLVMValueRef fn, LLVMTargetDataRef layout)
{
	LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(fn);

	for (; block; block = LLVMGetNextBasicBlock(block)) {
		LLVMValueRef at = LLVMGetFirstInstruction(block), next;

		for (; at; at = next) {
			/* What is behind the check is still this block. */
			next = LLVMGetNextInstruction(at);
			if (LLVMIsACallInst(at) && is_marked(ir__called(at, layout)))
				add_check(at);
		}
	}
}

void pass_return(LLVMModuleRef module, struct passes *passes)
{
	ir_for_each_function(fn, next, module)
		look_at(fn, LLVMGetModuleDataLayout(module));
}
