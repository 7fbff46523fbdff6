/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Types that only modules of the kernel have, from the files beside the kernel's own BTF. They are
 * looked for when a source names what the kernel itself lacks, and not before.
 */
#ifndef BCC_C__MODULES_H
#define BCC_C__MODULES_H

#include "../btf_view.h"
#include "idents.h"

struct modules {
	const struct btf_view *kernel;
	struct btf_view **views; /* each stands on the one before, the first on the kernel's */
	char **names;            /* of their files */
	size_t cnt;
	size_t looked_at;         /* how many there are */
	struct bcc_c__buf damage; /* which of them can't be read and why; empty: none */
};

/* Told of the file of each module whose types are taken. */
typedef void (*modules_file_fn)(void *ctx, const char *path);

/*
 * Looks for names in the modules, and takes those modules that have one as a type or enumerator.
 *
 * @kernel_path: the file of the kernel's BTF; only if it is called vmlinux, as in /sys/kernel/btf,
 *	are the files beside it those of modules
 *
 * Returns how many modules were taken, or -ENOMEM.
 */
int modules__find(struct modules *modules, const char *kernel_path, const struct idents *names,
		  modules_file_fn file, void *ctx);

/* The types of the kernel and of all modules taken. */
const struct btf_view *modules__types(const struct modules *modules);

void modules__free(struct modules *modules);

#endif
