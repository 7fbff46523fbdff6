/* SPDX-License-Identifier: BSD-2-Clause */
#include "object.h"

#include <string.h>

static bool inside(const struct object *object, uint64_t offset, uint64_t size)
{
	return offset <= object->size && size <= object->size - offset;
}

int object__open(struct object *object, struct bcc_c__buf *elf)
{
	const Elf64_Shdr *names;

	*object = (struct object){ .data = elf->data, .size = elf->size };
	object->header = (void *)elf->data;
	if (elf->size < sizeof(*object->header) ||
	    memcmp(object->header->e_ident, ELFMAG, SELFMAG) ||
	    object->header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    object->header->e_shentsize != sizeof(Elf64_Shdr) || object->header->e_shoff % 8 ||
	    !inside(object, object->header->e_shoff,
		    (uint64_t)object->header->e_shnum * sizeof(Elf64_Shdr)) ||
	    object->header->e_shstrndx >= object->header->e_shnum)
		return -EINVAL;
	object->sections = (void *)(elf->data + object->header->e_shoff);
	for (size_t i = 0; i < object->header->e_shnum; i++)
		if (object->sections[i].sh_type != SHT_NOBITS &&
		    !inside(object, object->sections[i].sh_offset, object->sections[i].sh_size))
			return -EINVAL;
	names = &object->sections[object->header->e_shstrndx];
	object->names = elf->data + names->sh_offset;
	object->names_size = names->sh_size;
	return names->sh_size && !object->names[names->sh_size - 1] ? 0 : -EINVAL;
}

const char *object__name(const struct object *object, const Elf64_Shdr *section)
{
	return section->sh_name < object->names_size ? object->names + section->sh_name : "";
}

const Elf64_Shdr *object__find(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->header->e_shnum; i++)
		if (!strcmp(object__name(object, &object->sections[i]), name))
			return &object->sections[i];
	return NULL;
}
