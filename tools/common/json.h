/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A writer of JSON, one object a line.
 *
 * The output is always valid JSON in valid UTF-8. Bytes of a text that aren't valid UTF-8 are
 * written as U+FFFD, the replacement character; as that loses them, a second member follows,
 * KEY_hex, with all bytes of the text in hexadecimal. It is there only in that case.
 */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	unsigned int depth;
	char ends[8];   /* what closes each open object or array */
	bool filled[8]; /* whether it has a member */
};

/* The key is NULL for what stands in an array, or in nothing. Depth 8 is the deepest. */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);

/* Closes the innermost object or array; after the outermost comes a newline. */
void json_end(struct json *json);

void json_uint(struct json *json, const char *key, uint64_t value);
void json_int(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* Nanoseconds as seconds, exactly. */
void json_seconds(struct json *json, const char *key, int64_t ns);

void json_text(struct json *json, const char *key, const char *text);

/* For texts with zero bytes in them. */
void json_bytes(struct json *json, const char *key, const char *text, size_t size);

#endif
