// SPDX-License-Identifier: BSD-2-Clause
/*
 * A writer of JSON. It keeps no text: what it is given goes to the stream at once.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "utf8.h"

static void write_escaped(struct json *json, uint32_t character)
{
	switch (character) {
	case '\n':
		fputs("\\n", json->out);
		break;
	case '\t':
		fputs("\\t", json->out);
		break;
	case '\r':
		fputs("\\r", json->out);
		break;
	default:
		fprintf(json->out, "\\u%04" PRIx32, character);
		break;
	}
}

/* Returns the number of bytes that weren't UTF-8. */
static size_t write_string(struct json *json, const char *text, size_t size)
{
	size_t bad = 0, length;
	uint32_t character;

	fputc('"', json->out);
	for (size_t i = 0; i < size; i += length) {
		length = utf8_read(text + i, size - i, &character);
		if (!length) {
			fputs("\xef\xbf\xbd", json->out); /* U+FFFD */
			length = 1;
			bad++;
		} else if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
			write_escaped(json, character);
		} else {
			if (character == '"' || character == '\\')
				fputc('\\', json->out);
			fwrite(text + i, length, 1, json->out);
		}
	}
	fputc('"', json->out);
	return bad;
}

static void write_key(struct json *json, const char *key)
{
	if (json->depth) {
		bool *filled = &json->filled[json->depth - 1];

		if (*filled)
			fputc(',', json->out);
		*filled = true;
	}
	if (key) {
		write_string(json, key, strlen(key));
		fputc(':', json->out);
	}
}

static void open_level(struct json *json, const char *key, char start, char end)
{
	write_key(json, key);
	fputc(start, json->out);
	if (json->depth >= sizeof(json->ends))
		abort(); /* a mistake in the tool's own code */
	json->ends[json->depth] = end;
	json->filled[json->depth++] = false;
}

void json_object(struct json *json, const char *key)
{
	open_level(json, key, '{', '}');
}

void json_array(struct json *json, const char *key)
{
	open_level(json, key, '[', ']');
}

void json_end(struct json *json)
{
	fputc(json->ends[--json->depth], json->out);
	if (!json->depth)
		fputc('\n', json->out);
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	write_key(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_int(struct json *json, const char *key, int64_t value)
{
	write_key(json, key);
	fprintf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	write_key(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	write_key(json, key);
	fputs("null", json->out);
}

void json_seconds(struct json *json, const char *key, int64_t ns)
{
	write_key(json, key);
	fprintf(json->out, "%" PRId64 ".%09" PRId64, (int64_t)(ns / NS_PER_S),
		(int64_t)(ns % NS_PER_S));
}

void json_text(struct json *json, const char *key, const char *text)
{
	json_bytes(json, key, text, strlen(text));
}

void json_bytes(struct json *json, const char *key, const char *text, size_t size)
{
	write_key(json, key);
	if (!write_string(json, text, size) || !key)
		return;
	fprintf(json->out, ",\"%s_hex\":\"", key);
	for (size_t i = 0; i < size; i++)
		fprintf(json->out, "%02x", (unsigned char)text[i]);
	fputc('"', json->out);
}
