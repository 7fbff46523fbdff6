/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What there is to say of names that a failed compilation lacks: that the kernel's BTF has no such
 * type, field or constant, and which near ones it has.
 */
#ifndef BCC_C__SUGGEST_H
#define BCC_C__SUGGEST_H

#include "../btf_view.h"
#include "idents.h"
#include "missing.h"

struct suggest {
	const struct btf_view *btf; /* the kernel's types and those of the modules in use */
	const char *path;           /* the kernel's BTF file */
	size_t modules;             /* how many modules were looked into as well */
	const char *damage;         /* those that could not be read and why; "": none */
	const struct idents *ids;   /* the source's identifiers */
};

/*
 * Adds a note behind each error that is about a name of the kernel's.
 *
 * @diags: WIRE_DIAG records
 * @missing: the names that they lack, in order
 *
 * Returns 0 or -ENOMEM, and leaves diags alone then.
 */
int suggest__add_notes(const struct suggest *suggest, const struct missing_list *missing,
		       struct bcc_c__buf *diags);

/* Appends the note's text, or nothing if there is nothing to say. */
void suggest__write(const struct suggest *suggest, const struct missing *missing,
		    struct bcc_c__buf *text);

#endif
