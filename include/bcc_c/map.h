/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Maps. Keys and values are the bytes that the programs see; the caller gives the size of each
 * buffer, which must be the map's own: bcc_c_map__key_size() and bcc_c_map__value_size().
 */
#ifndef BCC_C_MAP_H
#define BCC_C_MAP_H

#include <bcc_c/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/* How bcc_c_map__update() treats what is there; the numbers are the kernel's (BPF_ANY, ...). */
enum bcc_c_map_update {
	BCC_C_MAP_ANY = 0,     /* add or replace */
	BCC_C_MAP_NOEXIST = 1, /* add only: -EEXIST */
	BCC_C_MAP_EXIST = 2,   /* replace only: -ENOENT */
};

/*
 * The name of the map in the source.
 *
 * @map: a map
 *
 * Returns a borrowed string. Never fails. Since 0.1.
 */
BCC_C_API const char *bcc_c_map__name(const struct bcc_c_map *map);

/*
 * The name of the map's type, such as "hash" or "ringbuf".
 *
 * @map: a map
 *
 * Returns a constant string, "unknown" for a type this library has no name for. Since 0.1.
 */
BCC_C_API const char *bcc_c_map__type_name(const struct bcc_c_map *map);

/*
 * The size of a key in bytes; 0 for maps without keys, such as queues and ring buffers.
 *
 * @map: a map
 *
 * Never fails. Since 0.1.
 */
BCC_C_API size_t bcc_c_map__key_size(const struct bcc_c_map *map);

/*
 * The size in bytes of what lookup gives and update takes. For a per-CPU map this is a value for
 * each possible CPU, bcc_c_map__value_stride() bytes apart.
 *
 * @map: a map
 *
 * Never fails. Since 0.1.
 */
BCC_C_API size_t bcc_c_map__value_size(const struct bcc_c_map *map);

/*
 * The distance in bytes between two CPUs' values in a per-CPU map (the size of one, rounded up to
 * 8); 0 for other maps.
 *
 * @map: a map
 *
 * Never fails. Since 0.1.
 */
BCC_C_API size_t bcc_c_map__value_stride(const struct bcc_c_map *map);

/*
 * How many elements the map holds at most; for a ring buffer, its bytes.
 *
 * @map: a map
 *
 * Never fails. Since 0.1.
 */
BCC_C_API uint32_t bcc_c_map__max_entries(const struct bcc_c_map *map);

/*
 * Changes how many elements the map holds at most.
 *
 * @map: a map of a module that isn't loaded yet
 * @max_entries: the new number
 *
 * Returns 0, or -EBUSY after loading. Since 0.1.
 */
BCC_C_API int bcc_c_map__set_max_entries(struct bcc_c_map *map, uint32_t max_entries);

/*
 * The file descriptor of the loaded map.
 *
 * @map: a map
 *
 * Returns a descriptor that stays the module's, or -EINVAL before loading. Since 0.1.
 */
BCC_C_API int bcc_c_map__fd(const struct bcc_c_map *map);

/*
 * Reads an element.
 *
 * @map: a loaded map
 * @key, @key_size: its key
 * @value, @value_size: receives the value
 *
 * Returns 0; -ENOENT: no such key; -EINVAL: wrong size, or not loaded. Since 0.1.
 */
BCC_C_API int bcc_c_map__lookup(struct bcc_c_map *map, const void *key, size_t key_size,
				void *value, size_t value_size);

/*
 * Writes an element.
 *
 * @map: a loaded map
 * @key, @key_size: its key
 * @value, @value_size: its value
 * @flags: one of enum bcc_c_map_update
 *
 * Returns 0; -E2BIG: the map is full; -EEXIST, -ENOENT: by flags; -EINVAL: wrong size, or not
 * loaded. Since 0.1.
 */
BCC_C_API int bcc_c_map__update(struct bcc_c_map *map, const void *key, size_t key_size,
				const void *value, size_t value_size, uint64_t flags);

/*
 * Removes an element.
 *
 * @map: a loaded map
 * @key, @key_size: its key
 *
 * Returns 0; -ENOENT: no such key; -EINVAL: wrong size, not loaded, or a map of fixed elements
 * (array). Since 0.1.
 */
BCC_C_API int bcc_c_map__delete(struct bcc_c_map *map, const void *key, size_t key_size);

/*
 * Walks the keys.
 *
 * @map: a loaded map
 * @prev: NULL for the first key, else the one the last call gave; if that was removed meanwhile,
 * the walk starts anew
 * @next: receives the key; may be the same buffer as prev
 * @key_size: size of each
 *
 * Returns 0; -ENOENT after the last key; -EINVAL: wrong size, or not loaded. Since 0.1.
 */
BCC_C_API int bcc_c_map__next_key(struct bcc_c_map *map, const void *prev, void *next,
				  size_t key_size);

/*
 * Writes a key as text, by its type in the source.
 *
 * @map: a map
 * @key, @key_size: the key
 * @buf, @buf_size: receives the text, cut to the buffer and always ended by a zero byte
 *
 * Returns the length of the whole text, cut or not; or a negative errno. Bytes in hexadecimal where
 * the source gives no type. Since 0.1.
 */
BCC_C_API int bcc_c_map__format_key(struct bcc_c_map *map, const void *key, size_t key_size,
				    char *buf, size_t buf_size);

/*
 * Writes one value as text, by its type in the source. For a per-CPU map this is one CPU's. Records
 * of ring and perf buffers have the type that bcc_c_map__record_type() names.
 *
 * @map: a map
 * @value, @value_size: the value
 * @buf, @buf_size: as above
 *
 * Returns what bcc_c_map__format_key() does. Since 0.1.
 */
BCC_C_API int bcc_c_map__format_value(struct bcc_c_map *map, const void *value, size_t value_size,
				      char *buf, size_t buf_size);

/*
 * Write the same as JSON: structs are objects, arrays are arrays, arrays of char strings; so are
 * enumerators, pointers, and bytes whose type is not known. What of a string is no UTF-8 becomes
 * U+FFFD. Numbers have all their digits.
 *
 * @map, @key, @key_size, @value, @value_size, @buf, @buf_size: as above
 *
 * Return what bcc_c_map__format_key() does. Since 0.1.
 */
BCC_C_API int bcc_c_map__json_key(struct bcc_c_map *map, const void *key, size_t key_size,
				  char *buf, size_t buf_size);
BCC_C_API int bcc_c_map__json_value(struct bcc_c_map *map, const void *value, size_t value_size,
				    char *buf, size_t buf_size);

/*
 * Names the type of a ring or perf buffer's record in the source, such as "struct event". It is that
 * of __type(value, ...) in the map's definition; in BCC's dialect that of what the source hands to
 * perf_submit(), ringbuf_output() and their like. If these are several, the longest that a record of
 * the size has room for, and of equally long ones the first in the source.
 *
 * @map: a map
 * @size: the record's, as a program sent it or with what a perf buffer adds
 * @buf, @buf_size: receives the name, cut to the buffer and always ended by a zero byte
 *
 * Returns the length of the whole name, cut or not; -ENOENT: the source gives no type. Since 0.1.
 */
BCC_C_API int bcc_c_map__record_type(struct bcc_c_map *map, size_t size, char *buf,
				     size_t buf_size);

#ifdef __cplusplus
}
#endif

#endif
