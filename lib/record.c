/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What types the records have that programs send through a map. A source for libbpf says it in the
 * map's definition; of BCC's dialect the compiler noted what each table was given (wire.h:
 * WIRE_EVENTS_SECTION), which may be several types.
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "wire.h"

/* The kernel rounds records of perf buffers up to 8 bytes. */
#define PADDING 8

/* No type of a sane program nests deeper. */
#define MOST_DEPTH 32

static const struct btf_type *resolve(const struct btf *btf, uint32_t id)
{
	int resolved = btf__resolve_type(btf, id);

	return resolved > 0 ? btf__type_by_id(btf, (uint32_t)resolved) : NULL;
}

/* The type that a variable of the section notes for the table of that name; 0: it is another's. */
static uint32_t noted_type(const struct btf *btf, uint32_t var_id, const char *table)
{
	const struct btf_type *var = btf__type_by_id(btf, var_id);
	const struct btf_type *pointer = var && btf_is_var(var) ? resolve(btf, var->type) : NULL;
	const char *name = var ? btf__name_by_offset(btf, var->name_off) : NULL;

	if (!pointer || !btf_is_ptr(pointer) || !name ||
	    !bcc_c__starts_with(name, WIRE_EVENTS_PREFIX))
		return 0;
	name += strlen(WIRE_EVENTS_PREFIX);
	name += strspn(name, "0123456789");
	return *name == '_' && !strcmp(name + 1, table) ? pointer->type : 0;
}

/*
 * Whether records of that many bytes may be of the type. A struct may have more behind it, and of an
 * array there may be less.
 */
static bool may_be(const struct btf_type *type, int64_t type_size, size_t size)
{
	if (btf_is_composite(type))
		return (uint64_t)type_size <= size;
	return (btf_is_array(type) || (uint64_t)type_size <= size) &&
	       size < (uint64_t)type_size + PADDING;
}

uint32_t bcc_c__record_type(const struct bcc_c_map *map, size_t size)
{
	const struct btf *btf = bpf_object__btf(map->mod->obj);
	const struct btf_type *section = btf && map->mod->events_section
						 ? btf__type_by_id(btf, map->mod->events_section)
						 : NULL;
	int64_t best_size = -1;
	uint32_t best = 0;

	if (map->value_type || !section)
		return map->value_type;
	for (uint32_t i = 0; i < btf_vlen(section); i++) {
		uint32_t id = noted_type(btf, btf_var_secinfos(section)[i].type,
					 bcc_c_map__name(map));
		const struct btf_type *type = id ? resolve(btf, id) : NULL;
		int64_t type_size = type ? btf__resolve_size(btf, id) : -1;
		int64_t used = type_size < (int64_t)size ? type_size : (int64_t)size;

		if (type_size < 0 || used <= best_size || !may_be(type, type_size, size))
			continue;
		best = id;
		best_size = used;
	}
	return best;
}

uint32_t bcc_c__find_events_section(const struct bcc_c_module *mod)
{
	const struct btf *btf = bpf_object__btf(mod->obj);
	int id = btf ? btf__find_by_name_kind(btf, WIRE_EVENTS_SECTION, BTF_KIND_DATASEC) : -1;

	return id > 0 ? (uint32_t)id : 0;
}

/* ---- names */

static const char *keyword_of(const struct btf_type *type)
{
	return btf_is_struct(type)     ? "struct "
	       : btf_is_union(type)    ? "union "
	       : btf_is_any_enum(type) ? "enum "
				       : "";
}

/* Goes from an array to its elements, or a pointer to its target. */
static const struct btf_type *step(const struct btf *btf, const struct btf_type *type)
{
	uint32_t next = type->type;

	if (btf_is_array(type))
		next = btf_array(type)->type;
	else if (!btf_is_ptr(type) && !btf_is_mod(type))
		return NULL;
	return btf__type_by_id(btf, next);
}

/* Only what a source can hand to a table comes here: arrays of pointers have their signs behind. */
static void write_name(const struct btf *btf, uint32_t id, struct bcc_c__buf *out)
{
	const struct btf_type *type = btf__type_by_id(btf, id), *next;
	autobuf behind = { 0 };

	for (int i = 0; type && i < MOST_DEPTH && (next = step(btf, type)); i++) {
		if (btf_is_array(type))
			bcc_c__buf_printf(&behind, "[%u]", btf_array(type)->nelems);
		else if (btf_is_ptr(type))
			bcc_c__buf_printf(&behind, "*");
		type = next;
	}
	if (type && type->name_off)
		bcc_c__buf_printf(out, "%s%s", keyword_of(type),
				  btf__name_by_offset(btf, type->name_off));
	else
		bcc_c__buf_printf(out, "%s",
				  !type || btf_is_void(type) ? "void" : keyword_of(type));
	bcc_c__buf_append(out, behind.data, behind.size);
	out->failed |= behind.failed;
}

int bcc_c_map__record_type(struct bcc_c_map *map, size_t size, char *buf, size_t buf_size)
{
	uint32_t id = bcc_c__record_type(map, size);
	autobuf name = { 0 };

	bcc_c__begin(map->mod);
	if (buf_size && !buf)
		return bcc_c__fail(map->mod, -EINVAL, NULL, "name type for map '%s': no buffer",
				   bcc_c_map__name(map));
	if (!id)
		return bcc_c__miss(map->mod, "name type for map '%s': none is known of %zu bytes",
				   bcc_c_map__name(map), size);
	write_name(bpf_object__btf(map->mod->obj), id, &name);
	if (buf_size)
		snprintf(buf, buf_size, "%s", bcc_c__buf_str(&name));
	return name.failed ? bcc_c__fail(map->mod, -ENOMEM, NULL, "name type for map '%s': %m",
					 bcc_c_map__name(map))
			   : (int)name.size;
}
