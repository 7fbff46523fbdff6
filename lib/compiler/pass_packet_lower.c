/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After optimisation: stand-ins (packet.h) become what gets at the packet in the program at hand.
 *
 * Socket filters and traffic control have instructions for it, which end the program with 0 when they
 * are asked for what lies behind the packet's end. Elsewhere there are helpers, and a branch to such
 * an end behind each.
 */
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "packet.h"
#include "pass.h"

/* Where these stand in LLVM's nodes of debug information. */
#define SUBPROGRAM_TYPE 4
#define SUBROUTINE_TYPES 3
#define DERIVED_BASE 3

/* Numbers of helpers. */
#define SKB_STORE_BYTES 9
#define L3_CSUM_REPLACE 10
#define L4_CSUM_REPLACE 11
#define SKB_LOAD_BYTES 26
#define XDP_LOAD_BYTES 189
#define XDP_STORE_BYTES 190

enum kind {
	KIND_NONE,
	KIND_FILTER, /* an skb, and the instructions */
	KIND_SKB,    /* an skb, and helpers alone */
	KIND_XDP,
};

struct lowering {
	struct passes *passes;
	LLVMModuleRef module;
	LLVMContextRef context;
	LLVMBuilderRef build;
	LLVMTypeRef byte, word, pointer;

	/* the function at hand */
	LLVMValueRef function;
	enum kind kind;
	LLVMValueRef packet;   /* its context */
	LLVMValueRef slot;     /* 8 bytes of its stack; NULL until they are needed */
	LLVMBasicBlockRef out; /* returns 0; likewise */
};

/* ---- which kind of program */

static LLVMValueRef operand_of(LLVMValueRef node, unsigned int i)
{
	unsigned int cnt = node ? LLVMGetMDNodeNumOperands(node) : 0;
	LLVMValueRef *operands = i < cnt ? calloc(cnt, sizeof(LLVMValueRef)) : NULL, operand;

	if (!operands)
		return NULL;
	LLVMGetMDNodeOperands(node, operands);
	operand = operands[i];
	free(operands);
	return operand;
}

/* Whether the first parameter points to a struct of that name. */
static bool takes(struct lowering *l, LLVMValueRef function, const char *name)
{
	LLVMMetadataRef program = LLVMGetSubprogram(function);
	LLVMValueRef type = program ? LLVMMetadataAsValue(l->context, program) : NULL;

	type = operand_of(operand_of(type, SUBPROGRAM_TYPE), SUBROUTINE_TYPES);
	type = operand_of(type, 1);
	for (int depth = 0; type && depth < 8; depth++) {
		size_t len = 0;
		const char *text = LLVMDITypeGetName(LLVMValueAsMetadata(type), &len);

		if (text && len == strlen(name) && !memcmp(text, name, len))
			return true;
		type = operand_of(type, DERIVED_BASE);
	}
	return false;
}

static bool in_section(LLVMValueRef function, const char *const *starts)
{
	const char *section = LLVMGetSection(function);

	for (; section && *starts; starts++)
		if (!strncmp(section, *starts, strlen(*starts)))
			return true;
	return false;
}

static enum kind kind_of(struct lowering *l, LLVMValueRef function)
{
	static const char *const xdp[] = { "xdp", NULL };
	static const char *const filters[] = { "socket", "tc", "classifier", "action", NULL };
	static const char *const others[] = { "cgroup_skb", "sk_skb", "lwt_", "flow_dissector",
					      NULL };

	if (!LLVMCountParams(function) ||
	    LLVMGetTypeKind(LLVMTypeOf(LLVMGetParam(function, 0))) != LLVMPointerTypeKind)
		return KIND_NONE;
	if (takes(l, function, "xdp_md") || in_section(function, xdp))
		return KIND_XDP;
	if (in_section(function, others))
		return KIND_SKB;
	return takes(l, function, "__sk_buff") || in_section(function, filters) ? KIND_FILTER
										: KIND_NONE;
}

/* ---- building blocks */

static LLVMValueRef number(struct lowering *l, uint64_t value)
{
	return LLVMConstInt(l->word, value, false);
}

