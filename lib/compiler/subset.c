/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which types a source needs. Types and references form a graph that may come from a damaged file,
 * so it is walked with a queue, not by recursion, and each type enters the queue at most once for
 * each degree of need.
 */
#include "subset.h"

#include <string.h>

#include "prune.h"

int subset__init(struct subset *set, const struct btf_view *btf, const struct idents *ids)
{
	*set = (struct subset){ .btf = btf, .ids = ids };
	set->needs = calloc(btf->type_cnt, 1);
	return set->needs ? 0 : -ENOMEM;
}

void subset__free(struct subset *set)
{
	free(set->needs);
	free(set->queue);
	*set = (struct subset){ 0 };
}

static void enqueue(struct subset *set, uint32_t id)
{
	if (set->queue_cnt == set->queue_capacity) {
		size_t capacity = set->queue_capacity ? set->queue_capacity * 2 : 256;
		uint32_t *queue = realloc(set->queue, capacity * sizeof(*queue));

		if (!queue) {
			set->failed = true;
			return;
		}
		set->queue = queue;
		set->queue_capacity = capacity;
	}
	set->queue[set->queue_cnt++] = id;
}

static uint32_t uses_of(const struct subset *set, const struct btf_type *type)
{
	return set->ids ? idents__uses(set->ids, btf_view__string(set->btf, type->name_off)) : 0;
}

bool subset__can_be_declared(const struct btf_type *type)
{
	uint32_t kind = btf_view__kind(type);

	return (kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION) && type->name_off;
}

static void need(struct subset *set, uint32_t id, uint8_t degree)
{
	const struct btf_type *type = btf_view__type(set->btf, id);

	if (!type)
		return;
	if (btf_view__kind(type) == BTF_KIND_ENUM || btf_view__kind(type) == BTF_KIND_ENUM64 ||
	    ((btf_view__kind(type) == BTF_KIND_STRUCT || btf_view__kind(type) == BTF_KIND_UNION) &&
	     !type->name_off))
		degree = SUBSET_WHOLE;
	if (set->needs[id] >= degree)
		return;
	set->needs[id] = degree;
	enqueue(set, id);
}

bool subset__is_users(const struct subset *set, const struct btf_type *type)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return uses_of(set, type) & IDENT_DEFINED;
	case BTF_KIND_TYPEDEF:
		return uses_of(set, type) & IDENT_OWN;
	default:
		return false;
	}
}

/* The same behind qualifiers; pointers to it are then to the source's. */
static bool leads_to_users(const struct subset *set, uint32_t id)
{
	const struct btf_type *type = btf_view__type(set->btf, id);

	for (uint32_t steps = 0; type && steps < set->btf->type_cnt; steps++) {
		switch (btf_view__kind(type)) {
		case BTF_KIND_CONST:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_TYPE_TAG:
			type = btf_view__type(set->btf, type->type);
			break;
		default:
			return subset__is_users(set, type);
		}
	}
	return false;
}

static void follow_members(struct subset *set, const struct btf_type *type)
{
	const struct btf_member *members = (const void *)(type + 1);

	for (uint32_t i = 0; i < btf_view__vlen(type); i++) {
		const struct btf_type *member = btf_view__type(set->btf, members[i].type);
		const char *name = btf_view__string(set->btf, members[i].name_off);

		if (!prune__keeps(set->btf, type, set->ids, i))
			continue;
		need(set, members[i].type, SUBSET_WHOLE);
		if (member && btf_view__kind(member) == BTF_KIND_PTR && set->ids &&
		    idents__uses(set->ids, name) & IDENT_ORDINARY &&
		    !leads_to_users(set, member->type))
			need(set, member->type, SUBSET_WHOLE);
	}
}

static void follow_params(struct subset *set, const struct btf_type *type)
{
	const struct btf_param *params = (const void *)(type + 1);

	need(set, type->type, SUBSET_WHOLE);
	for (uint32_t i = 0; i < btf_view__vlen(type); i++)
		need(set, params[i].type, SUBSET_WHOLE);
}

