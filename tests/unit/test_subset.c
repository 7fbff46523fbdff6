/* SPDX-License-Identifier: BSD-2-Clause */
#include <bpf/btf.h>

#include "compiler/subset.h"
#include "unit.h"

/* What is tried: some types, and the identifiers of a source. */
static struct btf *btf;
static struct idents ids;
static struct btf *result;

static void start(void)
{
	btf = btf__new_empty();
	ck_assert_int_eq(btf__add_int(btf, "int", 4, BTF_INT_SIGNED), 1);
}

static void use(const char *name, uint32_t uses)
{
	idents__add(&ids, name, strlen(name), uses);
}

/* Writes the subset, all types if there are no identifiers, and lets libbpf read it. */
static void write_subset(bool all)
{
	autobuf out = { 0 };
	autobuf whole = { 0 };
	const char *why = "";
	struct btf_view view;
	struct subset set;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(btf_view__from_memory(&view, data, size, &why), 0);
	ck_assert_int_eq(subset__init(&set, &view, all ? NULL : &ids), 0);
	if (all)
		subset__add_all(&set);
	else
		subset__add_named(&set);
	ck_assert_int_eq(subset__write(&set, &out, &whole), 0);
	subset__free(&set);
	free(view.offsets);
	result = btf__new(out.data, (uint32_t)out.size);
	ck_assert_msg(result != NULL, "libbpf refuses what was written: %m");
}

static void stop(void)
{
	btf__free(btf);
	btf__free(result);
	idents__free(&ids);
}

static bool has(const char *name, uint32_t kind)
{
	return btf__find_by_name_kind(result, name, kind) > 0;
}

/* What a type refers to must be added before the type is begun: libbpf adds members to the last. */
static int add_pair(const char *name, int type)
{
	int id = btf__add_struct(btf, name, 4);

	btf__add_field(btf, "member", type, 0, 0);
	return id;
}

START_TEST(subset_nothing_named)
{
	start();
	add_pair("pair", 1);
	write_subset(false);
	ck_assert_uint_eq(btf__type_cnt(result), 1);
	stop();
}
END_TEST

START_TEST(subset_by_value_is_followed)
{
	start();
	add_pair("outer", add_pair("inner", 1));
	add_pair("other", 1);
	use("outer", IDENT_TAG);
	write_subset(false);
	ck_assert(has("outer", BTF_KIND_STRUCT));
	ck_assert(has("inner", BTF_KIND_STRUCT));
	ck_assert(has("int", BTF_KIND_INT));
	ck_assert(!has("other", BTF_KIND_STRUCT));
	stop();
}
END_TEST

START_TEST(subset_pointer_is_declared)
{
	start();
	add_pair("outer", btf__add_ptr(btf, add_pair("inner", add_pair("deep", 1))));
	use("outer", IDENT_TAG);
	write_subset(false);
	ck_assert(has("outer", BTF_KIND_STRUCT));
	ck_assert(has("inner", BTF_KIND_FWD));
	ck_assert(!has("inner", BTF_KIND_STRUCT));
	ck_assert(!has("deep", BTF_KIND_STRUCT));
	stop();
}
END_TEST

START_TEST(subset_pointer_is_followed_when_member_is_named)
{
	start();
	add_pair("outer", btf__add_ptr(btf, add_pair("inner", add_pair("deep", 1))));
	use("outer", IDENT_TAG);
	use("member", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("inner", BTF_KIND_STRUCT));
	ck_assert(has("deep", BTF_KIND_STRUCT));
	stop();
}
END_TEST

START_TEST(subset_pointer_to_const_union_is_declared)
{
	int id;

	start();
	id = btf__add_union(btf, "choice", 4);
	btf__add_field(btf, "a", 1, 0, 0);
	add_pair("outer", btf__add_ptr(btf, btf__add_const(btf, id)));
	use("outer", IDENT_TAG);
	write_subset(false);
	id = btf__find_by_name_kind(result, "choice", BTF_KIND_FWD);
	ck_assert_int_gt(id, 0);
	ck_assert(btf_kflag(btf__type_by_id(result, (uint32_t)id)));
	stop();
}
END_TEST

/* What the source defines is left out even where a member that it names leads there. */
START_TEST(subset_source_defines_target)
{
	start();
	add_pair("outer", btf__add_ptr(btf, btf__add_const(btf, add_pair("inner", 1))));
	use("outer", IDENT_TAG);
	use("member", IDENT_ORDINARY);
	use("inner", IDENT_TAG | IDENT_DEFINED);
	write_subset(false);
	ck_assert(!has("inner", BTF_KIND_STRUCT));
	ck_assert(has("inner", BTF_KIND_FWD));
	stop();
}
END_TEST

