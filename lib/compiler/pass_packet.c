/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Before optimisation: accesses to fields of packet headers become calls of stand-ins (packet.h).
 *
 * The records are marked to have their accesses preserved, so clang says for each which field it is,
 * and refers to the field's debug information. From there the address is followed to the loads and
 * stores that use it.
 *
 * For a bit-field clang loads a unit that holds it, and takes the bits out of it that C gives the
 * field: on these machines the first field has the lowest bits. So a field's bits, which come from
 * the packet as protocols count them, are put there; and where a unit is stored, they are taken from
 * there.
 */
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "ir.h"
#include "packet.h"
#include "pass.h"

/* Where this stands in LLVM's node of a record. */
#define RECORD_ELEMENTS 4

struct packets {
	LLVMContextRef context;
	LLVMTargetDataRef layout;
	LLVMBuilderRef build;
	unsigned int access_struct, access_union, access_array; /* intrinsics */
	unsigned int access_kind;                               /* of metadata */

	/* accesses to fields that are not within other fields */
	LLVMValueRef *roots;
	size_t root_cnt;
};

/* What an address is of. */
struct place {
	LLVMValueRef at;
	bool memory;             /* a record in memory, not in the packet */
	unsigned int bit, width; /* of a bit-field, behind the address; else width is 0 */
};

/* ---- debug information */

static bool is_text(struct packets *p, LLVMMetadataRef node, const char *text)
{
	unsigned int len;
	const char *str;

	if (!node || LLVMGetMetadataKind(node) != LLVMMDStringMetadataKind)
		return false;
	str = LLVMGetMDString(LLVMMetadataAsValue(p->context, node), &len);
	return len == strlen(text) && !memcmp(str, text, len);
}

static bool is_list(LLVMMetadataRef node)
{
	return node && LLVMGetMetadataKind(node) == LLVMMDTupleMetadataKind;
}

/* Whether a list is one of pairs of names and values, and has the tag. */
static bool has_tag(struct packets *p, LLVMMetadataRef list)
{
	LLVMMetadataRef pair;

	for (unsigned int i = 0; (pair = ir__operand(list, p->context, i)); i++)
		if (is_list(pair) && is_text(p, ir__operand(pair, p->context, 0), "btf_decl_tag") &&
		    is_text(p, ir__operand(pair, p->context, 1), PACKET_TAG))
			return true;
	return false;
}

/* Which of a record's operands has the tags depends on the version of LLVM. */
static bool is_header(struct packets *p, LLVMMetadataRef record)
{
	unsigned int cnt = LLVMGetMDNodeNumOperands(LLVMMetadataAsValue(p->context, record));

	for (unsigned int i = RECORD_ELEMENTS + 1; i < cnt; i++) {
		LLVMMetadataRef list = ir__operand(record, p->context, i);

		if (is_list(list) && has_tag(p, list))
			return true;
	}
	return false;
}

static LLVMMetadataRef record_of(struct packets *p, LLVMValueRef access)
{
	LLVMValueRef node = LLVMGetMetadata(access, p->access_kind);
	LLVMMetadataRef record = node ? LLVMValueAsMetadata(node) : NULL;

	if (!record || LLVMGetMetadataKind(record) != LLVMDICompositeTypeMetadataKind)
		return NULL;
	return record;
}

/* ---- accesses */

/* Which of the intrinsics that preserve an access a value is a call of, or 0. */
static unsigned int access_of(struct packets *p, LLVMValueRef value)
{
	LLVMValueRef callee = LLVMIsACallInst(value) ? LLVMGetCalledValue(value) : NULL;
	unsigned int id = callee && LLVMIsAFunction(callee) ? LLVMGetIntrinsicID(callee) : 0;

	return id == p->access_struct || id == p->access_union || id == p->access_array ? id : 0;
}

