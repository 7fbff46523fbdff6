/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the compiler's passes share: they compile a source and look at the code.
 */
#ifndef UNIT_PASS_H
#define UNIT_PASS_H

#include <linux/bpf.h>

#include "unit.h"

/* Sources of the BCC dialect get their types from there. */
#define KERNEL_TYPES "/sys/kernel/btf/vmlinux"

#define skip_without_types()                                                                       \
	skip_if(access(KERNEL_TYPES, R_OK), "%s can't be read: %m", KERNEL_TYPES)

/* A module holding the object of a source in the BCC dialect; also of a source with SEC(). */
struct bcc_c_module *compiled_bcc(const char *source);

/* Asserts that a source doesn't compile, for a reason at that line and column. */
void assert_bcc_fails(const char *source, const char *text, unsigned int line, unsigned int column);

/* How often a program's code has a call of a helper, of enum bpf_func_id. */
size_t calls_of(struct bcc_c_module *mod, const char *prog, int helper);

/* The fewest calls of a helper on any way through a program. */
size_t least_calls_of(struct bcc_c_module *mod, const char *prog, int helper);

#endif
