/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys and values as text, by the types that the object's BTF gives them. The text is for people:
 * numbers are plain, arrays of char are strings, structs are {name: value, ...}, enumerators have
 * their names. As JSON it is for programs, and has more in quotes.
 */
#include <bpf/btf.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* No type of a sane program nests deeper. */
#define MOST_DEPTH 32
/* Nor gives it more text; an object's types may be made to give no end of it. */
#define MOST_TEXT (1u << 20)

struct format {
	const struct btf *btf;
	bool json;
	struct bcc_c__buf out;
	int depth;
};

static void put_value(struct format *f, uint32_t id, const uint8_t *data, size_t size);

/* What is in quotes in JSON alone. */
static void put_quote(struct format *f)
{
	if (f->json)
		bcc_c__buf_append(&f->out, "\"", 1);
}

static void put_hex(struct format *f, const uint8_t *data, size_t size)
{
	put_quote(f);
	for (size_t i = 0; i < size; i++)
		bcc_c__buf_printf(&f->out, "%s%02x", i ? " " : "", data[i]);
	put_quote(f);
}

/* An integer of one to eight bytes in the host's order. */
static uint64_t load(const uint8_t *data, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, data,
	       size < 8 ? size : 8); /* BPF and this library run on little-endian machines alike */
	return value;
}

static uint64_t extend(uint64_t value, uint32_t bits, bool is_signed)
{
	if (is_signed && bits && bits < 64 && value >> (bits - 1) & 1)
		value |= ~0ULL << bits;
	return value;
}

static void put_number(struct format *f, uint64_t value, uint32_t bits, bool is_signed)
{
	value = extend(value, bits, is_signed);
	if (is_signed)
		bcc_c__buf_printf(&f->out, "%lld", (long long)value);
	else
		bcc_c__buf_printf(&f->out, "%llu", (unsigned long long)value);
}

static void put_int(struct format *f, const struct btf_type *type, const uint8_t *data, size_t size)
{
	if (size > 8)
		put_hex(f, data, size);
	else if (btf_int_encoding(type) & BTF_INT_BOOL)
		bcc_c__buf_printf(&f->out, "%s", load(data, size) ? "true" : "false");
	else
		put_number(f, load(data, size), (uint32_t)size * 8,
			   btf_int_encoding(type) & BTF_INT_SIGNED);
}

/* How many bytes the character of UTF-8 has that is there; 0: it is none. */
static size_t utf8_length(const uint8_t *data, size_t size)
{
	size_t length = data[0] < 0x80 ? 1 : data[0] < 0xe0 ? 2 : data[0] < 0xf0 ? 3 : 4;

	if (length == 1)
		return 1;
	if (data[0] < 0xc2 || data[0] > 0xf4 || length > size)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((data[i] & 0xc0) != 0x80)
			return 0;
	/* Numbers that take fewer bytes, surrogates, and those beyond the last. */
	if ((data[0] == 0xe0 && data[1] < 0xa0) || (data[0] == 0xed && data[1] > 0x9f) ||
	    (data[0] == 0xf0 && data[1] < 0x90) || (data[0] == 0xf4 && data[1] > 0x8f))
		return 0;
	return length;
}

static void put_json_string(struct format *f, const uint8_t *data, size_t size)
{
	size_t length;

	bcc_c__buf_append(&f->out, "\"", 1);
	for (size_t i = 0; i < size && data[i]; i += length ? length : 1) {
		length = utf8_length(data + i, size - i);
		if (!length)
			bcc_c__buf_printf(&f->out, "\xef\xbf\xbd");
		else if (iscntrl(data[i]))
			bcc_c__buf_printf(&f->out, "\\u%04x", data[i]);
		else if (data[i] == '"' || data[i] == '\\')
			bcc_c__buf_printf(&f->out, "\\%c", data[i]);
		else
			bcc_c__buf_append(&f->out, data + i, length);
	}
	bcc_c__buf_append(&f->out, "\"", 1);
}

static void put_string(struct format *f, const uint8_t *data, size_t size)
{
	if (f->json) {
		put_json_string(f, data, size);
		return;
	}
	bcc_c__buf_append(&f->out, "\"", 1);
	for (size_t i = 0; i < size && data[i]; i++) {
		if (data[i] == '"' || data[i] == '\\')
			bcc_c__buf_printf(&f->out, "\\%c", data[i]);
		else if (iscntrl(data[i]) || data[i] >= 0x80)
			bcc_c__buf_printf(&f->out, "\\x%02x", data[i]);
		else
			bcc_c__buf_append(&f->out, &data[i], 1);
	}
	bcc_c__buf_append(&f->out, "\"", 1);
}

