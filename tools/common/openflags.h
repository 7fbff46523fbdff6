/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_OPENFLAGS_H
#define TOOLS_OPENFLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The flags of open(2) by name, such as "O_WRONLY|O_CREAT"; unknown ones as a number. */
void open_flags_text(uint64_t flags, char *text, size_t size);

/* Whether a file may be made, and so the mode counts. */
bool open_flags_create(uint64_t flags);

#endif
