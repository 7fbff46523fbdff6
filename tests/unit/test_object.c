/* SPDX-License-Identifier: BSD-2-Clause */
#include <bpf/btf.h>

#include "unit.h"

#define SOURCE                                                                                       \
	PRELUDE                                                                                      \
	"struct { __uint(type, 1); __uint(max_entries, 10); __type(key, u32); __type(value, u64); }" \
	" first SEC(\".maps\");\n"                                                                   \
	"struct { __uint(type, 2); __uint(max_entries, 20); __type(key, u32); __type(value, u64); }" \
	" second SEC(\".maps\");\n"                                                                  \
	"int variable = 5; int zero; const volatile int constant = 7;\n"                             \
	"SEC(\"kprobe/a\") int a(void *ctx) { return variable + constant; }\n"                       \
	"SEC(\"kretprobe/b\") int b(void *ctx) { return zero; }\n"                                   \
	"SEC(\"tracepoint/x/y\") int c(void *ctx) { return 0; }\n"

START_TEST(object_programs_in_order)
{
	static const char *const names[] = { "a", "b", "c" };
	struct bcc_c_module *mod = compiled(SOURCE);
	struct bcc_c_prog *prog = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		prog = bcc_c_module__next_prog(mod, prog);
		ck_assert_ptr_nonnull(prog);
		ck_assert_str_eq(bcc_c_prog__name(prog), names[i]);
		ck_assert_ptr_eq(bcc_c_module__find_prog(mod, names[i]), prog);
	}
	ck_assert_ptr_null(bcc_c_module__next_prog(mod, prog));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(object_maps_without_sections_of_variables)
{
	struct bcc_c_module *mod = compiled(SOURCE);
	struct bcc_c_map *first = bcc_c_module__next_map(mod, NULL);
	struct bcc_c_map *second = bcc_c_module__next_map(mod, first);

	ck_assert_str_eq(bcc_c_map__name(first), "first");
	ck_assert_str_eq(bcc_c_map__name(second), "second");
	ck_assert_ptr_null(bcc_c_module__next_map(mod, second));
	ck_assert_ptr_eq(bcc_c_module__find_map(mod, "second"), second);
	bcc_c_module__free(mod);
}
END_TEST

/* More than the compiler makes the types of together with the code. */
#define MANY 100

static void write_many(struct bcc_c__buf *source)
{
	bcc_c__buf_printf(source, "%s", PRELUDE "int variable = 5;\n");
	for (int i = 0; i < MANY; i++)
		bcc_c__buf_printf(source,
				  "struct value%d { u32 number; char text[%d]; };\n"
				  "struct { __uint(type, 1); __uint(max_entries, %d);\n"
				  "__type(key, u32); __type(value, struct value%d); } m%d "
				  "SEC(\".maps\") __attribute__((btf_decl_tag(\"tag%d\")));\n"
				  "SEC(\"kprobe/a\") long p%d(void *ctx)\n"
				  "{ return variable + (long)&m%d; }\n",
				  i, 4 * i + 4, i + 1, i, i, i, i, i);
}

/* Each has its own, with what they are tagged with, in one list. */
static void check_types(const struct btf *btf, int map)
{
	char name[16], tag[16];
	int variable, found = 0;

	snprintf(name, sizeof(name), "m%d", map);
	snprintf(tag, sizeof(tag), "tag%d", map);
	variable = btf__find_by_name_kind(btf, name, BTF_KIND_VAR);
	ck_assert_int_gt(variable, 0);
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (btf_is_decl_tag(type) && (int)type->type == variable)
			found += !strcmp(btf__name_by_offset(btf, type->name_off), tag);
	}
	ck_assert_int_eq(found, 1);
}

