/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Before optimisation: accesses to fields of packet headers become calls of stand-ins (packet.h).
 *
 * The records are marked to have their accesses preserved, so clang says for each which field it is,
 * and refers to the field's debug information. From there the address is followed to the loads and
 * stores that use it. Bits are counted as protocols do, from the highest of the first byte on, and in
 * the order in which the record declares them; C's own order on these machines is the reverse, so a
 * bit-field's bits are placed where the code that clang made for the record in memory looks for them.
 */
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Target.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet.h"
#include "pass.h"

/* Where these stand in LLVM's nodes of debug information. */
#define COMPOSITE_ELEMENTS 4

struct packets {
	LLVMModuleRef module;
	LLVMContextRef context;
	LLVMTargetDataRef layout;
	LLVMBuilderRef build;
	LLVMTypeRef byte, word, wide, pointer;
	unsigned int access_struct, access_union, access_array; /* intrinsics */
	unsigned int access_kind;                               /* of metadata */

	LLVMValueRef *roots;
	size_t root_cnt;
};

/* What an address is of. */
struct place {
	LLVMValueRef at;
	bool memory;    /* a record in memory, not in the packet */
	bool bit_field; /* of these bits, behind the address */
	unsigned int bit;
	unsigned int width;
};

/* ---- debug information */

static LLVMValueRef operand_of(LLVMValueRef node, unsigned int i)
{
	unsigned int cnt = LLVMGetMDNodeNumOperands(node);
	LLVMValueRef *operands = i < cnt ? calloc(cnt, sizeof(LLVMValueRef)) : NULL, operand;

	if (!operands)
		return NULL;
	LLVMGetMDNodeOperands(node, operands);
	operand = operands[i];
	free(operands);
	return operand;
}

static bool is_text(LLVMValueRef node, const char *text)
{
	unsigned int len;
	const char *str = node && LLVMIsAMDString(node) ? LLVMGetMDString(node, &len) : NULL;

	return str && len == strlen(text) && !memcmp(str, text, len);
}

/* Whether a record has the tag: one of a record's operands is a list of pairs of names and values. */
static bool is_header(LLVMValueRef record)
{
	unsigned int cnt = LLVMGetMDNodeNumOperands(record);

	for (unsigned int i = COMPOSITE_ELEMENTS + 1; i < cnt; i++) {
		LLVMValueRef list = operand_of(record, i), pair;

		if (!list || LLVMIsAMDString(list) || !LLVMIsAMDNode(list))
			continue;
		for (unsigned int j = 0; (pair = operand_of(list, j)); j++)
			if (!LLVMIsAMDString(pair) && LLVMIsAMDNode(pair) &&
			    is_text(operand_of(pair, 0), "btf_decl_tag") &&
			    is_text(operand_of(pair, 1), PACKET_TAG))
				return true;
	}
	return false;
}

static LLVMValueRef record_of(struct packets *p, LLVMValueRef access)
{
	return LLVMGetMetadata(access, p->access_kind);
}

/* ---- addresses */

/* Which of the intrinsics that preserve an access a value is a call of, or 0. */
static unsigned int access_of(struct packets *p, LLVMValueRef value)
{
	LLVMValueRef callee = LLVMIsACallInst(value) ? LLVMGetCalledValue(value) : NULL;
	unsigned int id = callee && LLVMIsAFunction(callee) ? LLVMGetIntrinsicID(callee) : 0;

	return id == p->access_struct || id == p->access_union || id == p->access_array ? id : 0;
}

static bool is_cast_or_gep(LLVMValueRef value)
{
	LLVMOpcode opcode = LLVMIsAInstruction(value)    ? LLVMGetInstructionOpcode(value)
			    : LLVMIsAConstantExpr(value) ? LLVMGetConstOpcode(value)
							 : (LLVMOpcode)0;

	return opcode == LLVMBitCast || opcode == LLVMAddrSpaceCast || opcode == LLVMGetElementPtr;
}

/* What an address was computed from. */
static LLVMValueRef base_of(LLVMValueRef value)
{
	while (is_cast_or_gep(value))
		value = LLVMGetOperand(value, 0);
	return value;
}

static bool is_memory(LLVMValueRef address)
{
	LLVMValueRef base = base_of(address);

	return LLVMIsAAllocaInst(base) || LLVMIsAGlobalVariable(base);
}

