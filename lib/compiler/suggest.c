/* SPDX-License-Identifier: BSD-2-Clause */
#include "suggest.h"

#include <ctype.h>
#include <string.h>

#include "../wire.h"
#include "bcc_c/module.h"
#include "near.h"

/* Structs without a name lie in one another; damaged ones maybe in themselves. */
#define DEEPEST 8

static const char *const keywords[] = { "struct ", "union ", "enum " };

static const char *keyword_of(const struct btf_type *type)
{
	switch (btf_view__kind(type)) {
	case BTF_KIND_STRUCT:
		return keywords[0];
	case BTF_KIND_UNION:
		return keywords[1];
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return keywords[2];
	default:
		return "";
	}
}

static bool is_typedef(const struct btf_type *type)
{
	return btf_view__kind(type) == BTF_KIND_TYPEDEF;
}

static bool is_tag(const struct btf_type *type)
{
	return keyword_of(type)[0];
}

/* Splits "struct x"; of a name without a keyword that is "". */
static const char *split_keyword(const char *name, const char **keyword)
{
	*keyword = "";
	for (size_t i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strncmp(name, keywords[i], strlen(keywords[i])))
			*keyword = keywords[i];
	return name + strlen(*keyword);
}

/* The next type from an id on that has the name and may be meant by it; 0: none. */
static uint32_t find_type(const struct btf_view *btf, uint32_t id, const char *name)
{
	for (; id < btf->type_cnt; id++) {
		const struct btf_type *type = btf_view__type(btf, id);

		if ((is_typedef(type) || is_tag(type)) &&
		    !strcmp(btf_view__string(btf, type->name_off), name))
			return id;
	}
	return 0;
}

static void write_start(const struct suggest *suggest, const char *what, const char *name,
			struct bcc_c__buf *text)
{
	bcc_c__buf_printf(text, "no %s '%s' in the kernel's BTF ('%s'", what, name, suggest->path);
	if (suggest->modules)
		bcc_c__buf_printf(text, " and %zu modules beside it", suggest->modules);
	bcc_c__buf_append(text, ")", 1);
}

static void write_damage(const struct suggest *suggest, struct bcc_c__buf *text)
{
	if (suggest->damage[0])
		bcc_c__buf_printf(text, "; some can't be read: %s", suggest->damage);
}

/* Says that another kind of type has the name. */
static void write_other(const struct btf_type *other, const char *name, struct bcc_c__buf *text)
{
	if (is_typedef(other))
		bcc_c__buf_printf(text, "; '%s' is the name of a typedef", name);
	else
		bcc_c__buf_printf(text, "; it has '%s%s'", keyword_of(other), name);
}

/* A type that is asked for with the keyword of another kind, or with none, is not missing. */
static void write_type(const struct suggest *suggest, const char *wanted, struct bcc_c__buf *text)
{
	const struct btf_view *btf = suggest->btf;
	const char *keyword;
	const char *name = split_keyword(wanted, &keyword);
	const struct btf_type *other = NULL;
	struct near near;
	uint32_t id;

	if (idents__uses(suggest->ids, name) & IDENT_DEFINED)
		return;
	for (id = find_type(btf, 1, name); id; id = find_type(btf, id + 1, name)) {
		other = btf_view__type(btf, id);
		if (!strcmp(keyword_of(other), keyword))
			return;
	}
	near__init(&near, name);
	for (id = 1; id < btf->type_cnt && !other; id++) {
		const struct btf_type *type = btf_view__type(btf, id);

		if (keyword[0] ? keyword_of(type) == keyword : is_typedef(type) || is_tag(type))
			near__offer(&near, keyword_of(type), btf_view__string(btf, type->name_off));
	}
	write_start(suggest, "type", wanted, text);
	if (other)
		write_other(other, name, text);
	near__write(&near, text);
	write_damage(suggest, text);
}

static void offer_enumerators(const struct btf_view *btf, const struct btf_type *type,
			      struct near *near)
{
	bool wide = btf_view__kind(type) == BTF_KIND_ENUM64;
	const char *at = (const char *)(type + 1);

	for (uint32_t i = 0; i < btf_view__vlen(type); i++) {
		/* Both kinds of enumerator start with the offset of their name. */
		near__offer(near, "", btf_view__string(btf, *(const uint32_t *)at));
		at += wide ? sizeof(struct btf_enum64) : sizeof(struct btf_enum);
	}
}

static bool is_upper(const char *name)
{
	for (; *name; name++)
		if (islower((unsigned char)*name))
			return false;
	return true;
}

/*
 * Most names that nothing declares are variables and functions, of which BTF knows nothing: those
 * in capitals are constants, and of the others only what is near says that a constant or a type was
 * meant.
 */
