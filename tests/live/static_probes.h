/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Static probes of this program, for tests to attach to.
 */
#ifndef STATIC_PROBES_H
#define STATIC_PROBES_H

#include <stdbool.h>

#define PROVIDER "bcc_c_test"

/* The arguments of the probes "constants", "registers" and "memory", one of each size and sign. */
#define FOR_EACH_ARGUMENT(X)                                                                       \
	X(1, int8_t, -5)                                                                           \
	X(2, uint8_t, 200)                                                                         \
	X(3, int16_t, -1234)                                                                       \
	X(4, uint16_t, 60000)                                                                      \
	X(5, int32_t, -123456789)                                                                  \
	X(6, uint32_t, 4000000000U)                                                                \
	X(7, int64_t, -0x123456789abcdefLL)                                                        \
	X(8, uint64_t, 0xfedcba9876543210ULL)

/* Reach the probe of that name once, with those arguments. */
void probe_constants(void);
void probe_registers(void);
void probe_memory(void);

/* Reaches one of the three places of the probe "several": a constant 1, what is asked for, 3. */
void probe_several(int place, long number);

/* Each of them that many times, asking for 1000. */
#define REACH_CALLS 100
void reach_several(void);

/* The probe "text": a pointer to a string, and how long that is. */
void probe_text(const char *text);

/* The probe "variable", whose argument is a variable of the program by its address. */
void probe_variable(void);

/* The probe "indexed", whose argument is one of an array's numbers, by two registers. */
void probe_indexed(const long *numbers, long i);

/* The probe "guarded", which is reached only where somebody listens. Gives whether somebody does. */
bool probe_guarded(int number);

#endif
