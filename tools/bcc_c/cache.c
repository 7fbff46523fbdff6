// SPDX-License-Identifier: BSD-2-Clause
/*
 * bcc_c cache: what compilations have left on disk.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <bcc_c/cache.h>

#include "common/args.h"
#include "common/errors.h"
#include "common/json.h"
#include "commands.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static void format_age(int64_t used, char *text, size_t size)
{
	int64_t age = time(NULL) - used;
	int64_t unit = age < 2 * DAY ? HOUR : DAY;

	if (age < HOUR)
		snprintf(text, size, "less than an hour ago");
	else
		snprintf(text, size, "%" PRId64 " %s%s ago", age / unit,
			 unit == HOUR ? "hour" : "day", age / unit == 1 ? "" : "s");
}

static void format_size(uint64_t bytes, char *text, size_t size)
{
	if (bytes < 1000)
		snprintf(text, size, "%" PRIu64 " B", bytes);
	else if (bytes < 1000000)
		snprintf(text, size, "%.1f kB", (double)bytes / 1e3);
	else
		snprintf(text, size, "%.1f MB", (double)bytes / 1e6);
}

static const char *plural(uint64_t cnt)
{
	return cnt == 1 ? "entry" : "entries";
}

static void print_table(const struct bcc_c_cache *cache)
{
	const struct bcc_c_cache_entry *entry = NULL;
	uint64_t cnt = 0, bytes = 0;
	char size[32], age[64];

	while ((entry = bcc_c_cache__next_entry(cache, entry))) {
		format_size(entry->size, size, sizeof(size));
		format_age(entry->used, age, sizeof(age));
		printf("%s %10s  used %s\n", entry->name, size, age);
		bytes += entry->size;
		cnt++;
	}
	format_size(bytes, size, sizeof(size));
	printf("%" PRIu64 " %s, %s in %s\n", cnt, plural(cnt), size, bcc_c_cache__path(cache));
}

static void print_json(const struct bcc_c_cache *cache)
{
	const struct bcc_c_cache_entry *entry = NULL;
	struct json json = { .out = stdout };
	uint64_t bytes = 0;

	json_object(&json, NULL);
	json_text(&json, "path", bcc_c_cache__path(cache));
	json_array(&json, "entries");
	while ((entry = bcc_c_cache__next_entry(cache, entry))) {
		json_object(&json, NULL);
		json_text(&json, "name", entry->name);
		json_uint(&json, "size", entry->size);
		json_int(&json, "used", entry->used);
		json_end(&json);
		bytes += entry->size;
	}
	json_end(&json);
	json_uint(&json, "size", bytes);
	json_end(&json);
}

static int clear(struct bcc_c_cache *cache)
{
	int removed = bcc_c_cache__clear(cache);

	if (removed < 0) {
		warn_text("%s: %s", bcc_c_cache__path(cache), strerror(-removed));
		return EXIT_FAILED;
	}
	printf("%d %s removed\n", removed, plural((uint64_t)removed));
	return EXIT_OK;
}

static struct bcc_c_cache *open_cache(void)
{
	struct bcc_c_cache *cache = bcc_c_cache__open();

	if (!cache && errno == ENOENT)
		warn_text(
			"there is no cache: it is off, or has no place; see BCC_C_CACHE in bcc_c(3)");
	else if (!cache && errno == EPERM)
		warn_text("the cache's folder is not used: another's, or others may write to it");
	else if (!cache)
		warn_text("the cache's folder can't be opened: %s", strerror(errno));
	return cache;
}

int cache_command(int argc, char **argv)
{
	bool as_json = false;
	const struct arg_option options[] = {
		{ 0, "json", ARG_FLAG, NULL, "print one object of JSON", &as_json },
		{ 0 },
	};
	const struct arg_spec spec = {
		.synopsis = "[clear | path] [OPTIONS]",
		.about =
			"Lists the cache of compiled objects, those used longest ago first. With clear, empties it;\n"
			"with path, prints its folder. The environment variable BCC_C_CACHE names another folder, or\n"
			"turns the cache off with \"off\".",
		.options = options,
		.max_rest = 1,
	};
	const char *action = "list";
	struct bcc_c_cache *cache;
	int status = EXIT_OK;
	struct args args;

	args_parse(&spec, argc, argv, &args);
	if (args.rest_cnt)
		action = args.rest[0];
	if (args.rest_cnt && strcmp(action, "clear") && strcmp(action, "path"))
		args_fail("'%s' is neither clear nor path", action);
	if (args.rest_cnt && as_json)
		args_fail("--json is for the list");
	cache = open_cache();
	if (!cache)
		return EXIT_FAILED;
	if (!strcmp(action, "clear"))
		status = clear(cache);
	else if (!strcmp(action, "path"))
		puts(bcc_c_cache__path(cache));
	else if (as_json)
		print_json(cache);
	else
		print_table(cache);
	bcc_c_cache__free(cache);
	return status;
}