static bool is_cast_or_gep(LLVMValueRef value)
{
	LLVMOpcode opcode = ir__opcode(value);

	return opcode == LLVMBitCast || opcode == LLVMGetElementPtr;
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

static bool is_field_of_header(struct packets *p, LLVMValueRef access)
{
	LLVMMetadataRef record = record_of(p, access);

	return record && is_header(p, record);
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

static unsigned int index_of(LLVMValueRef access, unsigned int argument)
{
	return (unsigned int)LLVMConstIntGetZExtValue(LLVMGetOperand(access, argument));
}

static LLVMTypeRef byte(struct packets *p)
{
	return LLVMInt8TypeInContext(p->context);
}

static struct place field_place(struct packets *p, LLVMValueRef access, struct place of)
{
	LLVMMetadataRef fields = ir__operand(record_of(p, access), p->context, RECORD_ELEMENTS);
	LLVMMetadataRef field = ir__operand(fields, p->context, index_of(access, 2));
	uint64_t offset = LLVMOffsetOfElement(p->layout, element_type(access), index_of(access, 1));

	of.at = ir__at(p->build, of.at, (int64_t)offset, byte(p));
	if (field && (LLVMDITypeGetFlags(field) & LLVMDIFlagBitField)) {
		of.bit = (unsigned int)(LLVMDITypeGetOffsetInBits(field) - 8 * offset);
		of.width = (unsigned int)LLVMDITypeGetSizeInBits(field);
	}
	return of;
}

static struct place element_place(struct packets *p, LLVMValueRef access, struct place of)
{
	LLVMValueRef zero = LLVMConstInt(LLVMInt64TypeInContext(p->context), 0, false);
	LLVMValueRef indices[2] = { zero, LLVMGetOperand(access, 2) };
	unsigned int dimensions = index_of(access, 1) ? 1 : 0;
	LLVMTypeRef type = element_type(access);

	of.at = ir__at(p->build, of.at, 0, type);
	of.at = LLVMBuildGEP2(p->build, type, of.at, indices + 1 - dimensions, 1 + dimensions, "");
	of.at = ir__at(p->build, of.at, 0, byte(p));
	return of;
}

/* An index that clang did not preserve, as it is no constant. */
static struct place indexed_place(struct packets *p, LLVMValueRef gep, struct place of)
{
	LLVMValueRef copy = LLVMInstructionClone(gep);
	LLVMTypeRef type = LLVMTypeOf(LLVMGetOperand(gep, 0));

	LLVMSetOperand(copy, 0, LLVMBuildPointerCast(p->build, of.at, type, ""));
	LLVMSetIsInBounds(copy, false);
	LLVMInsertIntoBuilder(p->build, copy);
	of.at = ir__at(p->build, copy, 0, byte(p));
	return of;
}

/* ---- loads and stores */

/* The type of a number with as many bits as a load or store moves; NULL if that is none of one value. */
static LLVMTypeRef number_type(struct packets *p, LLVMTypeRef type)
{
	switch (LLVMGetTypeKind(type)) {
	case LLVMIntegerTypeKind:
		return type;
	case LLVMPointerTypeKind:
	case LLVMFloatTypeKind:
	case LLVMDoubleTypeKind:
		return LLVMIntTypeInContext(p->context,
					    8 * (unsigned int)LLVMABISizeOfType(p->layout, type));
	default:
		return NULL;
	}
}

/* Finds the bits to load or store. Returns false if they are too many. */
static bool find_bits(struct packets *p, const struct place *place, LLVMTypeRef type,
		      struct packet_bits *bits)
{
	bits->at = place->at;
	bits->first = place->bit;
	bits->cnt = place->width;
	if (!bits->cnt)
		bits->cnt = 8 * (unsigned int)LLVMStoreSizeOfType(p->layout, type);
	return number_type(p, type) && bits->cnt <= PACKET_MOST_BITS;
}

/* The stand-ins don't tell LLVM that what they load has no other bits. */
static LLVMValueRef keep_bits(struct packets *p, LLVMValueRef value, unsigned int cnt)
{
	LLVMTypeRef type = LLVMTypeOf(value);
	LLVMValueRef shift = LLVMConstInt(type, LLVMGetIntTypeWidth(type) - cnt, false);
	LLVMValueRef mask = LLVMBuildLShr(p->build, LLVMConstAllOnes(type), shift, "");

	return LLVMBuildAnd(p->build, value, mask, "");
}

static bool take_load(struct packets *p, LLVMValueRef load, const struct place *place)
{
	LLVMTypeRef type = LLVMTypeOf(load), number = number_type(p, type);
	struct packet_bits bits;
	LLVMValueRef value;

	if (!find_bits(p, place, type, &bits))
		return false;
	value = packet__load(p->build, &bits);
	if (place->width)
		value = keep_bits(p, value, place->width);
	value = LLVMBuildIntCast2(p->build, value, number, false, "");
	value = LLVMBuildShl(p->build, value, LLVMConstInt(number, place->bit, false), "");
	if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
		value = LLVMBuildIntToPtr(p->build, value, type, "");
	else
		value = LLVMBuildBitCast(p->build, value, type, "");
	LLVMReplaceAllUsesWith(load, value);
	return true;
}

static bool take_store(struct packets *p, LLVMValueRef store, const struct place *place)
{
	LLVMValueRef value = LLVMGetOperand(store, 0);
	LLVMTypeRef type = LLVMTypeOf(value), number = number_type(p, type);
	struct packet_bits bits;

	if (!find_bits(p, place, type, &bits))
		return false;
	if (LLVMGetTypeKind(type) == LLVMPointerTypeKind)
		value = LLVMBuildPtrToInt(p->build, value, number, "");
	else
		value = LLVMBuildBitCast(p->build, value, number, "");
	value = LLVMBuildLShr(p->build, value, LLVMConstInt(number, place->bit, false), "");
	packet__store(p->build, &bits, value);
	return true;
}

/* ---- uses of an address */

static void take_uses(struct packets *p, LLVMValueRef old, struct place place);

/* An address computed from the address. */
static bool take_address(struct packets *p, LLVMValueRef user, LLVMValueRef old, struct place place)
{
	unsigned int access = access_of(p, user);

	if ((!access && !is_cast_or_gep(user)) || LLVMGetOperand(user, 0) != old)
		return false;
	if (access && access == p->access_struct)
		place = field_place(p, user, place);
	else if (access && access == p->access_array)
		place = element_place(p, user, place);
	else if (!access && LLVMIsAGetElementPtrInst(user))
		place = indexed_place(p, user, place);
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
		return take_load(p, user, &place);
	return LLVMIsAStoreInst(user) && LLVMGetOperand(user, 1) == old &&
	       take_store(p, user, &place);
}

static void put_operand(LLVMValueRef user, LLVMValueRef old, LLVMValueRef value)
{
	for (unsigned int i = 0; i < (unsigned int)LLVMGetNumOperands(user); i++)
		if (LLVMGetOperand(user, i) == old)
			LLVMSetOperand(user, i, value);
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
			address = place.memory ? place.at : packet__at(p->build, place.at);
			address = LLVMBuildPointerCast(p->build, address, LLVMTypeOf(old), "");
		}
		put_operand(user, old, address);
	}
}

