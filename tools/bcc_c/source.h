/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BCC_C_SOURCE_H
#define BCC_C_SOURCE_H

#include <bcc_c/module.h>

#include "common/args.h"

/* What the options of all subcommands that take source give. */
struct source {
	struct arg_list cflags;
	const char *dialect;
};

#define SOURCE_OPTIONS(source)                                                                     \
	{ 'D', NULL, ARG_CFLAG, "NAME[=TEXT]", "define a macro", &(source)->cflags },              \
		{ 'U', NULL, ARG_CFLAG, "NAME", "take a definition back", &(source)->cflags },     \
		{ 'I',                                                                             \
		  NULL,                                                                            \
		  ARG_CFLAG,                                                                       \
		  "FOLDER",                                                                        \
		  "look for included files there too",                                             \
		  &(source)->cflags },                                                             \
	{                                                                                          \
		0, "dialect", ARG_TEXT, "bcc|libbpf",                                              \
			"the source's dialect, else told from its text", &(source)->dialect        \
	}

/*
 * Makes a module of the file: an ELF object as it is, anything else compiled as C source. "-" is
 * the standard input.
 *
 * @args: its only word is the file, what follows "--" are more flags for the compiler
 * @source: from the options; its flags are emptied
 * @flags: of enum bcc_c_compile_flags
 *
 * Prints what is wrong on stderr, warnings of the compiler too. Returns NULL if there is no module.
 */
struct bcc_c_module *open_source(const struct args *args, struct source *source, uint32_t flags);

#endif
