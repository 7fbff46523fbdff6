/* SPDX-License-Identifier: BSD-2-Clause */
#include "kconfig.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

#include "idents.h"

#define PREFIX "CONFIG_"

static size_t name_length(const char *at)
{
	size_t len = 0;

	while (isalnum((unsigned char)at[len]) || at[len] == '_')
		len++;
	return len;
}

/* Collects all names of options, in comments too: one more does no harm. */
static void find_names(const char *source, struct idents *names)
{
	for (const char *at = strstr(source, PREFIX); at; at = strstr(at, PREFIX)) {
		size_t len = name_length(at);

		idents__add(names, at, len, IDENT_ORDINARY);
		at += len;
	}
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
static void define_line(char *line, const struct idents *names, struct flags *flags)
{
	size_t len = name_length(line);
	autobuf text = { 0 };
	char *value = line + len;

	if (strncmp(line, PREFIX, strlen(PREFIX)) || *value != '=')
		return;
	*value++ = '\0';
	value[strcspn(value, "\n")] = '\0';
	if (!idents__uses(names, line))
		return;
	if (!strcmp(value, "m"))
		bcc_c__buf_printf(&text, "%s_MODULE=1", line);
	else
		bcc_c__buf_printf(&text, "%s=%s", line, strcmp(value, "y") ? value : "1");
	flags__add(flags, "-D");
	flags__add(flags, bcc_c__buf_str(&text));
}

void kconfig__define(const char *path, const char *source, struct flags *flags,
		     kconfig_file_fn file, void *ctx)
{
	struct idents names = { 0 };
	char line[1024];
	gzFile config;

	find_names(source, &names);
	config = names.cnt ? open_config(path, file, ctx) : NULL;
	while (config && gzgets(config, line, sizeof(line)))
		define_line(line, &names, flags);
	if (config)
		gzclose(config);
	flags->failed |= names.failed;
	idents__free(&names);
}