static LLVMValueRef call_helper(struct lowering *l, uint64_t id, LLVMValueRef *args,
				unsigned int cnt)
{
	LLVMTypeRef params[5], type;
	LLVMValueRef helper;

	for (unsigned int i = 0; i < cnt; i++)
		params[i] = LLVMTypeOf(args[i]);
	type = LLVMFunctionType(l->word, params, cnt, false);
	helper = LLVMConstIntToPtr(number(l, id), LLVMPointerType(type, 0));
	return LLVMBuildCall2(l->build, type, helper, args, cnt, "");
}

static LLVMValueRef call_intrinsic(struct lowering *l, const char *name, LLVMTypeRef *overload,
				   LLVMValueRef *args, unsigned int cnt)
{
	unsigned int id = LLVMLookupIntrinsicID(name, strlen(name));
	LLVMValueRef intrinsic = LLVMGetIntrinsicDeclaration(l->module, id, overload,
							     overload ? 1 : 0);

	return LLVMBuildCall2(l->build, LLVMGlobalGetValueType(intrinsic), intrinsic, args, cnt,
			      "");
}

/* From the packet's order of bytes, or to it. */
static LLVMValueRef swap(struct lowering *l, LLVMValueRef value)
{
	LLVMTypeRef type = LLVMTypeOf(value);

	return type == l->byte ? value : call_intrinsic(l, "llvm.bswap", &type, &value, 1);
}

static LLVMValueRef slot_of(struct lowering *l)
{
	LLVMBuilderRef build;
	LLVMValueRef first;

	if (l->slot)
		return l->slot;
	first = LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(l->function));
	build = LLVMCreateBuilderInContext(l->context);
	LLVMPositionBuilderBefore(build, first);
	l->slot = LLVMBuildAlloca(build, l->word, "");
	LLVMDisposeBuilder(build);
	return l->slot;
}

static LLVMValueRef byte_of_slot(struct lowering *l, unsigned int i)
{
	LLVMValueRef index = number(l, i);
	LLVMValueRef at = LLVMBuildPointerCast(l->build, slot_of(l), l->pointer, "");

	return i ? LLVMBuildGEP2(l->build, l->byte, at, &index, 1, "") : at;
}

static LLVMBasicBlockRef out_of(struct lowering *l)
{
	LLVMTypeRef type = LLVMGetReturnType(LLVMGlobalGetValueType(l->function));
	LLVMBuilderRef build;

	if (l->out)
		return l->out;
	l->out = LLVMAppendBasicBlockInContext(l->context, l->function, "");
	build = LLVMCreateBuilderInContext(l->context);
	LLVMPositionBuilderAtEnd(build, l->out);
	if (LLVMGetTypeKind(type) == LLVMVoidTypeKind)
		LLVMBuildRetVoid(build);
	else
		LLVMBuildRet(build, LLVMConstNull(type));
	LLVMDisposeBuilder(build);
	return l->out;
}

/*
 * Returns from the function at an instruction if the condition holds. What is before the instruction
 * moves to a block of its own in front, so that the block itself is still who its successors know.
 * The new one takes over its name for those who jump to it; without an end meanwhile, as else LLVM
 * would rename it for the successors as well.
 */
static void leave_if(struct lowering *l, LLVMValueRef condition, LLVMValueRef at)
{
	LLVMBasicBlockRef block = LLVMGetInstructionParent(at), front;
	LLVMValueRef end = LLVMGetBasicBlockTerminator(block), next;
	LLVMBuilderRef move = LLVMCreateBuilderInContext(l->context);

	LLVMInstructionRemoveFromParent(end);
	front = LLVMInsertBasicBlockInContext(l->context, block, "");
	LLVMReplaceAllUsesWith(LLVMBasicBlockAsValue(block), LLVMBasicBlockAsValue(front));
	LLVMPositionBuilderAtEnd(move, front);
	while ((next = LLVMGetFirstInstruction(block)) != at) {
		LLVMInstructionRemoveFromParent(next);
		LLVMInsertIntoBuilder(move, next);
	}
	LLVMPositionBuilderAtEnd(move, block);
	LLVMInsertIntoBuilder(move, end);
	LLVMDisposeBuilder(move);

	LLVMPositionBuilderAtEnd(l->build, front);
	LLVMBuildCondBr(l->build, condition, out_of(l), block);
	LLVMPositionBuilderBefore(l->build, at);
}

