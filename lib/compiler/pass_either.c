/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pointer may lead to memory of the program's on one way and to the kernel's on another, in the
 * source or once the optimiser has made one load of two. A helper could read both, but the program's
 * own takes no call. So such a load becomes two, one of them for pass_reads(), and a number that comes
 * along with the pointer says which of them is made.
 *
 * The verifier follows each way with the number that is there, and knows the pointer for what it is.
 */
#include <stdlib.h>
#include <string.h>

#include "ir.h"
#include "memory.h"
#include "pass.h"
#include "provenance.h"
#include "section.h"

/* The most choices that a pointer may come from; there is rarely more than one. */
enum { MOST_CHOICES = 64 };

struct choice {
	LLVMValueRef phi, number; /* not 0 where the pointer is to the program's memory */
	struct choice *next;
};

struct job {
	struct passes *passes;
	LLVMValueRef fn;
	LLVMTargetDataRef layout;
	LLVMBuilderRef builder;
	struct provenances *all; /* NULL until it is needed */
	struct choice *choices;
	LLVMValueRef *reads; /* those that become two */
	size_t cnt, room;
	bool failed;
};

/* What a read's address comes from. */
struct sources {
	int64_t size;
	bool own, others, refused;
	struct {
		LLVMValueRef choice;
		int64_t offset;
	} seen[MOST_CHOICES];
	size_t cnt;
};

/* ---- which reads */

static struct provenances *provenances(struct job *job)
{
	if (!job->all)
		job->all = provenance__new(job->fn, job->passes);
	job->failed |= !job->all;
	return job->all;
}

/* Whether a load is all right: inside of the memory, and of numbers to the verifier. */
static bool can_load(struct job *job, LLVMValueRef memory, int64_t offset, int64_t size)
{
	return offset >= 0 && size > 0 && offset + size <= memory__size(memory) &&
	       provenances(job) &&
	       !(provenance__within(job->all, memory) & ~(unsigned int)FROM_NUMBER);
}

static bool is_choice(LLVMValueRef value)
{
	return LLVMIsAPHINode(value) || LLVMIsASelectInst(value);
}

/* Notes a choice. Returns false if there is no need to look at what it is between. */
static bool note(struct sources *sources, LLVMValueRef choice, int64_t offset)
{
	for (size_t i = 0; i < sources->cnt; i++) {
		if (sources->seen[i].choice != choice)
			continue;
		/* A pointer that moves on in a loop may be anywhere. */
		sources->refused |= sources->seen[i].offset != offset;
		return false;
	}
	if (sources->cnt == MOST_CHOICES) {
		sources->refused = true;
		return false;
	}
	sources->seen[sources->cnt].choice = choice;
	sources->seen[sources->cnt++].offset = offset;
	return true;
}

static void look_at(struct job *job, LLVMValueRef pointer, int64_t offset, struct sources *sources)
{
	pointer = ir__strip(pointer, job->layout, &offset);
	if (memory__size(pointer)) {
		sources->own = true;
		sources->refused |= !can_load(job, pointer, offset, sources->size);
	} else if (!is_choice(pointer)) {
		sources->others = true;
	} else if (note(sources, pointer, offset)) {
		/* The first operand of a select is its condition. */
		for (int i = !!LLVMIsASelectInst(pointer); i < LLVMGetNumOperands(pointer); i++)
			look_at(job, LLVMGetOperand(pointer, (unsigned int)i), offset, sources);
	}
}

static bool is_copy(LLVMValueRef at)
{
	LLVMValueRef called = LLVMIsACallInst(at) ? LLVMGetCalledValue(at) : NULL;
	const char *name;
	size_t len;

	if (!called || !LLVMIsAFunction(called))
		return false;
	name = LLVMGetValueName2(called, &len);
	return !strncmp(name, "llvm.memcpy.", 12) || !strncmp(name, "llvm.memmove.", 13);
}

