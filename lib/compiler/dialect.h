/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which dialect of C a source is in: the one place that decides.
 */
#ifndef BCC_C__DIALECT_H
#define BCC_C__DIALECT_H

#include "bcc_c/module.h"

/*
 * Tells the dialect from the source's own text, without what it includes: libbpf's has a SEC( or an
 * #include of vmlinux.h or of a file in bpf/, outside comments and strings; all else is BCC's.
 */
enum bcc_c_dialect dialect__of(const char *source);

#endif
