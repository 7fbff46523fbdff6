/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The structs that tracepoints hand to programs in BCC's dialect: struct tracepoint__CATEGORY__EVENT,
 * by the description that tracefs has of the event.
 */
#ifndef BCC_C__TRACEPOINT_H
#define BCC_C__TRACEPOINT_H

#include "idents.h"

/* How the names of the structs start. */
#define TRACEPOINT_PREFIX "tracepoint__"

/* Told of each file before it is read. */
typedef void (*tracepoint_file_fn)(void *ctx, const char *path);

/*
 * Writes the structs that the identifiers name.
 *
 * @tracefs: where it is mounted, or NULL for the usual places
 * @ids: what the structs use is added
 * @refuse: what this kernel has no tracepoint of is written as a struct whose use is an error
 * @out: the structs are appended
 * @message: receives a line for each other that there is no description of
 *
 * Returns 0 or -ENOMEM.
 */
int tracepoint__write(const char *tracefs, struct idents *ids, bool refuse, struct bcc_c__buf *out,
		      struct bcc_c__buf *message, tracepoint_file_fn file, void *ctx);

/*
 * Appends that there is no such tracepoint, and which near ones there are. Returns false if the name
 * can't be one's or tracefs can't be read, and appends nothing then.
 */
bool tracepoint__explain(const char *tracefs, const char *name, struct bcc_c__buf *out);

/* Appends a struct of that name, made from the text of a format file. */
void tracepoint__convert(const char *name, const char *format, struct idents *ids,
			 struct bcc_c__buf *out);

#endif
