/* SPDX-License-Identifier: BSD-2-Clause */
#include "missing.h"

#include <string.h>

static bool has(const struct missing_list *list, const struct missing *missing)
{
	for (size_t i = 0; i < list->cnt; i++) {
		const struct missing *item = &list->items[i];

		if (item->what == missing->what && !strcmp(item->name, missing->name) &&
		    !strcmp(item->owner, missing->owner))
			return true;
	}
	return false;
}

void missing__add(struct missing_list *list, const struct missing *missing)
{
	struct missing copy = *missing;
	struct missing *items;

	if (has(list, missing))
		return;
	items = realloc(list->items, (list->cnt + 1) * sizeof(*items));
	if (items)
		list->items = items;
	copy.name = strdup(missing->name);
	copy.owner = strdup(missing->owner);
	if (items && copy.name && copy.owner) {
		items[list->cnt++] = copy;
		return;
	}
	list->failed = true;
	free((char *)copy.name);
	free((char *)copy.owner);
}

void missing__free(struct missing_list *list)
{
	for (size_t i = 0; i < list->cnt; i++) {
		free((char *)list->items[i].name);
		free((char *)list->items[i].owner);
	}
	free(list->items);
	*list = (struct missing_list){ 0 };
}
