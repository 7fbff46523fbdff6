/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probe reads: a load from memory that programs may not touch becomes the call of a helper that
 * reads it, and so does a copy from there. provenance.c says which these are. To write there is an
 * error.
 *
 * It is the optimised code that is looked at, so the way in which the source says it doesn't matter,
 * and what nobody needs isn't read. Reading by helper what could have been loaded is right as well,
 * and only slower.
 */
#include <linux/bpf.h>
#include <string.h>

#include "../util.h"
#include "ir.h"
#include "merge.h"
#include "pass.h"
#include "provenance.h"
#include "section.h"
#include "typed.h"

/* The stack that a program has, and what the code generator may need of it. */
enum { STACK_SIZE = 512, STACK_FOR_SPILLS = 128 };

/* The most bytes that are read by one call for several loads. */
enum { MOST_BYTES = 64 };

struct job {
	struct passes *passes;
	LLVMValueRef fn;
	LLVMTargetDataRef layout;
	LLVMContextRef context;
	LLVMBuilderRef builder;
	struct provenances *all;
	struct merge merge;
	LLVMValueRef slot; /* what the helpers read to */
};

/*
 * The helper for an address. In the BCC dialect it is what programs of that dialect have always
 * had, which reads any address; else it is that only where kernel and process can't be told apart.
 */
static uint64_t helper_for(const struct job *job, unsigned int set)
{
	if (job->passes->dialect == BCC_C_DIALECT_BCC || (set & FROM_USER && set != FROM_USER))
		return BPF_FUNC_probe_read;
	return set & FROM_USER ? BPF_FUNC_probe_read_user : BPF_FUNC_probe_read_kernel;
}

/*
 * LLVM knows no atomic loads and stores of BPF's before version 20. Without an order between several
 * they are what any aligned access is.
 */
static void make_plain(LLVMValueRef at)
{
	LLVMAtomicOrdering ordering = LLVMGetOrdering(at);

	if (ordering != LLVMAtomicOrderingUnordered && ordering != LLVMAtomicOrderingMonotonic)
		return;
	LLVMSetOrdering(at, LLVMAtomicOrderingNotAtomic);
	LLVMSetVolatile(at, true);
}

/* ---- stores */

static void check_store(struct job *job, LLVMValueRef at, LLVMValueRef address)
{
	unsigned int set = provenance__of(job->all, address);

	if (!(set & FROM_NUMBER) || set & ~(unsigned int)FROM_NUMBER ||
	    LLVMGetPointerAddressSpace(LLVMTypeOf(address)))
		return;
	if (set == FROM_USER)
		pass__error(
			job->passes, at,
			"this writes to memory of a process, which takes a helper; use bpf_probe_write_user()");
	else
		pass__error(
			job->passes, at,
			"this writes to kernel memory, which programs may only read; copy what is to be changed to a variable, or use bpf_probe_write_user() for memory of a process");
}

/* ---- copies */

/* Their operands. */
enum { COPY_TO, COPY_FROM, COPY_SIZE };

static bool is_intrinsic(LLVMValueRef call, const char *start)
{
	LLVMValueRef called = LLVMGetCalledValue(call);
	size_t len;

	return LLVMIsAFunction(called) &&
	       !strncmp(LLVMGetValueName2(called, &len), start, strlen(start));
}

static bool needs_helper(const struct job *job, LLVMValueRef at, LLVMValueRef address)
{
	unsigned int set = provenance__of(job->all, address);

	return !LLVMGetPointerAddressSpace(LLVMTypeOf(address)) &&
	       provenance__needs_helper(at, set, job->passes->dialect);
}

static void rewrite_copy(struct job *job, LLVMValueRef copy)
{
	LLVMValueRef from = LLVMGetOperand(copy, COPY_FROM);
	LLVMValueRef args[3] = { LLVMGetOperand(copy, COPY_TO), NULL, from };

	LLVMPositionBuilderBefore(job->builder, copy);
	args[1] = LLVMBuildIntCast2(job->builder, LLVMGetOperand(copy, COPY_SIZE),
				    LLVMInt32TypeInContext(job->context), false, "");
	ir__call_helper(job->builder, helper_for(job, provenance__of(job->all, from)), args, 3);
	LLVMInstructionEraseFromParent(copy);
}

static void visit_call(struct job *job, LLVMValueRef call)
{
	bool copy = is_intrinsic(call, "llvm.memcpy.") || is_intrinsic(call, "llvm.memmove.");

	if (copy || is_intrinsic(call, "llvm.memset."))
		check_store(job, call, LLVMGetOperand(call, COPY_TO));
	if (copy && !job->passes->failed &&
	    needs_helper(job, call, LLVMGetOperand(call, COPY_FROM)))
		rewrite_copy(job, call);
}

/* ---- loads */

/* Has a helper make a load, at an address with this set. */
static void add_read(struct job *job, LLVMValueRef load, unsigned int set)
{
	struct read read = { .load = load, .helper = helper_for(job, set) };

	read.base = ir__strip(LLVMGetOperand(load, 0), job->layout, &read.offset);
	read.size = (int64_t)LLVMStoreSizeOfType(job->layout, LLVMTypeOf(load));
	/* The program's own memory changes between two loads; others' may at any time. */
	merge__add(&job->merge, &read,
		   !(set & (FROM_MEMORY | FROM_UNKNOWN)) && !LLVMGetVolatile(load) &&
			   LLVMGetOrdering(load) == LLVMAtomicOrderingNotAtomic);
}