/* ---- loads and stores */

static LLVMValueRef load_by_instruction(struct lowering *l, LLVMValueRef offset, uint64_t cnt)
{
	LLVMValueRef packet = LLVMBuildPointerCast(l->build, l->packet, l->pointer, "");
	LLVMValueRef value = NULL;

	for (uint64_t done = 0, step; done < cnt; done += step) {
		LLVMValueRef part, args[2] = { packet };

		step = cnt - done >= 4 ? 4 : cnt - done >= 2 ? 2 : 1;
		args[1] = done ? LLVMBuildAdd(l->build, offset, number(l, done), "") : offset;
		part = call_intrinsic(l,
				      step == 4   ? "llvm.bpf.load.word"
				      : step == 2 ? "llvm.bpf.load.half"
						  : "llvm.bpf.load.byte",
				      NULL, args, 2);
		if (value) {
			value = LLVMBuildShl(l->build, value, number(l, 8 * step), "");
			part = LLVMBuildOr(l->build, value, part, "");
		}
		value = part;
	}
	return value;
}

static LLVMValueRef load_by_helper(struct lowering *l, LLVMValueRef at, LLVMValueRef offset,
				   unsigned int cnt)
{
	bool even = !(cnt & (cnt - 1)); /* a size that a register can be loaded by */
	LLVMTypeRef type = even ? LLVMIntTypeInContext(l->context, 8 * cnt) : l->word;
	LLVMValueRef to = byte_of_slot(l, even ? 0 : 8 - cnt), value, args[4];

	if (!even)
		LLVMBuildStore(l->build, number(l, 0), slot_of(l));
	args[0] = l->packet;
	args[1] = offset;
	args[2] = to;
	args[3] = number(l, cnt);
	value = call_helper(l, l->kind == KIND_XDP ? XDP_LOAD_BYTES : SKB_LOAD_BYTES, args, 4);
	leave_if(l, LLVMBuildICmp(l->build, LLVMIntNE, value, number(l, 0), ""), at);
	value = LLVMBuildPointerCast(l->build, slot_of(l), LLVMPointerType(type, 0), "");
	value = LLVMBuildLoad2(l->build, type, value, "");
	return LLVMBuildZExt(l->build, swap(l, value), l->word, "");
}

static LLVMValueRef lower_load(struct lowering *l, LLVMValueRef at, LLVMValueRef offset,
			       unsigned int cnt)
{
	return l->kind == KIND_FILTER ? load_by_instruction(l, offset, cnt)
				      : load_by_helper(l, at, offset, cnt);
}

/* What the helper says is not looked at: a store behind the packet's end does nothing. */
static void lower_store(struct lowering *l, LLVMValueRef offset, LLVMValueRef value,
			unsigned int cnt)
{
	bool xdp = l->kind == KIND_XDP;
	LLVMValueRef args[5] = { l->packet, offset };

	value = LLVMBuildShl(l->build, value, number(l, 64 - 8 * cnt), "");
	LLVMBuildStore(l->build, swap(l, value), slot_of(l));
	args[2] = byte_of_slot(l, 0);
	args[3] = number(l, cnt);
	args[4] = number(l, 0); /* flags */
	call_helper(l, xdp ? XDP_STORE_BYTES : SKB_STORE_BYTES, args, xdp ? 4 : 5);
}

static LLVMValueRef lower_csum(struct lowering *l, LLVMValueRef call, uint64_t helper)
{
	LLVMValueRef args[5] = { l->packet };

	if (l->kind == KIND_XDP) {
		pass__error(l->passes, call,
			    "incr_cksum_l3() and incr_cksum_l4() need a struct __sk_buff; XDP "
			    "programs can compute checksums by bpf_csum_diff()");
		return number(l, 0);
	}
	for (unsigned int i = 0; i < 4; i++)
		args[i + 1] = LLVMGetOperand(call, i);
	return call_helper(l, helper, args, 5);
}

/* ---- calls */

