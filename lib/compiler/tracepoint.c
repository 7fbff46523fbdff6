/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A format file describes an event's fields in lines such as
 *
 *	field:char comm[16];	offset:8;	size:16;	signed:0;
 *
 * The types are those of the kernel's source, but a field may have more bytes than its type: a system
 * call's arguments have eight each. Offsets and sizes are what counts here.
 */
#include "tracepoint.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Where the fields of the event itself start; what is before is common to all and not for programs. */
#define FIRST_OFFSET 8

/* How fields start whose data are elsewhere: after this is their type. */
#define DATA_LOC "__data_loc "
#define REL_LOC "__rel_loc "

struct field {
	const char *type; /* with the name behind it */
	int type_len;
	const char *name;
	int name_len;
	bool is_array;
	unsigned int offset;
	unsigned int size;
};

/* Finds the name at the end of a declaration, before the bounds of an array. */
static bool split_declaration(const char *text, size_t len, struct field *field)
{
	const char *end = text + len;
	const char *start;

	/* "__data_loc char[] name" has its bounds in the type. */
	field->is_array = !bcc_c__starts_with(text, DATA_LOC) &&
			  !bcc_c__starts_with(text, REL_LOC) && memchr(text, '[', len);
	if (field->is_array)
		end = memchr(text, '[', len);
	for (start = end; start > text && bcc_c__in_name(start[-1]);)
		start--;
	field->type = text;
	field->type_len = (int)(start - text);
	field->name = start;
	field->name_len = (int)(end - start);
	return field->type_len && field->name_len;
}

static bool parse_line(const char *line, struct field *field)
{
	const char *text = line + strspn(line, " \t");
	size_t len;

	if (strncmp(text, "field:", 6))
		return false;
	text += 6;
	len = strcspn(text, ";\n");
	return sscanf(text + len, "; offset:%u; size:%u;", &field->offset, &field->size) == 2 &&
	       split_declaration(text, len, field);
}

static bool is_pointer(const struct field *field)
{
	return memchr(field->type, '*', (size_t)field->type_len);
}

/* Asks for the types that a field's own names; what a pointer points to is for the source to use. */
static void add_types(const struct field *field, struct idents *ids)
{
	const char *at = field->type;
	const char *end = at + field->type_len;
	bool tag = false;

	while (at < end) {
		size_t len = 0;

		while (at + len < end && bcc_c__in_name(at[len]))
			len++;
		if (len && !(tag && is_pointer(field)))
			idents__add(ids, at, len, tag ? IDENT_TAG : IDENT_ORDINARY);
		if (len)
			tag = (len == 6 && !strncmp(at, "struct", len)) ||
			      (len == 5 && !strncmp(at, "union", len)) ||
			      (len == 4 && !strncmp(at, "enum", len));
		at += len ? len : 1;
	}
}

static void write_field(const struct field *field, struct idents *ids, struct bcc_c__buf *out)
{
	/* Where in the event the data are, and how long they are; the one is from behind the field. */
	if (bcc_c__starts_with(field->type, DATA_LOC)) {
		bcc_c__buf_printf(out, "\tint data_loc_%.*s;\n", field->name_len, field->name);
		return;
	}
	if (bcc_c__starts_with(field->type, REL_LOC)) {
		bcc_c__buf_printf(out, "\tint rel_loc_%.*s;\n", field->name_len, field->name);
		return;
	}
	add_types(field, ids);
	if (field->is_array)
		bcc_c__buf_printf(out, "\t%.*s%.*s[%u / sizeof(%.*s)];\n", field->type_len,
				  field->type, field->name_len, field->name, field->size,
				  field->type_len, field->type);
	else if (is_pointer(field) || bcc_c__starts_with(field->type, "struct ") ||
		 bcc_c__starts_with(field->type, "union "))
		bcc_c__buf_printf(out, "\t%.*s%.*s;\n", field->type_len, field->type,
				  field->name_len, field->name);
	else
		bcc_c__buf_printf(out, "\tBCC_C_SIZED(%.*s, %u) %.*s;\n", field->type_len,
				  field->type, field->size, field->name_len, field->name);
}

void tracepoint__convert(const char *name, const char *format, struct idents *ids,
			 struct bcc_c__buf *out)
{
	unsigned int end = FIRST_OFFSET;
	struct field field;

