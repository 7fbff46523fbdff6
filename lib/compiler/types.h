/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the text of vmlinux.h: C declarations of kernel types, those that a source needs and no
 * more.
 */
#ifndef BCC_C__TYPES_H
#define BCC_C__TYPES_H

#include "../btf_view.h"
#include "idents.h"

/*
 * Appends the header's text.
 *
 * @btf: where the types come from
 * @ids: the identifiers of the source; NULL: write every type
 * @relocatable: let accesses to the types' members be relocated (CO-RE)
 * @out: receives the text
 * @redefined: receives whether the source defines a type that BTF has as well
 *
 * A type is needed if the source names it; if a needed type holds it by value; or if a member of a
 * needed type points to it and the source names that member. Other pointers' targets are only
 * declared. Tags that the source defines itself are left out.
 *
 * Returns 0 or a negative errno, -EBADF if the types are damaged. Since the text is made by libbpf's btf_dump, its rules for names
 * apply: of several types with one name all but the first get a suffix.
 */
int types__write(const struct btf_view *btf, const struct idents *ids, bool relocatable,
		 struct bcc_c__buf *out, bool *redefined);

#endif