static void take_root(struct packets *p, LLVMValueRef access)
{
	LLVMValueRef base = LLVMGetOperand(access, 0);
	struct place place = { .memory = is_memory(base) };

	LLVMPositionBuilderBefore(p->build, access);
	place.at = ir__at(p->build, base, 0, byte(p));
	if (access_of(p, access) == p->access_struct)
		place = field_place(p, access, place);
	else if (access_of(p, access) == p->access_array)
		place = element_place(p, access, place);
	take_uses(p, access, place);
	LLVMInstructionEraseFromParent(access);
}

/* ---- the module */

/* A header may be an element of an array, which clang preserves as well. */
static LLVMValueRef root_of(struct packets *p, LLVMValueRef access)
{
	LLVMValueRef base = base_of(LLVMGetOperand(access, 0));

	while (access_of(p, base) && access_of(p, base) == p->access_array) {
		access = base;
		base = base_of(LLVMGetOperand(access, 0));
	}
	return access;
}

static void add_root(struct packets *p, LLVMValueRef root)
{
	for (size_t i = 0; i < p->root_cnt; i++)
		if (p->roots[i] == root)
			return;
	p->roots = realloc(p->roots, (p->root_cnt + 1) * sizeof(*p->roots));
	if (!p->roots)
		abort(); /* as LLVM does */
	p->roots[p->root_cnt++] = root;
}

static void add_roots(struct packets *p, LLVMValueRef intrinsic)
{
	for (LLVMUseRef use = LLVMGetFirstUse(intrinsic); use; use = LLVMGetNextUse(use)) {
		LLVMValueRef access = LLVMGetUser(use);

		if (is_field_of_header(p, access) && !is_nested(p, access))
			add_root(p, root_of(p, access));
	}
}

static void find_roots(struct packets *p, LLVMModuleRef module)
{
	LLVMValueRef fn = LLVMGetFirstFunction(module);

	for (; fn; fn = LLVMGetNextFunction(fn)) {
		unsigned int id = LLVMGetIntrinsicID(fn);

		if (id && (id == p->access_struct || id == p->access_union))
			add_roots(p, fn);
	}
}

static unsigned int intrinsic(const char *name)
{
	return LLVMLookupIntrinsicID(name, strlen(name));
}

void pass_packet(LLVMModuleRef module, struct passes *passes)
{
	static const char kind[] = "llvm.preserve.access.index";
	LLVMContextRef context = LLVMGetModuleContext(module);
	struct packets p = {
		.context = context,
		.layout = LLVMGetModuleDataLayout(module),
		.access_struct = intrinsic("llvm.preserve.struct.access.index"),
		.access_union = intrinsic("llvm.preserve.union.access.index"),
		.access_array = intrinsic("llvm.preserve.array.access.index"),
		.access_kind = LLVMGetMDKindIDInContext(context, kind, strlen(kind)),
	};

	find_roots(&p, module);
	p.build = LLVMCreateBuilderInContext(context);
	for (size_t i = 0; i < p.root_cnt; i++)
		take_root(&p, p.roots[i]);
	LLVMDisposeBuilder(p.build);
	free(p.roots);
}
