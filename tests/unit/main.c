/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs all unit tests and prints TAP. Each test runs in a process of its own, so a crash counts as
 * one failed test, and under AddressSanitizer each is checked for leaks by itself.
 */
#include <bpf/libbpf.h>
#include <stdlib.h>

#include "unit.h"

#define ALL_SUITES(X)                                                                              \
	X(util)                                                                                    \
	X(wire)                                                                                    \
	X(idents)                                                                                  \
	X(btf_view)                                                                                \
	X(btf_check)                                                                               \
	X(subset)                                                                                  \
	X(prune)                                                                                   \
	X(types)                                                                                   \
	X(near)                                                                                    \
	X(suggest)                                                                                 \
	X(modules)                                                                                 \
	X(whole)                                                                                   \
	X(flags)                                                                                   \
	X(lines)                                                                                   \
	X(helpers)                                                                                 \
	X(headers)                                                                                 \
	X(dialect)                                                                                 \
	X(prelude)                                                                                 \
	X(kconfig)                                                                                 \
	X(tracepoint)                                                                              \
	X(bcc)                                                                                     \
	X(includes)                                                                                \
	X(error)                                                                                   \
	X(module)                                                                                  \
	X(engine)                                                                                  \
	X(pass_programs)                                                                           \
	X(pass_packet)                                                                             \
	X(pass_reads)                                                                              \
	X(pass_either)                                                                             \
	X(pass_records)                                                                            \
	X(limits)                                                                                  \
	X(compile)                                                                                 \
	X(cache)                                                                                   \
	X(cache_dir)                                                                               \
	X(cache_entry)                                                                             \
	X(object)                                                                                  \
	X(damage)                                                                                  \
	X(load)                                                                                    \
	X(prog)                                                                                    \
	X(map)                                                                                     \
	X(global)                                                                                  \
	X(format)                                                                                  \
	X(elf)                                                                                     \
	X(elf_usdt)                                                                                \
	X(binary)                                                                                  \
	X(kernel)                                                                                  \
	X(threads)                                                                                 \
	X(alloc)

#define DECLARE(name) Suite *name##_suite(void);
ALL_SUITES(DECLARE)

/* What libbpf says outside the library's own calls is of no interest here. */
static int print_nothing(enum libbpf_print_level level, const char *fmt, va_list args)
{
	return 0;
}

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
	SRunner *runner = srunner_create(NULL);
	int failed;

#define ADD(name)                                                                                  \
	if (is_wanted(#name, argc, argv))                                                          \
		srunner_add_suite(runner, name##_suite());
	ALL_SUITES(ADD)
	setenv("BCC_C_CACHE", "off", 0);
	setenv("BCC_C_COMPILER", BUILD "/libexec/bcc_c-cc", 0);
	libbpf_set_print(print_nothing);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
