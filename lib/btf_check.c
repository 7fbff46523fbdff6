/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libbpf would crash on or never be done with. Each type id and name must lead somewhere; no
 * type may hold itself or what has no size; and none may come back to itself by pointers and the
 * like without a struct in between, which alone has a name to stand for it.
 */
#include "btf_check.h"

#include "btf_view.h"

struct check {
	struct btf_view btf;
	const char *why; /* what is wrong; NULL: nothing so far */
	uint8_t *states; /* enum state of each type id */
};

static void check_name(struct check *check, uint32_t offset)
{
	if (offset >= check->btf.string_size)
		check->why = "its types are damaged (a name lies outside)";
}

static void check_id(struct check *check, uint32_t id)
{
	if (id >= check->btf.type_cnt)
		check->why = "its types are damaged (a reference leads nowhere)";
}

/* The same where void will not do and, unless kind is 0, only one kind will. */
static void check_kind(struct check *check, uint32_t id, uint32_t kind)
{
	const struct btf_type *type = btf_view__type(&check->btf, id);

	if (!type || (kind && btf_view__kind(type) != kind))
		check->why = "its types are damaged (a reference leads to the wrong type)";
}

static void check_array(struct check *check, const struct btf_type *type)
{
	const struct btf_array *array = (const void *)(type + 1);

	check_kind(check, array->type, 0);
	check_kind(check, array->index_type, 0);
}

/* All kinds of entries behind a type start with the offset of a name, or with the id of a type. */
static void check_entries(struct check *check, const struct btf_type *type, size_t size, bool named)
{
	const char *at = (const char *)(type + 1);

	for (uint32_t i = 0; i < btf_view__vlen(type); i++, at += size) {
		const uint32_t *entry = (const void *)at;

		if (named)
			check_name(check, entry[0]);
		else
			check_kind(check, entry[0], BTF_KIND_VAR);
	}
}

/* Of what C calls scalar. Some sizes are divided by. */
static void check_size(struct check *check, const struct btf_type *type)
{
	if (!type->size || type->size > 16)
		check->why = "its types are damaged (a size is wrong)";
}

static void check_members(struct check *check, const struct btf_type *type)
{
	const struct btf_member *members = (const void *)(type + 1);

	check_entries(check, type, sizeof(*members), true);
	for (uint32_t i = 0; i < btf_view__vlen(type); i++)
		check_kind(check, members[i].type, 0);
}

static void check_params(struct check *check, const struct btf_type *type)
{
	const struct btf_param *params = (const void *)(type + 1);

	check_id(check, type->type);
	check_entries(check, type, sizeof(*params), true);
	for (uint32_t i = 0; i < btf_view__vlen(type); i++)
		check_id(check, params[i].type);
}

static void check_type(struct check *check, const struct btf_type *type)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_PTR:
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		check_id(check, type->type);
		break;
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG:
		check_kind(check, type->type, 0);
		break;
	case BTF_KIND_FUNC:
		check_kind(check, type->type, BTF_KIND_FUNC_PROTO);
		break;
	case BTF_KIND_ARRAY:
		check_array(check, type);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		check_members(check, type);
		break;
	case BTF_KIND_INT:
	case BTF_KIND_FLOAT:
		check_size(check, type);
		break;
	case BTF_KIND_ENUM:
		check_size(check, type);
		check_entries(check, type, sizeof(struct btf_enum), true);
		break;
	case BTF_KIND_ENUM64:
		check_size(check, type);
		check_entries(check, type, sizeof(struct btf_enum64), true);
		break;
	case BTF_KIND_FUNC_PROTO:
		check_params(check, type);
		break;
	case BTF_KIND_DATASEC:
		check_entries(check, type, sizeof(struct btf_var_secinfo), false);
		break;
	}
}

/* ---- types that lead back to themselves */

/* Gives the nth type that is followed from a type, maybe void. Returns false after the last. */
typedef bool (*follow_fn)(const struct btf_type *type, uint32_t n, uint32_t *id);

enum state {
	STATE_NEW,
	STATE_OPEN, /* on the way from the start to where the walk is */
	STATE_DONE,
};

struct step {
	uint32_t id;
	uint32_t next; /* which of the types it holds comes next */
};

