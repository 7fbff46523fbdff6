/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads BTF where it lies, without copying it: a walk over all types, and checked access to each.
 *
 * The library's own reader rather than libbpf's, as a compilation pays for it at each start: libbpf
 * copies the kernel's 5 MB and indexes it in some 10 ms, of which this takes one or two. Format:
 * https://docs.kernel.org/bpf/btf.html
 */
#ifndef BCC_C__BTF_VIEW_H
#define BCC_C__BTF_VIEW_H

#include <linux/btf.h>

#include "util.h"

struct btf_view {
	const char *data; /* the whole file */
	size_t size;
	bool mapped;         /* data came from mmap, else from malloc */
	const char *strings; /* string_size bytes, the last of them zero */
	uint32_t string_size;
	const char *types; /* the section with the type records */
	uint32_t type_size;
	uint32_t *offsets; /* of type first_id + i in types; [0] is unused where that is void */
	uint32_t type_cnt; /* the highest id + 1 */

	/*
	 * Those types that a source can name, as numbers to be added to first_id, in order: most of
	 * the kernel's are functions, which it can't. In the same piece of memory as the offsets.
	 */
	uint32_t *nameable;
	uint32_t nameable_cnt;

	/*
	 * Of split BTF, as a module's is: what it continues. Lower ids and offsets of strings are
	 * found there. Of any other BTF: NULL, and zero.
	 */
	const struct btf_view *base;
	uint32_t first_id;
	uint32_t first_string;
};

/*
 * Opens a file of raw BTF and checks that every record lies inside it.
 *
 * Returns 0; -EBADF if it is no BTF or is damaged, with the reason in *why; or what reading the
 * file gave.
 */
int btf_view__open(struct btf_view *view, const char *path, const char **why);

/* The same for bytes in memory, which must outlive the view. */
int btf_view__from_memory(struct btf_view *view, const void *data, size_t size, const char **why);

/* The same for split BTF, which continues another, that must outlive the view as well. */
int btf_view__from_memory_on(struct btf_view *view, const struct btf_view *base, const void *data,
			     size_t size, const char **why);

void btf_view__close(struct btf_view *view);

/* The record of a type, or NULL for id 0 (void) and ids that do not exist. */
static inline const struct btf_type *btf_view__type(const struct btf_view *view, uint32_t id)
{
	while (id < view->first_id)
		view = view->base;
	if (!id || id >= view->type_cnt)
		return NULL;
	return (const struct btf_type *)(view->types + view->offsets[id - view->first_id]);
}

/* A string; "" for offsets outside. */
static inline const char *btf_view__string(const struct btf_view *view, uint32_t offset)
{
	while (offset < view->first_string)
		view = view->base;
	offset -= view->first_string;
	return offset < view->string_size ? view->strings + offset : "";
}

/* The size of a record with all that belongs to it, or 0 for an unknown kind. */
size_t btf_view__record_size(const struct btf_type *type);

static inline uint32_t btf_view__kind(const struct btf_type *type)
{
	return BTF_INFO_KIND(type->info);
}

static inline uint32_t btf_view__vlen(const struct btf_type *type)
{
	return BTF_INFO_VLEN(type->info);
}

#endif
