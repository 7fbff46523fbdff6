/* SPDX-License-Identifier: BSD-2-Clause */
#include "helpers.h"

#include <string.h>

static const char text[] =
#include "bpf_helper_defs.h.inc"
	;

/*
 * Finds the name in "static long (*NAME)(...) = (void *) 1;", libbpf's form of a helper, in which a
 * const may stand before the name. Returns its length, 0 if the line is no such declaration.
 */
static size_t find_name(const char *line, size_t len, const char **name)
{
	const char *at = memmem(line, len, "(*", 2);

	if (len < 7 || strncmp(line, "static ", 7) || !at)
		return 0;
	at += 2;
	at += strspn(at, " ");
	if (!strncmp(at, "const ", 6))
		at += 6;
	*name = at;
	return strcspn(at, ")");
}

static bool is_needed(const struct idents *ids, const char *line, size_t len)
{
	const char *name;
	char copy[128];
	size_t name_len = find_name(line, len, &name);

	if (!name_len || name_len >= sizeof(copy))
		return len > 1;
	memcpy(copy, name, name_len);
	copy[name_len] = '\0';
	return idents__uses(ids, copy);
}

void helpers__write(const struct idents *ids, struct bcc_c__buf *out)
{
	for (const char *line = text, *end; *line; line = end) {
		end = strchr(line, '\n') + 1;
		if (is_needed(ids, line, (size_t)(end - line)))
			bcc_c__buf_append(out, line, (size_t)(end - line));
	}
}