/* The address of a load or copy, and how much is read from there; NULL for another instruction. */
static LLVMValueRef address_of(const struct job *job, LLVMValueRef at, int64_t *size)
{
	if (LLVMIsALoadInst(at)) {
		*size = (int64_t)LLVMStoreSizeOfType(job->layout, LLVMTypeOf(at));
		return LLVMGetOperand(at, 0);
	}
	if (!is_copy(at) || !LLVMIsAConstantInt(LLVMGetOperand(at, 2)))
		return NULL;
	*size = (int64_t)LLVMConstIntGetZExtValue(LLVMGetOperand(at, 2));
	return LLVMGetOperand(at, 1);
}

static bool is_either(struct job *job, LLVMValueRef at)
{
	struct sources sources = { 0 };
	LLVMValueRef address = address_of(job, at, &sources.size);
	int64_t offset = 0;

	if (!address || !is_choice(ir__strip(address, job->layout, &offset)))
		return false;
	look_at(job, address, 0, &sources);
	return sources.own && sources.others && !sources.refused &&
	       provenance__needs_helper(at, provenance__of(job->all, address),
					job->passes->dialect);
}

/* Before anything changes, as provenances are of the function as it is. */
static void collect(struct job *job)
{
	ir_for_each_instruction(at, next, job->fn) {
		if (!is_either(job, at))
			continue;
		if (job->cnt == job->room) {
			size_t room = job->room ? 2 * job->room : 16;
			LLVMValueRef *reads = realloc(job->reads, room * sizeof(LLVMValueRef));

			if (!reads) {
				job->failed = true;
				return;
			}
			job->reads = reads;
			job->room = room;
		}
		job->reads[job->cnt++] = at;
	}
}

/* ---- making two of one */

/* A new block that goes on with another one, in front of which it is. */
static LLVMBasicBlockRef add_block(struct job *job, LLVMBasicBlockRef rest)
{
	LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(job->fn));
	LLVMBasicBlockRef block = LLVMInsertBasicBlockInContext(context, rest, "");

	LLVMPositionBuilderAtEnd(job->builder, block);
	LLVMBuildBr(job->builder, rest);
	return block;
}

/* A phi of two in the place of an instruction that the block ahead of it ended with. */
static LLVMValueRef replace(struct job *job, LLVMValueRef at, LLVMBasicBlockRef rest,
			    LLVMValueRef *values, LLVMBasicBlockRef *from)
{
	LLVMValueRef phi;

	LLVMPositionBuilderBefore(job->builder, LLVMGetFirstInstruction(rest));
	phi = LLVMBuildPhi(job->builder, LLVMTypeOf(at), "");
	LLVMAddIncoming(phi, values, from, 2);
	LLVMReplaceAllUsesWith(at, phi);
	return phi;
}

/* Makes two ways of a select, as the verifier may not see that it goes with another of its kind. */
static LLVMValueRef branch(struct job *job, LLVMValueRef select)
{
	LLVMBasicBlockRef rest = LLVMGetInstructionParent(select);
	LLVMBasicBlockRef head = ir__split_behind(select, job->builder), other;
	LLVMValueRef values[2] = { LLVMGetOperand(select, 1), LLVMGetOperand(select, 2) }, phi;

	other = add_block(job, rest);
	LLVMPositionBuilderAtEnd(job->builder, head);
	LLVMBuildCondBr(job->builder, LLVMGetOperand(select, 0), rest, other);
	phi = replace(job, select, rest, values, (LLVMBasicBlockRef[]){ head, other });
	LLVMInstructionEraseFromParent(select);
	return phi;
}

static LLVMValueRef number_of(struct job *job, LLVMValueRef pointer, LLVMBasicBlockRef from);

static LLVMValueRef number_beside(struct job *job, LLVMValueRef phi)
{
	LLVMTypeRef i64 = LLVMInt64TypeInContext(ir__context(phi));
	struct choice *choice = malloc(sizeof(*choice));

	if (!choice) {
		job->failed = true;
		return LLVMConstNull(i64);
	}
	LLVMPositionBuilderBefore(job->builder, phi);
	*choice = (struct choice){ phi, LLVMBuildPhi(job->builder, i64, ""), job->choices };
	job->choices = choice;
	for (unsigned int i = 0; i < LLVMCountIncoming(phi); i++) {
		LLVMBasicBlockRef from = LLVMGetIncomingBlock(phi, i);
		LLVMValueRef number = number_of(job, LLVMGetIncomingValue(phi, i), from);

		LLVMAddIncoming(choice->number, &number, &from, 1);
	}
	return choice->number;
}

