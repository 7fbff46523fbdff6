/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiler as one call: a request in, a reply out, both as wire.h describes. It may crash or
 * exit on bad input, as LLVM may, and is therefore run in a process of its own.
 */
#ifndef BCC_C__ENGINE_H
#define BCC_C__ENGINE_H

#include "../wire.h"

/* The one name that the engine as a shared object shows. */
#define ENGINE_RUN "engine__run"

__attribute__((visibility("default"))) void engine__run(const void *request, size_t size,
							struct bcc_c__buf *reply);

#endif
