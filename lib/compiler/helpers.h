/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bpf_helper_defs.h with what a source needs of it: to declare all of the kernel's helpers would
 * cost a small source more time than all else that it includes.
 */
#ifndef BCC_C__HELPERS_H
#define BCC_C__HELPERS_H

#include "idents.h"

/* Appends the header's text, with the helpers that are among the names. */
void helpers__write(const struct idents *ids, struct bcc_c__buf *out);

#endif
