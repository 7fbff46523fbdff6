/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The needed types as BTF of their own, with new ids and names.
 */
#include <string.h>

#include "btf_refs.h"
#include "prune.h"
#include "subset.h"

/* What subset__write() hands from step to step. */
struct writer {
	const struct subset *set;
	const uint32_t *ids; /* the old ones, in order */
	size_t id_cnt;
	uint32_t *new_ids; /* of each old id; 0 where it is left out */
	uint32_t next_id;  /* behind all of them */
	uint32_t filler_cnt;
	struct bcc_c__buf types;
	struct bcc_c__buf strings;
	struct bcc_c__buf fillers; /* the types, from next_id on, of what is in place of members */
};

/* The new id of a reference, with type tags skipped. */
static uint32_t new_id(void *ctx, uint32_t id)
{
	const struct writer *w = ctx;
	const struct btf_type *type = btf_view__type(w->set->btf, id);

	for (uint32_t steps = 0; type && btf_view__kind(type) == BTF_KIND_TYPE_TAG; steps++) {
		id = steps < w->set->btf->type_cnt ? type->type : 0;
		type = btf_view__type(w->set->btf, id);
	}
	return type ? w->new_ids[id] : 0;
}

static uint32_t new_string(void *ctx, uint32_t offset)
{
	struct writer *w = ctx;
	const char *str = btf_view__string(w->set->btf, offset);
	uint32_t at = (uint32_t)w->strings.size;

	if (!str[0])
		return 0;
	bcc_c__buf_append(&w->strings, str, strlen(str) + 1);
	return at;
}

/* A name beside the source's, which relocations take for the kernel's all the same. */
static uint32_t flavoured_name(struct writer *w, uint32_t offset)
{
	uint32_t at = (uint32_t)w->strings.size;

	bcc_c__buf_printf(&w->strings, "%s___kernel", btf_view__string(w->set->btf, offset));
	bcc_c__buf_append(&w->strings, "", 1);
	return at;
}

static void write_declaration(struct writer *w, const struct btf_type *type)
{
	bool is_union = btf_view__kind(type) == BTF_KIND_UNION;
	struct btf_type fwd = {
		.name_off = new_string(w, type->name_off),
		.info = (uint32_t)is_union << 31 | BTF_KIND_FWD << 24,
	};

	bcc_c__buf_append(&w->types, &fwd, sizeof(fwd));
}

/*
 * Gives what the source declares as well a name of its own: a member of the kernel's structs has the
 * kernel's type, which the source's must not meet.
 */
static void rename_users(struct writer *w, const struct btf_type *type, struct btf_type *copy)
{
	bool wide = btf_view__kind(type) == BTF_KIND_ENUM64;
	size_t stride = wide ? sizeof(struct btf_enum64) : sizeof(struct btf_enum);
	const char *from = (const char *)(type + 1);
	char *to = (char *)(copy + 1);

	if (subset__is_users(w->set, type))
		copy->name_off = flavoured_name(w, type->name_off);
	if (!wide && btf_view__kind(type) != BTF_KIND_ENUM)
		return;
	/* An enumerator shares its names with all that the source declares. */
	for (uint32_t i = 0; i < btf_view__vlen(type); i++, from += stride, to += stride) {
		uint32_t name_off = *(const uint32_t *)from;

		if (w->set->ids &&
		    idents__uses(w->set->ids, btf_view__string(w->set->btf, name_off)) & IDENT_OWN)
			*(uint32_t *)to = flavoured_name(w, name_off);
	}
}

/* The type of bytes that nobody looks at. */
static uint32_t filler_type(struct writer *w, uint32_t size)
{
	const struct btf_type byte = { .name_off = (uint32_t)w->strings.size,
				       .info = BTF_KIND_INT << 24,
				       .size = 1 };
	const struct btf_type head = { .info = BTF_KIND_ARRAY << 24 };
	const struct btf_array array = { .type = w->next_id,
					 .index_type = w->next_id,
					 .nelems = size };
	const uint32_t bits = 8;

	if (!w->fillers.size) {
		bcc_c__buf_append(&w->strings, "char", sizeof("char"));
		bcc_c__buf_append(&w->fillers, &byte, sizeof(byte));
		bcc_c__buf_append(&w->fillers, &bits, sizeof(bits));
	}
	bcc_c__buf_append(&w->fillers, &head, sizeof(head));
	bcc_c__buf_append(&w->fillers, &array, sizeof(array));
	return w->next_id + ++w->filler_cnt;
}

static void write_filler(struct writer *w, uint32_t start, uint32_t size)
{
	struct btf_member member = { .name_off = (uint32_t)w->strings.size, .offset = start * 8 };

	bcc_c__buf_printf(&w->strings, "__unnamed_%u", start);
	bcc_c__buf_append(&w->strings, "", 1);
	member.type = filler_type(w, size);
	bcc_c__buf_append(&w->types, &member, sizeof(member));
}