static uint32_t skip_modifiers(const struct btf *btf, uint32_t id)
{
	int resolved = btf__resolve_type(btf, id);

	return resolved < 0 ? 0 : (uint32_t)resolved;
}

static bool is_char(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, skip_modifiers(btf, id));

	return type && btf_is_int(type) && type->size == 1 &&
	       !(btf_int_encoding(type) & BTF_INT_BOOL) &&
	       !strcmp(btf__name_by_offset(btf, type->name_off), "char");
}

static void put_array(struct format *f, const struct btf_type *type, const uint8_t *data,
		      size_t size)
{
	const struct btf_array *array = btf_array(type);
	int64_t each = btf__resolve_size(f->btf, array->type);

	if (is_char(f->btf, array->type)) {
		put_string(f, data, size < array->nelems ? size : array->nelems);
		return;
	}
	bcc_c__buf_append(&f->out, "[", 1);
	for (uint32_t i = 0; each > 0 && i < array->nelems && (size_t)each * (i + 1) <= size; i++) {
		if (i)
			bcc_c__buf_append(&f->out, ", ", 2);
		put_value(f, array->type, data + (size_t)each * i, (size_t)each);
	}
	bcc_c__buf_append(&f->out, "]", 1);
}

static void put_enum(struct format *f, const struct btf_type *type, uint64_t value, uint32_t bits)
{
	bool is_signed = btf_kflag(type);

	value = extend(value, bits, is_signed);
	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		uint32_t name_off;
		uint64_t named;

		if (btf_is_enum64(type)) {
			name_off = btf_enum64(type)[i].name_off;
			named = btf_enum64_value(&btf_enum64(type)[i]);
		} else {
			name_off = btf_enum(type)[i].name_off;
			named = extend((uint32_t)btf_enum(type)[i].val, 32, is_signed);
		}
		if (named == value) {
			put_quote(f);
			bcc_c__buf_printf(&f->out, "%s", btf__name_by_offset(f->btf, name_off));
			put_quote(f);
			return;
		}
	}
	put_number(f, value, bits, is_signed);
}

static void put_bitfield(struct format *f, uint32_t id, const uint8_t *data, size_t size,
			 uint32_t bit, uint32_t bits)
{
	const struct btf_type *type = btf__type_by_id(f->btf, skip_modifiers(f->btf, id));
	uint8_t bytes[16] = { 0 };
	unsigned __int128 value;
	uint64_t field;

	if (bit / 8 >= size)
		return;
	memcpy(bytes, data + bit / 8,
	       size - bit / 8 < sizeof(bytes) ? size - bit / 8 : sizeof(bytes));
	memcpy(&value, bytes, sizeof(value));
	value >>= bit % 8;
	field = bits < 64 ? (uint64_t)value & ((1ULL << bits) - 1) : (uint64_t)value;
	if (type && btf_is_any_enum(type))
		put_enum(f, type, field, bits);
	else if (type && btf_is_int(type) && btf_int_encoding(type) & BTF_INT_BOOL)
		bcc_c__buf_printf(&f->out, "%s", field ? "true" : "false");
	else
		put_number(f, field, bits,
			   type && btf_is_int(type) && btf_int_encoding(type) & BTF_INT_SIGNED);
}

static void put_members(struct format *f, const struct btf_type *type, const uint8_t *data,
			size_t size, bool *first);

/* JSON has no members without a name: what is in them is the outer struct's, as it is in C. */
static bool put_nameless(struct format *f, uint32_t id, const uint8_t *data, size_t size,
			 bool *first)
{
	const struct btf_type *type = btf__type_by_id(f->btf, skip_modifiers(f->btf, id));

	if (!f->json || !type || f->depth >= MOST_DEPTH)
		return f->json;
	f->depth++;
	if (btf_is_composite(type))
		put_members(f, type, data, size, first);
	f->depth--;
	return true;
}

static void put_name(struct format *f, const char *name, bool *first)
{
	if (!*first)
		bcc_c__buf_append(&f->out, ", ", 2);
	*first = false;
	put_quote(f);
	bcc_c__buf_printf(&f->out, "%s", name);
	put_quote(f);
	if (name[0])
		bcc_c__buf_append(&f->out, ": ", 2);
}

