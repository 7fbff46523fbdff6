/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the cache share: a cache of the test's own, and a compiler that notes each of its
 * runs. Each result is compared with that of a compilation without the cache.
 */
#ifndef UNIT_CACHE_H
#define UNIT_CACHE_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "bcc_c/cache.h"
#include "unit.h"
#include "wire.h"

#define SOURCE PRELUDE PROG
#define MB (1u << 20)

struct cache_job {
	const char *source;
	const char *name;
	const char *cflags[4];
	uint32_t flags;
	uint32_t module_flags;
	const char *btf;
};

extern const struct cache_job plain_job;

extern char cache_compiler[PATH_MAX], cache_counter[PATH_MAX], cache_folder[PATH_MAX];
/* What the log function heard of the cache, as warnings. */
extern char cache_heard[4096];

/* Names the cache's folder, which is not there yet, and makes the compiler. */
void cache_set_up(void);

/* Makes the compiler a script that notes its run and then does this. */
void cache_write_compiler(const char *command);

/* How often the compiler was run. */
off_t cache_runs(void);

/* A module that was given the job, whatever came of it. */
struct bcc_c_module *cache_run(const struct cache_job *job);

/* The job's object. */
void cache_elf(const struct cache_job *job, uint32_t module_flags, struct bcc_c__buf *elf);

/* Whether a job's object came without a run of the compiler. It must be the right one anyway. */
bool cache_hits(const struct cache_job *job);

/* A job's result is stored and found again. */
void cache_store(const struct cache_job *job);

/*
 * What includes a file that changed a moment ago is not cached. Where the compiler is slow the moment
 * may be over when it is done, or not.
 */
void cache_settle(void);

/* The number of names in a folder; the last of them, too. */
int cache_count_names(const char *path, char last[NAME_MAX + 1]);

/* The path of the only entry. */
void cache_find_entry(char path[PATH_MAX]);

void cache_write_file(const char *path, const void *data, size_t size);

/* A file with nothing in it but a size, last used so many seconds ago. */
void cache_write_hollow(const char *path, off_t size, time_t age);

/* The path of a file in the cache's folder. */
const char *cache_path_of(const char *name);

#endif
