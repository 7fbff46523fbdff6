// SPDX-License-Identifier: BSD-2-Clause
/*
 * mallocstat: how a process uses its memory allocator.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/types.h>

#include <bcc_c/bcc_c.h>

#include "common/args.h"
#include "common/clock.h"
#include "common/errors.h"
#include "common/hist.h"
#include "common/json.h"
#include "common/process.h"
#include "common/run.h"
#include "mallocstat.h"

static const char source[] =
#include "mallocstat.bpf.inc"
	;

/* So many blocks of dead processes may lie in the map before it is swept. */
enum { MANY_DEAD = 65536 };

static const char *const func_names[ALLOC_FUNCS] = {
	[ALLOC_MALLOC] = "malloc",
	[ALLOC_CALLOC] = "calloc",
	[ALLOC_REALLOC] = "realloc",
	[ALLOC_FREE] = "free",
	[ALLOC_POSIX_MEMALIGN] = "posix_memalign",
	[ALLOC_ALIGNED_ALLOC] = "aligned_alloc",
	[ALLOC_MEMALIGN] = "memalign",
	[ALLOC_VALLOC] = "valloc",
	[ALLOC_PVALLOC] = "pvalloc",
};

struct settings {
	int32_t pid;
	const char *library;
	const char *output;
	bool json;
	int64_t interval; /* 0: no intervals */
	uint64_t count;   /* of intervals, 0: without end */
	char **command;   /* NULL: none */
};

/* The state of a run. */
struct watch {
	const struct settings *set;
	struct bcc_c_module *mod;
	int64_t start;
	int64_t last_time; /* when the last interval ended */
	struct alloc_stats last;
	uint64_t swept;
};

static void read_numbers(const struct args *args, struct settings *set)
{
	if (args->rest_cnt > 0 && !args_value(ARG_SECONDS, args->rest[0], &set->interval))
		args_fail("'%s' is not a good INTERVAL; a COMMAND goes behind --", args->rest[0]);
	if (args->rest_cnt > 1 && !args_value(ARG_NUMBER, args->rest[1], &set->count))
		args_fail("'%s' is not a good COUNT", args->rest[1]);
}

static void read_settings(int argc, char **argv, struct settings *set)
{
	const struct arg_option options[] = {
		{ 'p', "pid", ARG_PID, "PID", "watch this process", &set->pid },
		{ 'l', "library", ARG_TEXT, "LIBRARY",
		  "its allocator: a library's name or path (default: c)", &set->library },
		{ 'o', "output", ARG_TEXT, "FILE", "write to FILE, not to stdout", &set->output },
		{ 0, "json", ARG_FLAG, NULL,
		  "print an object of JSON an interval, and one for the whole", &set->json },
		{ 0 },
	};
	const struct arg_spec spec = {
		.synopsis = "[OPTIONS] [INTERVAL [COUNT]] [-- COMMAND [ARGUMENTS]]",
		.about =
			"Counts what a process asks of its memory allocator, and what it doesn't give back.\n"
			"With COMMAND from its first instruction to its end; with neither COMMAND nor PID in all\n"
			"processes. Ends with Ctrl-C. INTERVAL is in seconds.",
		.examples =
			"  mallocstat -- ls -l        a summary of one command\n"
			"  mallocstat -p 1234 1       process 1234, a line a second\n"
			"  mallocstat -l jemalloc 5 3 all who use jemalloc, three times 5 seconds",
		.options = options,
		.max_rest = 2,
	};
	struct args args;

	set->library = "c";
	args_parse(&spec, argc, argv, &args);
	read_numbers(&args, set);
	set->command = args.command;
	if (set->command && !args.command_cnt)
		args_fail("there is no COMMAND behind --");
	if (set->command && set->pid)
		args_fail("--pid and a COMMAND cannot be had together");
	if (!*set->library)
		args_fail("--library: an empty name");
}

/*
 * Attaches one program, named WHERE_FUNC. Returns false where the library has no such function,
 * unless it must have.
 */
static bool attach_func(const struct settings *set, struct bcc_c_module *mod, const char *where,
			int func)
{
	const struct bcc_c_uprobe_opts opts = {
		.sz = sizeof(opts),
		.symbol = func_names[func],
		.pid = set->pid,
		.retprobe = *where == 'l',
	};
	char name[32];

	snprintf(name, sizeof(name), "%s_%s", where, func_names[func]);
	if (bcc_c_prog__attach_uprobe(bcc_c_module__find_prog(mod, name), set->library, &opts))
		return true;
	if (errno != ENOENT || func == ALLOC_MALLOC || func == ALLOC_FREE)
		exit(module_failed(mod));
	return false;
}

static void attach_process_end(struct bcc_c_module *mod)
{
	if (!bcc_c_prog__attach(bcc_c_module__find_prog(mod, "process_exec")) ||
	    !bcc_c_prog__attach(bcc_c_module__find_prog(mod, "thread_exit")))
		exit(module_failed(mod));
}