START_TEST(object_many_maps_have_their_types)
{
	autobuf source = { 0 };
	struct bcc_c_map *map = NULL;
	struct bcc_c_module *mod;
	const struct btf *btf;
	int list;

	write_many(&source);
	mod = compiled(bcc_c__buf_str(&source));
	btf = bpf_object__btf(mod->obj);
	list = btf__find_by_name_kind(btf, ".maps", BTF_KIND_DATASEC);
	ck_assert_int_gt(list, 0);
	ck_assert_int_eq(btf_vlen(btf__type_by_id(btf, (uint32_t)list)), MANY);
	for (int i = 0; i < MANY; i++) {
		map = bcc_c_module__next_map(mod, map);
		ck_assert_ptr_nonnull(map);
		ck_assert_uint_eq(bcc_c_map__key_size(map), 4);
		ck_assert_uint_eq(bcc_c_map__value_size(map), (size_t)(4 * i + 8));
		ck_assert_uint_eq(bcc_c_map__max_entries(map), (uint32_t)i + 1);
		check_types(btf, i);
	}
	ck_assert_ptr_null(bcc_c_module__next_map(mod, map));
	ck_assert_int_gt(btf__find_by_name_kind(btf, "variable", BTF_KIND_VAR), 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(object_find_missing)
{
	struct bcc_c_module *mod = compiled(SOURCE);

	assert_null(mod, ENOENT, "find program 'd'", bcc_c_module__find_prog(mod, "d"));
	assert_null(mod, ENOENT, "among 3", bcc_c_module__find_prog(mod, ""));
	assert_null(mod, ENOENT, "find program ''", bcc_c_module__find_prog(mod, NULL));
	assert_null(mod, ENOENT, "find map 'third'", bcc_c_module__find_map(mod, "third"));
	assert_null(mod, ENOENT, "among 2", bcc_c_module__find_map(mod, ".bss"));
	assert_null(mod, ENOENT, "find map ''", bcc_c_module__find_map(mod, NULL));
	ck_assert_ptr_nonnull(bcc_c_module__find_map(mod, "first"));
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(object_of_another_module)
{
	struct bcc_c_module *mod = compiled(SOURCE), *copy = new_module();
	size_t size, copy_size;
	const void *elf = bcc_c_module__elf(mod, &size);

	assert_ok(copy, bcc_c_module__open_elf(copy, elf, size));
	elf = bcc_c_module__elf(copy, &copy_size);
	ck_assert_uint_eq(size, copy_size);
	bcc_c_module__free(mod); /* the bytes were copied */
	ck_assert_int_eq(memcmp(elf, "\177ELF", 4), 0);
	ck_assert_ptr_nonnull(bcc_c_module__find_prog(copy, "c"));
	ck_assert_ptr_nonnull(bcc_c_module__find_map(copy, "second"));
	bcc_c_module__free(copy);
}
END_TEST

START_TEST(object_in_a_file)
{
	struct bcc_c_module *mod = compiled(SOURCE), *copy = new_module();
	size_t size;
	const void *elf = bcc_c_module__elf(mod, &size);
	const char *path = temp_file("some name.bpf.o", elf, size);

	assert_ok(copy, bcc_c_module__open_elf_file(copy, path));
	ck_assert_str_eq(bpf_object__name(copy->obj), "some_name");
	ck_assert_ptr_nonnull(bcc_c_module__find_prog(copy, "c"));
	bcc_c_module__free(copy);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(object_file_that_cant_be_read)
{
	struct bcc_c_module *mod = new_module();
	const char *none = temp_path("none.o");

	assert_fails(mod, ENOENT, none, bcc_c_module__open_elf_file(mod, none));
	assert_fails(mod, EISDIR, "directory", bcc_c_module__open_elf_file(mod, temp_dir()));
	assert_fails(mod, EINVAL, "no path", bcc_c_module__open_elf_file(mod, NULL));
	assert_fails(mod, ENOEXEC, "/dev/null", bcc_c_module__open_elf_file(mod, "/dev/null"));
	assert_fails(mod, ENOEXEC, "/proc/self/exe",
		     bcc_c_module__open_elf_file(mod, "/proc/self/exe"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(object_of_nothing)
{
	struct bcc_c_module *mod = new_module();

	assert_fails(mod, EINVAL, "no data", bcc_c_module__open_elf(mod, NULL, 0));
	assert_fails(mod, EINVAL, "no data", bcc_c_module__open_elf(mod, NULL, 10));
	assert_fails(mod, ENOEXEC, "it is empty", bcc_c_module__open_elf(mod, "", 0));
	assert_fails(mod, ENOEXEC, "no BPF object", bcc_c_module__open_elf(mod, "\177ELF", 4));
	assert_ok(mod, bcc_c_module__compile(mod, SOURCE, NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(object_failure_leaves_the_module_as_new)
{
	struct bcc_c_module *mod = new_module(), *other = compiled(SOURCE);
	size_t size;
	const void *elf = bcc_c_module__elf(other, &size);
	autobuf object = { 0 };

	make_refused_object(&object);
	for (int i = 0; i < 3; i++) {
		assert_fails(mod, ENOEXEC, "no ELF file",
			     bcc_c_module__open_elf(mod, "some text", 9));
		assert_fails(mod, ENOEXEC, "the log has the details",
			     bcc_c_module__open_elf(mod, object.data, object.size));
		ck_assert_str_ne(bcc_c_module__log(mod), "");
	}
	assert_null(mod, EINVAL, "nothing was compiled", bcc_c_module__elf(mod, &size));
	assert_ok(mod, bcc_c_module__open_elf(mod, elf, size));
	ck_assert_str_eq(bcc_c_module__log(mod), "");
	bcc_c_module__free(mod);
	bcc_c_module__free(other);
}
END_TEST

START_TEST(object_names_from_paths)
{
	static const char *const names[][2] = {
		{ "/a/b/probe.bpf.c", "probe" }, { "x", "x" },           { ".c", "probe" },
		{ "a-b c.c", "a_b_c" },          { "\xc3\xa4.c", "__" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .name = names[i][0] };
		struct bcc_c_module *mod = new_module();

		assert_ok(mod, bcc_c_module__compile(mod, SOURCE, &opts));
		ck_assert_str_eq(bpf_object__name(mod->obj), names[i][1]);
		bcc_c_module__free(mod);
	}
}
END_TEST

SUITE(object, object_programs_in_order, object_maps_without_sections_of_variables,
      object_many_maps_have_their_types, object_find_missing, object_of_another_module,
      object_in_a_file, object_file_that_cant_be_read, object_of_nothing,
      object_failure_leaves_the_module_as_new, object_names_from_paths)
