// SPDX-License-Identifier: BSD-2-Clause
/*
 * bcc_c: the command that compiles, checks and runs BPF programs. This file only finds the
 * subcommand.
 */
#include <stdio.h>
#include <string.h>

#include <bcc_c/common.h>

#include "common/errors.h"
#include "commands.h"

static const struct subcommand {
	const char *name;
	const char *title; /* as the subcommand's argv[0] */
	const char *help;
	int (*run)(int argc, char **argv);
} subcommands[] = {
	{ "compile", "bcc_c compile", "compile C source to a BPF object file", compile_command },
	{ "check", "bcc_c check", "load every program into the kernel, attach nothing",
	  check_command },
	{ "run", "bcc_c run", "load and attach, print what the programs tell", run_command },
	{ "cache", "bcc_c cache", "show or clear the cache of compiled objects", cache_command },
	{ "info", "bcc_c info", "show what this kernel and this build can do", info_command },
};

enum { SUBCOMMANDS = sizeof(subcommands) / sizeof(*subcommands) };

static void print_usage(FILE *out)
{
	fputs("Usage: bcc_c COMMAND [ARGUMENTS]\n\n"
	      "Compiles BPF programs from C source, and runs them.\n\nCommands:\n",
	      out);
	for (int i = 0; i < SUBCOMMANDS; i++)
		fprintf(out, "  %-10s %s\n", subcommands[i].name, subcommands[i].help);
	fputs("\n'bcc_c COMMAND --help' tells more of each.\n", out);
}

static int run_subcommand(int argc, char **argv)
{
	for (int i = 0; i < SUBCOMMANDS; i++) {
		char title[32];

		if (strcmp(argv[0], subcommands[i].name))
			continue;
		argv[0] = strcpy(title, subcommands[i].title);
		return subcommands[i].run(argc, argv);
	}
	fprintf(stderr, "bcc_c: there is no command '%s'\nTry 'bcc_c --help'.\n", argv[0]);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return finish_output(EXIT_OK);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("bcc_c %s\n", bcc_c_version());
		return finish_output(EXIT_OK);
	}
	return finish_output(run_subcommand(argc - 1, argv + 1));
}
