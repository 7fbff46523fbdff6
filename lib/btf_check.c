/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the BTF of an object before libbpf gets it, which follows type ids and names without a
 * look: that each leads somewhere, and that no type holds itself.
 */
#include "btf_view.h"
#include "internal.h"

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
	case BTF_KIND_ENUM:
		check_entries(check, type, sizeof(struct btf_enum), true);
		break;
	case BTF_KIND_ENUM64:
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

/* ---- types that hold themselves */

enum state {
	STATE_NEW,
	STATE_OPEN, /* on the way from the start to where the walk is */
	STATE_DONE,
};

struct step {
	uint32_t id;
	uint32_t next; /* which of the types it holds comes next */
};

/* The nth type that a type holds by value or is another name for; 0 after the last. */
static uint32_t held_type(const struct btf_type *type, uint32_t n)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_TYPEDEF:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_CONST:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return n ? 0 : type->type;
	case BTF_KIND_ARRAY:
		return n ? 0 : ((const struct btf_array *)(type + 1))->type;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return n < btf_view__vlen(type) ? ((const struct btf_member *)(type + 1))[n].type
						: 0;
	default:
		return 0;
	}
}

/* Walks from one type, with a stack of its own as the graph may be as deep as it has types. */
static void walk(struct check *check, uint32_t id, struct step *stack)
{
	size_t depth = 0;

	stack[depth++] = (struct step){ .id = id };
	check->states[id] = STATE_OPEN;
	while (depth && !check->why) {
		struct step *top = &stack[depth - 1];
		uint32_t held = held_type(btf_view__type(&check->btf, top->id), top->next++);

		if (!held) {
			check->states[top->id] = STATE_DONE;
			depth--;
		} else if (check->states[held] == STATE_OPEN) {
			check->why = "its types are damaged (one holds itself)";
		} else if (check->states[held] == STATE_NEW) {
			check->states[held] = STATE_OPEN;
			stack[depth++] = (struct step){ .id = held };
		}
	}
}

static void check_cycles(struct check *check)
{
	autofree struct step *stack = calloc(check->btf.type_cnt, sizeof(*stack));

	check->states = calloc(check->btf.type_cnt, 1);
	if (!stack || !check->states)
		check->why = "memory is short";
	for (uint32_t id = 1; !check->why && id < check->btf.type_cnt; id++)
		if (check->states[id] == STATE_NEW)
			walk(check, id, stack);
	free(check->states);
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
		check_cycles(&check);
	free(check.btf.offsets);
	return check.why;
}
