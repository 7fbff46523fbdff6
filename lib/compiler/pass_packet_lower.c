/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * After optimisation: stand-ins (packet.h) become what gets at the packet in the program at hand.
 *
 * Socket filters and traffic control have instructions for it, which end the program with 0 when they
 * are asked for what lies behind the packet's end. Elsewhere there are helpers, and a branch to such
 * an end behind each.
 */
#include <linux/bpf.h>
#include <string.h>

#include "ir.h"
#include "packet.h"
#include "pass.h"

enum kind {
	KIND_NONE,   /* no packet */
	KIND_FILTER, /* an skb, and the instructions */
	KIND_SKB,    /* an skb, and helpers alone */
	KIND_XDP,
};

struct lowering {
	struct passes *passes;
	LLVMModuleRef module;
	LLVMBuilderRef build;
	LLVMTypeRef byte, word;

	/* the function at hand */
	LLVMValueRef fn;
	enum kind kind;
	LLVMValueRef packet;   /* its context, as a pointer to bytes */
	LLVMValueRef slot;     /* 8 bytes of its stack; NULL until they are needed */
	LLVMBasicBlockRef out; /* returns 0; likewise */
};

/* ---- which kind of program */

static bool takes(LLVMValueRef fn, const char *name)
{
	size_t len;
	const char *text = ir__type_name(ir__pointee(ir__param_type(fn, 0), ir__context(fn)), &len);

	return len == strlen(name) && !memcmp(text, name, len);
}

static bool in_section(LLVMValueRef fn, const char *const *starts)
{
	const char *section = LLVMGetSection(fn);

	for (; section && *starts; starts++)
		if (!strncmp(section, *starts, strlen(*starts)))
			return true;
	return false;
}

static enum kind kind_of(LLVMValueRef fn)
{
	static const char *const xdp[] = { "xdp", NULL };
	static const char *const filters[] = { "socket", "tc", "classifier", "action", NULL };
	static const char *const others[] = { "cgroup_skb", "sk_skb", "lwt_", "flow_dissector",
					      NULL };

	if (!LLVMCountParams(fn) ||
	    LLVMGetTypeKind(LLVMTypeOf(LLVMGetParam(fn, 0))) != LLVMPointerTypeKind)
		return KIND_NONE;
	if (takes(fn, "xdp_md") || in_section(fn, xdp))
		return KIND_XDP;
	if (in_section(fn, others))
		return KIND_SKB;
	return takes(fn, "__sk_buff") || in_section(fn, filters) ? KIND_FILTER : KIND_NONE;
}

/* ---- building blocks */

static LLVMValueRef number(struct lowering *l, uint64_t value)
{
	return LLVMConstInt(l->word, value, false);
}

static LLVMValueRef call_intrinsic(struct lowering *l, const char *name, LLVMTypeRef *overload,
				   LLVMValueRef *args, unsigned int cnt)
{
	unsigned int id = LLVMLookupIntrinsicID(name, strlen(name));
	LLVMValueRef fn = LLVMGetIntrinsicDeclaration(l->module, id, overload, overload ? 1 : 0);

	return LLVMBuildCall2(l->build, LLVMGlobalGetValueType(fn), fn, args, cnt, "");
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

	if (l->slot)
		return l->slot;
	build = LLVMCreateBuilderInContext(ir__context(l->fn));
	LLVMPositionBuilderBefore(build, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(l->fn)));
	l->slot = LLVMBuildAlloca(build, l->word, "");
	LLVMDisposeBuilder(build);
	return l->slot;
}

static LLVMBasicBlockRef out_of(struct lowering *l)
{
	LLVMBuilderRef build;

	if (l->out)
		return l->out;
	l->out = LLVMAppendBasicBlockInContext(ir__context(l->fn), l->fn, "");
	build = LLVMCreateBuilderInContext(ir__context(l->fn));
	LLVMPositionBuilderAtEnd(build, l->out);
	ir__return_zero(build, l->fn);
	LLVMDisposeBuilder(build);
	return l->out;
}

