/* SPDX-License-Identifier: BSD-2-Clause */
#include "kconfig.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

#define PREFIX "CONFIG_"

/* How a name is marked that was looked for. */
#define LOOKED_FOR IDENT_DEFINED

/* In comments and behind other letters, too: one name more does no harm. */
void kconfig__find(const char *text, struct idents *names)
{
	for (const char *at = strstr(text, PREFIX); at; at = strstr(at, PREFIX)) {
		size_t len = bcc_c__name_length(at);

		idents__add(names, at, len, IDENT_ORDINARY);
		at += len;
	}
}

/* Whether any name wasn't looked for. */
static bool has_new(const struct idents *names)
{
	for (uint32_t i = 0; i < names->slot_cnt; i++)
		if (names->slots[i].name && !(names->slots[i].uses & LOOKED_FOR))
			return true;
	return false;
}

static void mark_all(struct idents *names)
{
	for (uint32_t i = 0; i < names->slot_cnt; i++)
		names->slots[i].uses |= LOOKED_FOR;
}

/* Opens the file, compressed or not. */
static gzFile open_config(const char *path, kconfig_file_fn file, void *ctx)
{
	char boot[128] = "";
	struct utsname name;
	gzFile config;

	if (!path) {
		config = open_config("/proc/config.gz", file, ctx);
		if (config || uname(&name))
			return config;
		snprintf(boot, sizeof(boot), "/boot/config-%s", name.release);
		path = boot;
	}
	file(ctx, path);
	return gzopen(path, "rb");
}

/* A line such as CONFIG_X=y, CONFIG_X=m, CONFIG_X=250 or CONFIG_X="text". */
static bool define_line(char *line, const struct idents *names, struct flags *flags)
{
	size_t len = bcc_c__name_length(line);
	autobuf text = { 0 };
	char *value = line + len;

	if (strncmp(line, PREFIX, strlen(PREFIX)) || *value != '=')
		return false;
	*value++ = '\0';
	value[strcspn(value, "\n")] = '\0';
	if (idents__uses(names, line) != IDENT_ORDINARY)
		return false;
	if (!strcmp(value, "m"))
		bcc_c__buf_printf(&text, "%s_MODULE=1", line);
	else
		bcc_c__buf_printf(&text, "%s=%s", line, strcmp(value, "y") ? value : "1");
	flags__define(flags, bcc_c__buf_str(&text));
	return true;
}

bool kconfig__define(const char *path, struct idents *names, struct flags *flags,
		     kconfig_file_fn file, void *ctx)
{
	gzFile config = has_new(names) ? open_config(path, file, ctx) : NULL;
	bool any = false;
	char line[1024];

	while (config && gzgets(config, line, sizeof(line)))
		any |= define_line(line, names, flags);
	if (config)
		gzclose(config);
	mark_all(names);
	flags->failed |= names->failed;
	return any;
}
