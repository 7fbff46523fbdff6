/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What there is to know of a source before it is compiled.
 */
#ifndef BCC_C__SCAN_H
#define BCC_C__SCAN_H

#include "job.h"

/*
 * Finds the names that a source and what it includes use; for BCC's dialect also defines what of
 * the kernel's configuration they ask for, and their license. It takes another round for each file
 * that is included only where an option is set, and asks for further ones.
 *
 * Returns whether the source includes vmlinux.h.
 */
bool scan__run(struct job *job);

#endif
