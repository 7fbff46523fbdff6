/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a type of BTF refers to: all the ids of other types and all the names in its record, to be
 * replaced by others.
 */
#ifndef BCC_C__BTF_REFS_H
#define BCC_C__BTF_REFS_H

#include <linux/btf.h>
#include <stdint.h>

struct btf_refs {
	uint32_t (*id)(void *ctx, uint32_t id);
	uint32_t (*name)(void *ctx, uint32_t offset);
	void *ctx;
};

/* Replaces each id and name of a whole record, the type's own name first, then in order. */
void btf_refs__replace(struct btf_type *type, const struct btf_refs *refs);

#endif
