/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Global variables of the programs: found through BTF in the maps that hold their sections.
 */
#include <bpf/btf.h>
#include <string.h>
#include <sys/mman.h>

#include "internal.h"

struct variable {
	struct bpf_map *map;
	uint32_t offset;
	uint32_t size;
};

/* The map of a section of variables; its name ends in that of the section. */
static struct bpf_map *map_of_section(struct bcc_c_module *mod, const char *section)
{
	size_t section_len = strlen(section);
	struct bpf_map *map;

	bpf_object__for_each_map(map, mod->obj) {
		const char *name = bpf_map__name(map);
		size_t len = strlen(name);

		if (bpf_map__is_internal(map) && len >= section_len &&
		    !strcmp(name + len - section_len, section))
			return map;
	}
	return NULL;
}

static bool find_in_section(const struct btf *btf, const struct btf_type *section, const char *name,
			    struct variable *variable)
{
	const struct btf_var_secinfo *infos = btf_var_secinfos(section);

	for (uint16_t i = 0; i < btf_vlen(section); i++) {
		const struct btf_type *type = btf__type_by_id(btf, infos[i].type);

		if (!type || !btf_is_var(type) ||
		    strcmp(btf__name_by_offset(btf, type->name_off), name))
			continue;
		variable->offset = infos[i].offset;
		variable->size = infos[i].size;
		return true;
	}
	return false;
}

static int find_variable(struct bcc_c_module *mod, const char *name, struct variable *variable)
{
	const struct btf *btf = mod->obj ? bpf_object__btf(mod->obj) : NULL;

	for (uint32_t id = 1; btf && id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!btf_is_datasec(type) || !find_in_section(btf, type, name, variable))
			continue;
		variable->map = map_of_section(mod, btf__name_by_offset(btf, type->name_off));
		if (variable->map)
			return 0;
	}
	return bcc_c__fail(mod, -ENOENT, mod->obj ? NULL : "compile or open an object first",
			   "find variable '%s': the programs have no such global variable", name);
}

static int find_checked(struct bcc_c_module *mod, const char *name, const void *value, size_t size,
			struct variable *variable)
{
	int err;

	bcc_c__begin(mod);
	if (!name || !value)
		return bcc_c__fail(mod, -EINVAL, NULL, "access variable '%s': no %s given",
				   name ? name : "", name ? "value" : "name");
	err = find_variable(mod, name, variable);
	if (err)
		return err;
	if (variable->size != size)
		return bcc_c__fail(mod, -EINVAL, NULL,
				   "access variable '%s': it has %u bytes, not %zu", name,
				   variable->size, size);
	if ((uint64_t)variable->offset + size > bpf_map__value_size(variable->map))
		return bcc_c__fail(mod, -EINVAL, NULL,
				   "access variable '%s': it lies outside its section", name);
	return 0;
}

/*
 * Copies to or from the variable: before loading in libbpf's image of the section, then in the
 * kernel's map. That is mapped for the while, as an update through the system call would write the
 * other variables of the section too.
 */
static int copy(struct bcc_c_module *mod, const char *name, const struct variable *variable,
		void *to, const void *from)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (bpf_map__value_size(variable->map) + page - 1) / page * page;
	char *start;

	if (mod->state == MODULE_OPEN) {
		start = (char *)bpf_map__initial_value(variable->map, &size);
		if (!start)
			return bcc_c__fail(mod, -EINVAL, NULL,
					   "access variable '%s': its section has no image", name);
	} else {
		start = mmap(NULL, size, to ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED,
			     bpf_map__fd(variable->map), 0);
		if (start == MAP_FAILED)
			return bcc_c__fail(mod, -errno, NULL,
					   "map the section of variable '%s': %m", name);
	}
	if (to)
		memcpy(to, start + variable->offset, variable->size);
	else
		memcpy(start + variable->offset, from, variable->size);
	if (mod->state != MODULE_OPEN)
		munmap(start, size);
	return 0;
}

int bcc_c_module__set_global(struct bcc_c_module *mod, const char *name, const void *value,
			     size_t size)
{
	struct variable variable;
	int err = find_checked(mod, name, value, size, &variable);

	if (err)
		return err;
	if (mod->state != MODULE_OPEN && bpf_map__map_flags(variable.map) & BPF_F_RDONLY_PROG)
		return bcc_c__fail(mod, -EBUSY, "set it before loading",
				   "set variable '%s': it is constant, and the module is loaded",
				   name);
	return copy(mod, name, &variable, NULL, value);
}

int bcc_c_module__get_global(struct bcc_c_module *mod, const char *name, void *value, size_t size)
{
	struct variable variable;
	int err = find_checked(mod, name, value, size, &variable);

	return err ? err : copy(mod, name, &variable, value, NULL);
}