static void put_members(struct format *f, const struct btf_type *type, const uint8_t *data,
			size_t size, bool *first)
{
	const struct btf_member *members = btf_members(type);

	for (uint32_t i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(f->btf, members[i].name_off);
		uint32_t bits = btf_member_bitfield_size(type, i);
		uint32_t at = btf_member_bit_offset(type, i);
		int64_t member_size = btf__resolve_size(f->btf, members[i].type);

		if (member_size < 0 || (!bits && at / 8 + (uint64_t)member_size > size))
			continue;
		if (!name[0] &&
		    put_nameless(f, members[i].type, data + at / 8, (size_t)member_size, first))
			continue;
		put_name(f, name, first);
		if (bits)
			put_bitfield(f, members[i].type, data, size, at, bits);
		else
			put_value(f, members[i].type, data + at / 8, (size_t)member_size);
	}
}

static void put_struct(struct format *f, const struct btf_type *type, const uint8_t *data,
		       size_t size)
{
	bool first = true;

	bcc_c__buf_append(&f->out, "{", 1);
	put_members(f, type, data, size, &first);
	bcc_c__buf_append(&f->out, "}", 1);
}

static void put_known(struct format *f, const struct btf_type *type, const uint8_t *data,
		      size_t size)
{
	switch (btf_kind(type)) {
	case BTF_KIND_INT:
		put_int(f, type, data, size);
		break;
	case BTF_KIND_PTR:
		put_quote(f);
		bcc_c__buf_printf(&f->out, "0x%llx", (unsigned long long)load(data, size));
		put_quote(f);
		break;
	case BTF_KIND_ARRAY:
		put_array(f, type, data, size);
		break;
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		put_struct(f, type, data, size);
		break;
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		put_enum(f, type, load(data, size), (uint32_t)size * 8);
		break;
	default:
		put_hex(f, data, size);
	}
}

static void put_value(struct format *f, uint32_t id, const uint8_t *data, size_t size)
{
	const struct btf_type *type = f->btf ? btf__type_by_id(f->btf, skip_modifiers(f->btf, id))
					     : NULL;

	if (f->out.size >= MOST_TEXT) {
		if (f->json)
			bcc_c__buf_printf(&f->out, "null");
		return;
	}
	if (!type || !id || f->depth >= MOST_DEPTH) {
		put_hex(f, data, size);
		return;
	}
	f->depth++;
	put_known(f, type, data, size);
	f->depth--;
}

/* How many bytes of the data are of the type; none if they are too few, unless it is an array noted. */
static size_t typed_size(const struct bcc_c_map *map, const struct btf *btf, uint32_t id,
			 size_t size)
{
	int64_t type_size = btf && id ? btf__resolve_size(btf, id) : -1;
	const struct btf_type *type = type_size < 0 ? NULL
						    : btf__type_by_id(btf, skip_modifiers(btf, id));

	/* Records of a perf buffer may be followed by a few bytes; shorter ones are of another type. */
	if (type && (size_t)type_size <= size)
		return (size_t)type_size;
	return type && btf_is_array(type) && !map->value_type ? size : 0;
}

static int format(struct bcc_c_map *map, uint32_t id, const void *data, size_t size, bool json,
		  char *buf, size_t buf_size)
{
	struct format f = { .btf = bpf_object__btf(map->mod->obj), .json = json };
	size_t typed = typed_size(map, f.btf, id, size);
	int len;

	bcc_c__begin(map->mod);
	if (!data || (buf_size && !buf))
		return bcc_c__fail(map->mod, -EINVAL, NULL,
				   "format for map '%s': no data or buffer", bcc_c_map__name(map));
	put_value(&f, typed ? id : 0, data, typed ? typed : size);
	len = (int)f.out.size;
	if (buf_size)
		snprintf(buf, buf_size, "%s", bcc_c__buf_str(&f.out));
	if (f.out.failed)
		len = bcc_c__fail(map->mod, -ENOMEM, NULL, "format for map '%s': %m",
				  bcc_c_map__name(map));
	bcc_c__buf_free(&f.out);
	return len;
}

int bcc_c_map__format_key(struct bcc_c_map *map, const void *key, size_t key_size, char *buf,
			  size_t buf_size)
{
	return format(map, map->key_type, key, key_size, false, buf, buf_size);
}

int bcc_c_map__format_value(struct bcc_c_map *map, const void *value, size_t value_size, char *buf,
			    size_t buf_size)
{
	return format(map, bcc_c__record_type(map, value_size), value, value_size, false, buf,
		      buf_size);
}

int bcc_c_map__json_key(struct bcc_c_map *map, const void *key, size_t key_size, char *buf,
			size_t buf_size)
{
	return format(map, map->key_type, key, key_size, true, buf, buf_size);
}

int bcc_c_map__json_value(struct bcc_c_map *map, const void *value, size_t value_size, char *buf,
			  size_t buf_size)
{
	return format(map, bcc_c__record_type(map, value_size), value, value_size, true, buf,
		      buf_size);
}