static bool is_field_of_header(struct packets *p, LLVMValueRef value)
{
	LLVMValueRef record = access_of(p, value) ? record_of(p, value) : NULL;

	return record && LLVMGetMDNodeNumOperands(record) > COMPOSITE_ELEMENTS && is_header(record);
}

/* Whether it is a field within another field of a header: that one's turn brings it along. */
static bool is_nested(struct packets *p, LLVMValueRef access)
{
	LLVMValueRef base = base_of(LLVMGetOperand(access, 0));

	while (access_of(p, base)) {
		if (is_field_of_header(p, base))
			return true;
		base = base_of(LLVMGetOperand(base, 0));
	}
	return false;
}

/* The type that a call of one of the intrinsics is about: typeless pointers don't say. */
static LLVMTypeRef element_type(LLVMValueRef access)
{
	unsigned int kind = LLVMGetEnumAttributeKindForName("elementtype", strlen("elementtype"));

	return LLVMGetTypeAttributeValue(LLVMGetCallSiteEnumAttribute(access, 1, kind));
}

static LLVMValueRef cast(struct packets *p, LLVMValueRef value, LLVMTypeRef type)
{
	return LLVMBuildPointerCast(p->build, value, type, "");
}

static LLVMValueRef number(struct packets *p, uint64_t value)
{
	return LLVMConstInt(p->word, value, false);
}

/* Computed without a promise that it points into anything, as in the packet it doesn't. */
static LLVMValueRef add_offset(struct packets *p, LLVMValueRef at, uint64_t offset)
{
	LLVMValueRef index = number(p, offset);

	return offset ? LLVMBuildGEP2(p->build, p->byte, at, &index, 1, "") : at;
}

static struct place field_place(struct packets *p, LLVMValueRef access, struct place of)
{
	unsigned int gep_index = (unsigned int)LLVMConstIntGetZExtValue(LLVMGetOperand(access, 1));
	unsigned int di_index = (unsigned int)LLVMConstIntGetZExtValue(LLVMGetOperand(access, 2));
	uint64_t offset = LLVMOffsetOfElement(p->layout, element_type(access), gep_index);
	LLVMValueRef elements = operand_of(record_of(p, access), COMPOSITE_ELEMENTS);
	LLVMValueRef member = elements ? operand_of(elements, di_index) : NULL;
	LLVMMetadataRef info = member ? LLVMValueAsMetadata(member) : NULL;

	of.at = add_offset(p, of.at, offset);
	of.bit_field = info && (LLVMDITypeGetFlags(info) & LLVMDIFlagBitField);
	if (of.bit_field) {
		of.bit = (unsigned int)(LLVMDITypeGetOffsetInBits(info) - 8 * offset);
		of.width = (unsigned int)LLVMDITypeGetSizeInBits(info);
	}
	return of;
}

static struct place element_place(struct packets *p, LLVMValueRef access, struct place of)
{
	uint64_t dimensions = LLVMConstIntGetZExtValue(LLVMGetOperand(access, 1));
	LLVMTypeRef type = element_type(access);
	LLVMValueRef indices[2] = { number(p, 0), LLVMGetOperand(access, 2) };

	of.at = cast(p, of.at, LLVMPointerType(type, 0));
	of.at = LLVMBuildGEP2(p->build, type, of.at, dimensions ? indices : indices + 1,
			      dimensions ? 2 : 1, "");
	of.at = cast(p, of.at, p->pointer);
	return of;
}

static struct place indexed_place(struct packets *p, LLVMValueRef gep, struct place of)
{
	LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(gep, 0));
	LLVMValueRef copy = LLVMInstructionClone(gep);

	LLVMInsertIntoBuilder(p->build, copy);
	LLVMSetIsInBounds(copy, false);
	LLVMPositionBuilderBefore(p->build, copy);
	LLVMSetOperand(copy, 0, cast(p, of.at, type));
	LLVMPositionBuilderBefore(p->build, gep);
	of.at = cast(p, copy, p->pointer);
	return of;
}

/* ---- stand-ins */

static void add_attribute(struct packets *p, LLVMValueRef function, const char *name,
			  uint64_t value)
{
	unsigned int kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

	LLVMAddAttributeAtIndex(function, (LLVMAttributeIndex)LLVMAttributeFunctionIndex,
				LLVMCreateEnumAttribute(p->context, kind, value));
}

