// SPDX-License-Identifier: BSD-2-Clause
/*
 * The clock that BPF programs see, and its relation to the time of day.
 */
#include <time.h>

#include "clock.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_epoch_offset(void)
{
	return read_clock(CLOCK_REALTIME) - clock_now();
}

const char *clock_time_of_day(void)
{
	static char text[16];
	time_t now = time(NULL);

	strftime(text, sizeof(text), "%H:%M:%S", localtime(&now));
	return text;
}
