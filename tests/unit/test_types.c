/* SPDX-License-Identifier: BSD-2-Clause */
#include <bpf/btf.h>

#include "compiler/types.h"
#include "unit.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

static struct idents ids;

static void use(const char *name, uint32_t uses)
{
	idents__add(&ids, name, strlen(name), uses);
}

/* The text of a BTF's types, which is freed; "" if it can't be written. */
static const char *text_of(struct btf *btf, const struct idents *used)
{
	static struct bcc_c__buf text;
	struct btf_view view = { 0 };
	const char *why = "";
	bool redefined;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	bcc_c__buf_free(&text);
	ck_assert_int_eq(btf_view__from_memory(&view, data, size, &why), 0);
	if (types__write(&view, used, true, &text, &redefined))
		bcc_c__buf_clear(&text);
	free(view.offsets);
	btf__free(btf);
	return bcc_c__buf_str(&text);
}

static void assert_has(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) != NULL, "lacks '%s':\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	ck_assert_msg(!strstr(text, part), "has '%s':\n%s", part, text);
}

static struct btf *make_btf(void)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int inner = btf__add_struct(btf, "inner", 4);
	int pointer;

	btf__add_field(btf, "x", id, 0, 0);
	pointer = btf__add_ptr(btf, inner);
	btf__add_struct(btf, "outer", 16);
	btf__add_field(btf, "count", id, 0, 0);
	btf__add_field(btf, "bits", id, 32, 3);
	btf__add_field(btf, "next", pointer, 64, 0);
	btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "RED", 1);
	btf__add_typedef(btf, "number", id);
	return btf;
}

START_TEST(types_text_of_what_is_needed)
{
	const char *text;

	use("outer", IDENT_TAG);
	text = text_of(make_btf(), &ids);
	assert_has(text, "#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n");
	assert_has(text, "preserve_access_index");
	assert_has(text, "struct inner;\n");
	assert_has(text, "struct outer {\n");
	assert_has(text, "int bits: 3;");
	assert_has(text, "struct inner *next;");
	assert_has(text, "#pragma clang attribute pop\n#endif\n#endif\n");
	assert_lacks(text, "struct inner {");
	assert_lacks(text, "color");
	assert_lacks(text, "number");
	idents__free(&ids);
}
END_TEST

START_TEST(types_text_of_nothing)
{
	const char *text = text_of(make_btf(), &ids);

	assert_has(text, "#define __VMLINUX_H__");
	assert_lacks(text, "struct");
}
END_TEST

START_TEST(types_text_of_all)
{
	const char *text = text_of(make_btf(), NULL);

	assert_has(text, "struct inner {");
	assert_has(text, "struct outer {");
	assert_has(text, "enum color {");
	assert_has(text, "typedef int number;");
}
END_TEST

START_TEST(types_users_struct_is_not_relocated)
{
	const char *text, *at;

	use("outer", IDENT_TAG);
	use("inner", IDENT_TAG | IDENT_DEFINED);
	text = text_of(make_btf(), &ids);
	assert_lacks(text, "struct inner {");
	at = strstr(text, "struct inner;\n");
	ck_assert_ptr_nonnull(at);
	/* The declaration stands outside of the attribute's reach. */
	ck_assert_ptr_nonnull(strstr(at, "attribute push"));
	assert_has(text, "#pragma clang attribute pop\n#endif\nstruct inner;\n");
	idents__free(&ids);
}
END_TEST

START_TEST(types_second_of_a_name_gets_a_suffix)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int second;
	const char *text;

	btf__add_struct(btf, "twice", 4);
	btf__add_field(btf, "first", id, 0, 0);
	second = btf__add_struct(btf, "twice", 4);
	btf__add_field(btf, "second", id, 0, 0);
	btf__add_struct(btf, "outer", 4);
	btf__add_field(btf, "held", second, 0, 0);
	use("twice", IDENT_TAG);
	use("outer", IDENT_TAG);
	text = text_of(btf, &ids);
	assert_has(text, "struct twice {\n\tint first;");
	assert_has(text, "struct twice___2 {\n\tint second;");
	assert_has(text, "struct twice___2 held;");
	idents__free(&ids);
}
END_TEST

