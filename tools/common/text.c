// SPDX-License-Identifier: BSD-2-Clause
/*
 * Texts that others chose, for people's eyes.
 */
#include "text.h"
#include "utf8.h"

static int is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

void print_safely(FILE *out, const char *text, size_t size)
{
	size_t length;
	uint32_t character;

	for (size_t i = 0; i < size; i += length) {
		length = utf8_read(text + i, size - i, &character);
		if (!length) {
			length = 1;
			character = ' ';
		}
		if (character == '\n')
			fputs("\\n", out);
		else if (character == '\t')
			fputs("\\t", out);
		else if (is_control(character))
			fprintf(out, "\\x%02x", character);
		else
			fwrite(text + i, length, 1, out);
	}
}
