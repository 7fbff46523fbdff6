/* SPDX-License-Identifier: BSD-2-Clause */
#include "btf_refs.h"

#include "../btf_view.h"

/* How the entries behind the first twelve bytes of a record look; all are made of such words. */
struct entries {
	uint32_t stride; /* words from one to the next; 0: none */
	bool named;      /* the first word is a name */
	bool typed;      /* the next, or else the first, is an id */
};

static struct entries entries_of(const struct btf_type *type)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return (struct entries){ 3, true, true };
	case BTF_KIND_FUNC_PROTO:
		return (struct entries){ 2, true, true };
	case BTF_KIND_ENUM:
		return (struct entries){ 2, true, false };
	case BTF_KIND_ENUM64:
		return (struct entries){ 3, true, false };
	case BTF_KIND_DATASEC:
		return (struct entries){ 3, false, true };
	default:
		return (struct entries){ 0 };
	}
}

static bool has_reference(const struct btf_type *type)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
	case BTF_KIND_DECL_TAG:
	case BTF_KIND_FUNC:
	case BTF_KIND_FUNC_PROTO:
	case BTF_KIND_VAR:
		return true;
	default:
		return false;
	}
}

void btf_refs__replace(struct btf_type *type, const struct btf_refs *refs)
{
	struct entries entries = entries_of(type);
	struct btf_array *array = (void *)(type + 1);
	uint32_t *words = (void *)(type + 1);

	type->name_off = refs->name(refs->ctx, type->name_off);
	if (has_reference(type))
		type->type = refs->id(refs->ctx, type->type);
	if (btf_view__kind(type) == BTF_KIND_ARRAY) {
		array->type = refs->id(refs->ctx, array->type);
		array->index_type = refs->id(refs->ctx, array->index_type);
	}
	for (uint32_t i = 0; entries.stride && i < btf_view__vlen(type); i++) {
		if (entries.named)
			words[0] = refs->name(refs->ctx, words[0]);
		if (entries.typed)
			words[entries.named] = refs->id(refs->ctx, words[entries.named]);
		words += entries.stride;
	}
}
