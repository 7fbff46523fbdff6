/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The passes of our own over LLVM's code: what the dialects of C promise beyond what clang and LLVM
 * make of the text. Each is a file pass_*.c; passes.c says which run and in what order.
 */
#ifndef BCC_C__PASSES_H
#define BCC_C__PASSES_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stdint.h>

#include "bcc_c/module.h"
#include "frontend.h"

struct passes {
	enum bcc_c_dialect dialect;
	const char *name; /* file name of the source */
	bool kptrs;       /* the source may keep typed pointers in maps */
	frontend_diag_fn diag;
	void *diag_ctx;

	/* what came of it */
	bool failed; /* an error was handed to diag */
	int64_t us;  /* the time that all took */
};

/*
 * The methods of the BCC dialect's tables that are given records, and which of their arguments are the
 * address of one and its size; ended by one without a name. Where a source uses none, pass_records()
 * has nothing to do, and needs no types of local variables.
 */
struct record_method {
	const char *name;
	unsigned int data;
	unsigned int size; /* PASSES_NO_SIZE: it was said before */
};
#define PASSES_NO_SIZE 9
extern const struct record_method passes_record_methods[];

/*
 * Run on what the front end made, and on what the optimiser made of that. They need a data layout
 * and debug information in the module.
 *
 * Return 0, or -EBADMSG after an error was handed to diag.
 */
int passes__before(LLVMModuleRef module, struct passes *passes);
int passes__after(LLVMModuleRef module, struct passes *passes);

#endif
