/* SPDX-License-Identifier: BSD-2-Clause */
#include "types.h"

#include <bpf/btf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../btf_check.h"
#include "subset.h"

static const char header_start[] =
	/* bpf_tracing.h takes this name as the sign that registers have the kernel's names. */
	"#ifndef __VMLINUX_H__\n"
	"#define __VMLINUX_H__\n"
	/* A stdbool.h before this header made macros of what are types and enumerators here. */
	"#undef bool\n"
	"#undef true\n"
	"#undef false\n";

/* Structs between these two get CO-RE relocations for accesses to their members. */
static const char relocated_start[] =
	"#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n"
	"#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n"
	"#endif\n";

static const char relocated_end[] = "#ifndef BPF_NO_PRESERVE_ACCESS_INDEX\n"
				    "#pragma clang attribute pop\n"
				    "#endif\n";

static const char header_end[] = "#endif\n";

__attribute__((format(printf, 2, 0))) static void append(void *ctx, const char *fmt, va_list args)
{
	struct bcc_c__buf *out = ctx;
	char text[512];
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(text, sizeof(text), fmt, args);
	if (len >= 0 && (size_t)len < sizeof(text)) {
		bcc_c__buf_append(out, text, (size_t)len);
	} else if (len >= 0) {
		autofree char *large = malloc((size_t)len + 1);

		if (large) {
			vsnprintf(large, (size_t)len + 1, fmt, again);
			bcc_c__buf_append(out, large, (size_t)len);
		} else {
			out->failed = true;
		}
	}
	va_end(again);
}

static int dump(const struct bcc_c__buf *raw, const struct bcc_c__buf *ids, struct bcc_c__buf *out)
{
	struct btf_dump *dump;
	struct btf *btf;
	int err;

	if (bcc_c__check_btf(raw->data, raw->size))
		return -EBADF;
	btf = btf__new(raw->data, (uint32_t)raw->size);
	dump = btf ? btf_dump__new(btf, append, out, NULL) : NULL;
	err = dump ? 0 : -errno;
	for (size_t i = 0; !err && i < ids->size / sizeof(uint32_t); i++)
		err = btf_dump__dump_type(dump, ((const uint32_t *)ids->data)[i]);
	btf_dump__free(dump);
	btf__free(btf);
	return err;
}

/*
 * Whether the line declares a tag that the source itself defines: "struct NAME;" and nothing else.
 */
static bool declares_users(const char *line, size_t len, const struct idents *ids)
{
	size_t start = !strncmp(line, "struct ", 7) ? 7 : !strncmp(line, "union ", 6) ? 6 : 0;
	autofree char *name = NULL;

	if (!start || len <= start + 1 || line[len - 1] != ';' ||
	    memchr(line + start, ' ', len - start))
		return false;
	name = strndup(line + start, len - start - 1);
	return name && idents__uses(ids, name) & IDENT_DEFINED;
}

/*
 * Appends the declarations as btf_dump wrote them. An attribute given to a declaration holds for
 * the definition too, and the source's own structs must not be relocated.
 */
static void append_relocated(struct bcc_c__buf *text, const struct idents *ids,
			     struct bcc_c__buf *out)
{
	const char *at = bcc_c__buf_str(text);

	bcc_c__buf_append(out, relocated_start, sizeof(relocated_start) - 1);
	while (*at) {
		size_t len = strcspn(at, "\n");
		bool users = ids && declares_users(at, len, ids);

		if (users)
			bcc_c__buf_append(out, relocated_end, sizeof(relocated_end) - 1);
		bcc_c__buf_append(out, at, len + (at[len] == '\n'));
		if (users)
			bcc_c__buf_append(out, relocated_start, sizeof(relocated_start) - 1);
		at += len + (at[len] == '\n');
	}
	bcc_c__buf_append(out, relocated_end, sizeof(relocated_end) - 1);
}

int types__write(const struct btf_view *btf, const struct idents *ids, bool relocatable,
		 struct bcc_c__buf *out, bool *redefined)
{
	autobuf raw = { 0 };
	autobuf whole = { 0 };
	autobuf text = { 0 };
	struct subset set;
	int err;

	err = subset__init(&set, btf, ids);
	if (err)
		return err;
	if (ids)
		subset__add_named(&set);
	else
		subset__add_all(&set);
	*redefined = set.redefined;
	err = subset__write(&set, &raw, &whole);
	subset__free(&set);
	if (!err)
		err = dump(&raw, &whole, &text);
	if (err)
		return err;
	bcc_c__buf_append(out, header_start, sizeof(header_start) - 1);
	if (relocatable)
		append_relocated(&text, ids, out);
	else
		bcc_c__buf_append(out, text.data, text.size);
	bcc_c__buf_append(out, header_end, sizeof(header_end) - 1);
	return out->failed || text.failed ? -ENOMEM : 0;
}
