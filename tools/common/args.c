// SPDX-License-Identifier: BSD-2-Clause
/*
 * Command lines, read by getopt_long(3) from a table.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bcc_c/common.h>

#include "args.h"
#include "clock.h"
#include "errors.h"

enum {
	MAX_OPTIONS = 32,
	LONG_ONLY = 256, /* getopt's value for entry n of the table is its letter, or this and n */
	LONG_VERSION = LONG_ONLY + MAX_OPTIONS,
};

static const char *command_name;

void args_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fprintf(stderr, "%s: ", command_name);
	vfprintf(stderr, format, list);
	fprintf(stderr, "\nTry '%s --help'.\n", command_name);
	va_end(list);
	exit(EXIT_USAGE);
}

static void print_option(char letter, const char *name, const char *value, const char *help)
{
	char text[64];
	char brief[4] = { '-', letter };

	snprintf(text, sizeof(text), "%s%s%s%s%s%s", letter ? brief : "    ",
		 letter && name ? ", " : "", name ? "--" : "", name ? name : "", value ? " " : "",
		 value ? value : "");
	printf("  %-24s %s\n", text, help);
}

static void print_usage(const struct arg_spec *spec)
{
	printf("Usage: %s %s\n\n%s\n\nOptions:\n", command_name, spec->synopsis, spec->about);
	for (const struct arg_option *o = spec->options; o->letter || o->name; o++)
		print_option(o->letter, o->name, o->value, o->help);
	print_option('h', "help", NULL, "show this text");
	print_option(0, "version", NULL, "show the version");
	if (spec->examples)
		printf("\nExamples:\n%s\n", spec->examples);
}

static bool read_whole(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return !errno && !*end && *out <= max;
}

static bool read_seconds(const char *text, int64_t *out)
{
	char *end;
	double seconds = strtod(text, &end);

	/* strtod reads hexadecimal, "inf" and more */
	if (!*text || strspn(text, "0123456789.") != strlen(text) || *end)
		return false;
	if (!(seconds >= 1e-9 && seconds <= 1e9))
		return false;
	*out = (int64_t)(seconds * (double)NS_PER_S);
	return true;
}

static bool read_user(const char *text, uint32_t *out)
{
	const struct passwd *user;
	uint64_t number;

	if (read_whole(text, UINT32_MAX - 1, &number)) {
		*out = number;
		return true;
	}
	user = getpwnam(text);
	if (user)
		*out = user->pw_uid;
	return user;
}

bool args_value(enum arg_kind kind, const char *text, void *out)
{
	uint64_t number;

	if (kind == ARG_SECONDS)
		return read_seconds(text, out);
	if (kind == ARG_USER)
		return read_user(text, out);
	if (!read_whole(text, kind == ARG_PID ? INT32_MAX : UINT64_MAX, &number) || !number)
		return false;
	if (kind == ARG_PID)
		*(int32_t *)out = number;
	else
		*(uint64_t *)out = number;
	return true;
}

/* Takes a text from malloc, or NULL if there was no memory for it. */
static void append_own(struct arg_list *list, char *text)
{
	list->items = reallocarray(list->items, list->cnt + 1, sizeof(*list->items));
	if (!list->items || !text)
		die("out of memory");
	list->items[list->cnt++] = text;
}

void args_append(struct arg_list *list, const char *text)
{
	append_own(list, strdup(text));
}

void args_clear(struct arg_list *list)
{
	while (list->cnt)
		free(list->items[--list->cnt]);
	free(list->items);
	list->items = NULL;
}

static void append_cflag(struct arg_list *list, char letter, const char *value)
{
	char *text;

	append_own(list, asprintf(&text, "-%c%s", letter, value) < 0 ? NULL : text);
}

static void set_option(const struct arg_option *option, const char *value)
{
	if (option->kind == ARG_FLAG)
		*(bool *)option->out = true;
	else if (option->kind == ARG_TEXT)
		*(const char **)option->out = value;
	else if (option->kind == ARG_CFLAG)
		append_cflag(option->out, option->letter, value);
	else if (!args_value(option->kind, value, option->out))
		args_fail("%s%s: '%s' is not a good %s", option->name ? "--" : "-",
			  option->name ? option->name : (char[]){ option->letter, 0 }, value,
			  option->value);
}

/* The table in getopt's form. Returns the number of options. */
static int make_table(const struct arg_spec *spec, char *letters, struct option *table)
{
	int cnt = 0;

	for (const struct arg_option *o = spec->options; o->letter || o->name; o++, cnt++) {
		int has_value = o->kind != ARG_FLAG;

		if (o->letter)
			letters += sprintf(letters, "%c%s", o->letter, has_value ? ":" : "");
		if (o->name)
			*table++ = (struct option){ o->name, has_value, NULL,
						    o->letter ?: LONG_ONLY + cnt };
	}
	strcpy(letters, "h");
	*table++ = (struct option){ "help", no_argument, NULL, 'h' };
	*table++ = (struct option){ "version", no_argument, NULL, LONG_VERSION };
	*table = (struct option){};
	return cnt;
}

static void use_option(const struct arg_spec *spec, int cnt, int value)
{
	if (value == 'h') {
		print_usage(spec);
		exit(finish_output(EXIT_OK));
	}
	if (value == LONG_VERSION) {
		printf("%s (bcc_c) %s\n", command_name, bcc_c_version());
		exit(finish_output(EXIT_OK));
	}
	for (int i = 0; i < cnt; i++) {
		if (value == (spec->options[i].letter ?: LONG_ONLY + i)) {
			set_option(&spec->options[i], optarg);
			return;
		}
	}
	fprintf(stderr, "Try '%s --help'.\n", command_name); /* getopt has said what is wrong */
	exit(EXIT_USAGE);
}

/* Takes "--" and what follows it off the command line: getopt would not tell whether there was one.
 */
static int split_command(int argc, char **argv, struct args *args)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		args->command = argv + i + 1;
		args->command_cnt = argc - i - 1;
		argv[i] = NULL;
		return i;
	}
	return argc;
}

void args_parse(const struct arg_spec *spec, int argc, char **argv, struct args *args)
{
	struct option table[MAX_OPTIONS + 3];
	char letters[2 * MAX_OPTIONS + 2];
	const char *slash = strrchr(argv[0], '/');
	int cnt = make_table(spec, letters, table), value;

	command_name = argv[0] = slash ? argv[0] + strlen(argv[0]) - strlen(slash) + 1 : argv[0];
	*args = (struct args){};
	argc = split_command(argc, argv, args);
	optind = 0; /* makes glibc start anew: main may have read options before */
	while ((value = getopt_long(argc, argv, letters, table, NULL)) != -1)
		use_option(spec, cnt, value);
	args->rest = argv + optind;
	args->rest_cnt = argc - optind;
	if (args->rest_cnt > spec->max_rest)
		args_fail("unexpected argument '%s'", args->rest[spec->max_rest]);
}
