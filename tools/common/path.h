/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PATH_H
#define TOOLS_PATH_H

#include <stddef.h>

/*
 * Puts a path together from the names of the directory it starts from, as a program walked them:
 * innermost first, each ended by a zero byte; and the path that a process gave, relative to it.
 *
 * @first: what stands before the outermost name: "" if it lies in the root directory
 * @names, @names_size: the names
 * @given: the relative path
 * @path, @size: receives the whole, ended by a zero byte; names that find no room are left out
 */
void path_join(const char *first, const char *names, size_t names_size, const char *given,
	       char *path, size_t size);

#endif
