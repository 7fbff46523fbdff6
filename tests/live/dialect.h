/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the BCC dialect share. Their sources are in tests/cases/bcc.
 *
 * Most programs there take a struct bpf_raw_tracepoint_args and are attached to nothing: the kernel
 * runs them on request, once, with the arguments that the test chooses.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include "live.h"

#include <bpf/libbpf.h>
#include <stdlib.h>

/* tests/cases/bcc/NAME.c, compiled. */
struct bcc_c_module *compile_case(const char *name);

/* The same, loaded. */
struct bcc_c_module *load_case(const char *name);

/* A source text, compiled as BCC's dialect and loaded. */
struct bcc_c_module *load_bcc(const char *source);

/* tests/cases/bcc/NAME.c, compiled and opened by libbpf, which lets one say what a program is. */
struct bpf_object *open_case(const char *name);
void set_type(struct bpf_object *object, const char *prog, enum bpf_prog_type type,
	      enum bpf_attach_type attach);

/* Runs a program once; gives its result. */
int run_raw(struct bcc_c_module *mod, const char *prog, uint64_t first, uint64_t second);

/* Runs a program on a packet, which it may change; gives its result. */
int run_packet(int prog_fd, void *packet, uint32_t size);

/* The leaf of up to 8 bytes of a key, as a number. Asserts that there is one. */
uint64_t leaf_of(struct bcc_c_module *mod, const char *map, uint64_t key);

/* Whether there is a leaf. */
bool has_leaf(struct bcc_c_module *mod, const char *map, uint64_t key);

/* Gives a key of up to 8 bytes a leaf of up to 8 bytes. */
void set_leaf(struct bcc_c_module *mod, const char *map, uint64_t key, uint64_t leaf);

/* The topmost control group of version 2, or -1 if there is none. */
int open_cgroup(void);

/* Attaches a program to a static probe of this program's (static_probes.h); of this process alone. */
struct bcc_c_link *attach_probe(struct bcc_c_module *mod, const char *prog, const char *name,
				struct bcc_c_usdt_opts opts);
struct bcc_c_link *attach_own_probe(struct bcc_c_module *mod, const char *prog, const char *name);

#endif