enum effect { EFFECT_NONE, EFFECT_READ, EFFECT_ANY };

static void add_effect(struct packets *p, LLVMValueRef function, enum effect effect)
{
	/* Of each kind of memory that LLVM tells apart, two bits: read, and written. */
	static const uint64_t reads_all = 0x15;

	add_attribute(p, function, "nounwind", 0);
	add_attribute(p, function, "willreturn", 0);
	if (effect == EFFECT_ANY)
		return;
	if (LLVMGetEnumAttributeKindForName("memory", strlen("memory")))
		add_attribute(p, function, "memory", effect == EFFECT_READ ? reads_all : 0);
	else
		add_attribute(p, function, effect == EFFECT_READ ? "readonly" : "readnone", 0);
}

/* Calls the stand-in of that name; for as many bytes, if that is not 0. */
static LLVMValueRef call(struct packets *p, const char *name, unsigned int bytes,
			 enum effect effect, LLVMTypeRef result, LLVMValueRef *args,
			 unsigned int cnt)
{
	LLVMTypeRef params[] = { p->pointer, p->word };
	LLVMValueRef function;
	char sized[32];

	snprintf(sized, sizeof(sized), bytes ? "%s%u" : "%s", name, bytes);
	function = LLVMGetNamedFunction(p->module, sized);

	if (!function) {
		function = LLVMAddFunction(p->module, sized,
					   LLVMFunctionType(result, params, cnt, false));
		add_effect(p, function, effect);
	}
	return LLVMBuildCall2(p->build, LLVMGlobalGetValueType(function), function, args, cnt, "");
}

/* ---- values */

static LLVMValueRef load_bytes(struct packets *p, LLVMValueRef at, unsigned int first,
			       unsigned int cnt)
{
	LLVMValueRef high, low;

	if (cnt <= PACKET_MOST) {
		at = add_offset(p, at, first);
		return call(p, PACKET_LOAD, cnt, EFFECT_READ, p->word, &at, 1);
	}
	high = load_bytes(p, at, first, PACKET_MOST);
	cnt -= PACKET_MOST;
	low = load_bytes(p, at, first + PACKET_MOST, cnt);
	high = LLVMBuildShl(p->build, LLVMBuildZExt(p->build, high, p->wide, ""),
			    LLVMConstInt(p->wide, 8 * cnt, false), "");
	return LLVMBuildOr(p->build, high, LLVMBuildZExt(p->build, low, p->wide, ""), "");
}

static void store_bytes(struct packets *p, LLVMValueRef at, unsigned int first, unsigned int cnt,
			LLVMValueRef value)
{
	LLVMValueRef args[2], high;

	if (cnt > PACKET_MOST) {
		high = LLVMBuildLShr(p->build, value,
				     LLVMConstInt(p->wide, 8 * (cnt - PACKET_MOST), false), "");
		store_bytes(p, at, first, PACKET_MOST, high);
		first += PACKET_MOST;
		cnt -= PACKET_MOST;
	}
	args[0] = add_offset(p, at, first);
	args[1] = LLVMBuildIntCast2(p->build, value, p->word, false, "");
	call(p, PACKET_STORE, cnt, EFFECT_ANY, LLVMVoidTypeInContext(p->context), args, 2);
}

/* The bytes that bits lie in. */
struct span {
	unsigned int first, cnt;
	unsigned int shift; /* bits behind them in the last byte */
	LLVMTypeRef type;   /* of a number that holds the bytes */
	LLVMValueRef mask;  /* the bits, in their place; NULL: the bytes have no others */
};

static struct span span_of(struct packets *p, const struct place *place)
{
	struct span span = { .first = place->bit / 8 };
	unsigned int before = place->bit % 8, bits;
	uint64_t ones[2] = { UINT64_MAX, UINT64_MAX };

	span.cnt = (before + place->width + 7) / 8;
	span.shift = 8 * span.cnt - before - place->width;
	span.type = span.cnt > PACKET_MOST ? p->wide : p->word;
	if (place->width == 8 * span.cnt)
		return span;
	bits = LLVMGetIntTypeWidth(span.type);
	span.mask = LLVMConstIntOfArbitraryPrecision(span.type, 2, ones);
	span.mask = LLVMBuildLShr(p->build, span.mask,
				  LLVMConstInt(span.type, bits - place->width, false), "");
	span.mask = LLVMBuildShl(p->build, span.mask, LLVMConstInt(span.type, span.shift, false),
				 "");
	return span;
}