/* Returns 0 from the function if a helper, which was called last, failed. */
static void leave_on_error(struct lowering *l, LLVMValueRef call)
{
	LLVMMetadataRef place = LLVMGetCurrentDebugLocation2(l->build);
	LLVMValueRef next = LLVMGetNextInstruction(call), failed;

	ir__split_behind(call, l->build);
	LLVMSetCurrentDebugLocation2(l->build, place);
	failed = LLVMBuildICmp(l->build, LLVMIntNE, call, number(l, 0), "");
	LLVMBuildCondBr(l->build, failed, out_of(l), LLVMGetInstructionParent(next));
	LLVMPositionBuilderBefore(l->build, next);
	LLVMSetCurrentDebugLocation2(l->build, place);
}

/* ---- loads and stores */

static LLVMValueRef load_by_instruction(struct lowering *l, LLVMValueRef offset, unsigned int cnt)
{
	LLVMValueRef value = NULL;

	for (unsigned int done = 0, step; done < cnt; done += step) {
		LLVMValueRef part, args[2] = { l->packet };
		char name[] = "llvm.bpf.load.????";

		step = cnt - done >= 4 ? 4 : cnt - done >= 2 ? 2 : 1;
		memcpy(strchr(name, '?'), step == 4 ? "word" : step == 2 ? "half" : "byte", 4);
		args[1] = done ? LLVMBuildAdd(l->build, offset, number(l, done), "") : offset;
		part = call_intrinsic(l, name, NULL, args, 2);
		if (value) {
			value = LLVMBuildShl(l->build, value, number(l, 8 * step), "");
			part = LLVMBuildOr(l->build, value, part, "");
		}
		value = part;
	}
	return value;
}

/* What no register can be loaded by goes to the end of 8 bytes, which are zeroes before. */
static LLVMValueRef load_by_helper(struct lowering *l, LLVMValueRef offset, unsigned int cnt)
{
	bool fits = !(cnt & (cnt - 1));
	LLVMTypeRef type = fits ? LLVMIntTypeInContext(LLVMGetTypeContext(l->word), 8 * cnt)
				: l->word;
	LLVMValueRef slot = slot_of(l), args[4] = { l->packet, offset };

	if (!fits)
		LLVMBuildStore(l->build, number(l, 0), slot);
	args[2] = ir__at(l->build, slot, fits ? 0 : PACKET_MOST - cnt, l->byte);
	args[3] = number(l, cnt);
	leave_on_error(l, ir__call_helper(l->build,
					  l->kind == KIND_XDP ? BPF_FUNC_xdp_load_bytes
							      : BPF_FUNC_skb_load_bytes,
					  args, 4));
	slot = ir__at(l->build, slot, 0, type);
	return LLVMBuildZExt(l->build, swap(l, LLVMBuildLoad2(l->build, type, slot, "")), l->word,
			     "");
}

static LLVMValueRef lower_load(struct lowering *l, LLVMValueRef offset, unsigned int cnt)
{
	return l->kind == KIND_FILTER ? load_by_instruction(l, offset, cnt)
				      : load_by_helper(l, offset, cnt);
}

/* What the helper says is not looked at: a store behind the packet's end does nothing. */
static void lower_store(struct lowering *l, LLVMValueRef offset, LLVMValueRef value,
			unsigned int cnt)
{
	LLVMValueRef args[5] = { l->packet, offset, slot_of(l), number(l, cnt) };

	value = LLVMBuildShl(l->build, value, number(l, 8 * (PACKET_MOST - cnt)), "");
	LLVMBuildStore(l->build, swap(l, value), l->slot);
	args[4] = number(l, 0); /* flags */
	if (l->kind == KIND_XDP)
		ir__call_helper(l->build, BPF_FUNC_xdp_store_bytes, args, 4);
	else
		ir__call_helper(l->build, BPF_FUNC_skb_store_bytes, args, 5);
}

static LLVMValueRef lower_csum(struct lowering *l, LLVMValueRef call, uint64_t helper)
{
	LLVMValueRef args[5] = { l->packet };

	if (l->kind == KIND_XDP)
		pass__error(l->passes, call,
			    "XDP programs have no incr_cksum_l3() and incr_cksum_l4(); they can "
			    "compute checksums with bpf_csum_diff()");
	for (unsigned int i = 0; i < 4; i++)
		args[i + 1] = LLVMGetOperand(call, i);
	return ir__call_helper(l->build, helper, args, 5);
}

