// SPDX-License-Identifier: BSD-2-Clause
/*
 * opensnoop: which files are opened, by whom, and with what success.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/types.h>

#include <bcc_c/bcc_c.h>

#include "common/args.h"
#include "common/clock.h"
#include "common/errors.h"
#include "common/json.h"
#include "common/openflags.h"
#include "common/path.h"
#include "common/process.h"
#include "common/run.h"
#include "common/text.h"
#include "opensnoop.h"

static const char source[] =
#include "opensnoop.bpf.inc"
	;

#ifndef SYS_creat /* arm64 never had it */
#define SYS_creat -1
#endif

/* So many events are shown before signals and the time are looked at again. */
enum { BATCH = 1024 };

struct settings {
	int32_t pid;
	uint32_t uid;
	const char *name;
	bool failed;
	bool times;
	bool uids;
	bool flags;
	bool json;
	int64_t duration;
};

struct snoop {
	struct settings set;
	int64_t epoch_offset;
	int64_t first; /* time of the first event */
	uint64_t shown;
	uint64_t failed;
	unsigned int batch;
	char path[OPEN_TEXT_SIZE + OPEN_NAME_SIZE];
};

static void read_settings(int argc, char **argv, struct settings *set)
{
	const struct arg_option options[] = {
		{ 'p', "pid", ARG_PID, "PID", "show this process only, and end with it",
		  &set->pid },
		{ 'u', "uid", ARG_USER, "USER",
		  "show this user's processes only: a number or a name", &set->uid },
		{ 'n', "name", ARG_TEXT, "NAME", "show commands only whose name contains NAME",
		  &set->name },
		{ 'x', "failed", ARG_FLAG, NULL, "show calls only that failed", &set->failed },
		{ 'T', "timestamp", ARG_FLAG, NULL,
		  "show the time in seconds since the first event", &set->times },
		{ 'U', "print-uid", ARG_FLAG, NULL, "show the user's number", &set->uids },
		{ 'e', "extended-fields", ARG_FLAG, NULL, "show the flags of the call",
		  &set->flags },
		{ 'd', "duration", ARG_SECONDS, "SECONDS", "end after this time", &set->duration },
		{ 0, "json", ARG_FLAG, NULL, "print an object of JSON a line, with all fields",
		  &set->json },
		{ 0 },
	};
	const struct arg_spec spec = {
		.synopsis = "[OPTIONS]",
		.about =
			"Shows which files are opened: by which process, with what success, by which path.\n"
			"Ends with Ctrl-C.",
		.examples = "  opensnoop             everything\n"
			    "  opensnoop -p 1234     what process 1234 opens\n"
			    "  opensnoop -x -n nginx files that nginx cannot open\n"
			    "  opensnoop -d 10 --json | jq -r .path | sort | uniq -c | sort -n",
		.options = options,
	};
	struct args args;

	set->uid = UINT32_MAX;
	args_parse(&spec, argc, argv, &args);
	if (args.command)
		args_fail("unexpected argument '--'");
	if (set->name && (!*set->name || strlen(set->name) >= OPEN_COMM_SIZE))
		args_fail("--name: the kernel keeps 1 to %d characters of a command's name",
			  OPEN_COMM_SIZE - 1);
}

static void set_global(struct bcc_c_module *mod, const char *name, const void *value, size_t size)
{
	if (bcc_c_module__set_global(mod, name, value, size))
		exit(module_failed(mod));
}

static void set_filters(struct bcc_c_module *mod, const struct settings *set)
{
	const int32_t openat_nr = SYS_openat, openat2_nr = SYS_openat2;
	uint32_t own_pid = getpid(), pid = set->pid;

	set_global(mod, "nr_openat", &openat_nr, sizeof(openat_nr));
	set_global(mod, "nr_openat2", &openat2_nr, sizeof(openat2_nr));
	set_global(mod, "own_pid", &own_pid, sizeof(own_pid));
	set_global(mod, "only_pid", &pid, sizeof(pid));
	set_global(mod, "only_uid", &set->uid, sizeof(set->uid));
	set_global(mod, "only_failed", &set->failed, sizeof(set->failed));
	if (set->name) {
		uint32_t size = strlen(set->name);
		char part[OPEN_COMM_SIZE] = {};

		memcpy(part, set->name, size);
		set_global(mod, "name_size", &size, sizeof(size));
		set_global(mod, "name_part", part, sizeof(part));
	}
}

