/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"

#include <stdio.h>
#include <string.h>

#include "../util.h"
#include "ir.h"

static LLVMTypeRef word(LLVMBuilderRef build)
{
	return LLVMInt64TypeInContext(
		ir__context(LLVMBasicBlockAsValue(LLVMGetInsertBlock(build))));
}

static LLVMTypeRef wide(LLVMBuilderRef build)
{
	return LLVMInt128TypeInContext(LLVMGetTypeContext(word(build)));
}

/* ---- calls */

enum effect { EFFECT_NONE, EFFECT_READ, EFFECT_ANY };

/* What LLVM up to 15 has an attribute of its own for, later ones have a number for. */
static void add_memory_effect(LLVMValueRef fn, enum effect effect)
{
	/* Of each kind of memory that LLVM tells apart, two bits: read, and written. */
	uint64_t value = effect == EFFECT_READ ? 0x15 : 0;
	unsigned int kind = LLVMGetEnumAttributeKindForName("memory", strlen("memory"));

	if (kind)
		LLVMAddAttributeAtIndex(fn, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
					LLVMCreateEnumAttribute(ir__context(fn), kind, value));
	else
		ir__add_attribute(fn, effect == EFFECT_READ ? "readonly" : "readnone");
}

static LLVMValueRef stand_in(LLVMBuilderRef build, const char *name, LLVMTypeRef type,
			     enum effect effect)
{
	LLVMValueRef user = LLVMGetBasicBlockParent(LLVMGetInsertBlock(build));
	LLVMModuleRef module = LLVMGetGlobalParent(user);
	LLVMValueRef fn = LLVMGetNamedFunction(module, name);

	if (fn)
		return fn;
	fn = LLVMAddFunction(module, name, type);
	ir__add_attribute(fn, "nounwind");
	ir__add_attribute(fn, "willreturn");
	if (effect != EFFECT_ANY)
		add_memory_effect(fn, effect);
	return fn;
}

static LLVMValueRef call(LLVMBuilderRef build, const char *name, LLVMTypeRef type,
			 enum effect effect, LLVMValueRef *args)
{
	return LLVMBuildCall2(build, type, stand_in(build, name, type, effect), args,
			      LLVMCountParamTypes(type), "");
}

LLVMValueRef packet__at(LLVMBuilderRef build, LLVMValueRef at)
{
	LLVMTypeRef type = LLVMTypeOf(at);

	return call(build, PACKET_AT, LLVMFunctionType(type, &type, 1, false), EFFECT_NONE, &at);
}

/* ---- bytes */

/* Without a promise that it points into anything, as in the packet it doesn't. */
static LLVMValueRef add(LLVMBuilderRef build, LLVMValueRef at, unsigned int offset)
{
	return ir__at(build, at, offset, LLVMInt8TypeInContext(ir__context(at)));
}

static LLVMValueRef shift_left(LLVMBuilderRef build, LLVMValueRef value, unsigned int bits)
{
	return LLVMBuildShl(build, value, LLVMConstInt(LLVMTypeOf(value), bits, false), "");
}

static LLVMValueRef shift_right(LLVMBuilderRef build, LLVMValueRef value, unsigned int bits)
{
	return LLVMBuildLShr(build, value, LLVMConstInt(LLVMTypeOf(value), bits, false), "");
}

static LLVMValueRef load_bytes(LLVMBuilderRef build, LLVMValueRef at, unsigned int cnt)
{
	LLVMTypeRef pointer = LLVMTypeOf(at);
	char name[sizeof(PACKET_LOAD) + 10];
	LLVMValueRef high, low;

	if (cnt > PACKET_MOST) {
		high = load_bytes(build, at, PACKET_MOST);
		low = load_bytes(build, add(build, at, PACKET_MOST), cnt - PACKET_MOST);
		high = LLVMBuildZExt(build, high, wide(build), "");
		low = LLVMBuildZExt(build, low, wide(build), "");
		return LLVMBuildOr(build, shift_left(build, high, 8 * (cnt - PACKET_MOST)), low,
				   "");
	}
	snprintf(name, sizeof(name), PACKET_LOAD "%u", cnt);
	return call(build, name, LLVMFunctionType(word(build), &pointer, 1, false), EFFECT_READ,
		    &at);
}

