/* SPDX-License-Identifier: BSD-2-Clause */
/* Access to the elements of maps. */
#include <string.h>

#include "internal.h"

const char *bcc_c_map__name(const struct bcc_c_map *map)
{
	return bpf_map__name(map->map);
}

const char *bcc_c_map__type_name(const struct bcc_c_map *map)
{
	const char *name = libbpf_bpf_map_type_str(bpf_map__type(map->map));

	return name ? name : "unknown";
}

size_t bcc_c_map__key_size(const struct bcc_c_map *map)
{
	return bpf_map__key_size(map->map);
}

static bool is_per_cpu(const struct bcc_c_map *map)
{
	switch (bpf_map__type(map->map)) {
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE:
		return true;
	default:
		return false;
	}
}

size_t bcc_c_map__value_stride(const struct bcc_c_map *map)
{
	return is_per_cpu(map) ? (bpf_map__value_size(map->map) + 7) / 8 * 8 : 0;
}

size_t bcc_c_map__value_size(const struct bcc_c_map *map)
{
	size_t stride = bcc_c_map__value_stride(map);
	int cpus = stride ? libbpf_num_possible_cpus() : 0;

	if (!stride)
		return bpf_map__value_size(map->map);
	return stride * (cpus > 0 ? (size_t)cpus : 1);
}

uint32_t bcc_c_map__max_entries(const struct bcc_c_map *map)
{
	return bpf_map__max_entries(map->map);
}

int bcc_c_map__set_max_entries(struct bcc_c_map *map, uint32_t max_entries)
{
	int err;

	bcc_c__begin(map->mod);
	err = bpf_map__set_max_entries(map->map, max_entries);
	return err ? bcc_c__fail(map->mod, err, err == -EBUSY ? "do so before loading" : NULL,
				 "resize map '%s': %m", bcc_c_map__name(map))
		   : 0;
}

int bcc_c_map__fd(const struct bcc_c_map *map)
{
	int fd = bpf_map__fd(map->map);

	bcc_c__begin(map->mod);
	if (map->mod->state == MODULE_LOADED && fd >= 0)
		return fd;
	return bcc_c__fail(map->mod, -EINVAL, "load the module first",
			   "get descriptor of map '%s': it is not loaded", bcc_c_map__name(map));
}

static int check_size(struct bcc_c_map *map, const char *step, const char *what, const void *data,
		      size_t size, size_t right)
{
	if (!data)
		return bcc_c__fail(map->mod, -EINVAL, NULL, "%s map '%s': no %s given", step,
				   bcc_c_map__name(map), what);
	if (size != right)
		return bcc_c__fail(map->mod, -EINVAL, NULL,
				   "%s map '%s': its %ss have %zu bytes, not %zu", step,
				   bcc_c_map__name(map), what, right, size);
	return 0;
}

static int begin(struct bcc_c_map *map, const char *step, const void *key, size_t key_size)
{
	bcc_c__begin(map->mod);
	if (map->mod->state != MODULE_LOADED)
		return bcc_c__fail(map->mod, -EINVAL, "load the module first",
				   "%s map '%s': it is not loaded", step, bcc_c_map__name(map));
	return check_size(map, step, "key", key, key_size, bcc_c_map__key_size(map));
}

int bcc_c_map__lookup(struct bcc_c_map *map, const void *key, size_t key_size, void *value,
		      size_t value_size)
{
	int err = begin(map, "read", key, key_size);

	if (!err)
		err = check_size(map, "read", "value", value, value_size,
				 bcc_c_map__value_size(map));
	if (err)
		return err;
	if (!bpf_map_lookup_elem(bpf_map__fd(map->map), key, value))
		return 0;
	err = -errno;
	if (err == -ENOENT)
		return bcc_c__miss(map->mod, "read map '%s': no such key", bcc_c_map__name(map));
	return bcc_c__fail(map->mod, err, NULL, "read map '%s': %m", bcc_c_map__name(map));
}

int bcc_c_map__update(struct bcc_c_map *map, const void *key, size_t key_size, const void *value,
		      size_t value_size, uint64_t flags)
{
	int err = begin(map, "write", key, key_size);

	if (!err)
		err = check_size(map, "write", "value", value, value_size,
				 bcc_c_map__value_size(map));
	if (err)
		return err;
	if (!bpf_map_update_elem(bpf_map__fd(map->map), key, value, flags))
		return 0;
	err = -errno;
	if (err == -E2BIG)
		return bcc_c__fail(map->mod, err, "bcc_c_map__set_max_entries() makes room",
				   "write map '%s': it is full, or the key is none of an array",
				   bcc_c_map__name(map));
	return bcc_c__fail(map->mod, err, NULL, "write map '%s': %m", bcc_c_map__name(map));
}

int bcc_c_map__delete(struct bcc_c_map *map, const void *key, size_t key_size)
{
	int err = begin(map, "delete from", key, key_size);

	if (err)
		return err;
	if (!bpf_map_delete_elem(bpf_map__fd(map->map), key))
		return 0;
	err = -errno;
	if (err == -ENOENT)
		return bcc_c__miss(map->mod, "delete from map '%s': no such key",
				   bcc_c_map__name(map));
	return bcc_c__fail(map->mod, err, NULL, "delete from map '%s': %m", bcc_c_map__name(map));
}

int bcc_c_map__next_key(struct bcc_c_map *map, const void *prev, void *next, size_t key_size)
{
	int err = begin(map, "walk", next, key_size);

	if (err)
		return err;
	if (!bpf_map_get_next_key(bpf_map__fd(map->map), prev, next))
		return 0;
	err = -errno;
	if (err == -ENOENT)
		return bcc_c__miss(map->mod, "walk map '%s': no more keys", bcc_c_map__name(map));
	return bcc_c__fail(map->mod, err, NULL, "walk map '%s': %m", bcc_c_map__name(map));
}
