// SPDX-License-Identifier: BSD-2-Clause
/*
 * bcc_c info: what this kernel, this process's rights and this build can do.
 */
#include <stdio.h>
#include <sys/utsname.h>

#include <bcc_c/kernel.h>

#include "common/args.h"
#include "common/errors.h"
#include "common/json.h"
#include "commands.h"

static void print_json(const struct utsname *system, const char *compiler)
{
	struct json json = { .out = stdout };
	char text[512];

	json_object(&json, NULL);
	json_text(&json, "version", bcc_c_version());
	json_text(&json, "kernel", system->release);
	json_text(&json, "machine", system->machine);
	json_text(&json, "compiler", compiler);
	json_object(&json, "features");
	for (int i = 0; i < BCC_C_FEATURE_CNT; i++) {
		int usable = bcc_c_feature__probe(i, text, sizeof(text));

		json_object(&json, bcc_c_feature__name(i));
		json_bool(&json, "usable", usable == 1);
		json_text(&json, "text", text);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
}

static void print_table(const struct utsname *system, const char *compiler)
{
	char text[512];

	printf("%-10s %s\n", "version", bcc_c_version());
	printf("%-10s %s %s\n", "kernel", system->release, system->machine);
	printf("%-10s %s\n\n", "compiler", compiler);
	for (int i = 0; i < BCC_C_FEATURE_CNT; i++) {
		int usable = bcc_c_feature__probe(i, text, sizeof(text));

		printf("%-10s %-3s  %s\n", bcc_c_feature__name(i), usable == 1 ? "yes" : "no",
		       text);
	}
}

int info_command(int argc, char **argv)
{
	bool as_json = false;
	const struct arg_option options[] = {
		{ 0, "json", ARG_FLAG, NULL, "print one object of JSON", &as_json },
		{ 0 },
	};
	const struct arg_spec spec = {
		.synopsis = "[OPTIONS]",
		.about =
			"Shows what this kernel, the rights of whoever calls it, and this build can do.",
		.options = options,
	};
	char compiler[512] = "";
	struct utsname system;
	struct args args;

	args_parse(&spec, argc, argv, &args);
	uname(&system);
	bcc_c_compiler__describe(compiler, sizeof(compiler));
	if (as_json)
		print_json(&system, compiler);
	else
		print_table(&system, compiler);
	return EXIT_OK;
}
