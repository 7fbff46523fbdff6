/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's configuration, for sources that ask for it: macros such as CONFIG_NET_NS.
 */
#ifndef BCC_C__KCONFIG_H
#define BCC_C__KCONFIG_H

#include "flags.h"

/* Told of each file before it is looked for. */
typedef void (*kconfig_file_fn)(void *ctx, const char *path);

/*
 * Defines those of the configuration's macros that the source has the names of, as a kernel's build
 * would. Without such names nothing is read; where there is no configuration, nothing is defined.
 *
 * @path: the configuration, which may be compressed, or NULL for that of the running kernel
 */
void kconfig__define(const char *path, const char *source, struct flags *flags,
		     kconfig_file_fn file, void *ctx);

#endif
