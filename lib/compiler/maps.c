/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * At each function LLVM's BTFDebug looks the name of each map up, one by one, among all strings that
 * it has so far: with as many programs as maps that grows with the third power of their number, and
 * five hundred of each would take twice the time of all else together. Without functions the names
 * are looked up once.
 */
#include "maps.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

#include "../util.h"

/* With fewer of them a second run of the code generator costs more than it saves. */
#define MANY 64

static bool is_map(LLVMValueRef global)
{
	const char *section = LLVMGetSection(global);

	return section && bcc_c__starts_with(section, ".maps") && !LLVMIsDeclaration(global);
}

static bool has_many(LLVMModuleRef module)
{
	size_t cnt = 0;

	for (LLVMValueRef at = LLVMGetFirstGlobal(module); at; at = LLVMGetNextGlobal(at))
		cnt += is_map(at);
	return cnt >= MANY;
}

static void copy_flags(LLVMModuleRef from, LLVMModuleRef to)
{
	size_t cnt, len;
	LLVMModuleFlagEntry *flags = LLVMCopyModuleFlagsMetadata(from, &cnt);

	for (unsigned int i = 0; i < cnt; i++) {
		const char *key = LLVMModuleFlagEntriesGetKey(flags, i, &len);

		LLVMAddModuleFlag(to, LLVMModuleFlagEntriesGetFlagBehavior(flags, i), key, len,
				  LLVMModuleFlagEntriesGetMetadata(flags, i));
	}
	LLVMDisposeModuleFlagsMetadata(flags);
}

static void copy_units(LLVMModuleRef from, LLVMModuleRef to)
{
	static const char name[] = "llvm.dbg.cu";
	unsigned int cnt = LLVMGetNamedMetadataNumOperands(from, name);
	autofree LLVMValueRef *units = calloc(cnt ? cnt : 1, sizeof(LLVMValueRef));

	if (!units)
		return;
	LLVMGetNamedMetadataOperands(from, name, units);
	for (unsigned int i = 0; i < cnt; i++)
		LLVMAddNamedMetadataOperand(to, name, units[i]);
}

static void move_debug_info(LLVMValueRef from, LLVMValueRef to)
{
	unsigned int kind = LLVMGetMDKindIDInContext(LLVMGetTypeContext(LLVMTypeOf(from)), "dbg",
						     strlen("dbg"));
	size_t cnt;
	LLVMValueMetadataEntry *entries = LLVMGlobalCopyAllMetadata(from, &cnt);

	for (unsigned int i = 0; i < cnt; i++)
		if (LLVMValueMetadataEntriesGetKind(entries, i) == kind)
			LLVMGlobalSetMetadata(to, kind,
					      LLVMValueMetadataEntriesGetMetadata(entries, i));
	LLVMDisposeValueMetadataEntries(entries);
	LLVMGlobalEraseMetadata(from, kind);
}

static void move_map(LLVMValueRef map, LLVMModuleRef to)
{
	LLVMTypeRef type = LLVMGlobalGetValueType(map);
	size_t len;
	LLVMValueRef copy = LLVMAddGlobal(to, type, LLVMGetValueName2(map, &len));

	/* What the map is filled with stays where the code is. */
	LLVMSetInitializer(copy, LLVMConstNull(type));
	LLVMSetSection(copy, LLVMGetSection(map));
	LLVMSetLinkage(copy, LLVMGetLinkage(map));
	LLVMSetAlignment(copy, LLVMGetAlignment(map));
	move_debug_info(map, copy);
}

LLVMModuleRef maps__split(LLVMModuleRef module)
{
	LLVMModuleRef maps;

	if (!has_many(module))
		return NULL;
	maps = LLVMModuleCreateWithNameInContext("maps", LLVMGetModuleContext(module));
	LLVMSetTarget(maps, LLVMGetTarget(module));
	LLVMSetDataLayout(maps, LLVMGetDataLayoutStr(module));
	copy_flags(module, maps);
	copy_units(module, maps);
	for (LLVMValueRef at = LLVMGetFirstGlobal(module); at; at = LLVMGetNextGlobal(at))
		if (is_map(at))
			move_map(at, maps);
	return maps;
}