/* Where the kernel's own is needed whole it gets another name. */
START_TEST(subset_source_defines_part)
{
	start();
	add_pair("outer", add_pair("inner", 1));
	use("outer", IDENT_TAG);
	use("inner", IDENT_TAG | IDENT_DEFINED);
	write_subset(false);
	ck_assert(!has("inner", BTF_KIND_STRUCT));
	ck_assert(has("inner___kernel", BTF_KIND_STRUCT));
	stop();
}
END_TEST

START_TEST(subset_source_owns_names)
{
	start();
	btf__add_typedef(btf, "mine", 1);
	add_pair("outer", btf__add_typedef(btf, "also_mine", 1));
	btf__add_enum(btf, "choice", 4);
	btf__add_enum_value(btf, "FIRST", 1);
	btf__add_enum_value(btf, "SECOND", 2);
	use("outer", IDENT_TAG);
	use("SECOND", IDENT_ORDINARY);
	use("mine", IDENT_ORDINARY | IDENT_OWN);
	use("also_mine", IDENT_ORDINARY | IDENT_OWN);
	use("FIRST", IDENT_ORDINARY | IDENT_OWN);
	write_subset(false);
	ck_assert(!has("mine", BTF_KIND_TYPEDEF));
	ck_assert(!has("also_mine", BTF_KIND_TYPEDEF));
	ck_assert(has("also_mine___kernel", BTF_KIND_TYPEDEF));
	const struct btf_type *type = btf__type_by_id(
		result, (uint32_t)btf__find_by_name_kind(result, "choice", BTF_KIND_ENUM));
	ck_assert_str_eq(btf__name_by_offset(result, btf_enum(type)[0].name_off), "FIRST___kernel");
	ck_assert_str_eq(btf__name_by_offset(result, btf_enum(type)[1].name_off), "SECOND");
	stop();
}
END_TEST

START_TEST(subset_source_defines_tag)
{
	start();
	add_pair("outer", btf__add_ptr(btf, add_pair("inner", 1)));
	use("outer", IDENT_TAG);
	use("inner", IDENT_TAG | IDENT_DEFINED);
	write_subset(false);
	ck_assert(!has("inner", BTF_KIND_STRUCT));
	ck_assert(has("inner", BTF_KIND_FWD));
	stop();
}
END_TEST

START_TEST(subset_enumerator_brings_its_enum)
{
	start();
	btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "RED", 1);
	btf__add_enum64(btf, "wide", 8, false);
	btf__add_enum64_value(btf, "WIDE", 1ULL << 40);
	btf__add_enum(btf, "unused", 4);
	btf__add_enum_value(btf, "BLUE", 1);
	use("RED", IDENT_ORDINARY);
	use("WIDE", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("color", BTF_KIND_ENUM));
	ck_assert(has("wide", BTF_KIND_ENUM64));
	ck_assert(!has("unused", BTF_KIND_ENUM));
	stop();
}
END_TEST

START_TEST(subset_enum_by_tag_and_defined)
{
	start();
	btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "RED", 1);
	btf__add_enum(btf, "mine", 4);
	btf__add_enum_value(btf, "BLUE", 1);
	use("color", IDENT_TAG);
	use("mine", IDENT_TAG | IDENT_DEFINED);
	use("BLUE", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("color", BTF_KIND_ENUM));
	ck_assert(!has("mine", BTF_KIND_ENUM));
	stop();
}
END_TEST

START_TEST(subset_typedef_brings_its_target)
{
	start();
	btf__add_typedef(btf, "pair_t", add_pair("pair", 1));
	btf__add_typedef(btf, "unused_t", 1);
	use("pair_t", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("pair_t", BTF_KIND_TYPEDEF));
	ck_assert(has("pair", BTF_KIND_STRUCT));
	ck_assert(!has("unused_t", BTF_KIND_TYPEDEF));
	stop();
}
END_TEST

START_TEST(subset_tag_and_name_are_different)
{
	start();
	btf__add_typedef(btf, "both", 1);
	add_pair("both", 1);
	use("both", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("both", BTF_KIND_TYPEDEF));
	ck_assert(!has("both", BTF_KIND_STRUCT));
	stop();
}
END_TEST

