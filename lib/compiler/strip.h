/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes of an object as LLVM emits it one to be loaded.
 */
#ifndef BCC_C__STRIP_H
#define BCC_C__STRIP_H

#include "lines.h"

/* Whether a type of that name is the kernel's, as it was given to the compiler. */
typedef bool (*strip_kernels_fn)(void *ctx, const char *name);

struct strip_input {
	const char *kernel; /* what identifies the kernel that the object is for alone, or NULL */
	strip_kernels_fn is_kernels;
	lines_text_fn text;            /* finds the sources */
	void *ctx;                     /* handed to both */
	struct bcc_c__buf *more_types; /* an object whose types are to be added, or empty */
};

/*
 * Adds types and the source lines, and drops debugging information other than BTF. With a kernel, drops
 * relocations too if all are about types of that kernel, since the offsets are its own already, and
 * marks the object as for it (WIRE_KERNEL_SECTION).
 *
 * @elf: the object; replaced
 *
 * Returns 0; -EINVAL if this is not the ELF file that LLVM makes; -ENOMEM.
 */
int strip__object(struct bcc_c__buf *elf, const struct strip_input *in);

#endif
