/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Constants whose address nobody asks for may be shared between objects, for which LLVM puts them into
 * sections by their size. LLVM 14 has others in the BTF, .rodata in any case, and libbpf refuses an
 * object whose BTF has a section that isn't there. Nothing shares constants of BPF's objects.
 *
 * Of what has no name in the source, such as strings, there is nothing in BTF.
 */
#include "ir.h"
#include "pass.h"

void pass_constants(LLVMModuleRef module, struct passes *passes)
{
	for (LLVMValueRef global = LLVMGetFirstGlobal(module); global;
	     global = LLVMGetNextGlobal(global))
		if (LLVMIsGlobalConstant(global) && LLVMGetLinkage(global) != LLVMPrivateLinkage)
			LLVMSetUnnamedAddress(global, LLVMNoUnnamedAddr);
}
