/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines: a table of options that fills a tool's settings. Every tool has -h, --help and
 * --version besides.
 */
#ifndef TOOLS_ARGS_H
#define TOOLS_ARGS_H

#include <stddef.h>
#include <stdint.h>

/* What an option's value is, and so the type behind struct arg_option's out. */
enum arg_kind {
	ARG_FLAG,    /* no value; bool */
	ARG_TEXT,    /* const char * */
	ARG_NUMBER,  /* a whole number from 1 on; uint64_t */
	ARG_PID,     /* the same; int32_t */
	ARG_USER,    /* a number or a login name; uint32_t */
	ARG_SECONDS, /* above 0, with decimals; int64_t of nanoseconds */
	ARG_CFLAG,   /* appends "-", the letter, the value; struct arg_list */
};

struct arg_option {
	char letter;      /* 0: long form only */
	const char *name; /* NULL: short form only */
	enum arg_kind kind;
	const char *value; /* what the usage text calls the value, NULL for a flag */
	const char *help;
	void *out;
};

struct arg_list {
	char **items;
	size_t cnt;
};

struct arg_spec {
	const char *synopsis;             /* what follows the command's name, for the usage text */
	const char *about;                /* one or more lines, without a newline at the end */
	const char *examples;             /* lines, or NULL */
	const struct arg_option *options; /* ended by an entry without letter and name */
	int max_rest;                     /* how many words may stand beside the options */
};

/* What is left of the command line. */
struct args {
	char **rest; /* the words beside the options */
	int rest_cnt;
	char **command; /* the words behind "--", ended by NULL; NULL: there is no "--" */
	int command_cnt;
};

/*
 * Fills in the settings. argv[0] is used in messages and in the usage text. Doesn't return after
 * --help and
 * --version (exit code 0) and after a mistake (2).
 */
void args_parse(const struct arg_spec *spec, int argc, char **argv, struct args *args);

/* Reads a value of one of the kinds from number to seconds into out. Returns false if the text is
 * no such value. */
_Bool args_value(enum arg_kind kind, const char *text, void *out);

/* Prints "NAME: text" and where help is to be had, then ends the tool with exit code 2. */
__attribute__((format(printf, 1, 2), noreturn)) void args_fail(const char *format, ...);

/* Appends a copy of the text. */
void args_append(struct arg_list *list, const char *text);

/* Empties the list. */
void args_clear(struct arg_list *list);

#endif
