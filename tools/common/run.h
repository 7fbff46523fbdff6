/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a tool waits: for events, for its next interval, and for all that can end it. SIGINT and
 * SIGTERM end it with a summary. A reader of stdout that goes away (tool | head -1) ends it too, at
 * once, also when there is nothing to print.
 */
#ifndef TOOLS_RUN_H
#define TOOLS_RUN_H

#include <stdbool.h>
#include <stdint.h>

enum run_reason {
	RUN_READY,  /* a descriptor is readable */
	RUN_TICK,   /* the time given to run_wait() has come */
	RUN_SIGNAL, /* Ctrl-C or kill: this and what follows is the end */
	RUN_OVER,   /* the duration is over */
	RUN_ENDED,  /* the watched process has ended */
	RUN_CLOSED, /* nobody reads stdout any more */
};

/* Descriptors are -1 where there is nothing to wait for; the caller's stay the caller's. */
struct run {
	int64_t end; /* when it is over, by clock_now(); 0: never */
	int ready_fds[2];
	int process_fd; /* from pidfd_open(2) */
	int signal_fd;
};

/* Sets up the signals. A duration of 0 means without end. */
void run_start(struct run *run, int64_t duration);

/* Waits; tick is a time by clock_now(), 0 for none. When several things have come, an end comes
 * before the rest. */
enum run_reason run_wait(struct run *run, int64_t tick);

#endif
