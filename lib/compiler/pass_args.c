/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of the BCC dialect may have parameters behind its context: what the probed function was
 * called with. The kernel calls it with the context alone, so the function gets that type, and code
 * at its start that loads the values from where the calling convention puts them.
 */
#include <llvm-c/DebugInfo.h>
#include <string.h>

#include "../util.h"
#include "ir.h"
#include "pass.h"
#include "section.h"

enum { MOST_ARGS = 6 };

/* Bytes into struct pt_regs at which a function's, and a system call's, arguments are. */
#if defined(__x86_64__)
static const int function_regs[MOST_ARGS] = { 112, 104, 96, 88, 72, 64 }; /* di si dx cx r8 r9 */
static const int syscall_regs[MOST_ARGS] = { 112, 104, 96, 56, 72, 64 };  /* di si dx r10 r8 r9 */
#elif defined(__aarch64__)
static const int function_regs[MOST_ARGS] = { 0, 8, 16, 24, 32, 40 }; /* x0 to x5 */
static const int syscall_regs[MOST_ARGS] = { 0, 8, 16, 24, 32, 40 };
#else
#error "the calling convention of this architecture is not known here"
#endif

/*
 * Whether the program is for a system call's function. Its only argument is a pointer to the
 * registers that the process came with: both architectures have such wrappers in all kernels that
 * BTF comes with, without an option to build without.
 */
static bool is_for_syscall(LLVMValueRef fn)
{
	static const char *const starts[] = { "syscall__", "kprobe____x64_sys_",
					      "kprobe____arm64_sys_" };
	size_t len;
	const char *name = LLVMGetValueName2(fn, &len);

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(name, starts[i], strlen(starts[i])))
			return true;
	return false;
}

static bool is_plain(LLVMTypeRef type)
{
	LLVMTypeKind kind = LLVMGetTypeKind(type);

	return kind == LLVMPointerTypeKind ||
	       (kind == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) <= 64);
}

/* Says what is wrong with such a function, if anything is. */
static bool check(LLVMValueRef fn, struct passes *passes)
{
	enum section_kind kind = section__kind(LLVMGetSection(fn));
	unsigned int cnt = LLVMCountParams(fn);
	LLVMUseRef use = LLVMGetFirstUse(fn);
	size_t len;
	const char *name = LLVMGetValueName2(fn, &len);

	if (kind != SECTION_KPROBE && kind != SECTION_UPROBE)
		pass__error_at_function(
			passes, fn,
			"'%s' has parameters behind its context, which only programs for kprobes and uprobes may have",
			name);
	else if (cnt > 1 + MOST_ARGS)
		pass__error_at_function(
			passes, fn,
			"'%s' has %u parameters behind its context; %d come in registers, the others have to be read from the stack at PT_REGS_SP(ctx)",
			name, cnt - 1, MOST_ARGS);
	else if (use && LLVMIsAInstruction(LLVMGetUser(use)))
		pass__error(
			passes, LLVMGetUser(use),
			"'%s' is a program, whose parameters are those of the probed function, and can't be called; make it static, or move what is shared to a static function",
			name);
	else
		for (unsigned int i = 1; i < cnt && !passes->failed; i++)
			if (!is_plain(LLVMTypeOf(LLVMGetParam(fn, i))))
				pass__error_at_function(
					passes, fn,
					"parameter %u of '%s' is neither a pointer nor an integer of up to 64 bits",
					i + 1, name);
	return !passes->failed;
}

static void copy_attributes(LLVMValueRef from, LLVMValueRef to, LLVMAttributeIndex idx)
{
	unsigned int cnt = LLVMGetAttributeCountAtIndex(from, idx);
	LLVMAttributeRef attributes[64];

	if (cnt > sizeof(attributes) / sizeof(attributes[0]))
		return;
	LLVMGetAttributesAtIndex(from, idx, attributes);
	for (unsigned int i = 0; i < cnt; i++)
		LLVMAddAttributeAtIndex(to, idx, attributes[i]);
}

