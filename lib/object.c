/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The BPF object of a module: opened through libbpf, its programs, maps and global variables.
 * Nothing of it is in the kernel yet; that is load.c's.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/*
 * The kernel shows names of 15 characters; libbpf puts the object's before those of the maps with
 * variables.
 */
static void object_name(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t len;

	snprintf(name, size, "%s", slash ? slash + 1 : path);
	name[strcspn(name, ".")] = '\0';
	len = strlen(name);
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]))
			name[i] = '_';
	if (!len)
		snprintf(name, size, "probe");
}

static int list_progs(struct bcc_c_module *mod)
{
	struct bpf_program *prog;
	size_t cnt = 0;

	bpf_object__for_each_program(prog, mod->obj)
		cnt++;
	mod->progs = calloc(cnt ? cnt : 1, sizeof(*mod->progs));
	if (!mod->progs)
		return -ENOMEM;
	bpf_object__for_each_program(prog, mod->obj)
		mod->progs[mod->prog_cnt++] = (struct bcc_c_prog){ .mod = mod, .prog = prog };
	return 0;
}

/*
 * Maps that libbpf makes for sections of variables, and those that <bpf/usdt.bpf.h> has for its own
 * use, are no maps to whoever wrote the source.
 */
static bool is_users_map(const struct bpf_map *map)
{
	return !bpf_map__is_internal(map) && !bcc_c__starts_with(bpf_map__name(map), "__bpf_usdt_");
}

/* A value type given for a map of events is that of the records; the kernel wants none there. */
static void fit_event_map(struct bpf_map *map)
{
	if (bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF)
		bpf_map__set_value_size(map, 0);
	else if (bpf_map__type(map) == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
		bpf_map__set_value_size(map, sizeof(uint32_t));
}

static int list_maps(struct bcc_c_module *mod)
{
	struct bpf_map *map;
	size_t cnt = 0;

	bpf_object__for_each_map(map, mod->obj)
		cnt += is_users_map(map);
	mod->maps = calloc(cnt ? cnt : 1, sizeof(*mod->maps));
	if (!mod->maps)
		return -ENOMEM;
	mod->events_section = bcc_c__find_events_section(mod);
	bpf_object__for_each_map(map, mod->obj) {
		if (!is_users_map(map))
			continue;
		mod->maps[mod->map_cnt++] = (struct bcc_c_map){
			.mod = mod,
			.map = map,
			.key_type = bpf_map__btf_key_type_id(map),
			.value_type = bpf_map__btf_value_type_id(map),
		};
		fit_event_map(map);
	}
	return 0;
}

static int open_bytes(struct bcc_c_module *mod, const char *name, bool foreign)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = mod->opts.btf);
	const char *why = bcc_c__check_elf(mod->elf.data, mod->elf.size, foreign);
	char short_name[64];

	if (why)
		return bcc_c__fail(mod, -ENOEXEC, NULL, "open '%s': no BPF object: %s", name, why);
	object_name(name, short_name, sizeof(short_name));
	opts.object_name = short_name;
	bcc_c__capture_libbpf(mod);
	mod->obj = bpf_object__open_mem(mod->elf.data, mod->elf.size, &opts);
	bcc_c__capture_libbpf(NULL);
	if (!mod->obj)
		return bcc_c__fail(mod, -ENOEXEC, mod->log.size ? "the log has the details" : NULL,
				   "open '%s': no BPF object that can be loaded", name);
	if (list_progs(mod) || list_maps(mod))
		return bcc_c__fail(mod, -ENOMEM, NULL, "open '%s': %m", name);
	return 0;
}

int bcc_c__open_object(struct bcc_c_module *mod, const char *name, bool foreign)
{
	int err = mod->elf.size ? open_bytes(mod, name, foreign)
				: bcc_c__fail(mod, -ENOEXEC, NULL, "open '%s': it is empty", name);

	if (err)
		bcc_c__close_object(mod);
	else
		mod->state = MODULE_OPEN;
	return err;
}

void bcc_c__close_object(struct bcc_c_module *mod)
{
	bcc_c__capture_libbpf(mod);
	bcc_c__close_inner(mod);
	bcc_c__end_tables(mod);
	bpf_object__close(mod->obj);
	bcc_c__capture_libbpf(NULL);
	free(mod->progs);
	free(mod->maps);
	bcc_c__buf_free(&mod->elf);
	mod->obj = NULL;
	mod->progs = NULL;
	mod->maps = NULL;
	mod->prog_cnt = mod->map_cnt = 0;
	mod->state = MODULE_NEW;
}

struct bcc_c_prog *bcc_c_module__next_prog(struct bcc_c_module *mod, const struct bcc_c_prog *prev)
{
	size_t next = prev ? (size_t)(prev - mod->progs) + 1 : 0;

	return next < mod->prog_cnt ? &mod->progs[next] : NULL;
}

struct bcc_c_map *bcc_c_module__next_map(struct bcc_c_module *mod, const struct bcc_c_map *prev)
{
	size_t next = prev ? (size_t)(prev - mod->maps) + 1 : 0;

	return next < mod->map_cnt ? &mod->maps[next] : NULL;
}

struct bcc_c_prog *bcc_c_module__find_prog(struct bcc_c_module *mod, const char *name)
{
	bcc_c__begin(mod);
	for (size_t i = 0; name && i < mod->prog_cnt; i++)
		if (!strcmp(bcc_c_prog__name(&mod->progs[i]), name))
			return &mod->progs[i];
	bcc_c__fail(
		mod, -ENOENT, mod->state == MODULE_NEW ? "compile or open an object first" : NULL,
		"find program '%s': no such program among %zu", name ? name : "", mod->prog_cnt);
	return NULL;
}

struct bcc_c_map *bcc_c_module__find_map(struct bcc_c_module *mod, const char *name)
{
	bcc_c__begin(mod);
	for (size_t i = 0; name && i < mod->map_cnt; i++)
		if (!strcmp(bcc_c_map__name(&mod->maps[i]), name))
			return &mod->maps[i];
	bcc_c__fail(mod, -ENOENT,
		    mod->state == MODULE_NEW ? "compile or open an object first" : NULL,
		    "find map '%s': no such map among %zu", name ? name : "", mod->map_cnt);
	return NULL;
}
