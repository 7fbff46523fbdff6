/* SPDX-License-Identifier: BSD-2-Clause */
#include "memory.h"

#include <linux/bpf.h>
#include <llvm-c/DebugInfo.h>
#include <string.h>

#include "ir.h"

/* The size of a map's values, which its type has a pointer to, called "value". */
static int64_t value_size(LLVMValueRef map)
{
	LLVMContextRef context = ir__context(map);
	LLVMMetadataRef members = ir__elements(ir__variable_type(map), context), member;

	for (unsigned int i = 0; (member = ir__operand(members, context, i)); i++) {
		size_t len;
		const char *name = ir__type_name(member, &len);
		LLVMMetadataRef value;

		if (len != strlen("value") || memcmp(name, "value", len))
			continue;
		value = ir__pointee(ir__base_type(member, context), context);
		return value ? (int64_t)(LLVMDITypeGetSizeInBits(value) / 8) : 0;
	}
	return 0;
}

static bool is_lookup(LLVMValueRef pointer)
{
	return LLVMIsACallInst(pointer) && ir__helper(pointer) == BPF_FUNC_map_lookup_elem;
}

static int64_t found_size(LLVMValueRef lookup)
{
	int64_t offset = 0;
	LLVMValueRef map = ir__strip(LLVMGetOperand(lookup, 0), ir__layout(lookup), &offset);

	return LLVMIsAGlobalVariable(map) && !offset ? value_size(map) : 0;
}

static int64_t stack_size(LLVMValueRef memory)
{
	LLVMValueRef cnt = LLVMGetOperand(memory, 0);

	if (!LLVMIsAConstantInt(cnt) || LLVMConstIntGetZExtValue(cnt) != 1)
		return 0;
	return (int64_t)LLVMABISizeOfType(ir__layout(memory), LLVMGetAllocatedType(memory));
}

int64_t memory__size(LLVMValueRef pointer)
{
	if (is_lookup(pointer))
		return found_size(pointer);
	if (LLVMIsAAllocaInst(pointer))
		return stack_size(pointer);
	/* The size of a declared one is its definition's. */
	if (!LLVMIsAGlobalVariable(pointer) || LLVMIsDeclaration(pointer))
		return 0;
	return (int64_t)LLVMABISizeOfType(LLVMGetModuleDataLayout(LLVMGetGlobalParent(pointer)),
					  LLVMGlobalGetValueType(pointer));
}

bool memory__may_be_null(LLVMValueRef pointer)
{
	return is_lookup(pointer);
}
