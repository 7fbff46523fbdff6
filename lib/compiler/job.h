/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One compilation, from its request to its reply, as it goes through the hands of request.c,
 * rounds.c and engine.c.
 */
#ifndef BCC_C__JOB_H
#define BCC_C__JOB_H

#include <time.h>

#include "../wire.h"
#include "bcc_c/module.h"
#include "flags.h"
#include "frontend.h"
#include "idents.h"
#include "missing.h"
#include "modules.h"

struct job {
	/* the request, whose bytes the strings are part of */
	const char *name;
	const char *source;
	const char *btf_path;
	const char *kernel; /* NULL: the object is for other kernels too */
	bool describe;
	enum bcc_c_dialect dialect;
	const char **cflags;
	size_t cflag_cnt;

	struct flags flags;
	struct idents ids;
	struct idents options;     /* of the kernel's configuration that the source asks for */
	struct bcc_c__buf license; /* that it defines; else empty */
	bool counts_cpus;          /* it asks for their number */
	struct btf_view btf;
	struct modules modules; /* on top of it */
	struct bcc_c__buf vmlinux;
	struct bcc_c__buf helpers;
	struct bcc_c__buf tracepoints;
	struct bcc_c__buf diags; /* WIRE_DIAG records of the last round */
	bool redefined;          /* the source defines a type that the kernel has as well */
	bool errors;             /* one of them is an error */
	bool new_names;          /* an error names something that the source was not known to use */
	struct missing_list missing; /* what they say is missing */
	struct bcc_c__buf deps;      /* WIRE_DEP records */
	struct idents dep_names;     /* their paths */
	struct bcc_c__buf elf;
	struct bcc_c__buf map_elf; /* the types of maps, if they are apart from it */
	struct bcc_c__buf message;
	struct bcc_c__buf times;
	struct timespec step_start;
};

/* Ends a step of those whose times the reply tells, and starts the next. */
void job__end_step(struct job *job, const char *name);

/* The same where a part of the step has a name of its own. */
void job__end_split_step(struct job *job, const char *name, const char *part, int64_t part_us);

/* Takes the fields of a request. Returns 0 or a negative errno, with a message. */
int request__read(struct job *job, const void *request, size_t size);

/*
 * Compiles the source to LLVM's code. Returns 0, -EBADMSG after errors in the source, or another
 * negative errno with a message.
 */
int rounds__run(struct job *job, LLVMContextRef context, LLVMModuleRef *module);

/* What the front end is to compile, as far as it is known. */
struct frontend_input rounds__input(struct job *job);

/* Adds a diagnostic; of type frontend_diag_fn, as the next is frontend_file_fn. */
void rounds__take_diag(void *job, const struct frontend_diag *diag);

/* Adds a file that the object depends on, before it is looked for. */
void rounds__take_file(void *job, const char *path);

#endif
