/* SPDX-License-Identifier: BSD-2-Clause */
#include "prune.h"

/* The size of a program's stack. */
#define BIG 512

static uint32_t bit_offset_of(const struct btf_type *type, uint32_t member)
{
	const struct btf_member *members = (const void *)(type + 1);

	return BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(members[member].offset)
					  : members[member].offset;
}

static bool is_bit_field(const struct btf_type *type, uint32_t member)
{
	const struct btf_member *members = (const void *)(type + 1);

	return bit_offset_of(type, member) % 8 ||
	       (BTF_INFO_KFLAG(type->info) && BTF_MEMBER_BITFIELD_SIZE(members[member].offset));
}

bool prune__keeps(const struct btf_view *btf, const struct btf_type *type, const struct idents *ids,
		  uint32_t member)
{
	const struct btf_member *members = (const void *)(type + 1);
	const char *name = btf_view__string(btf, members[member].name_off);

	if (!ids || btf_view__kind(type) != BTF_KIND_STRUCT || type->size <= BIG)
		return true;
	return !name[0] || is_bit_field(type, member) || idents__uses(ids, name) & IDENT_ORDINARY;
}

bool prune__keeps_all(const struct btf_view *btf, const struct btf_type *type,
		      const struct idents *ids)
{
	if (btf_view__kind(type) != BTF_KIND_STRUCT)
		return true;
	for (uint32_t i = 0; i < btf_view__vlen(type); i++)
		if (!prune__keeps(btf, type, ids, i))
			return false;
	return true;
}

uint32_t prune__gap(const struct btf_view *btf, const struct btf_type *type,
		    const struct idents *ids, uint32_t *member, uint32_t *start)
{
	uint32_t end;

	*start = bit_offset_of(type, *member) / 8;
	while (*member < btf_view__vlen(type) && !prune__keeps(btf, type, ids, *member))
		++*member;
	end = *member < btf_view__vlen(type) ? bit_offset_of(type, *member) / 8 : type->size;
	return end > *start ? end - *start : 0;
}
