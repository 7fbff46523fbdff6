/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache of compiled objects, for people to look at and clear. Modules use it by themselves.
 *
 * It lies in /var/cache/bcc_c for root, in $XDG_CACHE_HOME/bcc_c or ~/.cache/bcc_c for others. The
 * environment variable BCC_C_CACHE names another folder by an absolute path, or turns it off with
 * "off". A folder or file that belongs to another user, or that others may write to, is not used.
 */
#ifndef BCC_C_CACHE_H
#define BCC_C_CACHE_H

#include <bcc_c/common.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bcc_c_cache;

/* A compiled source. New fields may be added at the end. */
struct bcc_c_cache_entry {
	const char *name; /* of its file */
	uint64_t size;    /* of its file, in bytes */
	int64_t used;     /* when it was last used, seconds since 1970, give or take an hour */
};

/*
 * Opens the cache and lists what is in it.
 *
 * Returns a list for the caller to free with bcc_c_cache__free(), or NULL: ENOENT: the cache is off
 * or has no place; EPERM: its folder is not to be trusted; ELOOP, ENOTDIR, ...: it can't be opened.
 * Since 0.1.
 */
BCC_C_API struct bcc_c_cache *bcc_c_cache__open(void);

/*
 * The folder.
 *
 * @cache: a list
 *
 * Returns a string that the list owns. Never fails. Since 0.1.
 */
BCC_C_API const char *bcc_c_cache__path(const struct bcc_c_cache *cache);

/*
 * Walks the entries, those used longest ago first.
 *
 * @cache: a list
 * @prev: NULL for the first one, else what the last call returned
 *
 * Returns an entry that the list owns, or NULL after the last. Since 0.1.
 */
BCC_C_API const struct bcc_c_cache_entry *bcc_c_cache__next_entry(
	const struct bcc_c_cache *cache, const struct bcc_c_cache_entry *prev);

/*
 * Removes the entries that the list has.
 *
 * @cache: a list
 *
 * Returns how many were removed, or a negative errno. Since 0.1.
 */
BCC_C_API int bcc_c_cache__clear(struct bcc_c_cache *cache);

/*
 * Frees a list. The cache stays.
 *
 * @cache: a list or NULL
 *
 * Keeps errno. Since 0.1.
 */
BCC_C_API void bcc_c_cache__free(struct bcc_c_cache *cache);

#ifdef __cplusplus
}
#endif

#endif
