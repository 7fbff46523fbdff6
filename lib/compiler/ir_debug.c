/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types as debug information has them: nodes of metadata, whose operands LLVM's C interface gives.
 */
#include <llvm-c/DebugInfo.h>
#include <stdlib.h>
#include <string.h>

#include "frontend.h"
#include "ir.h"

/* Places of operands in DISubprogram, DISubroutineType, DIVariable, DIDerivedType and DICompositeType. */
enum {
	SUBPROGRAM_TYPE = 4,
	SUBROUTINE_TYPES = 3,
	VARIABLE_TYPE = 3,
	BASE_TYPE = 3,
	COMPOSITE_ELEMENTS = 4,
};

unsigned int ir__operand_cnt(LLVMMetadataRef node, LLVMContextRef context)
{
	return node ? LLVMGetMDNodeNumOperands(LLVMMetadataAsValue(context, node)) : 0;
}

LLVMMetadataRef ir__operand(LLVMMetadataRef node, LLVMContextRef context, unsigned int idx)
{
	LLVMValueRef few[16], value, operand, *operands = few;
	unsigned int cnt;

	if (!node)
		return NULL;
	value = LLVMMetadataAsValue(context, node);
	cnt = LLVMGetMDNodeNumOperands(value);
	if (idx >= cnt)
		return NULL;
	if (cnt > sizeof(few) / sizeof(few[0]))
		operands = calloc(cnt, sizeof(*operands));
	if (!operands)
		abort(); /* as LLVM does */
	LLVMGetMDNodeOperands(value, operands);
	operand = operands[idx];
	if (operands != few)
		free(operands);
	return operand ? LLVMValueAsMetadata(operand) : NULL;
}

/* Pointers have a size and no name; typedefs have no size, qualifiers neither. */
static bool is_modifier(LLVMMetadataRef type)
{
	return type && LLVMGetMetadataKind(type) == LLVMDIDerivedTypeMetadataKind &&
	       !LLVMDITypeGetSizeInBits(type);
}

LLVMMetadataRef ir__plain_type(LLVMMetadataRef type, LLVMContextRef context)
{
	while (is_modifier(type))
		type = ir__operand(type, context, BASE_TYPE);
	return type;
}

static LLVMMetadataRef skip_qualifiers(LLVMMetadataRef type, LLVMContextRef context)
{
	size_t len;

	while (is_modifier(type) && (ir__type_name(type, &len), !len))
		type = ir__operand(type, context, BASE_TYPE);
	return type;
}

LLVMMetadataRef ir__base_type(LLVMMetadataRef type, LLVMContextRef context)
{
	return skip_qualifiers(ir__operand(type, context, BASE_TYPE), context);
}

LLVMMetadataRef ir__variable_type(LLVMValueRef global)
{
	LLVMContextRef context = LLVMGetTypeContext(LLVMTypeOf(global));
	unsigned int dbg = LLVMGetMDKindIDInContext(context, "dbg", strlen("dbg"));
	LLVMMetadataRef type = NULL;
	size_t cnt;
	LLVMValueMetadataEntry *entries = LLVMGlobalCopyAllMetadata(global, &cnt);

	for (unsigned int i = 0; i < cnt && !type; i++)
		if (LLVMValueMetadataEntriesGetKind(entries, i) == dbg)
			type = ir__operand(LLVMDIGlobalVariableExpressionGetVariable(
						   LLVMValueMetadataEntriesGetMetadata(entries, i)),
					   context, VARIABLE_TYPE);
	LLVMDisposeValueMetadataEntries(entries);
	return skip_qualifiers(type, context);
}

LLVMMetadataRef ir__kept_type(LLVMValueRef alloca)
{
	LLVMContextRef context = ir__context(alloca);
	unsigned int kind = LLVMGetMDKindIDInContext(context, FRONTEND_TYPE_KIND,
						     strlen(FRONTEND_TYPE_KIND));
	LLVMValueRef type = LLVMGetMetadata(alloca, kind);

	return type ? skip_qualifiers(LLVMValueAsMetadata(type), context) : NULL;
}

LLVMMetadataRef ir__elements(LLVMMetadataRef type, LLVMContextRef context)
{
	return type && LLVMGetMetadataKind(type) == LLVMDICompositeTypeMetadataKind
		       ? ir__operand(type, context, COMPOSITE_ELEMENTS)
		       : NULL;
}

bool ir__is_array(LLVMMetadataRef type, LLVMContextRef context)
{
	LLVMMetadataRef first = ir__operand(ir__elements(type, context), context, 0);

	return first && LLVMGetMetadataKind(first) == LLVMDISubrangeMetadataKind;
}

/* An enum has the integer that it is stored as for its base. */
bool ir__is_struct_or_union(LLVMMetadataRef type, LLVMContextRef context)
{
	return type && LLVMGetMetadataKind(type) == LLVMDICompositeTypeMetadataKind &&
	       !ir__operand(type, context, BASE_TYPE);
}

/* The types of what a function returns and of its parameters. */
static LLVMMetadataRef types_of_function(LLVMValueRef fn, LLVMContextRef context)
{
	LLVMMetadataRef type = ir__operand(LLVMGetSubprogram(fn), context, SUBPROGRAM_TYPE);

	return ir__operand(type, context, SUBROUTINE_TYPES);
}

LLVMMetadataRef ir__param_type(LLVMValueRef fn, unsigned int idx)
{
	LLVMContextRef context = ir__context(fn);

	return ir__plain_type(ir__operand(types_of_function(fn, context), context, idx + 1),
			      context);
}

LLVMMetadataRef ir__by_value_type(LLVMValueRef param)
{
	LLVMValueRef fn = LLVMGetParamParent(param);
	LLVMContextRef context = ir__context(param);
	LLVMMetadataRef types = types_of_function(fn, context);
	unsigned int byval = LLVMGetEnumAttributeKindForName("byval", strlen("byval")), idx = 0;

	while (LLVMGetParam(fn, idx) != param)
		idx++;
	/* Else LLVM's parameters aren't one for each of the source's. */
	if (ir__operand_cnt(types, context) != LLVMCountParams(fn) + 1 ||
	    !LLVMGetEnumAttributeAtIndex(fn, idx + 1, byval))
		return NULL;
	return skip_qualifiers(ir__operand(types, context, idx + 1), context);
}

LLVMMetadataRef ir__pointee(LLVMMetadataRef type, LLVMContextRef context)
{
	if (!type || LLVMGetMetadataKind(type) != LLVMDIDerivedTypeMetadataKind)
		return NULL;
	return ir__plain_type(ir__operand(type, context, BASE_TYPE), context);
}

const char *ir__type_name(LLVMMetadataRef type, size_t *len)
{
	const char *name;

	*len = 0;
	if (!type)
		return "";
	name = LLVMDITypeGetName(type, len);
	return name ? name : "";
}
