/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BTF of a kernel module: split BTF, whose ids and strings go on where the kernel's end. As
 * that holds for each module, only one of them fits onto the kernel's as it is; others are moved on
 * top of it.
 */
#ifndef BCC_C__BTF_MODULE_H
#define BCC_C__BTF_MODULE_H

#include "../btf_view.h"

/*
 * Opens a file such as /sys/kernel/btf/MODULE as a view on top of the kernel's.
 *
 * Returns 0; -ENOENT for what is no split BTF; -EBADF if it is damaged, with the reason in *why; or
 * what reading the file gave.
 */
int btf_module__open(struct btf_view *view, const struct btf_view *kernel, const char *path,
		     const char **why);

/* Moves an opened module from the kernel's view to one that itself is on top of that. */
void btf_module__move(struct btf_view *view, const struct btf_view *base);

#endif