START_TEST(types_long_names)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	char name[3000];

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	btf__add_struct(btf, name, 4);
	btf__add_field(btf, name, id, 0, 0);
	use(name, IDENT_TAG);
	assert_has(text_of(btf, &ids), name);
	idents__free(&ids);
}
END_TEST

START_TEST(types_cycle_of_values_is_an_error)
{
	struct btf *btf = btf__new_empty();

	btf__add_struct(btf, "self", 4);
	btf__add_field(btf, "self", 1, 0, 0);
	use("self", IDENT_TAG);
	ck_assert_str_eq(text_of(btf, &ids), "");
	idents__free(&ids);
}
END_TEST

/* A damaged BTF gives an error or a text, whatever that says. */
static void try_damaged(const char *data, uint32_t size)
{
	struct btf_view view = { 0 };
	const char *why = "";
	autobuf text = { 0 };
	bool redefined;

	if (btf_view__from_memory(&view, data, size, &why))
		return;
	types__write(&view, &ids, true, &text, &redefined);
	bcc_c__buf_clear(&text);
	types__write(&view, NULL, true, &text, &redefined);
	free(view.offsets);
}

/* Puts another word somewhere, a small one, as most ids that lead nowhere are soon found out. */
static void damage_word(char *data, uint32_t size, uint32_t *seed)
{
	uint32_t first = sizeof(struct btf_header);
	uint32_t at = first + random_number(seed) % ((size - first) / 4) * 4;
	uint32_t word = random_number(seed) % 24;

	/* As it looks like the place of a kind, another one; a size like this would take gigabytes. */
	if (data[at + 3] && !data[at + 2])
		data[at + 3] = (char)(1 + word % 19);
	else
		memcpy(data + at, &word, sizeof(word));
}

static void make_damage(struct btf *btf)
{
	autofree char *copy = NULL;
	uint32_t size, seed = 3;
	const void *data = btf__raw_data(btf, &size);

	copy = malloc(size);
	for (int i = 0; i < 3000; i++) {
		memcpy(copy, data, size);
		for (int words = 0; words <= i % 4; words++)
			damage_word(copy, size, &seed);
		try_damaged(copy, size);
	}
	btf__free(btf);
}

START_TEST(types_of_damaged_btf)
{
	struct btf *btf = make_btf();
	int id = btf__add_func_proto(btf, 1);

	btf__add_func_param(btf, "x", 3);
	btf__add_typedef(btf, "function", btf__add_ptr(btf, btf__add_const(btf, id)));
	btf__add_array(btf, 2, 1, 3);
	btf__add_union(btf, NULL, 24);
	btf__add_field(btf, "list", (int)btf__type_cnt(btf) - 2, 0, 0);
	btf__add_field(btf, "outer", 4, 0, 0);
	btf__add_struct(btf, "all", 24);
	btf__add_field(btf, "", (int)btf__type_cnt(btf) - 2, 0, 0);
	use("all", IDENT_TAG);
	use("function", IDENT_ORDINARY);
	use("outer", IDENT_TAG);
	make_damage(btf);
	idents__free(&ids);
}
END_TEST

START_TEST(types_kernel_by_need)
{
	autobuf some = { 0 };
	autobuf all = { 0 };
	struct btf_view view;
	const char *why = "";
	bool redefined;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	use("task_struct", IDENT_TAG);
	use("pid", IDENT_ORDINARY);
	ck_assert_int_eq(btf_view__open(&view, VMLINUX, &why), 0);
	ck_assert_int_eq(types__write(&view, &ids, true, &some, &redefined), 0);
	ck_assert_int_eq(types__write(&view, NULL, true, &all, &redefined), 0);
	ck_assert_uint_gt(all.size, 1 << 20);
	ck_assert_uint_lt(some.size, all.size / 4);
	assert_has(bcc_c__buf_str(&some), "struct task_struct {");
	assert_has(bcc_c__buf_str(&all), "struct task_struct {");
	btf_view__close(&view);
	idents__free(&ids);
}
END_TEST

SUITE(types, types_text_of_what_is_needed, types_text_of_nothing, types_text_of_all,
      types_users_struct_is_not_relocated, types_second_of_a_name_gets_a_suffix, types_long_names,
      types_cycle_of_values_is_an_error, types_of_damaged_btf, types_kernel_by_need)
