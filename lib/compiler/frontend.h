/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of clang that has no C interface: C source in, identifiers or an LLVM module out.
 */
#ifndef BCC_C__FRONTEND_H
#define BCC_C__FRONTEND_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stddef.h>

#include "missing.h"

#ifdef __cplusplus
extern "C" {
#endif

struct frontend_diag {
	int severity; /* enum bcc_c_severity */
	unsigned int line;
	unsigned int column;
	const char *file;
	const char *text;
	const char *source_line;
	struct missing missing;
};

typedef void (*frontend_diag_fn)(void *ctx, const struct frontend_diag *diag);

/*
 * Told of each identifier outside the embedded headers, and of those in there that may be helpers;
 * uses is of enum ident_use.
 */
typedef void (*frontend_ident_fn)(void *ctx, const char *name, size_t len, unsigned int uses);

/* Told of the text of the source and of each file that it includes, but for the embedded headers. */
typedef void (*frontend_text_fn)(void *ctx, const char *text);

/* Told what a macro is defined as at the source's end. */
typedef void (*frontend_macro_fn)(void *ctx, const char *text);

/*
 * The kind of metadata that the types of local variables are kept as, at the allocas; nothing else is
 * left of what debuggers are told of them.
 */
#define FRONTEND_TYPE_KIND "bcc_c.type"

/* Told of each file and folder on disk before it is looked for. */
typedef void (*frontend_file_fn)(void *ctx, const char *path);

struct frontend_input {
	const char *name;   /* file name of the source */
	const char *source; /* ended by a zero byte */
	size_t source_size;
	const char *const *args; /* flags of clang's front end */
	size_t arg_cnt;
	const char *vmlinux;     /* text of vmlinux.h */
	const char *tracepoints; /* text of tracepoints.h */
	const char *helpers;     /* text of bpf_helper_defs.h */
	bool keep_types;         /* of local variables: see FRONTEND_TYPE_KIND */
	frontend_diag_fn diag;
	void *diag_ctx;
	frontend_file_fn file;
	void *file_ctx;
};

/* Whom to tell of what; all but ident may be NULL. */
struct frontend_scan {
	frontend_ident_fn ident;
	frontend_text_fn text;
	frontend_macro_fn macro;
	const char *macro_name; /* which macro */
	void *ctx;
};

/*
 * Runs the preprocessor alone.
 *
 * Returns whether the source includes vmlinux.h, by this or any other kernel header's name. Errors
 * are left for frontend__compile() to find again.
 */
bool frontend__scan(const struct frontend_input *in, const struct frontend_scan *to);

/*
 * Compiles to unoptimised code. Returns a module of the context, or NULL after an error was
 * reported.
 */
LLVMModuleRef frontend__compile(const struct frontend_input *in, LLVMContextRef context);

/* The version, such as "19.1.7". */
const char *frontend__version(void);

#ifdef __cplusplus
}
#endif

#endif
