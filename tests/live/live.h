/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the live tests share. They load and attach real programs, as root, on whichever kernel runs.
 */
#ifndef LIVE_H
#define LIVE_H

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bcc_c/bcc_c.h"
#include "test.h"

/* The start of most sources. */
#define PRELUDE                                                                                    \
	"#include \"vmlinux.h\"\n"                                                                 \
	"#include <bpf/bpf_helpers.h>\n"                                                           \
	"#include <bpf/bpf_core_read.h>\n"                                                         \
	"#include <bpf/bpf_tracing.h>\n"                                                           \
	"char LICENSE[] SEC(\"license\") = \"GPL\";\n"

/* A counter of what the process "target" does, for programs to add to. */
#define COUNTER                                                                                    \
	"const volatile int target;\n"                                                             \
	"u64 hits;\n"                                                                              \
	"static void hit(void)\n"                                                                  \
	"{\n"                                                                                      \
	"	if (bpf_get_current_pid_tgid() >> 32 == target)\n"                                       \
	"		__sync_fetch_and_add(&hits, 1);\n"                                                      \
	"}\n"

/* Compiles and loads; if the source has a "target", it is this process. Asserts that all succeeds. */
struct bcc_c_module *load_source(const char *source);

/* The program of that name, which must exist. */
struct bcc_c_prog *prog_of(struct bcc_c_module *mod, const char *name);

/* The map of that name, which must exist. */
struct bcc_c_map *map_of(struct bcc_c_module *mod, const char *name);

/* The variable "hits". */
uint64_t hits_of(struct bcc_c_module *mod);

/* Makes cnt system calls of a kind that nothing else in this process makes. */
void call_getppid(int cnt);

/* A function of this program to place uprobes on; gives twice the number. */
int probe_me(int number);

/* The path of this program. */
const char *own_path(void);

/* Mounts tracefs if it isn't mounted. */
void want_tracefs(void);

/* From here on mounts of this process are its own. Returns false, with errno, where that can't be. */
bool own_mounts(void);

/* The same, with a BPF file system over the folder where the machine may have its own. */
bool own_bpf_fs(void);

/*
 * Starts a process that calls a function and ends once it is told to by run_caller(), which waits for
 * its end.
 */
pid_t fork_caller(void (*fn)(void), int *go);
void run_caller(pid_t pid, int go);

bool kernel_has_kprobes(void);

/* How many descriptors this process has open. */
int count_fds(void);

/* How many programs and maps the kernel holds, whoever loaded them. */
int count_bpf_objects(void);

/*
 * Asserts that there are no more of them than that. The kernel frees them a while after the last
 * reference has gone.
 */
void wait_for_objects(int most);

/* All suites, in the order in which they run. */
#define LIVE_SUITES(X)                                                                             \
	X(attach)                                                                                  \
	X(uprobe)                                                                                  \
	X(usdt)                                                                                    \
	X(usdt_links)                                                                              \
	X(map)                                                                                     \
	X(events)                                                                                  \
	X(errors)                                                                                  \
	X(cases)                                                                                   \
	X(modules)                                                                                 \
	X(packet_fields)                                                                           \
	X(packets)                                                                                 \
	X(passes)                                                                                  \
	X(public)                                                                                  \
	X(tracepoints)                                                                             \
	X(bcc_tables)                                                                              \
	X(bcc_pins)                                                                                \
	X(bcc_methods)                                                                             \
	X(bcc_events)                                                                              \
	X(bcc_records)                                                                             \
	X(bcc_packets)                                                                             \
	X(bcc_sockets)                                                                             \
	X(bcc_programs)                                                                            \
	X(bcc_attached)                                                                            \
	X(bcc_kernel)                                                                              \
	X(bcc_reads)                                                                               \
	X(bcc_errors)                                                                              \
	X(leak)

#define DECLARE_SUITE(name) Suite *suite_##name(void);
LIVE_SUITES(DECLARE_SUITE)

#endif
