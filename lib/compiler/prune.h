/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Big structs without the members that a source does not name: a probe that follows two pointers of
 * struct task_struct has no use for the other 250 members, nor for the types that these are of.
 */
#ifndef BCC_C__PRUNE_H
#define BCC_C__PRUNE_H

#include "../btf_view.h"
#include "idents.h"

/*
 * Whether a member of a struct or union stays: of structs too big for the stack those that the
 * identifiers name, those without a name, and bit-fields; of others all. A smaller struct may be
 * given its values in order, without names, and must be what it is.
 */
bool prune__keeps(const struct btf_view *btf, const struct btf_type *type, const struct idents *ids,
		  uint32_t member);

/* Whether all members stay. */
bool prune__keeps_all(const struct btf_view *btf, const struct btf_type *type,
		      const struct idents *ids);

/*
 * What stands for the members that do not stay between this one, which does not, and the next that
 * does: bytes, whose number is returned, from *start on. *member becomes that next one.
 */
uint32_t prune__gap(const struct btf_view *btf, const struct btf_type *type,
		    const struct idents *ids, uint32_t *member, uint32_t *start);

#endif
