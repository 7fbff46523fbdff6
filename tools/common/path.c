// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whole paths from what programs collect in the kernel: names from the inside to the outside.
 */
#include <string.h>

#include "path.h"

static size_t append(char *path, size_t size, size_t at, const char *text, size_t text_size)
{
	if (at + text_size >= size)
		return at;
	memcpy(path + at, text, text_size);
	return at + text_size;
}

/* "./x" is "x"; "." is the directory itself. ".." stays: behind a symbolic link it isn't the name
 * before it. */
static const char *skip_dots(const char *given)
{
	for (;;) {
		while (*given == '/')
			given++;
		if (given[0] != '.' || (given[1] && given[1] != '/'))
			return given;
		given++;
	}
}

void path_join(const char *first, const char *names, size_t names_size, const char *given,
	       char *path, size_t size)
{
	size_t at = append(path, size, 0, first, strlen(first));

	given = skip_dots(given);
	while (names_size) {
		size_t start = names_size - 1, length;

		while (start && names[start - 1])
			start--;
		length = names_size - 1 - start;
		at = append(path, size, at, "/", 1);
		at = append(path, size, at, names + start, length);
		names_size = start;
	}
	if (*given || !at)
		at = append(path, size, at, "/", 1);
	at = append(path, size, at, given, strlen(given));
	path[at] = '\0';
}
