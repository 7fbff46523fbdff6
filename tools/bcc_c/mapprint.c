// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is in maps, as text by the types in the source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "mapprint.h"

typedef int (*format_fn)(struct bcc_c_map *map, const void *data, size_t size, char *buf,
			 size_t buf_size);

static bool has_type(const struct bcc_c_map *map, const char *type)
{
	return !strcmp(bcc_c_map__type_name(map), type);
}

bool is_event_map(const struct bcc_c_map *map)
{
	return has_type(map, "ringbuf") || has_type(map, "perf_event_array");
}

static void *allocate(size_t size)
{
	void *data = calloc(1, size);

	if (!data)
		die("out of memory");
	return data;
}

static void print_formatted(format_fn format, struct bcc_c_map *map, const void *data, size_t size)
{
	char brief[512], *text = brief;
	int length = format(map, data, size, brief, sizeof(brief));

	if (length < 0) {
		printf("?");
		return;
	}
	if ((size_t)length >= sizeof(brief)) {
		text = allocate(length + 1);
		format(map, data, size, text, length + 1);
	}
	fputs(text, stdout);
	if (text != brief)
		free(text);
}

/* Names of maps are names of C: JSON takes them as they are. */
void print_record(struct bcc_c_map *map, int cpu, const void *data, size_t size, bool json)
{
	if (json && cpu >= 0)
		printf("{\"map\": \"%s\", \"cpu\": %d, \"value\": ", bcc_c_map__name(map), cpu);
	else
		printf(json ? "{\"map\": \"%s\", \"value\": " : "%s: ", bcc_c_map__name(map));
	print_formatted(json ? bcc_c_map__json_value : bcc_c_map__format_value, map, data, size);
	puts(json ? "}" : "");
}

/* A value, or one for each CPU. */
static void print_value(struct bcc_c_map *map, const char *value, bool json)
{
	size_t size = bcc_c_map__value_size(map), stride = bcc_c_map__value_stride(map);
	format_fn format = json ? bcc_c_map__json_value : bcc_c_map__format_value;

	if (!stride) {
		print_formatted(format, map, value, size);
		return;
	}
	for (size_t at = 0; at < size; at += stride) {
		fputs(at ? ", " : "[", stdout);
		print_formatted(format, map, value + at, stride);
	}
	putchar(']');
}

static bool is_zero(const char *data, size_t size)
{
	while (size && !data[size - 1])
		size--;
	return !size;
}

/* Returns false if there was nothing to print. */
static bool print_element(struct bcc_c_map *map, const char *key, char *value, bool json)
{
	size_t key_size = bcc_c_map__key_size(map), size = bcc_c_map__value_size(map);

	if (bcc_c_map__lookup(map, key, key_size, value, size))
		return false; /* gone meanwhile, or a map whose values cannot be read */
	if ((has_type(map, "array") || has_type(map, "percpu_array")) && is_zero(value, size))
		return false;
	if (json)
		printf("{\"map\": \"%s\", \"key\": ", bcc_c_map__name(map));
	else
		fputs("  ", stdout);
	print_formatted(json ? bcc_c_map__json_key : bcc_c_map__format_key, map, key, key_size);
	fputs(json ? ", \"value\": " : ": ", stdout);
	print_value(map, value, json);
	puts(json ? "}" : "");
	return true;
}

static void print_map(struct bcc_c_map *map, bool json)
{
	size_t key_size = bcc_c_map__key_size(map);
	char *key = allocate(key_size), *value = allocate(bcc_c_map__value_size(map));
	size_t cnt = 0;
	int err;

	if (!json)
		printf("\n%s (%s):\n", bcc_c_map__name(map), bcc_c_map__type_name(map));
	err = bcc_c_map__next_key(map, NULL, key, key_size);
	while (!err) {
		cnt += print_element(map, key, value, json);
		err = bcc_c_map__next_key(map, key, key, key_size);
	}
	if (!cnt && !json)
		printf("  nothing\n");
	free(value);
	free(key);
}

void print_maps(struct bcc_c_module *mod, bool json)
{
	struct bcc_c_map *map = NULL;

	while ((map = bcc_c_module__next_map(mod, map))) {
		if (!is_event_map(map) && bcc_c_map__key_size(map))
			print_map(map, json);
	}
}
