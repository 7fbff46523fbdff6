/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's configuration, for sources that ask for it: macros such as CONFIG_NET_NS.
 */
#ifndef BCC_C__KCONFIG_H
#define BCC_C__KCONFIG_H

#include "flags.h"
#include "idents.h"

/* Told of each file before it is looked for. */
typedef void (*kconfig_file_fn)(void *ctx, const char *path);

/* Adds the names of options that a text has. */
void kconfig__find(const char *text, struct idents *names);

/*
 * Defines those of the configuration's macros that are among the names and were not looked for
 * before, as a kernel's build would. Without new names nothing is read; where there is no
 * configuration, nothing is defined.
 *
 * @path: the configuration, which may be compressed, or NULL for that of the running kernel
 *
 * Returns whether there is a new definition.
 */
bool kconfig__define(const char *path, struct idents *names, struct flags *flags,
		     kconfig_file_fn file, void *ctx);

#endif
