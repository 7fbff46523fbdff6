/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BCC_C_MAPPRINT_H
#define BCC_C_MAPPRINT_H

#include <bcc_c/map.h>

/* Whether programs send records through this map: a ring buffer or a perf buffer. */
bool is_event_map(const struct bcc_c_map *map);

/* Prints "NAME: record" and a newline, or an object of JSON in a line. */
void print_record(struct bcc_c_map *map, int cpu, const void *data, size_t size, bool json);

/*
 * Prints the elements of every map that isn't for events, as JSON each as an object in a line. Those
 * of arrays that are all zero are left out.
 */
void print_maps(struct bcc_c_module *mod, bool json);

#endif
