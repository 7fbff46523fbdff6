/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs, and links that attach them. A link is a file descriptor of the kernel's: when the
 * process ends, however it ends, the kernel detaches.
 */
#ifndef BCC_C_PROG_H
#define BCC_C_PROG_H

#include <bcc_c/module.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bcc_c_link;

/* Options of bcc_c_prog__attach_kprobe(). */
struct bcc_c_kprobe_opts {
	size_t sz;
	uint64_t offset; /* bytes into the function, 0 for its entry */
	bool retprobe;   /* at the function's return; offset must be 0 */
	uint8_t reserved[7];
};

/* Options of bcc_c_prog__attach_uprobe(). */
struct bcc_c_uprobe_opts {
	size_t sz;
	const char *symbol; /* function in the binary; NULL: offset alone counts */
	uint64_t offset;    /* bytes into the function, or into the file where symbol is NULL */
	int32_t pid;        /* only this process; 0: every process */
	bool retprobe;      /* at the function's return; offset must be 0 where symbol is given */
	uint8_t reserved[3];
};

/* Options of bcc_c_prog__attach_usdt(). */
struct bcc_c_usdt_opts {
	size_t sz;
	uint64_t cookie; /* for the program to tell its places apart, by bpf_usdt_cookie() */
	int32_t pid;     /* only this process; 0: every process */
	uint8_t reserved[4];
};

/* Events for bcc_c_prog__attach_perf_event(); the numbers are the kernel's (perf_event_open(2)). */
enum bcc_c_perf_type {
	BCC_C_PERF_HARDWARE = 0,
	BCC_C_PERF_SOFTWARE = 1,
};

enum bcc_c_perf_hardware {
	BCC_C_PERF_CPU_CYCLES = 0,
	BCC_C_PERF_INSTRUCTIONS = 1,
	BCC_C_PERF_CACHE_REFERENCES = 2,
	BCC_C_PERF_CACHE_MISSES = 3,
	BCC_C_PERF_BRANCH_INSTRUCTIONS = 4,
	BCC_C_PERF_BRANCH_MISSES = 5,
};

enum bcc_c_perf_software {
	BCC_C_PERF_CPU_CLOCK = 0,
	BCC_C_PERF_TASK_CLOCK = 1,
	BCC_C_PERF_PAGE_FAULTS = 2,
	BCC_C_PERF_CONTEXT_SWITCHES = 3,
	BCC_C_PERF_CPU_MIGRATIONS = 4,
};

/* Options of bcc_c_prog__attach_perf_event(). */
struct bcc_c_perf_event_opts {
	size_t sz;
	uint64_t frequency; /* samples a second and CPU; either this or period must be given */
	uint64_t period;    /* one sample every so many events */
	int32_t pid;        /* only this process; 0: all */
	int32_t cpu_plus_1; /* only this CPU, counted from 1; 0: all that are online */
};

/*
 * The name of the program: that of its function.
 *
 * @prog: a program
 *
 * Returns a borrowed string. Never fails. Since 0.1.
 */
BCC_C_API const char *bcc_c_prog__name(const struct bcc_c_prog *prog);

/*
 * The section it stands in, such as "tracepoint/syscalls/sys_enter_openat".
 *
 * @prog: a program
 *
 * Returns a borrowed string. Never fails. Since 0.1.
 */
BCC_C_API const char *bcc_c_prog__section(const struct bcc_c_prog *prog);

/*
 * The name of the program's type, such as "kprobe" or "raw_tracepoint".
 *
 * @prog: a program
 *
 * Returns a constant string, "unknown" if its section gives it none. Since 0.1.
 */
BCC_C_API const char *bcc_c_prog__type_name(const struct bcc_c_prog *prog);

/*
 * The number of BPF instructions: of the object, or after loading those that were given to the
 * kernel.
 *
 * @prog: a program
 *
 * Returns a count. Never fails. Since 0.1.
 */
BCC_C_API size_t bcc_c_prog__insn_cnt(const struct bcc_c_prog *prog);

/*
 * The file descriptor of the loaded program.
 *
 * @prog: a program
 *
 * Returns a descriptor that stays the module's, or -EINVAL before loading. Since 0.1.
 */