/*
 * Attaches to both ends of the system call of this name. What a kernel or a machine hasn't got (open
 * on arm64, openat2 before Linux 5.6) is left out.
 */
static bool attach_call(struct bcc_c_module *mod, const char *call)
{
	char enter[32], leave[32];

	snprintf(enter, sizeof(enter), "sys_enter_%s", call);
	snprintf(leave, sizeof(leave), "sys_exit_%s", call);
	if (bcc_c_prog__attach_tracepoint(bcc_c_module__find_prog(mod, "leave"), "syscalls",
					  leave) &&
	    bcc_c_prog__attach_tracepoint(bcc_c_module__find_prog(mod, "enter"), "syscalls", enter))
		return true;
	if (errno != ENOENT)
		exit(module_failed(mod));
	return false;
}

static void attach(struct bcc_c_module *mod)
{
	if (!attach_call(mod, "openat"))
		exit(module_failed(mod));
	attach_call(mod, "open");
	attach_call(mod, "creat");
	attach_call(mod, "openat2");
}

/* The flags and the mode that the call was given. */
static void read_meaning(const struct open_event *event, uint64_t *flags, uint64_t *mode)
{
	const __u64 *args = event->call.args;

	switch (event->call.nr) {
	case SYS_openat2:
		*flags = event->how.flags;
		*mode = event->how.mode;
		break;
	case SYS_openat:
		*flags = (uint32_t)args[2];
		*mode = args[3];
		break;
	case SYS_creat:
		*flags = O_CREAT | O_WRONLY | O_TRUNC;
		*mode = args[1];
		break;
	default:
		*flags = (uint32_t)args[1];
		*mode = args[2];
	}
}

static const char *whole_path(struct snoop *snoop, const struct open_event *event)
{
	const char *first = "";

	if (!event->path_size)
		return NULL;
	if (!(event->notes & OPEN_RELATIVE))
		return event->text;
	if (event->notes & OPEN_DIRS_CUT)
		first = "...";
	else if (event->notes & OPEN_OUTSIDE)
		first = "(unreachable)"; /* the kernel's own word for it */
	path_join(first, event->text + event->path_size, event->dirs_size, event->text, snoop->path,
		  sizeof(snoop->path));
	return snoop->path;
}

static void print_header(const struct settings *set)
{
	if (set->times)
		printf("%-14s ", "TIME(s)");
	if (set->uids)
		printf("%-6s ", "UID");
	printf("%-7s %-16s %4s %3s ", "PID", "COMM", "FD", "ERR");
	if (set->flags)
		printf("%-8s ", "FLAGS");
	printf("PATH\n");
}

static void print_columns(struct snoop *snoop, const struct open_event *event, const char *path)
{
	const struct settings *set = &snoop->set;
	size_t comm_size = strnlen(event->comm, sizeof(event->comm));
	uint64_t flags, mode;

	if (set->times)
		printf("%-14.9f ", (double)((int64_t)event->time - snoop->first) / 1e9);
	if (set->uids)
		printf("%-6u ", event->uid);
	printf("%-7u ", event->pid);
	print_safely(stdout, event->comm, comm_size);
	printf("%*s %4d %3d ", comm_size < 16 ? (int)(16 - comm_size) : 0, "",
	       event->result < 0 ? -1 : event->result, event->result < 0 ? -event->result : 0);
	if (set->flags) {
		read_meaning(event, &flags, &mode);
		printf("%08" PRIo64 " ", flags);
	}
	if (path)
		print_safely(stdout, path, strlen(path));
	printf("%s\n", !path ? "(unreadable)" : event->notes & OPEN_CUT ? "..." : "");
}

