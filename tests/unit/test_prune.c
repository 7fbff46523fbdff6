/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs without the members that nobody names: those that stay lie where the kernel has them. */
#include <bpf/btf.h>
#include <stdio.h>

#include "compiler/types.h"
#include "unit.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

static void append(struct bcc_c__buf *source, const char *name, const char *member, uint32_t offset)
{
	bcc_c__buf_printf(source,
			  "_Static_assert(__builtin_offsetof(struct %s, %s) == %u, \"%s\");\n",
			  name, member, offset, member);
}

/* Compiles a source that names every STEPth member of a struct and asserts its place. */
static void check_members(const struct btf *btf, const char *name, uint32_t first, uint32_t step)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	const struct btf_type *type = btf__type_by_id(btf, (uint32_t)id);
	const struct btf_member *members = btf_members(type);
	struct bcc_c_module *mod = new_module();
	autobuf source = { 0 };

	ck_assert_msg(type && type->size > 512, "no big struct %s", name);
	bcc_c__buf_printf(
		&source, "#include \"vmlinux.h\"\n_Static_assert(sizeof(struct %s) == %u, \"\");\n",
		name, type->size);
	for (uint32_t i = first; i < btf_vlen(type); i += step) {
		const char *member = btf__name_by_offset(btf, members[i].name_off);

		if (member[0] && !btf_member_bitfield_size(type, i))
			append(&source, name, member, btf_member_bit_offset(type, i) / 8);
	}
	assert_ok(mod, bcc_c_module__compile(mod, bcc_c__buf_str(&source), NULL));
	bcc_c_module__free(mod);
}

START_TEST(prune_keeps_places)
{
	static const char *const names[] = { "task_struct", "mm_struct",   "sock",
					     "inode",       "super_block", "net_device",
					     "tcp_sock",    "rq",          "signal_struct" };
	struct btf *btf;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	btf = btf__parse(VMLINUX, NULL);
	ck_assert_ptr_nonnull(btf);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		check_members(btf, names[i], 0, 1);
		check_members(btf, names[i], 0, 2);
		check_members(btf, names[i], 1, 7);
		check_members(btf, names[i], 5, 1000);
	}
	btf__free(btf);
}
END_TEST

/* A big struct and a small one, of the same members but for their size. */
static const char *write_types(bool big)
{
	static struct bcc_c__buf text;
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int array = btf__add_array(btf, number, number, big ? 200 : 2);
	struct btf_view view = { 0 };
	struct idents ids = { 0 };
	const char *why = "";
	const void *data;
	bool redefined;
	uint32_t size;

	btf__add_struct(btf, "mine", big ? 812 : 20);
	btf__add_field(btf, "first", number, 0, 0);
	btf__add_field(btf, "many", array, 32, 0);
	btf__add_field(btf, "bits", number, big ? 6432 : 96, 3);
	btf__add_field(btf, "last", number, big ? 6464 : 128, 0);
	data = btf__raw_data(btf, &size);
	ck_assert_int_eq(btf_view__from_memory(&view, data, size, &why), 0);
	idents__add(&ids, "mine", 4, IDENT_TAG);
	idents__add(&ids, "last", 4, IDENT_ORDINARY);
	bcc_c__buf_free(&text);
	ck_assert_int_eq(types__write(&view, &ids, false, &text, &redefined), 0);
	idents__free(&ids);
	free(view.offsets);
	btf__free(btf);
	return bcc_c__buf_str(&text);
}

START_TEST(prune_big_structs_alone)
{
	const char *text = write_types(true);

	ck_assert_ptr_nonnull(strstr(text, "int last;"));
	ck_assert_ptr_nonnull(strstr(text, "int bits: 3;"));
	ck_assert_ptr_nonnull(strstr(text, "char __unnamed_0[804];"));
	ck_assert_ptr_null(strstr(text, "first"));
	ck_assert_ptr_null(strstr(text, "many"));
	text = write_types(false);
	ck_assert_ptr_nonnull(strstr(text, "int first;"));
	ck_assert_ptr_nonnull(strstr(text, "int many[2];"));
}
END_TEST

SUITE(prune, prune_keeps_places, prune_big_structs_alone)