BCC_C_API int bcc_c_prog__fd(const struct bcc_c_prog *prog);

/*
 * Attaches to what the program's section names.
 *
 * @prog: a loaded program
 *
 * Returns a link, or NULL: EINVAL if the section names no target. For the rest see the function for
 * its kind below. Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach(struct bcc_c_prog *prog);

/*
 * Attaches to a function of the kernel.
 *
 * @prog: a loaded program of type kprobe
 * @func: name of the function
 * @opts: options or NULL for its entry
 *
 * Returns a link, or NULL: ENOENT, no such function; EOPNOTSUPP, a kernel without kprobes; EPERM;
 * EINVAL. Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach_kprobe(struct bcc_c_prog *prog, const char *func,
						       const struct bcc_c_kprobe_opts *opts);

/*
 * Attaches to a place in programs' code.
 *
 * @prog: a loaded program of type kprobe
 * @binary: path of an ELF file; or, without a slash, the name of a library ("c", "libc.so.6",
 * "ssl") or of a command in PATH. With a pid, libraries are looked for among those that the process
 * has mapped, and paths are those that the process sees.
 * @opts: options with a symbol or an offset
 *
 * Returns a link, or NULL: ENOENT, no such binary or symbol; ESRCH, no such process; ENOEXEC, the
 * file is no ELF file; EPERM; EINVAL. Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach_uprobe(struct bcc_c_prog *prog, const char *binary,
						       const struct bcc_c_uprobe_opts *opts);

/*
 * Attaches to all places of a static probe (USDT) in programs' code. Where the program counts those
 * who listen in a semaphore, it is one more as long as the link lasts.
 *
 * @prog: a loaded program of type kprobe
 * @binary: as for bcc_c_prog__attach_uprobe()
 * @provider, @name: of the probe, as readelf -n shows them
 * @opts: options or NULL
 *
 * Returns one link for all places, or NULL: ENOENT, no such binary or probe; ESRCH, no such
 * process; ENOEXEC, the file is no ELF file of 64 bits; E2BIG, the program's table of arguments is
 * full; EPERM; EINVAL, also if the program reads arguments and one of the probe's is in a form that
 * libbpf doesn't know. Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach_usdt(struct bcc_c_prog *prog, const char *binary,
						     const char *provider, const char *name,
						     const struct bcc_c_usdt_opts *opts);

/*
 * Attaches to a tracepoint.
 *
 * @prog: a loaded program of type tracepoint
 * @category, @name: as below /sys/kernel/tracing/events
 *
 * Returns a link, or NULL: ENOENT, no such tracepoint; ENOTSUP, tracefs is not mounted; EPERM.
 * Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach_tracepoint(struct bcc_c_prog *prog,
							   const char *category, const char *name);

/*
 * Attaches to a tracepoint without the cost of formatting its arguments; needs no tracefs.
 *
 * @prog: a loaded program of type raw_tracepoint
 * @name: of the tracepoint, without category, such as "sched_switch"
 *
 * Returns a link, or NULL: ENOENT, no such tracepoint; EPERM. Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach_raw_tracepoint(struct bcc_c_prog *prog,
							       const char *name);

/*
 * Runs the program at samples of an event, on each CPU.
 *
 * @prog: a loaded program of type perf_event
 * @type: one of enum bcc_c_perf_type, or any other type perf_event_open(2) knows
 * @config: one of enum bcc_c_perf_hardware or bcc_c_perf_software, or what belongs to the type
 * @opts: options with a frequency or a period
 *
 * Returns one link for all CPUs, or NULL: ENOENT or EOPNOTSUPP, the machine has no such event;
 * ESRCH, no such process; EPERM; EINVAL. Since 0.1.
 */
BCC_C_API struct bcc_c_link *bcc_c_prog__attach_perf_event(
	struct bcc_c_prog *prog, uint32_t type, uint64_t config,
	const struct bcc_c_perf_event_opts *opts);

/*
 * Detaches and frees.
 *
 * @link: a link or NULL
 *
 * Keeps errno. Since 0.1.
 */
BCC_C_API void bcc_c_link__free(struct bcc_c_link *link);

#ifdef __cplusplus
}
#endif

#endif