static LLVMValueRef shift_left(struct packets *p, LLVMValueRef value, unsigned int bits)
{
	return LLVMBuildShl(p->build, value, LLVMConstInt(LLVMTypeOf(value), bits, false), "");
}

static LLVMValueRef shift_right(struct packets *p, LLVMValueRef value, unsigned int bits)
{
	return LLVMBuildLShr(p->build, value, LLVMConstInt(LLVMTypeOf(value), bits, false), "");
}

static LLVMValueRef load_bits(struct packets *p, const struct place *place)
{
	struct span span = span_of(p, place);
	LLVMValueRef value = load_bytes(p, place->at, span.first, span.cnt);

	if (span.mask)
		value = LLVMBuildAnd(p->build, value, span.mask, "");
	return shift_right(p, value, span.shift);
}

static void store_bits(struct packets *p, const struct place *place, LLVMValueRef value)
{
	struct span span = span_of(p, place);
	LLVMValueRef others;

	value = LLVMBuildIntCast2(p->build, value, span.type, false, "");
	value = shift_left(p, value, span.shift);
	if (span.mask) {
		others = load_bytes(p, place->at, span.first, span.cnt);
		others = LLVMBuildAnd(p->build, others, LLVMBuildNot(p->build, span.mask, ""), "");
		value = LLVMBuildAnd(p->build, value, span.mask, "");
		value = LLVMBuildOr(p->build, value, others, "");
	}
	store_bytes(p, place->at, span.first, span.cnt, value);
}

/* A number of as many bits as the type has, for what a load or a store of it moves; NULL: too big. */
static LLVMTypeRef number_type(struct packets *p, LLVMTypeRef type)
{
	uint64_t bits = 8 * LLVMStoreSizeOfType(p->layout, type);
	LLVMTypeKind kind = LLVMGetTypeKind(type);

	if (kind == LLVMIntegerTypeKind)
		return type;
	if (kind != LLVMPointerTypeKind && kind != LLVMFloatTypeKind && kind != LLVMDoubleTypeKind)
		return NULL;
	return LLVMIntTypeInContext(p->context, (unsigned int)bits);
}

/* Without a bit-field it is about all bits that are loaded or stored. */
static bool narrow(struct packets *p, struct place *place, LLVMTypeRef type)
{
	if (!place->bit_field) {
		place->bit = 0;
		place->width = (unsigned int)(8 * LLVMStoreSizeOfType(p->layout, type));
	}
	return number_type(p, type) && place->width <= 128;
}

static bool take_load(struct packets *p, LLVMValueRef load, struct place place)
{
	LLVMTypeRef type = LLVMTypeOf(load);
	LLVMValueRef value;

	if (!narrow(p, &place, type))
		return false;
	value = load_bits(p, &place);
	value = LLVMBuildIntCast2(p->build, value, number_type(p, type), false, "");
	if (place.bit_field)
		value = shift_left(p, value, place.bit);
	if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
		value = LLVMBuildIntToPtr(p->build, value, type, "");
	else
		value = LLVMBuildBitCast(p->build, value, type, "");
	LLVMReplaceAllUsesWith(load, value);
	return true;
}

static bool take_store(struct packets *p, LLVMValueRef store, struct place place)
{
	LLVMValueRef value = LLVMGetOperand(store, 0);
	LLVMTypeRef type = LLVMTypeOf(value);

	if (!narrow(p, &place, type))
		return false;
	if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
		value = LLVMBuildPtrToInt(p->build, value, p->word, "");
	else
		value = LLVMBuildBitCast(p->build, value, number_type(p, type), "");
	if (place.bit_field)
		value = shift_right(p, value, place.bit);
	store_bits(p, &place, value);
	return true;
}

/* ---- uses of an address */

static void take_uses(struct packets *p, LLVMValueRef old, struct place place);

/* An address computed from the address. */
static bool take_address(struct packets *p, LLVMValueRef user, LLVMValueRef old, struct place place)
{
	unsigned int access = access_of(p, user);

	if (LLVMGetOperand(user, 0) != old)
		return false;
	if (access == p->access_struct && access)
		place = field_place(p, user, place);
	else if (access == p->access_array && access)
		place = element_place(p, user, place);
	else if (LLVMIsAGetElementPtrInst(user))
		place = indexed_place(p, user, place);
	else if (!access && !is_cast_or_gep(user))
		return false;
	take_uses(p, user, place);
	return true;
}

