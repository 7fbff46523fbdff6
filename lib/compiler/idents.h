/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The set of identifiers that a source text uses, and how it uses them.
 */
#ifndef BCC_C__IDENTS_H
#define BCC_C__IDENTS_H

#include "../util.h"

enum ident_use {
	IDENT_TAG = 1 << 0,      /* behind struct, union or enum */
	IDENT_ORDINARY = 1 << 1, /* anywhere else: a type name, an enumerator, a member, ... */
	IDENT_DEFINED = 1 << 2,  /* a tag that the text gives a body */
	IDENT_HEADERS = 1 << 3,  /* in an embedded header alone */
	IDENT_OWN = 1 << 4, /* what it names is the text's, and not the kernel's of that name */
};

struct ident {
	const char *name;
	uint32_t len;
	uint32_t hash;
	uint32_t uses;
};

struct idents {
	struct ident *slots; /* open addressing; name is NULL where free */
	uint32_t slot_cnt;   /* a power of two */
	uint32_t cnt;
	bool failed;
	bool flavours;       /* one of them is TYPE___FLAVOUR, a variant of a type of the kernel */
	uint8_t pairs[8192]; /* a bit for each pair of first two characters, to turn most others
				away at once */
};

/* Adds uses to a name, which is copied. */
void idents__add(struct idents *ids, const char *name, size_t len, uint32_t uses);

/* The uses of a name; 0 if it isn't in the set. */
uint32_t idents__uses(const struct idents *ids, const char *name);

void idents__free(struct idents *ids);

#endif
