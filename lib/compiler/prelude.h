/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sources in BCC's dialect are compiled with: <bcc_c/bpf/bcc.h> before their first line, and
 * definitions of the kind that a kernel's build gives.
 */
#ifndef BCC_C__PRELUDE_H
#define BCC_C__PRELUDE_H

#include "flags.h"
#include "idents.h"

/* Adds what all such sources get; in front of the user's flags, which may take it back. */
void prelude__add(struct flags *flags);

/* Defines BCC_C_USES_NAME for each of the header's optional parts that the source uses. */
void prelude__add_uses(struct flags *flags, const struct idents *ids);

#endif