/* ---- calls */

static void lower_call(struct lowering *l, LLVMValueRef call)
{
	LLVMValueRef first = LLVMGetOperand(call, 0), second = LLVMGetOperand(call, 1);
	LLVMValueRef value = NULL;
	unsigned int cnt;

	LLVMPositionBuilderBefore(l->build, call);
	if ((cnt = packet__instruction_bytes(call)))
		value = lower_load(l, second, cnt);
	else if ((cnt = packet__load_bytes(call)))
		value = lower_load(l, LLVMBuildPtrToInt(l->build, first, l->word, ""), cnt);
	else if ((cnt = packet__store_bytes(call)))
		lower_store(l, LLVMBuildPtrToInt(l->build, first, l->word, ""), second, cnt);
	else if (packet__is(call, PACKET_CSUM_L3))
		value = lower_csum(l, call, BPF_FUNC_l3_csum_replace);
	else
		value = lower_csum(l, call, BPF_FUNC_l4_csum_replace);
	if (value)
		LLVMReplaceAllUsesWith(call, value);
	LLVMInstructionEraseFromParent(call);
}

/* Instructions are left to those programs that have them. */
static bool is_ours(struct lowering *l, LLVMValueRef inst)
{
	return packet__is(inst, PACKET_PREFIX) ||
	       ((l->kind == KIND_SKB || l->kind == KIND_XDP) && packet__instruction_bytes(inst));
}

/* ---- the module */

/* Addresses of fields become the offsets that they are. */
static void lower_addresses(LLVMModuleRef module)
{
	LLVMValueRef fn = LLVMGetNamedFunction(module, PACKET_AT);
	LLVMUseRef use;

	while (fn && (use = LLVMGetFirstUse(fn))) {
		LLVMValueRef call = LLVMGetUser(use);

		LLVMReplaceAllUsesWith(call, LLVMGetOperand(call, 0));
		LLVMInstructionEraseFromParent(call);
	}
}

static void lower_function(struct lowering *l)
{
	l->slot = NULL;
	l->out = NULL;
	LLVMPositionBuilderBefore(l->build, LLVMGetFirstInstruction(LLVMGetEntryBasicBlock(l->fn)));
	l->packet = ir__at(l->build, LLVMGetParam(l->fn, 0), 0, l->byte);
	/* What is behind a branch that is put in is still in the same block. */
	ir_for_each_instruction(inst, next, l->fn) {
		if (is_ours(l, inst))
			lower_call(l, inst);
	}
}

static bool uses_packet(struct lowering *l)
{
	ir_for_each_instruction(inst, next, l->fn) {
		if (is_ours(l, inst))
			return true;
	}
	return false;
}

/* Those that the source declares would be taken for functions of somebody else. */
static void delete_stand_ins(LLVMModuleRef module)
{
	LLVMValueRef fn = LLVMGetFirstFunction(module), next;
	size_t len;

	for (; fn; fn = next) {
		next = LLVMGetNextFunction(fn);
		if (!strncmp(LLVMGetValueName2(fn, &len), PACKET_PREFIX, strlen(PACKET_PREFIX)))
			LLVMDeleteFunction(fn);
	}
}

void pass_packet_lower(LLVMModuleRef module, struct passes *passes)
{
	LLVMContextRef context = LLVMGetModuleContext(module);
	struct lowering l = { .passes = passes,
			      .module = module,
			      .byte = LLVMInt8TypeInContext(context),
			      .word = LLVMInt64TypeInContext(context) };

	if (!packet__is_used(module))
		return;
	l.build = LLVMCreateBuilderInContext(context);
	lower_addresses(module);
	ir_for_each_function(fn, next, module) {
		l.fn = fn;
		l.kind = kind_of(fn);
		if (!uses_packet(&l))
			continue;
		if (l.kind != KIND_NONE)
			lower_function(&l);
		else
			pass__error_at_function(
				passes, fn,
				"only a program whose context is a struct __sk_buff * or a struct "
				"xdp_md * can get at a packet, and what is inlined into it");
	}
	LLVMDisposeBuilder(l.build);
	if (!passes->failed)
		delete_stand_ins(module);
}
