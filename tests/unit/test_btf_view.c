/* SPDX-License-Identifier: BSD-2-Clause */
#include <bpf/btf.h>

#include "btf_view.h"
#include "unit.h"

#define VMLINUX "/sys/kernel/btf/vmlinux"

/* One type of every kind. */
static struct btf *make_btf(void)
{
	struct btf *btf = btf__new_empty();
	int id = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);

	btf__add_ptr(btf, id);
	btf__add_array(btf, id, id, 3);
	btf__add_struct(btf, "pair", 8);
	btf__add_field(btf, "a", id, 0, 0);
	btf__add_field(btf, "b", id, 32, 0);
	btf__add_union(btf, "either", 4);
	btf__add_field(btf, "a", id, 0, 0);
	btf__add_enum(btf, "color", 4);
	btf__add_enum_value(btf, "RED", 1);
	btf__add_enum64(btf, "wide", 8, false);
	btf__add_enum64_value(btf, "WIDE", 1ULL << 40);
	btf__add_fwd(btf, "later", BTF_FWD_STRUCT);
	btf__add_typedef(btf, "number", id);
	btf__add_volatile(btf, id);
	btf__add_const(btf, id);
	btf__add_restrict(btf, 2);
	btf__add_func_proto(btf, id);
	btf__add_func_param(btf, "x", id);
	btf__add_func(btf, "call", BTF_FUNC_GLOBAL, 13);
	btf__add_var(btf, "counter", BTF_VAR_GLOBAL_ALLOCATED, id);
	btf__add_datasec(btf, ".data", 4);
	btf__add_datasec_var_info(btf, 15, 0, 4);
	btf__add_float(btf, "double", 8);
	btf__add_decl_tag(btf, "tag", 4, -1);
	ck_assert_int_eq(btf__add_type_tag(btf, "user", id), 19);
	return btf;
}

/* A copy of exactly the size, aligned, so that a sanitizer sees a byte too many. */
static int view_copy(const void *data, size_t size, const char **why)
{
	autofree char *copy = malloc(size ? size : 1);
	struct btf_view view = { 0 };
	int err;

	memcpy(copy, data, size);
	*why = "";
	err = btf_view__from_memory(&view, copy, size, why);
	for (uint32_t id = 0; id < view.type_cnt; id++) {
		const struct btf_type *type = btf_view__type(&view, id);

		if (type)
			ck_assert_uint_le(strlen(btf_view__string(&view, type->name_off)), size);
	}
	free(view.offsets);
	if (err)
		ck_assert_msg(why[0][0], "no reason given");
	return err;
}

START_TEST(btf_view_every_kind)
{
	struct btf *btf = make_btf();
	struct btf_view view;
	const char *why = "";
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(btf_view__from_memory(&view, data, size, &why), 0);
	ck_assert_uint_eq(view.type_cnt, btf__type_cnt(btf));
	for (uint32_t id = 1; id < view.type_cnt; id++) {
		const struct btf_type *theirs = btf__type_by_id(btf, id);
		const struct btf_type *ours = btf_view__type(&view, id);

		ck_assert_uint_eq(btf_view__kind(ours), btf_kind(theirs));
		ck_assert_uint_eq(btf_view__vlen(ours), btf_vlen(theirs));
		ck_assert_str_eq(btf_view__string(&view, ours->name_off),
				 btf__name_by_offset(btf, theirs->name_off));
	}
	free(view.offsets);
	btf__free(btf);
}
END_TEST

START_TEST(btf_view_outside)
{
	struct btf *btf = make_btf();
	struct btf_view view;
	const char *why = "";
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(btf_view__from_memory(&view, data, size, &why), 0);
	ck_assert_ptr_null(btf_view__type(&view, 0));
	ck_assert_ptr_null(btf_view__type(&view, view.type_cnt));
	ck_assert_ptr_null(btf_view__type(&view, UINT32_MAX));
	ck_assert_str_eq(btf_view__string(&view, 0), "");
	ck_assert_str_eq(btf_view__string(&view, view.string_size), "");
	ck_assert_str_eq(btf_view__string(&view, UINT32_MAX), "");
	free(view.offsets);
	btf__free(btf);
}
END_TEST

START_TEST(btf_view_unknown_kind_has_no_size)
{
	for (uint32_t kind = 0; kind < 32; kind++) {
		struct btf_type type = { .info = kind << 24 };
		bool known = kind && kind <= BTF_KIND_ENUM64;

		ck_assert_int_eq(btf_view__record_size(&type) >= sizeof(type), known);
	}
}
END_TEST

START_TEST(btf_view_kernel)
{
	const char *why = "";
	struct btf_view view;
	struct btf *btf;

	skip_if(access(VMLINUX, R_OK), "%s can't be read: %m", VMLINUX);
	ck_assert_msg(btf_view__open(&view, VMLINUX, &why) == 0, "%s", why);
	btf = btf__parse(VMLINUX, NULL);
	ck_assert_uint_eq(view.type_cnt, btf__type_cnt(btf));
	for (uint32_t id = 1; id < view.type_cnt; id += 13)
		ck_assert_str_eq(btf_view__string(&view, btf_view__type(&view, id)->name_off),
				 btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off));
	btf__free(btf);
	btf_view__close(&view);
	btf_view__close(&view);
}
END_TEST