START_TEST(subset_first_of_a_name_counts)
{
	int first, id;

	start();
	first = btf__add_struct(btf, "twice", 8);
	btf__add_field(btf, "first", 1, 0, 0);
	btf__add_field(btf, "more", 1, 32, 0);
	add_pair("twice", 1);
	use("twice", IDENT_TAG);
	write_subset(false);
	id = btf__find_by_name_kind(result, "twice", BTF_KIND_STRUCT);
	ck_assert_int_gt(first, 0);
	ck_assert_int_gt(id, 0);
	ck_assert_uint_eq(btf__type_by_id(result, (uint32_t)id)->size, 8);
	ck_assert_uint_eq(btf__type_cnt(result), 3);
	stop();
}
END_TEST

START_TEST(subset_type_tags_are_dropped)
{
	int id;

	start();
	id = btf__add_type_tag(btf, "outer_tag", btf__add_type_tag(btf, "user", 1));
	add_pair("tagged", btf__add_ptr(btf, id));
	use("tagged", IDENT_TAG);
	use("member", IDENT_ORDINARY);
	write_subset(false);
	id = btf__find_by_name_kind(result, "tagged", BTF_KIND_STRUCT);
	ck_assert_int_gt(id, 0);
	id = (int)btf_members(btf__type_by_id(result, (uint32_t)id))->type;
	ck_assert(btf_is_ptr(btf__type_by_id(result, (uint32_t)id)));
	ck_assert(btf_is_int(btf__type_by_id(result, btf__type_by_id(result, (uint32_t)id)->type)));
	ck_assert(!has("user", BTF_KIND_TYPE_TAG));
	stop();
}
END_TEST

START_TEST(subset_cycle_through_pointers)
{
	start();
	/* struct node { struct node *member; }: the pointer is added before what it points to. */
	btf__add_ptr(btf, 3);
	ck_assert_int_eq(add_pair("node", 2), 3);
	use("node", IDENT_TAG);
	use("member", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("node", BTF_KIND_STRUCT));
	ck_assert_uint_eq(btf__type_cnt(result), 3);
	stop();
}
END_TEST

START_TEST(subset_cycles_that_make_no_sense)
{
	start();
	add_pair("self", 2);    /* holds itself */
	btf__add_const(btf, 4); /* two modifiers of each other */
	btf__add_volatile(btf, 3);
	btf__add_type_tag(btf, "t", 6);
	btf__add_type_tag(btf, "t", 5);
	btf__add_ptr(btf, 7);
	add_pair("all", 3);
	btf__add_field(btf, "b", 5, 0, 0);
	btf__add_field(btf, "c", 7, 0, 0);
	btf__add_field(btf, "d", 1000, 0, 0);
	use("self", IDENT_TAG);
	use("all", IDENT_TAG);
	use("member", IDENT_ORDINARY);
	write_subset(false);
	ck_assert(has("self", BTF_KIND_STRUCT));
	stop();
}
END_TEST

START_TEST(subset_function_pointer_brings_parameters)
{
	int pointer, proto;

	start();
	pointer = btf__add_ptr(btf, add_pair("argument", 1));
	proto = btf__add_func_proto(btf, 1);
	btf__add_func_param(btf, "x", pointer);
	add_pair("ops", btf__add_ptr(btf, proto));
	use("ops", IDENT_TAG);
	write_subset(false);
	ck_assert(has("ops", BTF_KIND_STRUCT));
	ck_assert(has("argument", BTF_KIND_FWD));
	stop();
}
END_TEST

START_TEST(subset_all)
{
	start();
	add_pair("pair", btf__add_ptr(btf, btf__add_type_tag(btf, "user", 1)));
	btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "RED", 1);
	btf__add_typedef(btf, "number", 1);
	btf__add_func(btf, "call", BTF_FUNC_GLOBAL, btf__add_func_proto(btf, 0));
	write_subset(true);
	ck_assert(has("pair", BTF_KIND_STRUCT));
	ck_assert(has("color", BTF_KIND_ENUM));
	ck_assert(has("number", BTF_KIND_TYPEDEF));
	ck_assert(!has("call", BTF_KIND_FUNC));
	stop();
}
END_TEST

SUITE(subset, subset_nothing_named, subset_by_value_is_followed, subset_pointer_is_declared,
      subset_pointer_is_followed_when_member_is_named, subset_pointer_to_const_union_is_declared,
      subset_source_defines_tag, subset_source_defines_target, subset_source_defines_part,
      subset_source_owns_names, subset_enumerator_brings_its_enum, subset_enum_by_tag_and_defined,
      subset_typedef_brings_its_target, subset_tag_and_name_are_different,
      subset_first_of_a_name_counts, subset_type_tags_are_dropped, subset_cycle_through_pointers,
      subset_cycles_that_make_no_sense, subset_function_pointer_brings_parameters, subset_all)