/*
 * The process may be running. So returns come before entries, or calls would be followed whose
 * return is missed; and free comes before what allocates, or blocks would be held whose end is
 * missed.
 */
static void attach(const struct settings *set, struct bcc_c_module *mod)
{
	bool has[ALLOC_FUNCS];

	attach_process_end(mod);
	for (int i = 0; i < ALLOC_FUNCS; i++)
		has[i] = i == ALLOC_FREE || attach_func(set, mod, "leave", i);
	attach_func(set, mod, "enter", ALLOC_FREE);
	for (int i = 0; i < ALLOC_FUNCS; i++) {
		if (has[i] && i != ALLOC_FREE)
			attach_func(set, mod, "enter", i);
	}
}

static void load(const struct settings *set, struct bcc_c_module *mod)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .name = "mallocstat.bpf.c" };
	bool every_process = !set->pid;
	uint32_t own_pid = getpid();

	if (bcc_c_module__compile(mod, source, &opts) ||
	    bcc_c_module__set_global(mod, "every_process", &every_process, sizeof(every_process)) ||
	    bcc_c_module__set_global(mod, "own_pid", &own_pid, sizeof(own_pid)) ||
	    bcc_c_module__load(mod))
		exit(module_failed(mod));
}

static void read_stats(const struct watch *watch, struct alloc_stats *stats)
{
	if (bcc_c_module__get_global(watch->mod, "stats", stats, sizeof(*stats)))
		exit(module_failed(watch->mod));
}

static uint64_t sum(const uint64_t *numbers, size_t cnt)
{
	uint64_t all = 0;

	for (size_t i = 0; i < cnt; i++)
		all += numbers[i];
	return all;
}

/* What came after before: counts as differences, the rest as it is now. */
static struct alloc_stats since(const struct alloc_stats *now, const struct alloc_stats *before)
{
	struct alloc_stats part = *now;

	for (int i = 0; i < ALLOC_FUNCS; i++) {
		part.calls[i] -= before->calls[i];
		part.failed[i] -= before->failed[i];
		part.bytes[i] -= before->bytes[i];
	}
	for (int i = 0; i < ALLOC_SLOTS; i++)
		part.sizes[i] -= before->sizes[i];
	return part;
}

static void print_json(const char *type, int64_t from, int64_t to, const struct alloc_stats *stats)
{
	struct json json = { .out = stdout };

	json_object(&json, NULL);
	json_text(&json, "type", type);
	json_seconds(&json, "timestamp", to + clock_epoch_offset());
	json_seconds(&json, "seconds", to - from);
	for (int i = 0; i < ALLOC_FUNCS; i++)
		json_uint(&json, func_names[i], stats->calls[i]);
	json_uint(&json, "failed", sum((const uint64_t *)stats->failed, ALLOC_FUNCS));
	json_uint(&json, "bytes", sum((const uint64_t *)stats->bytes, ALLOC_FUNCS));
	json_uint(&json, "outstanding", stats->held);
	json_uint(&json, "blocks", stats->blocks);
	json_uint(&json, "peak", stats->peak);
	hist_json(&json, "histogram", (const uint64_t *)stats->sizes, ALLOC_SLOTS);
	json_end(&json);
}

static void print_header(void)
{
	printf("%-8s %8s %8s %8s %8s %8s %13s %13s %13s\n", "TIME", "MALLOC", "CALLOC", "REALLOC",
	       "FREE", "OTHER", "BYTES-ASKED", "OUTSTANDING", "PEAK");
}

static void print_line(const struct alloc_stats *stats)
{
	printf("%-8s", clock_time_of_day());
	for (int i = 0; i <= ALLOC_FREE; i++)
		printf(" %8" PRIu64, (uint64_t)stats->calls[i]);
	printf(" %8" PRIu64 " %13" PRIu64 " %13" PRIu64 " %13" PRIu64 "\n",
	       sum((const uint64_t *)stats->calls + ALLOC_FREE + 1, ALLOC_FUNCS - ALLOC_FREE - 1),
	       sum((const uint64_t *)stats->bytes, ALLOC_FUNCS), (uint64_t)stats->held,
	       (uint64_t)stats->peak);
}

static void print_interval(struct watch *watch)
{
	struct alloc_stats now, part;
	int64_t time_now = clock_now();

	read_stats(watch, &now);
	part = since(&now, &watch->last);
	if (watch->set->json)
		print_json("interval", watch->last_time, time_now, &part);
	else
		print_line(&part);
	flush_output();
	watch->last = now;
	watch->last_time = time_now;
}

