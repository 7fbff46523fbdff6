/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * events.perf_submit(ctx, &event, sizeof(event)) and its like take a void *, so that nothing tells who
 * reads the records what they are. What the source hands over is noted here: a variable for each type
 * that a table's records have, in the section WIRE_EVENTS_SECTION (../wire.h), whose type is a pointer
 * to that. BTF has the variables' types; their values are nothing, and libbpf doesn't load the section.
 */
#include <llvm-c/DebugInfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../wire.h"
#include "ir.h"
#include "pass.h"
#include "pointed.h"

/* A method's function is named PREFIX TABLE "__" METHOD (bcc_table.h). */
#define PREFIX "__bcc_c_"

const struct record_method passes_record_methods[] = {
	{ "perf_submit", 1, 2 },
	{ "perf_submit_skb", 2, 3 },
	{ "ringbuf_output", 0, 1 },
	{ "ringbuf_submit", 0, PASSES_NO_SIZE },
	{ 0 },
};

struct record {
	const char *table; /* not ended by a zero byte */
	size_t table_len;
	LLVMMetadataRef type;
	unsigned int line; /* of the call */
};

struct records {
	LLVMDIBuilderRef builder;
	LLVMTargetDataRef layout;
	struct record *items;
	size_t cnt;
};

/* The method that a call is of, and the name of the table; or NULL. */
static const struct record_method *find_method(LLVMValueRef fn, struct record *record)
{
	size_t len;
	const char *name = fn ? LLVMGetValueName2(fn, &len) : NULL;

	if (!name || !bcc_c__starts_with(name, PREFIX))
		return NULL;
	record->table = name + strlen(PREFIX);
	for (const struct record_method *method = passes_record_methods; method->name; method++) {
		size_t rest = strlen("__") + strlen(method->name);

		if (len <= strlen(PREFIX) + rest || strcmp(name + len - rest + 2, method->name) ||
		    strncmp(name + len - rest, "__", 2))
			continue;
		record->table_len = len - strlen(PREFIX) - rest;
		return method;
	}
	return NULL;
}

static uint64_t size_of(LLVMMetadataRef type, LLVMContextRef context)
{
	LLVMMetadataRef plain = ir__plain_type(type, context);

	return plain ? LLVMDITypeGetSizeInBits(plain) / 8 : 0;
}

static LLVMMetadataRef array_of(LLVMDIBuilderRef builder, LLVMMetadataRef type, uint64_t unit,
				uint64_t cnt)
{
	LLVMMetadataRef range = LLVMDIBuilderGetOrCreateSubrange(builder, 0, (int64_t)cnt);

	return LLVMDIBuilderCreateArrayType(builder, unit * cnt * 8, 0, type, &range, 1);
}

/*
 * The type of a record of that size at the address of a type. A pointer may point to the first of
 * several; to a single integer it tells nothing unless the size says that there is no more.
 */
static LLVMMetadataRef fit(LLVMDIBuilderRef builder, LLVMMetadataRef type, LLVMValueRef size,
			   LLVMContextRef context)
{
	LLVMMetadataRef plain = ir__plain_type(type, context);
	bool is_array = ir__is_array(plain, context), known;
	LLVMMetadataRef each = is_array ? ir__base_type(plain, context) : type;
	uint64_t all = size_of(type, context), unit = size_of(each, context), bytes;

	if (!all || !unit)
		return NULL;
	if (!size)
		return type;
	known = LLVMIsAConstantInt(size) != NULL;
	bytes = known ? LLVMConstIntGetZExtValue(size) : 0;
	if (!known || bytes % unit || bytes > UINT32_MAX)
		return is_array || ir__is_struct_or_union(plain, context) ? type : NULL;
	return bytes == all ? type : bytes ? array_of(builder, each, unit, bytes / unit) : NULL;
}

/* In the order of the source: static functions come behind others in the module. */
static void add(struct records *records, const struct record *record)
{
	size_t at = records->cnt;

	records->items = realloc(records->items, (records->cnt + 1) * sizeof(*record));
	if (!records->items)
		abort(); /* as LLVM does */
	for (; at && records->items[at - 1].line > record->line; at--)
		records->items[at] = records->items[at - 1];
	records->items[at] = *record;
	records->cnt++;
}

static bool is_known(const struct records *records, const struct record *record)
{
	for (const struct record *old = records->items; old < record; old++)
		if (old->type == record->type && old->table_len == record->table_len &&
		    !memcmp(old->table, record->table, record->table_len))
			return true;
	return false;
}

static void look_at(struct records *records, LLVMValueRef call)
{
	LLVMMetadataRef place = LLVMInstructionGetDebugLoc(call);
	struct record record = { .line = place ? LLVMDILocationGetLine(place) : 0 };
	const struct record_method *method = find_method(ir__called(call, records->layout),
							 &record);
	bool sized = method && method->size != PASSES_NO_SIZE;

	/* A source may have functions of its own by such names. */
	if (!method || LLVMGetNumArgOperands(call) <= (sized ? method->size : method->data))
		return;
	record.type = pointed__type(LLVMGetOperand(call, method->data), records->layout);
	if (record.type)
		record.type = fit(records->builder, record.type,
				  sized ? LLVMGetOperand(call, method->size) : NULL,
				  ir__context(call));
	if (record.type)
		add(records, &record);
}

/* It is external for the optimiser to keep it. */
static void make_variable(struct records *records, size_t i, LLVMModuleRef module)
{
	LLVMContextRef context = LLVMGetModuleContext(module);
	const struct record *record = &records->items[i];
	LLVMTypeRef type = ir__ptr(context);
	LLVMMetadataRef pointer, nothing, info;
	LLVMValueRef variable;
	char name[256];
	int len = snprintf(name, sizeof(name), WIRE_EVENTS_PREFIX "%zu_%.*s", i,
			   (int)record->table_len, record->table);

	if (len >= (int)sizeof(name))
		return;
	variable = LLVMAddGlobal(module, type, name);
	LLVMSetInitializer(variable, LLVMConstNull(type));
	LLVMSetSection(variable, WIRE_EVENTS_SECTION);
	LLVMSetVisibility(variable, LLVMHiddenVisibility);
	pointer = LLVMDIBuilderCreatePointerType(records->builder, record->type, 64, 64, 0, "", 0);
	nothing = LLVMDIBuilderCreateExpression(records->builder, NULL, 0);
	info = LLVMDIBuilderCreateGlobalVariableExpression(records->builder, NULL, name,
							   (size_t)len, "", 0, NULL, 0, pointer,
							   false, nothing, NULL, 64);
	LLVMGlobalSetMetadata(variable, LLVMGetMDKindIDInContext(context, "dbg", strlen("dbg")),
			      info);
}

void pass_records(LLVMModuleRef module, struct passes *passes)
{
	struct records records = { .builder = LLVMCreateDIBuilderDisallowUnresolved(module),
				   .layout = LLVMGetModuleDataLayout(module) };

	ir_for_each_function(fn, next_fn, module)
		ir_for_each_instruction(at, next, fn)
			if (LLVMIsACallInst(at))
				look_at(&records, at);
	for (size_t i = 0; i < records.cnt; i++)
		if (!is_known(&records, &records.items[i]))
			make_variable(&records, i, module);
	LLVMDisposeDIBuilder(records.builder);
	free(records.items);
}