/* A function of the same name and look that takes the context alone, and that has no body yet. */
static LLVMValueRef make_function(LLVMValueRef old)
{
	LLVMTypeRef ctx = LLVMTypeOf(LLVMGetParam(old, 0));
	LLVMTypeRef result = LLVMGetReturnType(LLVMGlobalGetValueType(old));
	LLVMTypeRef type = LLVMFunctionType(result, &ctx, 1, false);
	LLVMValueRef fn = LLVMAddFunction(LLVMGetGlobalParent(old), "", type);
	size_t len;
	const char *name = LLVMGetValueName2(LLVMGetParam(old, 0), &len);

	LLVMSetLinkage(fn, LLVMGetLinkage(old));
	LLVMSetSection(fn, LLVMGetSection(old));
	copy_attributes(old, fn, LLVMAttributeFunctionIndex);
	copy_attributes(old, fn, LLVMAttributeReturnIndex);
	copy_attributes(old, fn, 1);
	LLVMSetValueName2(LLVMGetParam(fn, 0), name, len);
	return fn;
}

/* Behind a block of the function that they go to: to move them in front LLVM knows no other function. */
static void move_blocks(LLVMValueRef from, LLVMValueRef to)
{
	LLVMBasicBlockRef first = LLVMAppendBasicBlockInContext(ir__context(from), to, "");
	LLVMBasicBlockRef last = first, block;

	while ((block = LLVMGetFirstBasicBlock(from))) {
		LLVMMoveBasicBlockAfter(block, last);
		last = block;
	}
	LLVMDeleteBasicBlock(first);
}

/* As much of a register as the parameter's type has; both architectures have the lower part first. */
static LLVMValueRef fetch(LLVMBuilderRef builder, LLVMValueRef regs, int offset, LLVMTypeRef type)
{
	LLVMContextRef context = ir__context(regs);
	LLVMTypeRef load = LLVMInt64TypeInContext(context);
	LLVMValueRef value;

	if (LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) <= 32)
		load = LLVMInt32TypeInContext(context);
	value = LLVMBuildLoad2(builder, load, ir__at(builder, regs, offset, load), "");
	if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
		return LLVMBuildIntToPtr(builder, value, type, "");
	return LLVMBuildTrunc(builder, value, type, "");
}

static void fetch_args(LLVMValueRef old, LLVMValueRef fn)
{
	LLVMContextRef context = ir__context(fn);
	LLVMBuilderRef builder = LLVMCreateBuilderInContext(context);
	LLVMValueRef regs = LLVMGetParam(fn, 0);
	const int *offsets = function_regs;

	LLVMPositionBuilderBefore(builder, LLVMGetFirstInstruction(LLVMGetFirstBasicBlock(fn)));
	if (is_for_syscall(old)) {
		/* A load from there is what pass_reads.c makes a helper's call of. */
		regs = fetch(builder, regs, function_regs[0], ir__ptr(context));
		offsets = syscall_regs;
	}
	LLVMReplaceAllUsesWith(LLVMGetParam(old, 0), LLVMGetParam(fn, 0));
	for (unsigned int i = 1; i < LLVMCountParams(old); i++) {
		LLVMValueRef param = LLVMGetParam(old, i);

		LLVMReplaceAllUsesWith(param,
				       fetch(builder, regs, offsets[i - 1], LLVMTypeOf(param)));
	}
	LLVMDisposeBuilder(builder);
}

/* Deletes a function, and gives its name to another. */
static void replace(LLVMValueRef old, LLVMValueRef fn)
{
	LLVMMetadataRef subprogram = LLVMGetSubprogram(old);
	size_t len;
	const char *name = LLVMGetValueName2(old, &len);
	autofree char *copy = strndup(name, len);

	if (subprogram)
		LLVMSetSubprogram(fn, subprogram);
	LLVMDeleteFunction(old);
	if (copy)
		LLVMSetValueName2(fn, copy, len);
}

static void rewrite(LLVMValueRef old)
{
	LLVMValueRef fn = make_function(old);

	move_blocks(old, fn);
	fetch_args(old, fn);
	replace(old, fn);
}

void pass_args(LLVMModuleRef module, struct passes *passes)
{
	ir_for_each_function(fn, next, module) {
		if (LLVMGetLinkage(fn) == LLVMExternalLinkage && LLVMCountParams(fn) > 1 &&
		    check(fn, passes))
			rewrite(fn);
		if (passes->failed)
			return;
	}
}
