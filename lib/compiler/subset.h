/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A part of a BTF: which types of it are needed, and that part as BTF of its own.
 */
#ifndef BCC_C__SUBSET_H
#define BCC_C__SUBSET_H

#include "../btf_view.h"
#include "idents.h"

/* How much of a type is needed. */
enum subset_need {
	SUBSET_NONE = 0,
	SUBSET_DECLARED, /* its name alone: something points to it */
	SUBSET_WHOLE,
};

struct subset {
	const struct btf_view *btf;
	const struct idents *ids;
	uint8_t *needs;  /* enum subset_need of each type id */
	uint32_t *queue; /* ids that are needed, one for each degree that it got */
	size_t queue_cnt;
	size_t queue_capacity;
	size_t followed; /* so many of them have had their references followed */
	bool redefined;  /* the source defines a type that is here as well */
	bool failed;     /* out of memory */
};

/* Whether a declaration is enough where only a pointer needs the type. */
bool subset__can_be_declared(const struct btf_type *type);

/* Whether the source defines something of that name itself, of the same kind as the type is. */
bool subset__is_users(const struct subset *set, const struct btf_type *type);

/* Starts with nothing. Returns 0 or -ENOMEM. */
int subset__init(struct subset *set, const struct btf_view *btf, const struct idents *ids);

/* Whether the identifiers name any type of a BTF, those of its base not counted. */
bool subset__names_any(const struct btf_view *btf, const struct idents *ids);

/* Asks for every type that the identifiers name, and all that those need. */
void subset__add_named(struct subset *set);

/* Asks for every type there is. */
void subset__add_all(struct subset *set);

/*
 * Appends the needed types as BTF. Types that are only declared become forward declarations; type
 * tags are dropped.
 *
 * @whole: receives the new ids of the types needed as a whole, in order, as uint32_t
 */
int subset__write(struct subset *set, struct bcc_c__buf *btf, struct bcc_c__buf *whole);

void subset__free(struct subset *set);

#endif
