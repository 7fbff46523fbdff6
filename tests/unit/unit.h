/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the unit tests share: one suite a file, temporary files, stand-ins for the compiler, sources
 * that need nothing of the running kernel, and counts of what a process holds.
 */
#ifndef UNIT_H
#define UNIT_H

#include <errno.h>
#include <string.h>

#include "internal.h"
#include "test.h"

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SAN 1
#else
#define UNDER_SAN 0
#endif

Suite *make_suite(const char *name, const TTest *const *tests, size_t cnt);

/* Defines NAME_suite() out of the names of tests. */
#define SUITE(name, ...)                                                                           \
	Suite *name##_suite(void);                                                                 \
	Suite *name##_suite(void)                                                                  \
	{                                                                                          \
		const TTest *tests[] = { __VA_ARGS__ };                                            \
		return make_suite(#name, tests, ARRAY_SIZE(tests));                                \
	}

/* ---- files; all are removed when the test ends */

/* A directory of the test's own. */
const char *temp_dir(void);

/* Path of a file in it; valid until the test ends. */
const char *temp_path(const char *name);

/* Makes a file in it and returns its path. */
const char *temp_file(const char *name, const void *data, size_t size);
const char *temp_text(const char *name, const char *text);

/* Makes a shell script that can be run, and returns its path. */
const char *temp_script(const char *name, const char *text);

/* ---- modules */

/* Stands in front of sources that shall not need the kernel's types. */
#define PRELUDE                                                                                    \
	"#define SEC(name) __attribute__((section(name), used))\n"                                 \
	"#define __uint(name, val) int (*name)[val]\n"                                             \
	"#define __type(name, val) typeof(val) *name\n"                                            \
	"typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32;\n"        \
	"typedef unsigned long long u64; typedef long long s64;\n"                                 \
	"char _license[] SEC(\"license\") = \"GPL\";\n"

/* A program that does nothing. */
#define PROG "SEC(\"kprobe/do_nothing\") int prog(void *ctx) { return 0; }\n"

struct bcc_c_module *new_module(void);

/* A module whose compiler is another program. */
struct bcc_c_module *new_module_with(const char *compiler);

/* A module holding the object of a source. */
struct bcc_c_module *compiled(const char *source);

/* An object that libbpf refuses, with something to say about it. */
void make_refused_object(struct bcc_c__buf *object);

/* Makes a compiler that gives the same reply whatever it is asked, and returns its path. */
const char *stub_compiler(const void *reply, size_t size);

/* A whole reply with a status and a message. */
void make_reply(struct bcc_c__buf *reply, int32_t status, const char *message);

/* ---- counts */

/* Open descriptors of this process. */
int count_fds(void);

/* Children of this process, ended ones that nobody waited for included. */
int count_children(void);

/* ---- numbers that look random and are the same each time */

uint32_t random_number(uint32_t *seed);
void random_bytes(uint32_t *seed, void *data, size_t size);

#endif
