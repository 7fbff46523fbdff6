/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stddef.h>
#include <stdio.h>

/*
 * Prints a text that others chose, such as a file name, so that it stays on its line and cannot
 * command the terminal: control characters appear as \n, \t, \x1b. All else is printed as it is.
 */
void print_safely(FILE *out, const char *text, size_t size);

#endif
