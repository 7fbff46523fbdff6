// SPDX-License-Identifier: BSD-2-Clause
/*
 * bcc_c run: load and attach what a file holds, print what it tells, then its maps.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bcc_c/bcc_c.h>

#include "common/args.h"
#include "common/errors.h"
#include "common/run.h"
#include "commands.h"
#include "mapprint.h"
#include "source.h"
#include "tracepipe.h"

/* So many records are printed before signals and the time are looked at again. */
enum { BATCH = 1024 };

static int took_record(void)
{
	static unsigned int batch;

	return ++batch % BATCH ? 0 : -EAGAIN;
}

static int show_record(void *ctx, int cpu, const void *data, size_t size)
{
	print_record(ctx, cpu, data, size, false);
	return took_record();
}

static int show_json(void *ctx, int cpu, const void *data, size_t size)
{
	print_record(ctx, cpu, data, size, true);
	return took_record();
}

/* Returns the number of maps that events come from, or a negative errno. */
static int add_event_maps(struct bcc_c_module *mod, struct bcc_c_events *events, bool json)
{
	struct bcc_c_map *map = NULL;
	int cnt = 0, err;

	while ((map = bcc_c_module__next_map(mod, map))) {
		if (!is_event_map(map))
			continue;
		err = bcc_c_events__add(events, map, json ? show_json : show_record, map, NULL);
		if (err)
			return err;
		cnt++;
	}
	return cnt;
}

/*
 * Attaches each program whose section names a target. Those that don't are told of. Returns the
 * number of the attached, or a negative errno.
 */
static int attach_all(struct bcc_c_module *mod)
{
	struct bcc_c_prog *prog = NULL;
	int cnt = 0;

	while ((prog = bcc_c_module__next_prog(mod, prog))) {
		if (bcc_c_prog__attach(prog)) {
			cnt++;
			continue;
		}
		if (errno != EINVAL || strchr(bcc_c_prog__section(prog), '/'))
			return -errno;
		warn_text(
			"%s: its section '%s' names nothing to attach to; it stays loaded, but nothing runs it",
			bcc_c_prog__name(prog), bcc_c_prog__section(prog));
	}
	return cnt;
}

/* Prints events and traces until the end. */
static int follow(struct bcc_c_events *events, struct run *run, int pipe_fd)
{
	enum run_reason reason;
	int err;

	while ((reason = run_wait(run, 0)) == RUN_READY) {
		if (pipe_fd >= 0)
			tracepipe_print(pipe_fd);
		err = bcc_c_events__poll(events, 0);
		if (err < 0 && err != -EAGAIN && err != -EINTR)
			return err;
		flush_output();
	}
	if (reason == RUN_CLOSED)
		return -EPIPE;
	if (pipe_fd >= 0)
		tracepipe_print(pipe_fd);
	for (int i = 0; i < 64 && bcc_c_events__consume(events) == -EAGAIN; i++)
		;
	return 0;
}

static int run_module(struct bcc_c_module *mod, int64_t duration, bool json)
{
	struct bcc_c_events *events = bcc_c_events__new(mod);
	int event_maps = events ? add_event_maps(mod, events, json) : -1;
	int pipe_fd = json ? -1 : tracepipe_open(), cnt, err;
	struct run run;

	if (event_maps < 0)
		return module_failed(mod);
	cnt = attach_all(mod);
	if (cnt < 0)
		return module_failed(mod);
	if (!cnt) {
		warn_text("nothing to run: no program's section names what to attach it to");
		return EXIT_FAILED;
	}
	run_start(&run, duration);
	run.ready_fds[0] = event_maps ? bcc_c_events__fd(events) : -1;
	run.ready_fds[1] = pipe_fd;
	warn_text("%d attached; Ctrl-C ends", cnt);
	err = follow(events, &run, pipe_fd);
	if (err == -EPIPE)
		return EXIT_OK;
	if (err)
		return module_failed(mod);
	bcc_c_module__detach(mod);
	print_maps(mod, json);
	if (bcc_c_events__lost(events, NULL))
		warn_text("%" PRIu64 " events lost", bcc_c_events__lost(events, NULL));
	return EXIT_OK;
}

int run_command(int argc, char **argv)
{
	struct source source = {};
	int64_t duration = 0;
	bool json = false;
	const struct arg_option options[] = {
		{ 'd', "duration", ARG_SECONDS, "SECONDS", "end after this time", &duration },
		{ 0, "json", ARG_FLAG, NULL, "print an object of JSON in each line", &json },
		SOURCE_OPTIONS(&source),
		{ 0 },
	};
	const struct arg_spec spec = {
		.synopsis = "FILE [OPTIONS] [-- CFLAGS]",
		.about =
			"Compiles FILE, or takes it as it is if it is a BPF object; loads its programs, attaches them\n"
			"to what their sections name; prints what they trace or send until Ctrl-C, and then what is\n"
			"in their maps. FILE - is the standard input.",
		.examples = "  bcc_c run probe.bpf.c -d 10",
		.options = options,
		.max_rest = 1,
	};
	struct bcc_c_module *mod;
	struct args args;
	int status;

	args_parse(&spec, argc, argv, &args);
	mod = open_source(&args, &source, 0);
	if (!mod)
		return EXIT_FAILED;
	status = bcc_c_module__load(mod) ? module_failed(mod) : run_module(mod, duration, json);
	bcc_c_module__free(mod);
	return status;
}
