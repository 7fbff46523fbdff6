/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A set for each value, grown along the data flow until nothing changes. Integers have sets like
 * pointers, since kernel addresses travel as both.
 */
#include "provenance.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "ir.h"
#include "section.h"
#include "typed.h"

/* A set, by the value it is of; for what memory on the stack holds, by a pointer just behind. */
struct entry {
	uintptr_t key;
	unsigned int set;
};

struct provenances {
	enum section_kind kind;
	enum bcc_c_dialect dialect;
	bool kptrs;
	LLVMTargetDataRef layout;
	LLVMValueRef fn;
	struct entry *entries; /* a hash table with open addressing */
	size_t mask;
	bool changed;
};

/* ---- the table */

static struct entry *find(const struct provenances *all, uintptr_t key)
{
	size_t at = (key >> 3) * 0x9e3779b97f4a7c15u >> 20;

	for (;; at++) {
		struct entry *entry = &all->entries[at & all->mask];

		if (!entry->key || entry->key == key)
			return entry;
	}
}

static uintptr_t key_of(LLVMValueRef value)
{
	return (uintptr_t)value;
}

static uintptr_t content_key_of(LLVMValueRef memory)
{
	return (uintptr_t)memory + 1;
}

static void add(struct provenances *all, uintptr_t key, unsigned int set)
{
	struct entry *entry = find(all, key);

	if (!set || (entry->set | set) == entry->set)
		return;
	entry->key = key;
	entry->set |= set;
	all->changed = true;
}

/* ---- values */

static unsigned int of_constant(const struct provenances *all, LLVMValueRef value)
{
	if (LLVMIsAGlobalVariable(value))
		/* What another file has, or the kernel, has its types there. */
		return LLVMIsDeclaration(value) ? FROM_TYPED : FROM_MEMORY;
	if (LLVMIsAFunction(value))
		return FROM_MEMORY;
	if (ir__opcode(value))
		return provenance__of(all, LLVMGetOperand(value, 0));
	return 0;
}

/* The context of a program; any parameter of another function. */
static unsigned int of_param(const struct provenances *all, LLVMValueRef value)
{
	if (all->kind == SECTION_OTHER || value != LLVMGetParam(all->fn, 0))
		return FROM_UNKNOWN;
	return FROM_CTX;
}

unsigned int provenance__of(const struct provenances *all, LLVMValueRef value)
{
	if (LLVMIsAArgument(value))
		return of_param(all, value);
	if (LLVMIsAConstant(value))
		return of_constant(all, value);
	return find(all, key_of(value))->set;
}

static unsigned int in_memory(const struct provenances *all)
{
	return all->kptrs ? FROM_UNKNOWN : FROM_NUMBER;
}

unsigned int provenance__within(const struct provenances *all, LLVMValueRef memory)
{
	return LLVMIsAAllocaInst(memory) ? find(all, content_key_of(memory))->set : in_memory(all);
}

/* What the context holds. */
static unsigned int from_ctx(const struct provenances *all)
{
	switch (all->kind) {
	case SECTION_KPROBE:
	case SECTION_RAW_TP:
		return FROM_KERNEL;
	case SECTION_UPROBE:
		return FROM_USER;
	case SECTION_EVENT:
		return FROM_NUMBER;
	case SECTION_TYPED:
		return FROM_CHAIN;
	case SECTION_PACKET:
		return FROM_CTX;
	default:
		return FROM_UNKNOWN;
	}
}

static LLVMValueRef stack_of(const struct provenances *all, LLVMValueRef pointer)
{
	int64_t offset = 0;

	do {
		pointer = ir__strip(pointer, all->layout, &offset);
		/* Whatever the index is, the memory is the same. */
		if (ir__opcode(pointer) == LLVMGetElementPtr)
			pointer = LLVMGetOperand(pointer, 0);
	} while (ir__opcode(pointer) == LLVMGetElementPtr || ir__opcode(pointer) == LLVMBitCast);
	return LLVMIsAAllocaInst(pointer);
}

/*
 * What is read from an address. From memory that programs can write come numbers alone, unless it is
 * the stack, of which the verifier knows what was put there.
 */
