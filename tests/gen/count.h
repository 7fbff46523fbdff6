/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts the calls of helpers that read memory which programs really make. */
#ifndef TESTS_GEN_COUNT_H
#define TESTS_GEN_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most programs of an object; they are called run_NUMBER, with numbers below that. */
#define MOST_PROGRAMS 100

/*
 * Makes programs countable. To be called before any object is opened; false if that can't be, with
 * errno.
 */
bool count__init(void);

/* Programs that are loaded while this is on count their calls. */
void count__turn(bool on);

/* The number in run_NUMBER; 0 for a program with another name. */
int count__index(const char *prog);

/* The instructions of a counted program with this number without those that count. */
size_t count__insns(int index);

/* The calls that each program has made since this was last asked, by number. */
bool count__take(uint64_t counts[MOST_PROGRAMS]);

#endif
