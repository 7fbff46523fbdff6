/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sources in BCC's dialect are compiled with: <bcc_c/bpf/bcc.h> before their first line, and
 * definitions of the kind that a kernel's build gives.
 */
#ifndef BCC_C__PRELUDE_H
#define BCC_C__PRELUDE_H

#include "flags.h"
#include "idents.h"

/* Adds what such a source gets; in front of the user's flags, which may take it back. */
void prelude__add(struct flags *flags);

/* The macro whose definition is the programs' license. */
#define PRELUDE_LICENSE "BPF_LICENSE"

/* Adds the license. */
void prelude__add_license(struct flags *flags, const char *license);

/*
 * Defines BCC_C_USES_NAME for each of the header's optional parts that the source uses, and adds the
 * names that the header itself uses: types, and the kernel's helpers.
 */
void prelude__add_uses(struct flags *flags, struct idents *ids);

#endif
