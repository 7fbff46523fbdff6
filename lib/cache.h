/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replies of the compiler, kept on disk. What a reply depends on is its material: the request and
 * who would answer it. The material is stored with the reply and compared whole, so that a file
 * name, which is only a hash of it, can never bring a wrong reply. Files that the source included,
 * or would have if they had existed, are listed in the reply (WIRE_DEP) and looked at again.
 *
 * Nothing here ever fails the caller: what can't be used is a miss.
 */
#ifndef BCC_C__CACHE_H
#define BCC_C__CACHE_H

#include <sys/stat.h>

#include "internal.h"
#include "wire.h"

/* ---- identity.c */

/*
 * Appends who would answer a request: this library, the compiler, and where its types come from;
 * and the machine, as sources of BCC's dialect may ask for the kernel's version, its configuration
 * or the number of CPUs even if the types are of another.
 *
 * @kernel: the request doesn't say for which kernel it is, so that this has to
 *
 * Returns 0 or a negative errno: then nothing must be cached.
 */
int bcc_c__identify_answerer(const struct bcc_c_module *mod, bool kernel, struct bcc_c__buf *out);

/* Appends a text that no two kernels share. */
int bcc_c__identify_kernel(struct bcc_c__buf *out);

/* The same with the number of CPUs behind it. */
int bcc_c__identify_machine(struct bcc_c__buf *out);

/* ---- cache_dir.c */

/*
 * Opens the folder, and makes it if need be.
 *
 * @path: receives its path, PATH_MAX bytes; may be NULL
 * @why: receives why it can't be used, a constant string
 *
 * Returns a descriptor or a negative errno: -ENOENT: caching is off.
 */
int bcc_c__cache_open(char *path, const char **why);

/* Whether a file's or folder's owner and mode allow trusting it. */
bool bcc_c__cache_trusts(const struct stat *st);

/* Removes the oldest entries while all together are too large, and leftovers of writers killed. */
void bcc_c__cache_trim(int dir);

/* Whether a file name is that of an entry. */
bool bcc_c__cache_is_entry(const char *name);

/* ---- cache.c */

/* Finds the reply for the material. Returns whether it was there. */
bool bcc_c__cache_get(struct bcc_c_module *mod, const struct bcc_c__buf *material,
		      struct bcc_c__buf *reply);

/* Stores a reply. */
void bcc_c__cache_put(struct bcc_c_module *mod, const struct bcc_c__buf *material,
		      const struct bcc_c__buf *reply);

#endif
