/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages on stderr and the exit codes that all tools share. */
#ifndef TOOLS_ERRORS_H
#define TOOLS_ERRORS_H

#include <bcc_c/module.h>

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
};

/* Prints "TOOL: text" and a newline. */
__attribute__((format(printf, 1, 2))) void warn_text(const char *format, ...);

/* The same, then ends the tool with EXIT_FAILED. */
__attribute__((format(printf, 1, 2), noreturn)) void die(const char *format, ...);

/* Prints what the last call on the module has to say: all of its log, then its message. Returns
 * EXIT_FAILED. */
int module_failed(const struct bcc_c_module *mod);

/* Prints the library's warnings; a bcc_c_log_fn. */
void print_log(void *ctx, int level, const char *text);

/*
 * Flushes stdout. If that fails, ends the tool: quietly when nobody reads it any more (tool | head),
 * else with a message and EXIT_FAILED.
 */
void flush_output(void);

/* The same for the end of main, which then returns what this does: status. */
int finish_output(int status);

#endif
