/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_UTF8_H
#define TOOLS_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads one character. Returns the number of its bytes, or 0 if the text (at least a byte long)
 * doesn't start with a valid one: overlong forms, surrogates and what lies above U+10FFFF are none.
 */
size_t utf8_read(const char *text, size_t size, uint32_t *character);

#endif
