// SPDX-License-Identifier: BSD-2-Clause
/*
 * UTF-8, strictly: file names and command names are any bytes, what we print as UTF-8 has to be
 * just that.
 */
#include <stdbool.h>

#include "utf8.h"

static size_t length_by_first(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	if (first >= 0xf0 && first < 0xf5)
		return 4;
	return 0;
}

static bool is_character(uint32_t value, size_t length)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return value >= lowest[length] && value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000);
}

size_t utf8_read(const char *text, size_t size, uint32_t *character)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = length_by_first(bytes[0]);
	uint32_t value;

	if (!length || length > size)
		return 0;
	value = length == 1 ? bytes[0] : bytes[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (bytes[i] & 0x3f);
	}
	*character = value;
	return is_character(value, length) ? length : 0;
}