static unsigned int read_from(const struct provenances *all, LLVMValueRef at, LLVMValueRef address)
{
	LLVMValueRef stack = stack_of(all, address);
	unsigned int set = provenance__of(all, address), content = 0;
	int64_t offset = 0;

	if (LLVMGetPointerAddressSpace(LLVMTypeOf(address)))
		return FROM_MEMORY;
	if (stack) {
		set = find(all, content_key_of(stack))->set;
		/* At an index that it does not know the verifier sees numbers, whatever they were. */
		if (set && !LLVMIsAAllocaInst(ir__strip(address, all->layout, &offset)))
			return set & FROM_USER ? set & FROM_NUMBER : FROM_KERNEL;
		/* Of several things it is not known which lies where. */
		return set & ~(unsigned int)FROM_NUMBER && set & (set - 1) ? FROM_UNKNOWN : set;
	}
	if (provenance__needs_helper(at, set, all->dialect))
		return set & FROM_USER ? set & FROM_NUMBER : FROM_KERNEL;
	if (set & FROM_CTX)
		content |= from_ctx(all);
	if (set & (FROM_TYPED | FROM_CHAIN))
		content |= FROM_CHAIN;
	if (set & FROM_MEMORY)
		content |= in_memory(all);
	if (set & FROM_UNKNOWN)
		content |= FROM_UNKNOWN;
	return content;
}

/* Newer than the headers of Debian 12. */
enum { FUNC_CGRP_STORAGE_GET = 210 };

/* Whether a helper gives memory that holds what the program put there. */
static bool gives_memory(uint64_t helper)
{
	switch (helper) {
	case BPF_FUNC_map_lookup_elem:
	case BPF_FUNC_map_lookup_percpu_elem:
	case BPF_FUNC_get_local_storage:
	case BPF_FUNC_sk_storage_get:
	case BPF_FUNC_inode_storage_get:
	case BPF_FUNC_task_storage_get:
	case FUNC_CGRP_STORAGE_GET:
	case BPF_FUNC_ringbuf_reserve:
	case BPF_FUNC_dynptr_data:
		return true;
	default:
		return false;
	}
}

static unsigned int of_helper(LLVMValueRef call, uint64_t helper)
{
	if (gives_memory(helper))
		return FROM_MEMORY;
	if (helper == BPF_FUNC_get_current_task || helper == BPF_FUNC_get_func_ip)
		return FROM_KERNEL;
	if (LLVMGetTypeKind(LLVMTypeOf(call)) == LLVMPointerTypeKind)
		return FROM_TYPED;
	return FROM_NUMBER;
}

static bool starts_with(LLVMValueRef fn, const char *start)
{
	size_t len;
	const char *name = LLVMGetValueName2(fn, &len);

	return len >= strlen(start) && !strncmp(name, start, strlen(start));
}

static unsigned int of_call(const struct provenances *all, LLVMValueRef call)
{
	uint64_t helper = ir__helper(call);
	LLVMValueRef called = LLVMGetCalledValue(call);
	unsigned int set = 0;

	if (helper)
		return of_helper(call, helper);
	if (!LLVMIsAFunction(called))
		return FROM_UNKNOWN;
	if (starts_with(called, "llvm.")) {
		for (unsigned int i = 0; i < LLVMGetNumArgOperands(call); i++)
			set |= provenance__of(all, LLVMGetOperand(call, i));
		return set;
	}
	/* Of the kernel's own functions the verifier knows the types. */
	return LLVMIsDeclaration(called) ? FROM_TYPED : FROM_UNKNOWN;
}

static unsigned int of_operands(const struct provenances *all, LLVMValueRef at, unsigned int first)
{
	unsigned int set = 0;

	for (unsigned int i = first; i < (unsigned int)LLVMGetNumOperands(at); i++)
		set |= provenance__of(all, LLVMGetOperand(at, i));
	return set;
}

/* Of a sum one part is an address, and the other a number. */
static unsigned int of_sum(const struct provenances *all, LLVMValueRef at)
{
	unsigned int set = of_operands(all, at, 0);
	unsigned int pointers = set & ~(unsigned int)FROM_NUMBER;

	return pointers ? pointers : set;
}

static unsigned int of_instruction(const struct provenances *all, LLVMValueRef at)
{
	switch (LLVMGetInstructionOpcode(at)) {
	case LLVMAlloca:
		return FROM_MEMORY;
	case LLVMLoad:
		return read_from(all, at, LLVMGetOperand(at, 0));
	case LLVMCall:
		return of_call(all, at);
	case LLVMGetElementPtr:
		return provenance__of(all, LLVMGetOperand(at, 0));
	case LLVMSelect:
		return of_operands(all, at, 1);
	case LLVMAdd:
	case LLVMSub:
	case LLVMOr:
	case LLVMAnd:
		return of_sum(all, at);
	case LLVMICmp:
	case LLVMFCmp:
	case LLVMStore:
	case LLVMBr:
	case LLVMSwitch:
	case LLVMRet:
		return 0;
	case LLVMAtomicRMW:
	case LLVMAtomicCmpXchg:
		return FROM_UNKNOWN;
	default:
		return of_operands(all, at, 0);
	}
}

