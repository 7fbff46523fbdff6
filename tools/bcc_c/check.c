// SPDX-License-Identifier: BSD-2-Clause
/*
 * bcc_c check: would this kernel take these programs?
 */
#include <stdio.h>

#include <bcc_c/module.h>
#include <bcc_c/prog.h>

#include "common/args.h"
#include "common/errors.h"
#include "commands.h"
#include "source.h"

int check_command(int argc, char **argv)
{
	struct source source = {};
	const struct arg_option options[] = { SOURCE_OPTIONS(&source), { 0 } };
	const struct arg_spec spec = {
		.synopsis = "FILE [OPTIONS] [-- CFLAGS]",
		.about =
			"Compiles FILE, or takes it as it is if it is a BPF object, and loads every program into the\n"
			"kernel. Nothing is attached, nothing is left. Prints each program's name, its type and the\n"
			"number of its instructions. FILE - is the standard input.",
		.examples = "  bcc_c check probe.bpf.c\n"
			    "  bcc_c check probe.o",
		.options = options,
		.max_rest = 1,
	};
	struct bcc_c_prog *prog = NULL;
	struct bcc_c_module *mod;
	struct args args;
	int status = EXIT_OK;

	args_parse(&spec, argc, argv, &args);
	mod = open_source(&args, &source, 0);
	if (!mod)
		return EXIT_FAILED;
	if (bcc_c_module__load(mod))
		status = module_failed(mod);
	while (!status && (prog = bcc_c_module__next_prog(mod, prog)))
		printf("%-24s %-16s %6zu instructions\n", bcc_c_prog__name(prog),
		       bcc_c_prog__type_name(prog), bcc_c_prog__insn_cnt(prog));
	bcc_c_module__free(mod);
	return status;
}
