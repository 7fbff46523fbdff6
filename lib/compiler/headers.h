/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header files that probe source finds without their being on disk.
 */
#ifndef BCC_C__HEADERS_H
#define BCC_C__HEADERS_H

#include <stddef.h>

/* Where they seem to lie. No such directory exists. */
#define HEADERS_DIR "/bcc_c/include"

/* The headers that hold the kernel's types and helpers; their text is made for each source. */
#define HEADERS_VMLINUX HEADERS_DIR "/vmlinux.h"
#define HEADERS_HELPERS HEADERS_DIR "/bpf/bpf_helper_defs.h"

/* The structs of the tracepoints that a source names, likewise. */
#define HEADERS_TRACEPOINTS HEADERS_DIR "/bcc_c/bpf/tracepoints.h"

struct header_file {
	const char *path; /* below HEADERS_DIR, absolute */
	const char *text;
};

/* All that is the same for every source, ended by an entry whose path is NULL. */
extern const struct header_file headers[];

/*
 * What is read for a path below HEADERS_DIR: for the kernel's own headers, whatever their names,
 * HEADERS_VMLINUX, and for their folders HEADERS_DIR. Other paths stay.
 */
const char *headers__resolve(const char *path);

/* The names of types that these headers themselves use, ended by NULL. */
extern const char *const headers_types[];

#endif