static void write_name(const struct suggest *suggest, const char *name, struct bcc_c__buf *text)
{
	const struct btf_view *btf = suggest->btf;
	uint32_t other = find_type(btf, 1, name);
	struct near near;

	near__init(&near, name);
	for (uint32_t id = 1; id < btf->type_cnt && !other; id++) {
		const struct btf_type *type = btf_view__type(btf, id);

		if (keyword_of(type) == keywords[2])
			offer_enumerators(btf, type, &near);
	}
	if (!near.cnt && !other && !is_upper(name))
		return;
	write_start(suggest, "enumerator", name, text);
	if (other)
		write_other(btf_view__type(btf, other), name, text);
	near__write(&near, text);
	if (!near.cnt && !other)
		bcc_c__buf_printf(text,
				  "; BTF has no macros: if it is one, define it in the source");
	write_damage(suggest, text);
}

/* Follows names of types to a struct or union. Returns NULL if there is none at the end. */
static const struct btf_type *find_struct(const struct btf_view *btf, uint32_t id)
{
	const struct btf_type *type = btf_view__type(btf, id);

	for (unsigned int i = 0; type && is_typedef(type) && i < DEEPEST; i++)
		type = btf_view__type(btf, type->type);
	return type && is_tag(type) && keyword_of(type) != keywords[2] ? type : NULL;
}

static void offer_fields(const struct btf_view *btf, const struct btf_type *type, struct near *near,
			 unsigned int depth)
{
	const struct btf_member *members = (const void *)(type + 1);

	for (uint32_t i = 0; i < btf_view__vlen(type); i++) {
		const char *name = btf_view__string(btf, members[i].name_off);
		const struct btf_type *inner = find_struct(btf, members[i].type);

		if (name[0])
			near__offer(near, "", name);
		else if (inner && depth)
			offer_fields(btf, inner, near, depth - 1);
	}
}

static void write_field(const struct suggest *suggest, const struct missing *missing,
			struct bcc_c__buf *text)
{
	const char *keyword;
	const char *name = split_keyword(missing->owner, &keyword);
	const struct btf_type *type = NULL;
	struct near near;

	if (idents__uses(suggest->ids, name) & IDENT_DEFINED)
		return;
	for (uint32_t id = find_type(suggest->btf, 1, name); id && !type;
	     id = find_type(suggest->btf, id + 1, name))
		type = find_struct(suggest->btf, id);
	if (!type)
		return;
	near__init(&near, missing->name);
	offer_fields(suggest->btf, type, &near, DEEPEST);
	bcc_c__buf_printf(text, "'%s' in the kernel's BTF ('%s') has no field '%s'", missing->owner,
			  suggest->path, missing->name);
	near__write(&near, text);
}

void suggest__write(const struct suggest *suggest, const struct missing *missing,
		    struct bcc_c__buf *text)
{
	switch (missing->what) {
	case MISSING_TYPE:
	case MISSING_TAG:
		write_type(suggest, missing->name, text);
		break;
	case MISSING_NAME:
		write_name(suggest, missing->name, text);
		break;
	case MISSING_FIELD:
		write_field(suggest, missing, text);
		break;
	case MISSING_NOTHING:
		break;
	}
}

/* Appends a note that has the place of an error. */
static void add_note(const struct suggest *suggest, const struct missing *missing,
		     const struct wire_record *error, struct bcc_c__buf *diags)
{
	autobuf text = { 0 };
	const char *strings[3];
	struct wire_diag diag;

	if (!error->data || bcc_c__wire_get_diag(error, &diag, strings) ||
	    diag.severity != BCC_C_ERROR)
		return;
	diag.severity = BCC_C_NOTE;
	suggest__write(suggest, missing, &text);
	if (text.size)
		bcc_c__wire_put_diag(diags, &diag, strings[0], bcc_c__buf_str(&text), strings[2]);
	diags->failed |= text.failed;
}

int suggest__add_notes(const struct suggest *suggest, const struct missing_list *missing,
		       struct bcc_c__buf *diags)
{
	struct wire_reader reader = { .data = diags->data, .size = diags->size };
	struct wire_record record, main = { 0 };
	autobuf out = { 0 };
	size_t next = 0;

	while (bcc_c__wire_next(&reader, &record) == 1) {
		const char *strings[3];
		struct wire_diag diag;

		bcc_c__wire_put(&out, record.tag, record.data, record.size);
		if (!bcc_c__wire_get_diag(&record, &diag, strings) && diag.severity != BCC_C_NOTE)
			main = record;
		for (; next < missing->cnt && missing->items[next].at <= reader.at; next++)
			add_note(suggest, &missing->items[next], &main, &out);
	}
	if (out.failed)
		return -ENOMEM;
	bcc_c__buf_free(diags);
	*diags = out;
	out = (struct bcc_c__buf){ 0 };
	return 0;
}
