/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BCC_C_MAPPRINT_H
#define BCC_C_MAPPRINT_H

#include <bcc_c/map.h>

/* Whether programs send records through this map: a ring buffer or a perf buffer. */
bool is_event_map(const struct bcc_c_map *map);

/* Prints "NAME: record" and a newline. */
void print_record(struct bcc_c_map *map, const void *data, size_t size);

/* Prints the elements of every map that isn't for events. Those of arrays that are all zero are
 * left out. */
void print_maps(struct bcc_c_module *mod);

#endif