static void visit_load(struct job *job, LLVMValueRef load)
{
	LLVMValueRef address = LLVMGetOperand(load, 0), number;
	unsigned int set = provenance__of(job->all, address);

	if (needs_helper(job, load, address)) {
		add_read(job, load, set);
		return;
	}
	make_plain(load);
	if (job->passes->dialect != BCC_C_DIALECT_BCC ||
	    !(provenance__of(job->all, load) & FROM_CHAIN))
		return;
	number = typed__split(load, job->builder);
	if (number)
		add_read(job, number, set);
}

static void visit(struct job *job, LLVMValueRef at)
{
	if (merge__is_barrier(at))
		merge__barrier(&job->merge);
	switch (LLVMGetInstructionOpcode(at)) {
	case LLVMLoad:
		visit_load(job, at);
		break;
	case LLVMStore:
		check_store(job, at, LLVMGetOperand(at, 1));
		make_plain(at);
		break;
	case LLVMAtomicRMW:
	case LLVMAtomicCmpXchg:
		check_store(job, at, LLVMGetOperand(at, 0));
		break;
	case LLVMCall:
		visit_call(job, at);
		break;
	default:
		break;
	}
}

/* ---- what becomes of loads */

static LLVMValueRef first_instruction(LLVMValueRef fn)
{
	return LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(fn));
}

/* One place on the stack for all: what is read there is taken from it right away. */
static void add_slot(struct job *job)
{
	LLVMTypeRef i64 = LLVMInt64TypeInContext(job->context);
	int64_t size = 8;

	for (size_t i = 0; i < job->merge.group_cnt; i++) {
		const struct read_group *group = &job->merge.groups[i];

		if (group->end - group->start > size)
			size = group->end - group->start;
	}
	LLVMPositionBuilderBefore(job->builder, first_instruction(job->fn));
	job->slot = LLVMBuildAlloca(job->builder, LLVMArrayType(i64, (unsigned int)(size + 7) / 8),
				    "");
}

static void rewrite_group(struct job *job, const struct read_group *group)
{
	const struct read *read = &job->merge.reads[group->first];
	LLVMTypeRef i8 = LLVMInt8TypeInContext(job->context);
	LLVMTypeRef i32 = LLVMInt32TypeInContext(job->context);
	LLVMValueRef args[3];
	int64_t offset = 0;

	LLVMPositionBuilderBefore(job->builder, read->load);
	args[0] = job->slot;
	args[1] = LLVMConstInt(i32, (uint64_t)(group->end - group->start), false);
	/* The base may have been a load that is no more. */
	args[2] = ir__strip(LLVMGetOperand(read->load, 0), job->layout, &offset);
	args[2] = ir__at(job->builder, args[2], group->start, i8);
	ir__call_helper(job->builder, read->helper, args, 3);
	for (size_t i = group->first; i != NO_READ; i = read->next) {
		LLVMTypeRef type;
		LLVMValueRef address, value;

		read = &job->merge.reads[i];
		type = LLVMTypeOf(read->load);
		address = ir__at(job->builder, job->slot, read->offset - group->start, type);
		value = LLVMBuildLoad2(job->builder, type, address, "");
		LLVMSetAlignment(
			value, 1U << __builtin_ctzll((uint64_t)(read->offset - group->start) | 8));
		LLVMReplaceAllUsesWith(read->load, value);
	}
	for (size_t i = group->first; i != NO_READ; i = job->merge.reads[i].next)
		LLVMInstructionEraseFromParent(job->merge.reads[i].load);
}

static int64_t window_of(const struct job *job)
{
	int64_t left = STACK_SIZE - STACK_FOR_SPILLS;

	ir_for_each_instruction(at, next, job->fn)
		if (LLVMIsAAllocaInst(at))
			left -= (int64_t)LLVMABISizeOfType(job->layout, LLVMGetAllocatedType(at));
	return left > MOST_BYTES ? MOST_BYTES : left;
}

static void look_at(struct job *job)
{
	job->merge.window = window_of(job);
	for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(job->fn); block;
	     block = LLVMGetNextBasicBlock(block)) {
		LLVMValueRef at = LLVMGetFirstInstruction(block), next;

		merge__barrier(&job->merge);
		for (; at; at = next) {
			next = LLVMGetNextInstruction(at);
			visit(job, at);
		}
	}
}

static void rewrite_function(LLVMValueRef fn, struct passes *passes)
{
	struct job job = {
		.passes = passes,
		.fn = fn,
		.layout = LLVMGetModuleDataLayout(LLVMGetGlobalParent(fn)),
		.context = ir__context(fn),
		.all = provenance__new(fn, passes),
	};

	job.builder = LLVMCreateBuilderInContext(job.context);
	if (job.all)
		look_at(&job);
	if (!job.all || job.merge.failed)
		pass__error_at_function(passes, fn, "out of memory");
	if (job.merge.group_cnt && !passes->failed) {
		add_slot(&job);
		for (size_t i = 0; i < job.merge.group_cnt; i++)
			rewrite_group(&job, &job.merge.groups[i]);
	}
	merge__free(&job.merge);
	provenance__free(job.all);
	LLVMDisposeBuilder(job.builder);
}

void pass_reads(LLVMModuleRef module, struct passes *passes)
{
	/* All errors are told, not just the first. */
	ir_for_each_function(fn, next, module)
		if (section__kind(LLVMGetSection(fn)) != SECTION_PACKET)
			rewrite_function(fn, passes);
}
