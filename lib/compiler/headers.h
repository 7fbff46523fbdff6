/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header files that probe source finds without their being on disk.
 */
#ifndef BCC_C__HEADERS_H
#define BCC_C__HEADERS_H

#include <stddef.h>

/* Where they seem to lie. No such directory exists. */
#define HEADERS_DIR "/bcc_c/include"

/* The header that holds the kernel's types; its text is made for each source. */
#define HEADERS_VMLINUX HEADERS_DIR "/vmlinux.h"

/* The structs of the tracepoints that a source names, likewise. */
#define HEADERS_TRACEPOINTS HEADERS_DIR "/bcc_c/bpf/tracepoints.h"

struct header_file {
	const char *path; /* below HEADERS_DIR, absolute */
	const char *text;
};

/* All that is the same for every source, ended by an entry whose path is NULL. */
extern const struct header_file headers[];

/* The names of types that these headers themselves use, ended by NULL. */
extern const char *const headers_types[];

#endif