static const char *callee_name(LLVMValueRef inst)
{
	LLVMValueRef callee = LLVMIsACallInst(inst) ? LLVMGetCalledValue(inst) : NULL;
	size_t len;

	return callee && LLVMIsAFunction(callee) ? LLVMGetValueName2(callee, &len) : "";
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* How many bytes load_byte(), load_half() and load_word() read, or 0. */
static unsigned int bytes_of_intrinsic(const char *name)
{
	return !strcmp(name, "llvm.bpf.load.byte")   ? 1
	       : !strcmp(name, "llvm.bpf.load.half") ? 2
	       : !strcmp(name, "llvm.bpf.load.word") ? 4
						     : 0;
}

static LLVMValueRef offset_of(struct lowering *l, LLVMValueRef call)
{
	return LLVMBuildPtrToInt(l->build, LLVMGetOperand(call, 0), l->word, "");
}

static void lower_call(struct lowering *l, LLVMValueRef call, const char *name)
{
	unsigned int cnt = bytes_of_intrinsic(name);
	LLVMValueRef value = NULL;

	LLVMPositionBuilderBefore(l->build, call);
	if (cnt)
		value = lower_load(l, call, LLVMGetOperand(call, 1), cnt);
	else if (starts_with(name, PACKET_LOAD))
		value = lower_load(l, call, offset_of(l, call),
				   (unsigned int)(name[strlen(PACKET_LOAD)] - '0'));
	else if (starts_with(name, PACKET_STORE))
		lower_store(l, offset_of(l, call), LLVMGetOperand(call, 1),
			    (unsigned int)(name[strlen(PACKET_STORE)] - '0'));
	else if (!strcmp(name, PACKET_CSUM_L3))
		value = lower_csum(l, call, L3_CSUM_REPLACE);
	else if (!strcmp(name, PACKET_CSUM_L4))
		value = lower_csum(l, call, L4_CSUM_REPLACE);
	if (value)
		LLVMReplaceAllUsesWith(call, value);
	LLVMInstructionEraseFromParent(call);
}

static bool is_ours(struct lowering *l, const char *name)
{
	return starts_with(name, PACKET_PREFIX) ||
	       ((l->kind == KIND_SKB || l->kind == KIND_XDP) && bytes_of_intrinsic(name));
}

/* ---- what can't be given */

/* Whether a number is made of constants and of what the packet holds alone. */
static bool is_offset(LLVMValueRef value, int depth)
{
	const char *name = callee_name(value);

	if (LLVMIsAConstant(value) && !LLVMIsAGlobalValue(value))
		return !LLVMIsAConstantExpr(value) || is_offset(LLVMGetOperand(value, 0), depth);
	if (starts_with(name, PACKET_LOAD) || bytes_of_intrinsic(name))
		return true;
	if (!depth || !LLVMIsAInstruction(value) || LLVMIsACallInst(value) ||
	    LLVMIsALoadInst(value) || LLVMIsAPHINode(value) || LLVMIsAAllocaInst(value))
		return false;
	for (int i = 0; i < LLVMGetNumOperands(value); i++)
		if (!is_offset(LLVMGetOperand(value, (unsigned int)i), depth - 1))
			return false;
	return true;
}

static void check_memory(struct lowering *l, LLVMValueRef inst)
{
	bool copy = starts_with(callee_name(inst), "llvm.memcpy");
	bool bad = false;

	if (copy || LLVMIsALoadInst(inst))
		bad |= is_offset(LLVMGetOperand(inst, 0), 8);
	if (copy || LLVMIsAStoreInst(inst))
		bad |= is_offset(LLVMGetOperand(inst, 1), 8);
	if (bad)
		pass__error(l->passes, inst,
			    "a packet header is an offset into the packet, and this wants memory: "
			    "use its fields one by one, or get bytes by bpf_skb_load_bytes()");
}

/* ---- the module */

static bool uses_packet(struct lowering *l, LLVMValueRef function)
{
	LLVMBasicBlockRef block;
	LLVMValueRef inst;

	for (block = LLVMGetFirstBasicBlock(function); block; block = LLVMGetNextBasicBlock(block))
		for (inst = LLVMGetFirstInstruction(block); inst;
		     inst = LLVMGetNextInstruction(inst))
			if (is_ours(l, callee_name(inst)))
				return true;
	return false;
}

static void lower_function(struct lowering *l)
{
	LLVMBasicBlockRef block;
	LLVMValueRef inst, next;

	l->packet = LLVMGetParam(l->function, 0);
	l->slot = NULL;
	l->out = NULL;
	for (block = LLVMGetFirstBasicBlock(l->function); block;
	     block = LLVMGetNextBasicBlock(block))
		for (inst = LLVMGetFirstInstruction(block); inst;
		     inst = LLVMGetNextInstruction(inst))
			check_memory(l, inst);
	for (block = LLVMGetFirstBasicBlock(l->function); block;
	     block = LLVMGetNextBasicBlock(block)) {
		for (inst = LLVMGetFirstInstruction(block); inst; inst = next) {
			const char *name = callee_name(inst);

			next = LLVMGetNextInstruction(inst);
			if (is_ours(l, name))
				lower_call(l, inst, name);
		}
	}
}

/* An address of a field is a number to compute with; nothing can be read at it. */
static void check_address(struct lowering *l, LLVMValueRef address)
{
	for (LLVMUseRef use = LLVMGetFirstUse(address); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef user = LLVMGetUser(use);

		if (LLVMIsAGetElementPtrInst(user) || LLVMIsABitCastInst(user))
			check_address(l, user);
		else if (LLVMIsALoadInst(user) ||
			 (LLVMIsAStoreInst(user) && LLVMGetOperand(user, 1) == address) ||
			 (LLVMIsACallInst(user) && !starts_with(callee_name(user), PACKET_PREFIX)))
			pass__error(
				l->passes, user,
				"the address of a packet header's field is an offset into the "
				"packet, and this wants memory: read the field into a variable, "
				"or get bytes by bpf_skb_load_bytes()");
	}
}

static void lower_addresses(struct lowering *l)
{
	LLVMValueRef function = LLVMGetNamedFunction(l->module, PACKET_AT);
	LLVMUseRef use;

	while (function && (use = LLVMGetFirstUse(function))) {
		LLVMValueRef call = LLVMGetUser(use);

		check_address(l, call);
		LLVMReplaceAllUsesWith(call, LLVMGetOperand(call, 0));
		LLVMInstructionEraseFromParent(call);
	}
	if (function)
		LLVMDeleteFunction(function);
}

static void delete_stand_ins(LLVMModuleRef module)
{
	LLVMValueRef function, next;
	size_t len;

	for (function = LLVMGetFirstFunction(module); function; function = next) {
		next = LLVMGetNextFunction(function);
		if (starts_with(LLVMGetValueName2(function, &len), PACKET_PREFIX) &&
		    !LLVMGetFirstUse(function))
			LLVMDeleteFunction(function);
	}
}

/* Whether there can be anything to do. */
static bool has_work(LLVMModuleRef module)
{
	LLVMValueRef function = LLVMGetFirstFunction(module);
	size_t len;

	for (; function; function = LLVMGetNextFunction(function)) {
		const char *name = LLVMGetValueName2(function, &len);

		if (starts_with(name, PACKET_PREFIX) || bytes_of_intrinsic(name))
			return true;
	}
	return false;
}

void pass_packet_lower(LLVMModuleRef module, struct passes *passes)
{
	LLVMContextRef context = LLVMGetModuleContext(module);
	struct lowering l = { .passes = passes,
			      .module = module,
			      .context = context,
			      .byte = LLVMInt8TypeInContext(context),
			      .word = LLVMInt64TypeInContext(context) };

	if (!has_work(module))
		return;
	l.pointer = LLVMPointerType(l.byte, 0);
	l.build = LLVMCreateBuilderInContext(context);
	lower_addresses(&l);
	for (l.function = LLVMGetFirstFunction(module); l.function;
	     l.function = LLVMGetNextFunction(l.function)) {
		l.kind = kind_of(&l, l.function);
		if (!uses_packet(&l, l.function))
			continue;
		if (l.kind != KIND_NONE)
			lower_function(&l);
		else
			pass__error_at_function(
				passes, l.function,
				"only a program can read packets, whose first parameter is a struct "
				"__sk_buff * or struct xdp_md *, and what is inlined into it");
	}
	LLVMDisposeBuilder(l.build);
	if (!passes->failed)
		delete_stand_ins(module);
}