/* What a type holds by value or is another name for. */
static bool held_type(const struct btf_type *type, uint32_t n, uint32_t *id)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		*id = type->type;
		return !n;
	case BTF_KIND_ARRAY:
		*id = ((const struct btf_array *)(type + 1))->type;
		return !n;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		if (n < btf_view__vlen(type))
			*id = ((const struct btf_member *)(type + 1))[n].type;
		return n < btf_view__vlen(type);
	default:
		return false;
	}
}

/* What a type that is no struct is written with. */
static bool named_type(const struct btf_type *type, uint32_t n, uint32_t *id)
{
	const struct btf_param *params = (const void *)(type + 1);

	switch (btf_view__kind(type)) {
	case BTF_KIND_PTR:
		*id = type->type;
		return !n;
	case BTF_KIND_FUNC_PROTO:
		if (n > btf_view__vlen(type))
			return false;
		*id = n ? params[n - 1].type : type->type;
		return true;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return false;
	default:
		return held_type(type, n, id);
	}
}

/* Walks from one type, with a stack of its own as the graph may be as deep as it has types. */
static void walk(struct check *check, follow_fn follow, uint32_t id, struct step *stack)
{
	size_t depth = 0;

	stack[depth++] = (struct step){ .id = id };
	check->states[id] = STATE_OPEN;
	while (depth && !check->why) {
		struct step *top = &stack[depth - 1];
		uint32_t held = 0;

		if (!follow(btf_view__type(&check->btf, top->id), top->next++, &held)) {
			check->states[top->id] = STATE_DONE;
			depth--;
		} else if (check->states[held] == STATE_OPEN) {
			check->why = "its types are damaged (one holds itself)";
		} else if (held && check->states[held] == STATE_NEW) {
			check->states[held] = STATE_OPEN;
			stack[depth++] = (struct step){ .id = held };
		}
	}
}

static void check_cycles(struct check *check, follow_fn follow)
{
	autofree struct step *stack = calloc(check->btf.type_cnt, sizeof(*stack));

	check->states = calloc(check->btf.type_cnt, 1);
	if (!stack || !check->states)
		check->why = "memory is short";
	for (uint32_t id = 1; !check->why && id < check->btf.type_cnt; id++)
		if (check->states[id] == STATE_NEW)
			walk(check, follow, id, stack);
	free(check->states);
}

/* ---- types that can't be held */

/* Whether a type has a size, which no function and no declaration has. There are no cycles here. */
static bool is_value(const struct check *check, uint32_t id)
{
	const struct btf_type *type = btf_view__type(&check->btf, id);

	while (type) {
		switch (btf_view__kind(type)) {
		case BTF_KIND_TYPEDEF:
		case BTF_KIND_VOLATILE:
		case BTF_KIND_CONST:
		case BTF_KIND_RESTRICT:
		case BTF_KIND_TYPE_TAG:
			type = btf_view__type(&check->btf, type->type);
			break;
		case BTF_KIND_INT:
		case BTF_KIND_FLOAT:
		case BTF_KIND_PTR:
		case BTF_KIND_ARRAY:
		case BTF_KIND_STRUCT:
		case BTF_KIND_UNION:
		case BTF_KIND_ENUM:
		case BTF_KIND_ENUM64:
			return true;
		default:
			return false;
		}
	}
	return false;
}

static void check_values(struct check *check)
{
	for (uint32_t id = 1; !check->why && id < check->btf.type_cnt; id++) {
		const struct btf_type *type = btf_view__type(&check->btf, id);
		uint32_t kind = btf_view__kind(type), held;

		if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION && kind != BTF_KIND_ARRAY)
			continue;
		for (uint32_t n = 0; held_type(type, n, &held); n++)
			if (!is_value(check, held))
				check->why = "its types are damaged (one holds what has no size)";
	}
}

const char *bcc_c__check_btf(const void *data, size_t size)
{
	struct check check = { 0 };
	const char *why = "";

	if (btf_view__from_memory(&check.btf, data, size, &why))
		return why[0] ? why : "memory is short";
	for (uint32_t id = 1; !check.why && id < check.btf.type_cnt; id++)
		check_type(&check, btf_view__type(&check.btf, id));
	if (!check.why)
		check_cycles(&check, held_type);
	if (!check.why)
		check_cycles(&check, named_type);
	if (!check.why)
		check_values(&check);
	free(check.btf.offsets);
	return check.why;
}