	bcc_c__buf_printf(out, "struct %s {\n\tchar common_[%d];\n", name, FIRST_OFFSET);
	for (const char *line = format; *line; line += line[0] == '\n') {
		if (parse_line(line, &field) && field.offset >= end) {
			if (field.offset > end)
				bcc_c__buf_printf(out, "\tchar pad_%u_[%u];\n", end,
						  field.offset - end);
			write_field(&field, ids, out);
			end = field.offset + field.size;
		}
		line += strcspn(line, "\n");
	}
	bcc_c__buf_printf(out, "};\n");
}

static const char *find_tracefs(void)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/events", places[i]);
		if (!stat(path, &st))
			return places[i];
	}
	return NULL;
}

/* Reads the format file; where the name of the category ends is for the file system to say. */
static int read_format(const char *tracefs, const char *name, struct bcc_c__buf *format,
		       tracepoint_file_fn file, void *ctx)
{
	const char *start = name + strlen(TRACEPOINT_PREFIX);
	int err = -ENOENT;

	for (const char *sep = strstr(start, "__"); err == -ENOENT && sep;
	     sep = strstr(sep + 1, "__")) {
		char path[512];
		int len = snprintf(path, sizeof(path), "%s/events/%.*s/%s/format", tracefs,
				   (int)(sep - start), start, sep + 2);

		if (len < 0 || (size_t)len >= sizeof(path))
			return -ENAMETOOLONG;
		file(ctx, path);
		err = bcc_c__read_file(path, 1 << 20, format);
	}
	return err;
}

static void say_missing(const char *tracefs, const char *name, int err, struct bcc_c__buf *message)
{
	const char *category = name + strlen(TRACEPOINT_PREFIX);
	const char *event = strstr(category, "__");

	if (message->size)
		bcc_c__buf_printf(message, "; ");
	bcc_c__buf_printf(message, "struct %s: ", name);
	if (!event)
		bcc_c__buf_printf(message, "no tracepoint has such a name; it is "
					   "tracepoint__CATEGORY__EVENT");
	else if (!tracefs)
		bcc_c__buf_printf(message, "tracefs, which describes tracepoints, is not mounted; "
					   "mount -t tracefs tracefs /sys/kernel/tracing");
	else
		bcc_c__buf_printf(message, "read '%s/events/%.*s/%s/format': %s", tracefs,
				  (int)(event - category), category, event + 2,
				  err == -ENOENT ? "this kernel has no such tracepoint (ENOENT)"
						 : strerror(-err));
}

/*
 * A program of it would not attach. Whatever names the struct gets the text as an error at its place,
 * as a pointer to it alone would not.
 */
static bool write_refusal(const char *tracefs, const char *name, struct bcc_c__buf *out)
{
	autobuf text = { 0 };

	if (!tracefs || !tracepoint__explain(tracefs, name, &text))
		return false;
	bcc_c__buf_printf(out,
			  "struct %s {\n\tchar common_[%d];\n} "
			  "__attribute__((unavailable(\"%s\")));\n",
			  name, FIRST_OFFSET, bcc_c__buf_str(&text));
	out->failed |= text.failed;
	return true;
}

static bool is_wanted(const struct ident *ident)
{
	return ident->name && ident->uses & IDENT_TAG && !(ident->uses & IDENT_DEFINED) &&
	       !strncmp(ident->name, TRACEPOINT_PREFIX, strlen(TRACEPOINT_PREFIX));
}

int tracepoint__write(const char *tracefs, struct idents *ids, bool refuse, struct bcc_c__buf *out,
		      struct bcc_c__buf *message, tracepoint_file_fn file, void *ctx)
{
	autobuf names = { 0 };

	/* First the names: writing a struct adds others. */
	for (uint32_t i = 0; i < ids->slot_cnt; i++)
		if (is_wanted(&ids->slots[i]))
			bcc_c__buf_append(&names, &ids->slots[i].name, sizeof(char *));
	if (names.size && !tracefs)
		tracefs = find_tracefs();
	for (size_t i = 0; !names.failed && i < names.size / sizeof(char *); i++) {
		const char *name = ((const char *const *)(const void *)names.data)[i];
		autobuf format = { 0 };
		int err = tracefs ? read_format(tracefs, name, &format, file, ctx) : -ENOENT;

		if (err == -ENOENT && refuse && write_refusal(tracefs, name, out))
			continue;
		if (err)
			say_missing(tracefs, name, err, message);
		else
			tracepoint__convert(name, bcc_c__buf_str(&format), ids, out);
	}
	return names.failed || out->failed || ids->failed ? -ENOMEM : 0;
}
