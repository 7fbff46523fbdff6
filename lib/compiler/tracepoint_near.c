/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <stdio.h>

#include "near.h"
#include "tracepoint.h"

/* Adds the names in a folder below tracefs/events, or there itself. */
static void list_names(const char *tracefs, const char *category, struct idents *names)
{
	char path[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/events/%s", tracefs, category);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			idents__add(names, entry->d_name, strlen(entry->d_name), IDENT_ORDINARY);
	if (dir)
		closedir(dir);
}

static void write_near(const char *wanted, const struct idents *names, struct bcc_c__buf *out)
{
	struct near near;

	near__init(&near, wanted);
	for (uint32_t i = 0; i < names->slot_cnt; i++)
		if (names->slots[i].name)
			near__offer(&near, "", names->slots[i].name);
	near__write(&near, out);
}

/* Where the name of the category ends: at the first place where there is one of the name. */
static size_t category_length(const char *category, const struct idents *categories)
{
	for (const char *sep = strstr(category, "__"); sep; sep = strstr(sep + 1, "__")) {
		autofree char *name = strndup(category, (size_t)(sep - category));

		if (name && idents__uses(categories, name))
			return (size_t)(sep - category);
	}
	return 0;
}

bool tracepoint__explain(const char *tracefs, const char *name, struct bcc_c__buf *out)
{
	const char *category = name + strlen(TRACEPOINT_PREFIX), *sep = strstr(category, "__");
	struct idents categories = { 0 }, events = { 0 };
	autofree char *found = NULL;
	size_t length;

	if (!sep)
		return false;
	list_names(tracefs, "", &categories);
	if (!categories.cnt)
		return false;
	length = category_length(category, &categories);
	found = strndup(category, length ? length : (size_t)(sep - category));
	if (found && length)
		list_names(tracefs, found, &events);
	if (found)
		bcc_c__buf_printf(out, "no tracepoint '%s:%s' in '%s/events'", found,
				  category + strlen(found) + 2, tracefs);
	if (found && length)
		write_near(category + length + 2, &events, out);
	else if (found)
		write_near(found, &categories, out);
	out->failed |= !found || categories.failed || events.failed;
	idents__free(&categories);
	idents__free(&events);
	return true;
}