static void store_bytes(LLVMBuilderRef build, LLVMValueRef at, unsigned int cnt, LLVMValueRef value)
{
	LLVMTypeRef params[2] = { LLVMTypeOf(at), word(build) };
	LLVMTypeRef none = LLVMVoidTypeInContext(LLVMGetTypeContext(params[1]));
	char name[sizeof(PACKET_STORE) + 10];
	LLVMValueRef args[2];

	if (cnt > PACKET_MOST) {
		cnt -= PACKET_MOST;
		store_bytes(build, at, PACKET_MOST, shift_right(build, value, 8 * cnt));
		at = add(build, at, PACKET_MOST);
	}
	args[0] = at;
	args[1] = LLVMBuildIntCast2(build, value, params[1], false, "");
	snprintf(name, sizeof(name), PACKET_STORE "%u", cnt);
	call(build, name, LLVMFunctionType(none, params, 2, false), EFFECT_ANY, args);
}

/* ---- bits */

/* The bytes that bits lie in. */
struct span {
	LLVMValueRef at;
	unsigned int cnt;
	unsigned int behind; /* bits of the last byte that are not asked for */
	LLVMTypeRef type;    /* of a number that holds the bytes */
	LLVMValueRef mask;   /* the bits in it; NULL: the bytes have no others */
};

static struct span span_of(LLVMBuilderRef build, const struct packet_bits *bits)
{
	struct span span = { .at = add(build, bits->at, bits->first / 8) };
	unsigned int before = bits->first % 8;

	span.cnt = (before + bits->cnt + 7) / 8;
	span.behind = 8 * span.cnt - before - bits->cnt;
	span.type = span.cnt > PACKET_MOST ? wide(build) : word(build);
	if (bits->cnt == 8 * span.cnt)
		return span;
	span.mask = shift_right(build, LLVMConstAllOnes(span.type),
				LLVMGetIntTypeWidth(span.type) - bits->cnt);
	span.mask = shift_left(build, span.mask, span.behind);
	return span;
}

LLVMValueRef packet__load(LLVMBuilderRef build, const struct packet_bits *bits)
{
	struct span span = span_of(build, bits);
	LLVMValueRef value = load_bytes(build, span.at, span.cnt);

	if (span.mask)
		value = LLVMBuildAnd(build, value, span.mask, "");
	return shift_right(build, value, span.behind);
}

void packet__store(LLVMBuilderRef build, const struct packet_bits *bits, LLVMValueRef value)
{
	struct span span = span_of(build, bits);
	LLVMValueRef others;

	value = LLVMBuildIntCast2(build, value, span.type, false, "");
	value = shift_left(build, value, span.behind);
	if (span.mask) {
		others = load_bytes(build, span.at, span.cnt);
		others = LLVMBuildAnd(build, others, LLVMBuildNot(build, span.mask, ""), "");
		value = LLVMBuildAnd(build, value, span.mask, "");
		value = LLVMBuildOr(build, value, others, "");
	}
	store_bytes(build, span.at, span.cnt, value);
}

/* ---- to find them again */

#define INSTRUCTION "llvm.bpf.load."

static const char *callee_name(LLVMValueRef inst)
{
	LLVMValueRef callee = LLVMIsACallInst(inst) ? LLVMGetCalledValue(inst) : NULL;
	size_t len;

	return callee && LLVMIsAFunction(callee) ? LLVMGetValueName2(callee, &len) : "";
}

bool packet__is(LLVMValueRef inst, const char *start)
{
	return bcc_c__starts_with(callee_name(inst), start);
}

static unsigned int bytes_of(LLVMValueRef inst, const char *start)
{
	const char *name = callee_name(inst);

	return bcc_c__starts_with(name, start) ? (unsigned int)(name[strlen(start)] - '0') : 0;
}

unsigned int packet__load_bytes(LLVMValueRef inst)
{
	return bytes_of(inst, PACKET_LOAD);
}

unsigned int packet__store_bytes(LLVMValueRef inst)
{
	return bytes_of(inst, PACKET_STORE);
}

unsigned int packet__instruction_bytes(LLVMValueRef inst)
{
	const char *name = callee_name(inst);

	return !strcmp(name, INSTRUCTION "byte")   ? 1
	       : !strcmp(name, INSTRUCTION "half") ? 2
	       : !strcmp(name, INSTRUCTION "word") ? 4
						   : 0;
}

bool packet__is_used(LLVMModuleRef module)
{
	LLVMValueRef fn = LLVMGetFirstFunction(module);
	size_t len;

	for (; fn; fn = LLVMGetNextFunction(fn)) {
		const char *name = LLVMGetValueName2(fn, &len);

		if (bcc_c__starts_with(name, PACKET_PREFIX) ||
		    bcc_c__starts_with(name, INSTRUCTION))
			return true;
	}
	return false;
}
