/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an unoptimised LLVM module to a BPF object.
 */
#ifndef BCC_C__CODEGEN_H
#define BCC_C__CODEGEN_H

#include <llvm-c/Core.h>

#include "../util.h"
#include "passes.h"

/*
 * Optimises the module and generates its code.
 *
 * @module: of any context; changed
 * @cpu: BPF instruction set, such as "v3"
 * @passes: how to run our own passes, before and after the optimiser
 * @elf: receives the object
 * @map_elf: receives one with the types of its maps where these are made apart, else nothing
 * @message: receives a text on failure
 *
 * Returns 0 or a negative errno.
 */
int codegen__run(LLVMModuleRef module, const char *cpu, struct passes *passes,
		 struct bcc_c__buf *elf, struct bcc_c__buf *map_elf, struct bcc_c__buf *message);

#endif
