/* SPDX-License-Identifier: BSD-2-Clause */
#include "idents.h"

#include <string.h>

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint32_t hash_name(const char *name, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)name[i]) * 16777619u;
	return hash;
}

static uint32_t pair_of(const char *name)
{
	return (uint32_t)(uint8_t)name[0] << 8 | (uint8_t)name[1];
}

static struct ident *find_slot(const struct idents *ids, const char *name, size_t len,
			       uint32_t hash)
{
	uint32_t mask = ids->slot_cnt - 1;

	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		struct ident *slot = &ids->slots[i];

		if (!slot->name)
			return slot;
		if (slot->hash == hash && slot->len == len && !memcmp(slot->name, name, len))
			return slot;
	}
}

static bool grow(struct idents *ids)
{
	struct idents bigger = { .slot_cnt = ids->slot_cnt ? ids->slot_cnt * 2 : 256 };

	if (ids->cnt < ids->slot_cnt / 2)
		return true;
	bigger.slots = calloc(bigger.slot_cnt, sizeof(*bigger.slots));
	if (!bigger.slots)
		return false;
	for (uint32_t i = 0; i < ids->slot_cnt; i++) {
		struct ident *slot = &ids->slots[i];

		if (slot->name)
			*find_slot(&bigger, slot->name, slot->len, slot->hash) = *slot;
	}
	free(ids->slots);
	ids->slots = bigger.slots;
	ids->slot_cnt = bigger.slot_cnt;
	return true;
}

/* Names that start with underscores are what macros make, as BPF_KPROBE() does. */
static bool is_flavour(const char *name)
{
	const char *at = strstr(name, "___");

	return at && at > name && at[-1] != '_';
}

void idents__add(struct idents *ids, const char *name, size_t len, uint32_t uses)
{
	uint32_t hash = hash_name(name, len);
	struct ident *slot;
	char *copy;

	if (!len || len > UINT32_MAX)
		return;
	if (!grow(ids)) {
		ids->failed = true;
		return;
	}
	slot = find_slot(ids, name, len, hash);
	if (!slot->name) {
		copy = strndup(name, len);
		if (!copy) {
			ids->failed = true;
			return;
		}
		*slot = (struct ident){ .name = copy, .len = (uint32_t)len, .hash = hash };
		ids->flavours |= is_flavour(copy);
		ids->pairs[pair_of(copy) / 8] |= 1 << pair_of(copy) % 8;
		ids->cnt++;
	}
	slot->uses |= uses;
}

uint32_t idents__uses(const struct idents *ids, const char *name)
{
	size_t len;

	if (!ids->cnt || !name[0] || !(ids->pairs[pair_of(name) / 8] & 1 << pair_of(name) % 8))
		return 0;
	len = strlen(name);
	return find_slot(ids, name, len, hash_name(name, len))->uses;
}

void idents__free(struct idents *ids)
{
	for (uint32_t i = 0; i < ids->slot_cnt; i++)
		free((char *)ids->slots[i].name);
	free(ids->slots);
	*ids = (struct idents){ 0 };
}