/* ---- what the stack holds */

static void note_store(struct provenances *all, LLVMValueRef at)
{
	LLVMValueRef stack = stack_of(all, LLVMGetOperand(at, 1));

	if (stack)
		add(all, content_key_of(stack), provenance__of(all, LLVMGetOperand(at, 0)));
}

/* Helpers write numbers; the program's other functions may write anything. */
static unsigned int written_by(LLVMValueRef call)
{
	LLVMValueRef called = LLVMGetCalledValue(call);

	switch (ir__helper(call)) {
	case 0:
		break;
	case BPF_FUNC_probe_read_kernel:
		return FROM_KERNEL;
	case BPF_FUNC_probe_read_user:
		return FROM_USER;
	case BPF_FUNC_loop:
	case BPF_FUNC_for_each_map_elem:
		return FROM_UNKNOWN;
	default:
		return FROM_NUMBER;
	}
	if (LLVMIsAFunction(called) &&
	    (starts_with(called, "llvm.lifetime.") || starts_with(called, "llvm.memset.")))
		return 0;
	return FROM_UNKNOWN;
}

static bool is_copy(LLVMValueRef call)
{
	LLVMValueRef called = LLVMGetCalledValue(call);

	return LLVMIsAFunction(called) &&
	       (starts_with(called, "llvm.memcpy.") || starts_with(called, "llvm.memmove."));
}

static void note_call(struct provenances *all, LLVMValueRef call)
{
	bool copy = is_copy(call);
	unsigned int cnt = copy ? 1 : LLVMGetNumArgOperands(call);
	unsigned int set = copy ? read_from(all, call, LLVMGetOperand(call, 1)) : written_by(call);

	for (unsigned int i = 0; set && i < cnt; i++) {
		LLVMValueRef arg = LLVMGetOperand(call, i), stack = NULL;

		if (LLVMGetTypeKind(LLVMTypeOf(arg)) == LLVMPointerTypeKind)
			stack = stack_of(all, arg);
		if (stack)
			add(all, content_key_of(stack), set);
	}
}

/* ---- */

static void flow(struct provenances *all)
{
	ir_for_each_instruction(at, next, all->fn) {
		add(all, key_of(at), of_instruction(all, at));
		if (LLVMIsAStoreInst(at))
			note_store(all, at);
		else if (LLVMIsACallInst(at))
			note_call(all, at);
	}
}

struct provenances *provenance__new(LLVMValueRef fn, const struct passes *passes)
{
	struct provenances *all = calloc(1, sizeof(*all));
	size_t cnt = 0, room = 64;

	if (!all)
		return NULL;
	ir_for_each_instruction(at, next, fn)
		cnt++;
	/* Each instruction and each piece of stack has one entry at most. */
	while (room < 4 * cnt)
		room *= 2;
	all->entries = calloc(room, sizeof(*all->entries));
	if (!all->entries) {
		free(all);
		return NULL;
	}
	all->mask = room - 1;
	all->fn = fn;
	all->kind = section__kind(LLVMGetSection(fn));
	all->dialect = passes->dialect;
	all->kptrs = passes->kptrs;
	all->layout = LLVMGetModuleDataLayout(LLVMGetGlobalParent(fn));
	do {
		all->changed = false;
		flow(all);
	} while (all->changed);
	return all;
}

void provenance__free(struct provenances *all)
{
	if (!all)
		return;
	free(all->entries);
	free(all);
}

/* ---- decisions */

static unsigned int mark_of(LLVMValueRef at)
{
	return LLVMGetMDKindIDInContext(ir__context(at), "bcc_c.direct", strlen("bcc_c.direct"));
}

void provenance__mark_direct(LLVMValueRef at)
{
	LLVMSetMetadata(at, mark_of(at), LLVMMDNodeInContext(ir__context(at), NULL, 0));
}

bool provenance__needs_helper(LLVMValueRef at, unsigned int set, enum bcc_c_dialect dialect)
{
	if (set & FROM_CTX || LLVMGetMetadata(at, mark_of(at)))
		return false;
	/* However it comes there, the verifier refuses such a load. */
	if (set & FROM_NUMBER)
		return true;
	if (dialect != BCC_C_DIALECT_BCC || set == FROM_MEMORY)
		return false;
	if (!set || set & FROM_UNKNOWN)
		return true;
	/* The verifier takes no other kind of pointer in the same instruction, and no whole structs. */
	if (set & FROM_MEMORY || !LLVMIsALoadInst(at))
		return true;
	return typed__is_refused(at) || (set & FROM_CHAIN && !typed__is_member(at));
}
