/* SPDX-License-Identifier: BSD-2-Clause */
#include "modules.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "btf_module.h"
#include "subset.h"

#define KERNEL_FILE "vmlinux"

const struct btf_view *modules__types(const struct modules *modules)
{
	return modules->cnt ? modules->views[modules->cnt - 1] : modules->kernel;
}

static bool is_taken(const struct modules *modules, const char *name)
{
	for (size_t i = 0; i < modules->cnt; i++)
		if (!strcmp(modules->names[i], name))
			return true;
	return false;
}

/* Puts a view that has what is looked for on top of the others. */
static int take(struct modules *modules, struct btf_view *view, const char *name)
{
	struct btf_view **views = realloc(modules->views, (modules->cnt + 1) * sizeof(*views));
	char **names = realloc(modules->names, (modules->cnt + 1) * sizeof(*names));
	autofree struct btf_view *copy = malloc(sizeof(*copy));
	autofree char *name_copy = strdup(name);

	if (views)
		modules->views = views;
	if (names)
		modules->names = names;
	if (!views || !names || !copy || !name_copy)
		return -ENOMEM;
	btf_module__move(view, modules__types(modules));
	*copy = *view;
	*view = (struct btf_view){ 0 };
	names[modules->cnt] = take_ptr(name_copy);
	views[modules->cnt++] = take_ptr(copy);
	return 1;
}

/* Returns 1 if the file's types are taken, 0 if not. */
static int look_into(struct modules *modules, const char *path, const char *name,
		     const struct idents *names)
{
	struct btf_view view = { 0 };
	const char *why = "";
	int err = btf_module__open(&view, modules->kernel, path, &why);

	if (err == -ENOENT || err == -ENOMEM)
		return err == -ENOENT ? 0 : err;
	modules->looked_at++;
	if (err)
		bcc_c__buf_printf(&modules->damage, "%s'%s': %s", modules->damage.size ? ", " : "",
				  path, why[0] ? why : strerror(-err));
	else if (subset__names_any(&view, names))
		err = take(modules, &view, name);
	btf_view__close(&view);
	return err < 0 && err != -ENOMEM ? 0 : err;
}

static int is_candidate(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, KERNEL_FILE);
}

int modules__find(struct modules *modules, const char *kernel_path, const struct idents *names,
		  modules_file_fn file, void *ctx)
{
	const char *slash = strrchr(kernel_path, '/');
	autofree char *folder = slash ? strndup(kernel_path, (size_t)(slash - kernel_path)) : NULL;
	struct dirent **entries;
	int cnt, found = 0, err = 0;

	if (!folder || strcmp(slash + 1, KERNEL_FILE))
		return 0;
	modules->looked_at = modules->cnt;
	bcc_c__buf_clear(&modules->damage);
	/* In a fixed order, as of two types with one name the first is taken. */
	cnt = scandir(folder, &entries, is_candidate, alphasort);
	if (cnt < 0)
		return 0;
	for (int i = 0; i < cnt; i++) {
		autofree char *path = NULL;

		if (err >= 0 && !is_taken(modules, entries[i]->d_name)) {
			if (asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0)
				err = -ENOMEM;
			else
				err = look_into(modules, path, entries[i]->d_name, names);
			if (err == 1)
				file(ctx, path);
			found += err == 1;
		}
		free(entries[i]);
	}
	free(entries);
	return err < 0 ? err : found;
}

void modules__free(struct modules *modules)
{
	for (size_t i = 0; i < modules->cnt; i++) {
		btf_view__close(modules->views[i]);
		free(modules->views[i]);
		free(modules->names[i]);
	}
	free(modules->views);
	free(modules->names);
	bcc_c__buf_free(&modules->damage);
	*modules = (struct modules){ 0 };
}