static void print_total(const struct alloc_stats *stats, int64_t seconds)
{
	printf("%-16s %12s %12s %16s\n", "FUNCTION", "CALLS", "FAILED", "BYTES-ASKED");
	for (int i = 0; i < ALLOC_FUNCS; i++) {
		if (i <= ALLOC_FREE || stats->calls[i])
			printf("%-16s %12" PRIu64 " %12" PRIu64 " %16" PRIu64 "\n", func_names[i],
			       (uint64_t)stats->calls[i], (uint64_t)stats->failed[i],
			       (uint64_t)stats->bytes[i]);
	}
	printf("\nIn %.3f seconds; outstanding at the end: %" PRIu64 " bytes in %" PRIu64
	       " blocks; at the peak: %" PRIu64 " bytes\n\n",
	       (double)seconds / 1e9, (uint64_t)stats->held, (uint64_t)stats->blocks,
	       (uint64_t)stats->peak);
	hist_print(stdout, "bytes asked for", (const uint64_t *)stats->sizes, ALLOC_SLOTS);
}

static void print_warnings(const struct watch *watch, const struct alloc_stats *stats)
{
	if (stats->untracked)
		warn_text("no room to remember %" PRIu64
			  " blocks: outstanding and peak are too low",
			  (uint64_t)stats->untracked);
	if (stats->missed)
		warn_text("no room to follow %" PRIu64 " calls: all counts are too low",
			  (uint64_t)stats->missed);
	if (!sum((const uint64_t *)stats->calls, ALLOC_FUNCS))
		warn_text(
			"library '%s' was not called; a program linked statically, or with another allocator, "
			"needs its own path or the allocator's as --library",
			watch->set->library);
}

static void print_end(const struct watch *watch)
{
	struct alloc_stats stats;
	int64_t now = clock_now();

	read_stats(watch, &stats);
	if (watch->set->json) {
		print_json("total", watch->start, now, &stats);
	} else {
		if (watch->set->interval)
			putchar('\n');
		print_total(&stats, now - watch->start);
	}
	flush_output();
	print_warnings(watch, &stats);
}

static bool is_dead(struct bcc_c_map *holders, const struct block_key *key)
{
	struct holder holder;

	return bcc_c_map__lookup(holders, &key->pid, sizeof(key->pid), &holder, sizeof(holder)) ||
	       holder.born != key->born;
}

/* Removes the blocks of dead processes from the map. A walk that is thrown back by changes ends
 * after a while. */
static void sweep(struct watch *watch)
{
	struct bcc_c_map *blocks = bcc_c_module__find_map(watch->mod, "blocks");
	struct bcc_c_map *holders = bcc_c_module__find_map(watch->mod, "holders");
	struct block_key key, next;
	struct alloc_stats stats;
	uint64_t steps;
	int err;

	read_stats(watch, &stats);
	if (stats.dead - watch->swept < MANY_DEAD)
		return;
	steps = 2 * (stats.blocks + stats.dead - watch->swept);
	watch->swept = stats.dead;
	err = bcc_c_map__next_key(blocks, NULL, &next, sizeof(next));
	while (!err && steps--) {
		key = next;
		err = bcc_c_map__next_key(blocks, &key, &next, sizeof(next));
		if (is_dead(holders, &key))
			bcc_c_map__delete(blocks, &key, sizeof(key));
	}
}

/* Waits and prints intervals until the end. */
static enum run_reason wait_for_end(struct watch *watch, struct run *run)
{
	int64_t step = watch->set->interval ?: watch->set->pid ? 0 : NS_PER_S, next = watch->start;
	enum run_reason reason;
	uint64_t done = 0;

	for (;;) {
		next += step;
		reason = run_wait(run, step ? next : 0);
		if (reason != RUN_TICK)
			return reason;
		if (watch->set->interval)
			print_interval(watch);
		if (!watch->set->pid)
			sweep(watch);
		if (watch->set->count && ++done == watch->set->count)
			return RUN_OVER;
	}
}

static void run_watch(struct watch *watch, struct command *command, int process_fd)
{
	const struct settings *set = watch->set;
	struct run run;

	run_start(&run, 0);
	run.process_fd = process_fd;
	attach(set, watch->mod);
	watch->start = watch->last_time = clock_now();
	if (set->interval && !set->json)
		print_header();
	flush_output();
	if (set->command)
		command_begin(command, set->command);
	if (wait_for_end(watch, &run) == RUN_CLOSED)
		return;
	print_end(watch);
	if (set->command)
		command_report(command);
}

int main(int argc, char **argv)
{
	const struct bcc_c_module_opts opts = { .sz = sizeof(opts), .log = print_log };
	struct settings set = {};
	struct command command;
	struct watch watch = { .set = &set };
	int process_fd;

	read_settings(argc, argv, &set);
	if (set.command) {
		command_prepare(&command, set.command);
		set.pid = command.pid;
	}
	process_fd = set.pid ? process_watch(set.pid) : -1;
	if (set.output && !freopen(set.output, "w", stdout))
		die("%s: %s", set.output, strerror(errno));
	watch.mod = bcc_c_module__new(&opts);
	if (!watch.mod)
		die("%s", strerror(errno));
	load(&set, watch.mod);
	run_watch(&watch, &command, process_fd);
	bcc_c_module__free(watch.mod);
	return finish_output(EXIT_OK);
}