/* That of what is chosen: at the end of the block that it comes from. */
static LLVMValueRef number_of_end(struct job *job, LLVMValueRef pointer, LLVMBasicBlockRef from)
{
	LLVMTypeRef i64 = LLVMInt64TypeInContext(ir__context(pointer));
	bool own = memory__size(pointer) > 0;

	if (!own || !memory__may_be_null(pointer))
		return LLVMConstInt(i64, own, false);
	LLVMPositionBuilderBefore(job->builder, LLVMGetBasicBlockTerminator(from));
	return LLVMBuildZExt(job->builder, LLVMBuildIsNotNull(job->builder, pointer, ""), i64, "");
}

/* The number beside a pointer. From where it comes is of no matter if that is a choice itself. */
static LLVMValueRef number_of(struct job *job, LLVMValueRef pointer, LLVMBasicBlockRef from)
{
	int64_t offset = 0;

	pointer = ir__strip(pointer, job->layout, &offset);
	if (LLVMIsASelectInst(pointer))
		pointer = branch(job, pointer);
	for (struct choice *choice = job->choices; choice; choice = choice->next)
		if (choice->phi == pointer)
			return choice->number;
	return LLVMIsAPHINode(pointer) ? number_beside(job, pointer)
				       : number_of_end(job, pointer, from);
}

/* The same once more at the start of a block. */
static LLVMValueRef repeat(struct job *job, LLVMValueRef at, LLVMBasicBlockRef block)
{
	LLVMValueRef clone = LLVMInstructionClone(at);

	LLVMPositionBuilderBefore(job->builder, LLVMGetBasicBlockTerminator(block));
	/* It keeps its own place in the source. */
	LLVMSetCurrentDebugLocation2(job->builder, NULL);
	LLVMInsertIntoBuilder(job->builder, clone);
	return clone;
}

static void make_two(struct job *job, LLVMValueRef at)
{
	int64_t size;
	LLVMValueRef number = number_of(job, address_of(job, at, &size), NULL), values[2];
	LLVMBasicBlockRef rest = LLVMGetInstructionParent(at), ways[2];
	LLVMBasicBlockRef head = ir__split_behind(at, job->builder);

	for (int i = 0; i < 2; i++) {
		ways[i] = add_block(job, rest);
		values[i] = repeat(job, at, ways[i]);
	}
	provenance__mark_direct(values[0]);
	LLVMPositionBuilderAtEnd(job->builder, head);
	LLVMBuildCondBr(job->builder, LLVMBuildIsNotNull(job->builder, number, ""), ways[0],
			ways[1]);
	if (LLVMIsALoadInst(at))
		replace(job, at, rest, values, ways);
	LLVMInstructionEraseFromParent(at);
}

/* ---- */

static void free_job(struct job *job)
{
	while (job->choices) {
		struct choice *next = job->choices->next;

		free(job->choices);
		job->choices = next;
	}
	free(job->reads);
	provenance__free(job->all);
	LLVMDisposeBuilder(job->builder);
}

static void do_function(LLVMValueRef fn, struct passes *passes)
{
	struct job job = {
		.passes = passes,
		.fn = fn,
		.layout = LLVMGetModuleDataLayout(LLVMGetGlobalParent(fn)),
		.builder = LLVMCreateBuilderInContext(ir__context(fn)),
	};

	collect(&job);
	for (size_t i = 0; i < job.cnt && !job.failed; i++)
		make_two(&job, job.reads[i]);
	if (job.failed)
		pass__error_at_function(passes, fn, "out of memory");
	free_job(&job);
}

void pass_either(LLVMModuleRef module, struct passes *passes)
{
	ir_for_each_function(fn, next, module)
		if (section__kind(LLVMGetSection(fn)) != SECTION_PACKET)
			do_function(fn, passes);
}
