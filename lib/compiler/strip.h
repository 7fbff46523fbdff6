/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes from an object what loading it does not need.
 */
#ifndef BCC_C__STRIP_H
#define BCC_C__STRIP_H

#include "../util.h"

/* Whether a type of that name is the kernel's, as it was given to the compiler. */
typedef bool (*strip_kernels_fn)(void *ctx, const char *name);

/*
 * Drops debugging information other than BTF. With a kernel, drops relocations too if all are about
 * types of that kernel, since the offsets are its own already, and marks the object as for it
 * (WIRE_KERNEL_SECTION).
 *
 * @elf: the object; replaced
 * @kernel: what identifies the kernel, or NULL
 *
 * Returns 0; -EINVAL if this is not the ELF file that LLVM makes; -ENOMEM.
 */
int strip__object(struct bcc_c__buf *elf, const char *kernel, strip_kernels_fn fn, void *ctx);

#endif
