/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in nanoseconds. */
#ifndef TOOLS_CLOCK_H
#define TOOLS_CLOCK_H

#include <stdint.h>

#define NS_PER_S 1000000000LL

/* The clock of bpf_ktime_get_ns(). */
int64_t clock_now(void);

/* What to add to that clock to get the time since the Epoch; it changes when somebody sets the
 * date. */
int64_t clock_epoch_offset(void);

/* The local time as "HH:MM:SS", valid until the next call. */
const char *clock_time_of_day(void);

#endif
