/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tables of BCC's dialect ask for beyond what libbpf knows of maps. The object has it in BTF, as
 * tags on the maps' variables: "bcc_c:pin:PATH" and the like (include/bcc_c/bpf/bcc_table.h).
 *
 * Tables that a module makes public are found by name by those of the process that load after it,
 * whatever thread they are in; those that it shares only by those in its namespace. It is the one
 * list that modules have in common, with a lock.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "internal.h"

#define TAG "bcc_c:"

struct public_table {
	LIST_ENTRY(public_table) entries;
	const struct bcc_c_module *owner;
	int fd;      /* of its own */
	bool shared; /* with the owner's namespace alone */
	char name[];
};

static LIST_HEAD(, public_table) public_tables = LIST_HEAD_INITIALIZER(public_tables);
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Called for each tag, with the map and what the tag says; stops at an error. */
typedef int (*tag_fn)(struct bcc_c_module *mod, struct bpf_map *map, const char *tag);

static int for_each_tag(struct bcc_c_module *mod, tag_fn fn)
{
	const struct btf *btf = bpf_object__btf(mod->obj);
	int err = 0;

	for (uint32_t id = 1; !err && btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id), *var;
		const char *text = btf__name_by_offset(btf, type->name_off);
		struct bpf_map *map;

		if (!btf_is_decl_tag(type) || strncmp(text, TAG, strlen(TAG)))
			continue;
		var = btf__type_by_id(btf, type->type);
		map = bpf_object__find_map_by_name(mod->obj,
						   btf__name_by_offset(btf, var->name_off));
		if (map)
			err = fn(mod, map, text + strlen(TAG));
	}
	return err;
}

/* What is behind the start, or NULL. */
static const char *behind(const char *tag, const char *start)
{
	return strncmp(tag, start, strlen(start)) ? NULL : tag + strlen(start);
}

/*
 * The kernel wants to see a map of the kind that a table of maps holds. One more is made for that; the
 * table itself is still to come.
 */
static int set_inner(struct bcc_c_module *mod, struct bpf_map *outer, const char *name)
{
	const struct bpf_map *inner = bpf_object__find_map_by_name(mod->obj, name);
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	int fd, err;

	if (!inner)
		return bcc_c__fail(mod, -EINVAL, "declare it in the same source",
				   "load: table '%s' is of tables like '%s', which there is not",
				   bpf_map__name(outer), name);
	opts.map_flags = bpf_map__map_flags(inner);
	fd = bpf_map_create(bpf_map__type(inner), NULL, bpf_map__key_size(inner),
			    bpf_map__value_size(inner), bpf_map__max_entries(inner), &opts);
	if (fd < 0)
		return bcc_c__fail(mod, fd, NULL, "load: make a table like '%s': %m", name);
	err = bpf_map__set_inner_map_fd(outer, fd);
	if (err) {
		close(fd);
		return bcc_c__fail(mod, err, NULL, "load: table '%s' of tables: %m",
				   bpf_map__name(outer));
	}
	bcc_c__buf_append(&mod->inner_fds, &fd, sizeof(fd));
	return 0;
}

static const char *namespace_of(const struct bcc_c_module *mod)
{
	return mod->opts.table_ns ? mod->opts.table_ns : "";
}

/* What is shared in the module's namespace goes before what is public. Needs the lock. */
static const struct public_table *find_table(const struct bcc_c_module *mod, const char *name)
{
	const struct public_table *table, *found = NULL;

	LIST_FOREACH(table, &public_tables, entries)
	{
		if (strcmp(table->name, name))
			continue;
		if (table->shared && !strcmp(namespace_of(table->owner), namespace_of(mod)))
			return table;
		if (!table->shared && !found)
			found = table;
	}
	return found;
}

static int find_public(struct bcc_c_module *mod, struct bpf_map *map)
{
	const struct public_table *table;
	int err = -ENOENT;

	pthread_mutex_lock(&lock);
	table = find_table(mod, bpf_map__name(map));
	if (table)
		err = bpf_map__reuse_fd(map, table->fd);
	pthread_mutex_unlock(&lock);
	return err ? bcc_c__fail(mod, err,
				 "a module with BPF_TABLE_PUBLIC() of it, or BPF_TABLE_SHARED() in "
				 "the same namespace, loads first",
				 "load: table '%s' of another module: %m", bpf_map__name(map))
		   : 0;
}

/* The table of whose kind those in a table of tables are, or NULL; a type by name ends with it. */
static const char *inner_of(const char *tag)
{
	const char *type = behind(tag, "type:");
	const char *inner = type ? strchr(type, '$') : NULL;

	return inner ? inner + 1 : behind(tag, "inner:");
}

static int prepare(struct bcc_c_module *mod, struct bpf_map *map, const char *tag)
{
	const char *path = behind(tag, "pin:");
	const char *inner = inner_of(tag);

	if (path)
		return bcc_c__pin_table(mod, map, path);
	if (inner)
		return set_inner(mod, map, inner);
	return strcmp(tag, "type:extern") ? 0 : find_public(mod, map);
}

int bcc_c__prepare_tables(struct bcc_c_module *mod)
{
	return for_each_tag(mod, prepare);
}

void bcc_c__close_inner(struct bcc_c_module *mod)
{
	for (size_t i = 0; i < mod->inner_fds.size / sizeof(int); i++)
		close(((const int *)(const void *)mod->inner_fds.data)[i]);
	bcc_c__buf_free(&mod->inner_fds);
}

static int publish(struct bcc_c_module *mod, struct bpf_map *map, const char *tag)
{
	const char *name = bpf_map__name(map);
	struct public_table *table;

	if (strcmp(tag, "public") && strcmp(tag, "shared"))
		return 0;
	table = calloc(1, sizeof(*table) + strlen(name) + 1);
	if (table)
		table->fd = fcntl(bpf_map__fd(map), F_DUPFD_CLOEXEC, 3);
	if (!table || table->fd < 0) {
		free(table);
		return bcc_c__fail(mod, -errno, NULL, "load: make table '%s' public: %m", name);
	}
	strcpy(table->name, name);
	table->owner = mod;
	table->shared = !strcmp(tag, "shared");
	pthread_mutex_lock(&lock);
	LIST_INSERT_HEAD(&public_tables, table, entries);
	pthread_mutex_unlock(&lock);
	return 0;
}

int bcc_c__publish_tables(struct bcc_c_module *mod)
{
	return for_each_tag(mod, publish);
}

void bcc_c__end_tables(struct bcc_c_module *mod)
{
	struct public_table *table, *next;

	pthread_mutex_lock(&lock);
	for (table = LIST_FIRST(&public_tables); table; table = next) {
		next = LIST_NEXT(table, entries);
		if (table->owner != mod)
			continue;
		LIST_REMOVE(table, entries);
		close(table->fd);
		free(table);
	}
	pthread_mutex_unlock(&lock);
}
