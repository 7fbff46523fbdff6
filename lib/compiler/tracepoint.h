/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structs that tracepoints hand to programs in BCC's dialect: struct tracepoint__CATEGORY__EVENT,
 * by the description that tracefs has of the event.
 */
#ifndef BCC_C__TRACEPOINT_H
#define BCC_C__TRACEPOINT_H

#include "idents.h"

/* Told of each file before it is read. */
typedef void (*tracepoint_file_fn)(void *ctx, const char *path);

/*
 * Writes the structs that the identifiers name.
 *
 * @tracefs: where it is mounted, or NULL for the usual places
 * @ids: what the structs use is added
 * @out: the structs are appended
 * @message: receives a line for each that there is no description of
 *
 * Returns 0 or -ENOMEM.
 */
int tracepoint__write(const char *tracefs, struct idents *ids, struct bcc_c__buf *out,
		      struct bcc_c__buf *message, tracepoint_file_fn file, void *ctx);

/* Appends a struct of that name, made from the text of a format file. */
void tracepoint__convert(const char *name, const char *format, struct idents *ids,
			 struct bcc_c__buf *out);

#endif