static bool take_use(struct packets *p, LLVMValueRef user, LLVMValueRef old, struct place place)
{
	LLVMPositionBuilderBefore(p->build, user);
	if (take_address(p, user, old, place))
		return true;
	if (place.memory)
		return false;
	if (LLVMIsALoadInst(user))
		return take_load(p, user, place);
	return LLVMIsAStoreInst(user) && LLVMGetOperand(user, 1) == old &&
	       take_store(p, user, place);
}

static void put_operand(LLVMValueRef user, LLVMValueRef old, LLVMValueRef value)
{
	for (int i = 0; i < LLVMGetNumOperands(user); i++)
		if (LLVMGetOperand(user, (unsigned int)i) == old)
			LLVMSetOperand(user, (unsigned int)i, value);
}

/* Leaves an address, which the place describes, without uses. */
static void take_uses(struct packets *p, LLVMValueRef old, struct place place)
{
	LLVMValueRef address = NULL;
	LLVMUseRef use;

	while ((use = LLVMGetFirstUse(old))) {
		LLVMValueRef user = LLVMGetUser(use);

		if (take_use(p, user, old, place)) {
			LLVMInstructionEraseFromParent(user);
			continue;
		}
		if (!address) {
			LLVMPositionBuilderBefore(p->build, old);
			address = place.memory ? place.at
					       : call(p, PACKET_AT, 0, EFFECT_NONE, p->pointer,
						      &place.at, 1);
			address = cast(p, address, LLVMTypeOf(old));
		}
		put_operand(user, old, address);
	}
}

static void take_root(struct packets *p, LLVMValueRef access)
{
	LLVMValueRef base = LLVMGetOperand(access, 0);
	struct place place = { .memory = is_memory(base) };

	LLVMPositionBuilderBefore(p->build, access);
	place.at = cast(p, base, p->pointer);
	if (access_of(p, access) == p->access_struct)
		place = field_place(p, access, place);
	take_uses(p, access, place);
	LLVMInstructionEraseFromParent(access);
}

/* ---- the module */

static void add_roots(struct packets *p, LLVMValueRef intrinsic)
{
	for (LLVMUseRef use = LLVMGetFirstUse(intrinsic); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef access = LLVMGetUser(use), *roots;

		if (!is_field_of_header(p, access) || is_nested(p, access))
			continue;
		roots = realloc(p->roots, (p->root_cnt + 1) * sizeof(*roots));
		if (!roots)
			abort(); /* as LLVM does */
		p->roots = roots;
		p->roots[p->root_cnt++] = access;
	}
}

static unsigned int intrinsic_id(const char *name)
{
	return LLVMLookupIntrinsicID(name, strlen(name));
}

static void find_roots(struct packets *p)
{
	static const char kind[] = "llvm.preserve.access.index";
	LLVMValueRef function;

	p->access_struct = intrinsic_id("llvm.preserve.struct.access.index");
	p->access_union = intrinsic_id("llvm.preserve.union.access.index");
	p->access_array = intrinsic_id("llvm.preserve.array.access.index");
	p->access_kind = LLVMGetMDKindIDInContext(p->context, kind, strlen(kind));
	for (function = LLVMGetFirstFunction(p->module); function;
	     function = LLVMGetNextFunction(function)) {
		unsigned int id = LLVMGetIntrinsicID(function);

		if (id && (id == p->access_struct || id == p->access_union))
			add_roots(p, function);
	}
}

void pass_packet(LLVMModuleRef module, struct passes *passes)
{
	LLVMContextRef context = LLVMGetModuleContext(module);
	struct packets p = { .module = module,
			     .context = context,
			     .layout = LLVMGetModuleDataLayout(module),
			     .byte = LLVMInt8TypeInContext(context),
			     .word = LLVMInt64TypeInContext(context),
			     .wide = LLVMInt128TypeInContext(context) };

	find_roots(&p);
	p.pointer = LLVMPointerType(p.byte, 0);
	p.build = LLVMCreateBuilderInContext(context);
	for (size_t i = 0; i < p.root_cnt; i++)
		take_root(&p, p.roots[i]);
	LLVMDisposeBuilder(p.build);
	free(p.roots);
}
