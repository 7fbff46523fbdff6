/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "dialect.h"

/* Emulated guests compile ten times slower. */
#define TIMEOUT_S "600"

int main(int argc, char **argv)
{
	SRunner *runner;
	int failed;

	setenv("BCC_C_CACHE", "off", 0); /* these tests are of the compiler as well */
	/* Read as each test case is made. */
	setenv("CK_DEFAULT_TIMEOUT", TIMEOUT_S, 0);
	runner = srunner_create(suite_attach());
	srunner_add_suite(runner, suite_uprobe());
	srunner_add_suite(runner, suite_map());
	srunner_add_suite(runner, suite_events());
	srunner_add_suite(runner, suite_errors());
	srunner_add_suite(runner, suite_cases());
	srunner_add_suite(runner, suite_packet_fields());
	srunner_add_suite(runner, suite_packets());
	srunner_add_suite(runner, suite_passes());
	srunner_add_suite(runner, suite_leak());
	srunner_add_suite(runner, suite_bcc_tables());
	srunner_add_suite(runner, suite_bcc_methods());
	srunner_add_suite(runner, suite_bcc_events());
	srunner_add_suite(runner, suite_bcc_packets());
	srunner_add_suite(runner, suite_bcc_programs());
	srunner_add_suite(runner, suite_bcc_attached());
	srunner_add_suite(runner, suite_bcc_kernel());
	srunner_add_suite(runner, suite_bcc_reads());
	srunner_add_suite(runner, suite_bcc_errors());
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