START_TEST(btf_view_file)
{
	struct btf *btf = make_btf();
	const char *why = "";
	struct btf_view view;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(btf_view__open(&view, temp_file("btf", data, size), &why), 0);
	ck_assert_uint_eq(view.type_cnt, btf__type_cnt(btf));
	btf_view__close(&view);
	btf__free(btf);
}
END_TEST

START_TEST(btf_view_bad_file)
{
	const char *why = NULL;
	struct btf_view view;
	int fds = count_fds();

	ck_assert_int_eq(btf_view__open(&view, temp_path("none"), &why), -ENOENT);
	ck_assert_str_eq(why, "");
	ck_assert_int_eq(btf_view__open(&view, temp_dir(), &why), -EISDIR);
	ck_assert_int_eq(btf_view__open(&view, "/dev/null", &why), -EBADF);
	ck_assert_ptr_nonnull(strstr(why, "shorter than a BTF header"));
	ck_assert_int_eq(btf_view__open(&view, temp_text("empty", ""), &why), -EBADF);
	ck_assert_int_eq(btf_view__open(&view, "/proc/self/exe", &why), -EBADF);
	ck_assert_ptr_nonnull(strstr(why, "magic"));
	ck_assert_int_eq(count_fds(), fds);
}
END_TEST

START_TEST(btf_view_truncated_at_every_length)
{
	struct btf *btf = make_btf();
	const char *why;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	ck_assert_int_eq(view_copy(data, size, &why), 0);
	for (uint32_t cut = 0; cut < size; cut++)
		ck_assert_int_eq(view_copy(data, cut, &why), -EBADF);
	ck_assert_str_eq(why, "truncated");
	btf__free(btf);
}
END_TEST

START_TEST(btf_view_damaged_at_every_bit)
{
	struct btf *btf = make_btf();
	autofree char *copy = NULL;
	const char *why;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	copy = malloc(size);
	memcpy(copy, data, size);
	for (uint32_t bit = 0; bit < size * 8; bit++) {
		int err;

		copy[bit / 8] ^= (char)(1 << bit % 8);
		err = view_copy(copy, size, &why);
		ck_assert(err == 0 || err == -EBADF);
		copy[bit / 8] ^= (char)(1 << bit % 8);
	}
	btf__free(btf);
}
END_TEST

START_TEST(btf_view_random_bytes)
{
	struct btf *btf = make_btf();
	uint32_t seed = 5, size;
	const void *data = btf__raw_data(btf, &size);
	autofree char *copy = malloc(size);
	const char *why;

	for (int i = 0; i < 20000; i++) {
		size_t kept = i % 2 ? sizeof(struct btf_header) : 4;

		memcpy(copy, data, kept);
		random_bytes(&seed, copy + kept, size - kept);
		copy[size - 1] = 0;
		view_copy(copy, size, &why);
	}
	btf__free(btf);
}
END_TEST

/* What a header with one field changed is refused for. */
static void check_header(size_t field, uint32_t value, const char *text)
{
	struct btf *btf = make_btf();
	autofree char *copy = NULL;
	const char *why;
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	copy = malloc(size);
	memcpy(copy, data, size);
	memcpy(copy + field, &value, sizeof(value));
	ck_assert_int_eq(view_copy(copy, size, &why), -EBADF);
	ck_assert_msg(strstr(why, text) != NULL, "'%s' lacks '%s'", why, text);
	btf__free(btf);
}

START_TEST(btf_view_bad_header)
{
	check_header(0, 0, "magic");
	check_header(0, BTF_MAGIC | 2 << 16, "version");
	check_header(offsetof(struct btf_header, hdr_len), 0, "version");
	check_header(offsetof(struct btf_header, hdr_len), UINT32_MAX, "version");
	check_header(offsetof(struct btf_header, type_len), UINT32_MAX, "truncated");
	check_header(offsetof(struct btf_header, type_off), UINT32_MAX, "truncated");
	check_header(offsetof(struct btf_header, str_off), UINT32_MAX, "truncated");
	check_header(offsetof(struct btf_header, str_len), 0, "not terminated");
	check_header(offsetof(struct btf_header, type_off), 2, "aligned");
	check_header(sizeof(struct btf_header) + 4, 31u << 24, "unknown kind");
	check_header(sizeof(struct btf_header), 1 << 20, "name lies outside");
	check_header(sizeof(struct btf_header) + 4, BTF_KIND_STRUCT << 24 | 0xffff, "cut short");
}
END_TEST

SUITE(btf_view, btf_view_every_kind, btf_view_outside, btf_view_unknown_kind_has_no_size,
      btf_view_kernel, btf_view_file, btf_view_bad_file, btf_view_truncated_at_every_length,
      btf_view_damaged_at_every_bit, btf_view_random_bytes, btf_view_bad_header)
