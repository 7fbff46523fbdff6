/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_HIST_H
#define TOOLS_HIST_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"

/*
 * Histograms by powers of two: slot n counts values from 2^n to 2^(n+1) - 1, slot 0 also the value
 * 0. The rows from the first to the last slot that isn't empty are shown.
 */
void hist_print(FILE *out, const char *unit, const uint64_t *slots, size_t cnt);

/* An array of {"from": ..., "to": ..., "count": ...} of the slots that aren't empty. */
void hist_json(struct json *json, const char *key, const uint64_t *slots, size_t cnt);

#endif
