/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "dialect.h"

/* Emulated guests compile ten times slower. */
#define TIMEOUT_S "600"

static const struct {
	const char *name;
	Suite *(*make)(void);
} suites[] = {
	{ "attach", suite_attach },
	{ "uprobe", suite_uprobe },
	{ "map", suite_map },
	{ "events", suite_events },
	{ "errors", suite_errors },
	{ "cases", suite_cases },
	{ "modules", suite_modules },
	{ "passes", suite_passes },
	{ "public", suite_public },
	{ "tracepoints", suite_tracepoints },
	{ "packet_fields", suite_packet_fields },
	{ "packets", suite_packets },
	{ "leak", suite_leak },
	{ "bcc_tables", suite_bcc_tables },
	{ "bcc_methods", suite_bcc_methods },
	{ "bcc_events", suite_bcc_events },
	{ "bcc_packets", suite_bcc_packets },
	{ "bcc_programs", suite_bcc_programs },
	{ "bcc_attached", suite_bcc_attached },
	{ "bcc_kernel", suite_bcc_kernel },
	{ "bcc_reads", suite_bcc_reads },
	{ "bcc_errors", suite_bcc_errors },
};

static bool is_wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc < 2;
}

/* With names as arguments only those suites are run. */
int main(int argc, char **argv)
{
	SRunner *runner;
	int failed;

	setenv("BCC_C_CACHE", "off", 0); /* these tests are of the compiler as well */
	/* Read as each test case is made. */
	setenv("CK_DEFAULT_TIMEOUT", TIMEOUT_S, 0);
	runner = srunner_create(NULL);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (is_wanted(suites[i].name, argc, argv))
			srunner_add_suite(runner, suites[i].make());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
