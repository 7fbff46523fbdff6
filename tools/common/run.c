// SPDX-License-Identifier: BSD-2-Clause
/*
 * The wait at the heart of each tool: one poll(2) over everything. Signals come through a
 * descriptor, so none can slip in between a check and the wait.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "errors.h"
#include "run.h"

enum { POLL_SIGNAL, POLL_STDOUT, POLL_PROCESS, POLL_READY, POLL_CNT = POLL_READY + 2 };

static sigset_t end_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return set;
}

void run_start(struct run *run, int64_t duration)
{
	sigset_t set = end_signals();

	signal(SIGPIPE, SIG_IGN); /* writing to a closed pipe then fails, and poll tells of it */
	sigprocmask(SIG_BLOCK, &set, NULL);
	run->end = duration ? clock_now() + duration : 0;
	run->ready_fds[0] = run->ready_fds[1] = run->process_fd = -1;
	run->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (run->signal_fd < 0)
		die("signalfd: %s", strerror(errno));
}

static int timeout_until(int64_t time)
{
	int64_t left = time - clock_now();

	if (left <= 0)
		return 0;
	left = (left + 999999) / 1000000;
	return left < INT_MAX ? (int)left : INT_MAX;
}

/* What ends the tool or is ready, or -1. */
static int pick_reason(const struct run *run, const struct pollfd *fds)
{
	if (fds[POLL_SIGNAL].revents)
		return RUN_SIGNAL;
	if (fds[POLL_STDOUT].revents & (POLLERR | POLLHUP))
		return RUN_CLOSED;
	if (fds[POLL_PROCESS].revents)
		return RUN_ENDED;
	if (run->end && clock_now() >= run->end)
		return RUN_OVER;
	if (fds[POLL_READY].revents || fds[POLL_READY + 1].revents)
		return RUN_READY;
	return -1;
}

enum run_reason run_wait(struct run *run, int64_t tick)
{
	struct pollfd fds[POLL_CNT] = {
		[POLL_SIGNAL] = { .fd = run->signal_fd, .events = POLLIN },
		[POLL_STDOUT] = { .fd = STDOUT_FILENO },
		[POLL_PROCESS] = { .fd = run->process_fd, .events = POLLIN },
		[POLL_READY] = { .fd = run->ready_fds[0], .events = POLLIN },
		[POLL_READY + 1] = { .fd = run->ready_fds[1], .events = POLLIN },
	};

	for (;;) {
		int64_t until = run->end && (!tick || run->end < tick) ? run->end : tick;
		int reason;

		if (poll(fds, POLL_CNT, until ? timeout_until(until) : -1) < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		reason = pick_reason(run, fds);
		if (tick && (reason < 0 || reason == RUN_READY) && clock_now() >= tick)
			return RUN_TICK;
		if (reason >= 0)
			return reason;
	}
}
