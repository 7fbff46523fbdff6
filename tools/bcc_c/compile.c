// SPDX-License-Identifier: BSD-2-Clause
/*
 * bcc_c compile: from C source to a BPF object file.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bcc_c/module.h>

#include "common/args.h"
#include "common/errors.h"
#include "commands.h"
#include "source.h"

static int write_object(const char *path, const void *data, size_t size)
{
	FILE *file;
	int bad;

	if (!strcmp(path, "-")) {
		fwrite(data, size, 1, stdout);
		return EXIT_OK; /* main looks at what became of it */
	}
	file = fopen(path, "we");
	if (!file) {
		warn_text("%s: %s", path, strerror(errno));
		return EXIT_FAILED;
	}
	bad = fwrite(data, size, 1, file) != 1;
	bad |= fclose(file);
	if (!bad)
		return EXIT_OK;
	warn_text("%s: %s", path, strerror(errno));
	unlink(path);
	return EXIT_FAILED;
}

int compile_command(int argc, char **argv)
{
	const char *output = NULL;
	struct source source = {};
	bool portable = false;
	const struct arg_option options[] = {
		{ 'o', "output", ARG_TEXT, "OUT.o",
		  "the object file to write; - is the standard output", &output },
		{ 0, "portable", ARG_FLAG, NULL, "make an object for other kernels too",
		  &portable },
		SOURCE_OPTIONS(&source),
		{ 0 },
	};
	const struct arg_spec spec = {
		.synopsis = "FILE -o OUT.o [OPTIONS] [-- CFLAGS]",
		.about =
			"Compiles C source to a BPF object file. It is for the running kernel alone, and others refuse\n"
			"it, unless --portable makes one that is relocated when it is loaded. FILE - is the standard\n"
			"input. All that follows -- is given to the compiler.",
		.examples = "  bcc_c compile probe.bpf.c -o probe.o -DLIMIT=10 -- -Wextra\n"
			    "  bcc_c compile --portable probe.bpf.c -o probe.o",
		.options = options,
		.max_rest = 1,
	};
	struct bcc_c_module *mod;
	struct args args;
	const void *data;
	size_t size;
	int status;

	args_parse(&spec, argc, argv, &args);
	if (!output)
		args_fail("-o OUT.o is missing");
	if (!strcmp(output, "-") && isatty(STDOUT_FILENO))
		args_fail("an object file isn't for terminals; give -o a file name");
	mod = open_source(&args, &source, portable ? BCC_C_PORTABLE : 0);
	if (!mod)
		return EXIT_FAILED;
	data = bcc_c_module__elf(mod, &size);
	status = data ? write_object(output, data, size) : module_failed(mod);
	bcc_c_module__free(mod);
	return status;
}