/* Asks for what a type of the queue refers to, as far as the type itself is needed. */
static void follow(struct subset *set, uint32_t id)
{
	const struct btf_type *type = btf_view__type(set->btf, id);
	const struct btf_array *array = (const void *)(type + 1);

	switch (btf_view__kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (set->needs[id] == SUBSET_WHOLE)
			follow_members(set, type);
		break;
	case BTF_KIND_PTR:
		need(set, type->type, SUBSET_DECLARED);
		break;
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		need(set, type->type, set->needs[id]);
		break;
	case BTF_KIND_ARRAY:
		need(set, array->type, SUBSET_WHOLE);
		need(set, array->index_type, SUBSET_WHOLE);
		break;
	case BTF_KIND_FUNC_PROTO:
		follow_params(set, type);
		break;
	}
}

static void follow_all(struct subset *set)
{
	while (set->followed < set->queue_cnt && !set->failed)
		follow(set, set->queue[set->followed++]);
}

static bool names_enumerator(const struct subset *set, const struct btf_type *type)
{
	bool wide = btf_view__kind(type) == BTF_KIND_ENUM64;
	size_t stride = wide ? sizeof(struct btf_enum64) : sizeof(struct btf_enum);
	const char *at = (const char *)(type + 1);

	for (uint32_t i = 0; i < btf_view__vlen(type); i++, at += stride) {
		/* Both kinds of enumerator start with the offset of their name. */
		uint32_t name_off = *(const uint32_t *)at;

		uint32_t uses = idents__uses(set->ids, btf_view__string(set->btf, name_off));

		if (uses & IDENT_ORDINARY && !(uses & IDENT_OWN))
			return true;
	}
	return false;
}

/* How the source names a type of a kind that it can: by tag, by name or by enumerator; 0 if it doesn't. */
static uint32_t named_by(struct subset *set, const struct btf_type *type)
{
	uint32_t uses = uses_of(set, type);

	switch (btf_view__kind(type)) {
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		set->redefined |= (uses & IDENT_DEFINED) != 0;
		return uses & IDENT_DEFINED ? 0 : uses & IDENT_TAG;
	case BTF_KIND_TYPEDEF:
		return uses & IDENT_OWN ? 0 : uses & IDENT_ORDINARY;
	default:
		if (uses & IDENT_DEFINED)
			return 0;
		return uses & IDENT_TAG || names_enumerator(set, type) ? IDENT_TAG : 0;
	}
}

bool subset__names_any(const struct btf_view *btf, const struct idents *ids)
{
	struct subset set = { .btf = btf, .ids = ids };

	for (uint32_t i = 0; i < btf->nameable_cnt; i++)
		if (named_by(&set, btf_view__type(btf, btf->first_id + btf->nameable[i])))
			return true;
	return false;
}

/* Of several types with one name the first is the one that a whole vmlinux.h calls so. */
static bool is_first(struct subset *set, struct idents *taken, const struct btf_type *type,
		     uint32_t use)
{
	const char *name = btf_view__string(set->btf, type->name_off);

	if (idents__uses(taken, name) & use)
		return false;
	idents__add(taken, name, strlen(name), use);
	return true;
}

/* Those of one view, after those of what it continues. */
static void add_named_of(struct subset *set, const struct btf_view *view, struct idents *taken)
{
	if (view->base)
		add_named_of(set, view->base, taken);
	for (uint32_t i = 0; i < view->nameable_cnt && !set->failed; i++) {
		uint32_t id = view->first_id + view->nameable[i];
		const struct btf_type *type = btf_view__type(view, id);
		uint32_t use = named_by(set, type);

		if (!use || !is_first(set, taken, type, use))
			continue;
		need(set, id, SUBSET_WHOLE);
		follow_all(set);
	}
}

void subset__add_named(struct subset *set)
{
	struct idents taken = { 0 };

	add_named_of(set, set->btf, &taken);
	set->failed |= taken.failed;
	idents__free(&taken);
}

void subset__add_all(struct subset *set)
{
	for (uint32_t id = 1; id < set->btf->type_cnt && !set->failed; id++) {
		switch (btf_view__kind(btf_view__type(set->btf, id))) {
		case BTF_KIND_FUNC:
		case BTF_KIND_VAR:
		case BTF_KIND_DATASEC:
		case BTF_KIND_DECL_TAG:
		case BTF_KIND_TYPE_TAG:
			break;
		default:
			set->needs[id] = SUBSET_WHOLE;
			enqueue(set, id);
		}
	}
}