static void print_json(struct snoop *snoop, const struct open_event *event, const char *path)
{
	struct json json = { .out = stdout };
	char text[256], mode_text[16];
	uint64_t flags, mode;

	read_meaning(event, &flags, &mode);
	json_object(&json, NULL);
	json_seconds(&json, "timestamp", (int64_t)event->time + snoop->epoch_offset);
	json_uint(&json, "pid", event->pid);
	json_uint(&json, "tid", event->tid);
	json_uint(&json, "uid", event->uid);
	json_bytes(&json, "comm", event->comm, strnlen(event->comm, sizeof(event->comm)));
	json_int(&json, "fd", event->result < 0 ? -1 : event->result);
	json_int(&json, "err", event->result < 0 ? -event->result : 0);
	open_flags_text(flags, text, sizeof(text));
	json_text(&json, "flags", text);
	snprintf(mode_text, sizeof(mode_text), "%04" PRIo64, mode);
	if (open_flags_create(flags))
		json_text(&json, "mode", mode_text);
	else
		json_null(&json, "mode");
	if (path)
		json_text(&json, "path", path);
	else
		json_null(&json, "path");
	if (event->notes & OPEN_CUT)
		json_bool(&json, "cut", true);
	json_end(&json);
}

static int show(void *ctx, int cpu, const void *data, size_t size)
{
	struct snoop *snoop = ctx;
	const struct open_event *event = data;
	const char *path;

	if (size < offsetof(struct open_event, text))
		return 0;
	if (!snoop->shown++)
		snoop->first = (int64_t)event->time;
	snoop->failed += event->result < 0;
	path = whole_path(snoop, event);
	if (snoop->set.json)
		print_json(snoop, event, path);
	else
		print_columns(snoop, event, path);
	/* on a busy machine new events come as fast as they are shown, and the poll alone would
	 * never end */
	return ++snoop->batch % BATCH ? 0 : -EAGAIN;
}

static void print_summary(struct bcc_c_module *mod, const struct snoop *snoop)
{
	uint64_t lost = 0;

	warn_text("%" PRIu64 " calls shown, %" PRIu64 " of them failed", snoop->shown,
		  snoop->failed);
	bcc_c_module__get_global(mod, "lost", &lost, sizeof(lost));
	if (lost)
		warn_text("%" PRIu64 " events lost: they came faster than they could be shown",
			  lost);
}

/* Shows what has come before the end. The ring buffer holds less than so many batches. */
static void show_rest(struct bcc_c_events *events)
{
	for (int i = 0; i < 16 && bcc_c_events__consume(events) == -EAGAIN; i++)
		;
}

static int watch(struct bcc_c_module *mod, struct snoop *snoop, int process_fd)
{
	struct bcc_c_events *events = bcc_c_events__new(mod);
	struct bcc_c_map *map = bcc_c_module__find_map(mod, "events");
	enum run_reason reason;
	struct run run;
	int err;

	if (!events || !map || bcc_c_events__add(events, map, show, snoop, NULL))
		return module_failed(mod);
	attach(mod);
	run_start(&run, snoop->set.duration);
	run.ready_fds[0] = bcc_c_events__fd(events);
	run.process_fd = process_fd;
	if (!snoop->set.json)
		print_header(&snoop->set);
	flush_output();
	while ((reason = run_wait(&run, 0)) == RUN_READY) {
		err = bcc_c_events__poll(events, 0);
		if (err < 0 && err != -EAGAIN && err != -EINTR)
			return module_failed(mod);
		flush_output();
	}
	if (reason == RUN_CLOSED)
		return EXIT_OK;
	show_rest(events);
	print_summary(mod, snoop);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct bcc_c_module_opts mod_opts = { .sz = sizeof(mod_opts), .log = print_log };
	const char *const by_name = "-DBY_NAME";
	struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
					   .name = "opensnoop.bpf.c",
					   .cflags = &by_name };
	struct snoop snoop = { .epoch_offset = clock_epoch_offset() };
	struct bcc_c_module *mod;
	int process_fd, status;

	read_settings(argc, argv, &snoop.set);
	process_fd = snoop.set.pid ? process_watch(snoop.set.pid) : -1;
	mod = bcc_c_module__new(&mod_opts);
	if (!mod)
		die("%s", strerror(errno));
	opts.cflags_cnt = snoop.set.name ? 1 : 0;
	if (bcc_c_module__compile(mod, source, &opts))
		return module_failed(mod);
	set_filters(mod, &snoop.set);
	if (bcc_c_module__load(mod))
		return module_failed(mod);
	status = watch(mod, &snoop, process_fd);
	bcc_c_module__free(mod);
	return finish_output(status);
}