/* A struct with bytes in the place of members that do not stay. */
static void write_pruned(struct writer *w, const struct btf_type *type)
{
	const struct subset *set = w->set;
	const struct btf_member *members = (const void *)(type + 1);
	struct btf_type head = *type;
	size_t at = w->types.size;
	uint32_t cnt = 0;

	head.name_off = new_string(w, type->name_off);
	bcc_c__buf_append(&w->types, &head, sizeof(head));
	for (uint32_t i = 0; i < btf_view__vlen(type); cnt++) {
		struct btf_member member = members[i];
		uint32_t start, size;

		if (!prune__keeps(set->btf, type, set->ids, i)) {
			size = prune__gap(set->btf, type, set->ids, &i, &start);
			if (size)
				write_filler(w, start, size);
			else
				cnt--;
			continue;
		}
		member.name_off = new_string(w, member.name_off);
		member.type = new_id(w, member.type);
		bcc_c__buf_append(&w->types, &member, sizeof(member));
		i++;
	}
	head.info = (head.info & ~0xffffu) | cnt;
	if (!w->types.failed)
		memcpy(w->types.data + at, &head, sizeof(head));
}

static void write_type(struct writer *w, const struct btf_type *type)
{
	size_t size = btf_view__record_size(type);
	size_t at = w->types.size;
	const struct btf_refs refs = { .id = new_id, .name = new_string, .ctx = w };

	if (prune__keeps_all(w->set->btf, type, w->set->ids)) {
		bcc_c__buf_append(&w->types, type, size);
		if (!w->types.failed)
			btf_refs__replace((void *)(w->types.data + at), &refs);
	} else {
		write_pruned(w, type);
	}
	if (w->types.failed)
		return;
	rename_users(w, type, (void *)(w->types.data + at));
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t id_a = *(const uint32_t *)a, id_b = *(const uint32_t *)b;

	return (id_a > id_b) - (id_a < id_b);
}

/* The needed ids in order, each once. */
static void sort_ids(struct subset *set, struct writer *w)
{
	size_t cnt = 0;

	if (set->queue_cnt)
		qsort(set->queue, set->queue_cnt, sizeof(*set->queue), compare_ids);
	for (size_t i = 0; i < set->queue_cnt; i++)
		if (!cnt || set->queue[cnt - 1] != set->queue[i])
			set->queue[cnt++] = set->queue[i];
	set->queue_cnt = set->followed = cnt;
	w->ids = set->queue;
	w->id_cnt = cnt;
}

static void number_types(struct writer *w, struct bcc_c__buf *whole)
{
	const struct subset *set = w->set;
	uint32_t next = 1;

	for (size_t i = 0; i < w->id_cnt; i++) {
		uint32_t id = w->ids[i];
		const struct btf_type *type = btf_view__type(set->btf, id);

		if (btf_view__kind(type) == BTF_KIND_TYPE_TAG)
			continue;
		w->new_ids[id] = next;
		if (set->needs[id] == SUBSET_WHOLE)
			bcc_c__buf_append(whole, &next, sizeof(next));
		next++;
	}
	w->next_id = next;
}

static void write_types(struct writer *w)
{
	for (size_t i = 0; i < w->id_cnt; i++) {
		uint32_t id = w->ids[i];
		const struct btf_type *type = btf_view__type(w->set->btf, id);

		if (!w->new_ids[id])
			continue;
		if (w->set->needs[id] == SUBSET_DECLARED && subset__can_be_declared(type))
			write_declaration(w, type);
		else
			write_type(w, type);
	}
}

static void write_file(struct writer *w, struct bcc_c__buf *out)
{
	struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = (uint32_t)w->types.size,
		.str_off = (uint32_t)w->types.size,
		.str_len = (uint32_t)w->strings.size,
	};

	bcc_c__buf_append(out, &header, sizeof(header));
	bcc_c__buf_append(out, w->types.data, w->types.size);
	bcc_c__buf_append(out, w->strings.data, w->strings.size);
}

int subset__write(struct subset *set, struct bcc_c__buf *btf, struct bcc_c__buf *whole)
{
	struct writer w = { .set = set };
	bool failed;

	w.new_ids = calloc(set->btf->type_cnt, sizeof(*w.new_ids));
	if (set->failed || !w.new_ids) {
		free(w.new_ids);
		return -ENOMEM;
	}
	sort_ids(set, &w);
	number_types(&w, whole);
	bcc_c__buf_append(&w.strings, "", 1);
	write_types(&w);
	bcc_c__buf_append(&w.types, w.fillers.data, w.fillers.size);
	write_file(&w, btf);
	failed = w.fillers.failed || w.types.failed || w.strings.failed || btf->failed ||
		 whole->failed;
	free(w.new_ids);
	bcc_c__buf_free(&w.types);
	bcc_c__buf_free(&w.fillers);
	bcc_c__buf_free(&w.strings);
	return failed ? -ENOMEM : 0;
}
