/* SPDX-License-Identifier: BSD-2-Clause */
/* Split BTF, as the kernel's modules have it. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "compiler/btf_module.h"
#include "compiler/modules.h"
#include "unit_cache.h"

/* A folder like /sys/kernel/btf, with two modules. */
static struct btf *kernel, *first, *second;

static int add_struct(struct btf *btf, const char *name, const char *member, int type)
{
	int id = btf__add_struct(btf, name, 8);

	btf__add_field(btf, member, type, 0, 0);
	return id;
}

static const char *save(struct btf *btf, const char *name)
{
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);

	return temp_file(name, data, size);
}

static void start(void)
{
	int inner;

	kernel = btf__new_empty();
	btf__add_int(kernel, "int", 4, BTF_INT_SIGNED);
	btf__add_int(kernel, "long", 8, BTF_INT_SIGNED);
	add_struct(kernel, "of_kernel", "number", 2);
	save(kernel, "vmlinux");

	first = btf__new_empty_split(kernel);
	inner = add_struct(first, "inner", "of_kernel", 3);
	add_struct(first, "of_first", "inner", btf__add_ptr(first, inner));
	btf__add_typedef(first, "first_t", inner);
	btf__add_enum(first, "first_enum", 4);
	btf__add_enum_value(first, "FIRST", 7);
	save(first, "a_first");

	second = btf__new_empty_split(kernel);
	inner = add_struct(second, "inner_of_second", "number", 1);
	add_struct(second, "of_second", "inner_of_second", inner);
	btf__add_enum64(second, "second_enum", 8, false);
	btf__add_enum64_value(second, "SECOND", 1ULL << 40);
	save(second, "b_second");
}

static void stop(void)
{
	btf__free(first);
	btf__free(second);
	btf__free(kernel);
}

/* Opens the folder's own vmlinux. */
static void open_kernel(struct btf_view *view)
{
	const char *why = "";

	ck_assert_msg(!btf_view__open(view, temp_path("vmlinux"), &why), "%s", why);
}

/* Whether a type's record and name are those that libbpf finds. */
static void assert_same(const struct btf_view *view, uint32_t id, const struct btf *btf,
			uint32_t their_id)
{
	const struct btf_type *ours = btf_view__type(view, id);
	const struct btf_type *theirs = btf__type_by_id(btf, their_id);

	ck_assert_uint_eq(ours->info, theirs->info);
	ck_assert_str_eq(btf_view__string(view, ours->name_off),
			 btf__name_by_offset(btf, theirs->name_off));
}

START_TEST(module_continues_the_kernel)
{
	struct btf_view base, view;
	const char *why;

	start();
	open_kernel(&base);
	ck_assert_int_eq(btf_module__open(&view, &base, temp_path("a_first"), &why), 0);
	ck_assert_uint_eq(view.type_cnt, btf__type_cnt(first));
	for (uint32_t id = 1; id < view.type_cnt; id++)
		assert_same(&view, id, first, id);
	ck_assert_ptr_null(btf_view__type(&view, 0));
	ck_assert_ptr_null(btf_view__type(&view, view.type_cnt));
	ck_assert_str_eq(btf_view__string(&view, 0), "");
	ck_assert_str_eq(btf_view__string(&view, UINT32_MAX), "");
	btf_view__close(&view);
	btf_view__close(&base);
	stop();
}
END_TEST

START_TEST(module_moved_onto_another)
{
	struct btf_view base, below, view;
	const struct btf_member *member;
	const char *why;
	uint32_t offset;

	start();
	open_kernel(&base);
	ck_assert_int_eq(btf_module__open(&below, &base, temp_path("a_first"), &why), 0);
	ck_assert_int_eq(btf_module__open(&view, &base, temp_path("b_second"), &why), 0);
	btf_module__move(&view, &below);
	offset = below.type_cnt - base.type_cnt;
	ck_assert_uint_eq(view.type_cnt, btf__type_cnt(second) + offset);
	for (uint32_t id = 1; id < below.type_cnt; id++)
		assert_same(&view, id, first, id);
	for (uint32_t id = base.type_cnt; id < btf__type_cnt(second); id++)
		assert_same(&view, id + offset, second, id);
	/* References into the module are moved with it, those into the kernel stay. */
	member = (const void *)(btf_view__type(&view, below.type_cnt) + 1);
	ck_assert_uint_eq(member->type, 1);
	ck_assert_str_eq(btf_view__string(&view, member->name_off), "number");
	member = (const void *)(btf_view__type(&view, below.type_cnt + 1) + 1);
	ck_assert_uint_eq(member->type, below.type_cnt);
	btf_view__close(&view);
	btf_view__close(&below);
	btf_view__close(&base);
	stop();
}
END_TEST

/* Opens bytes as a module on top of the kernel's. */
static int try_bytes(const struct btf_view *base, const void *data, size_t size, const char **why)
{
	struct btf_view view = { 0 };
	int err = btf_module__open(&view, base, temp_file("tried", data, size), why);

	for (uint32_t id = 0; id < view.type_cnt; id++) {
		const struct btf_type *type = btf_view__type(&view, id);

		if (type)
			ck_assert(strlen(btf_view__string(&view, type->name_off)) <=
				  base->size + size);
	}
	btf_view__close(&view);
	return err;
}

START_TEST(module_truncated_at_every_length)
{
	struct btf_view base;
	const char *why;
	const void *data;
	uint32_t size;

	start();
	open_kernel(&base);
	data = btf__raw_data(first, &size);
	ck_assert_int_eq(try_bytes(&base, data, size, &why), 0);
	for (uint32_t cut = 0; cut < size; cut++)
		ck_assert_int_eq(try_bytes(&base, data, cut, &why), cut < 2 ? -ENOENT : -EBADF);
	btf_view__close(&base);
	stop();
}
END_TEST

START_TEST(module_damaged_at_every_bit)
{
	autofree char *copy = NULL;
	struct btf_view base;
	const char *why;
	const void *data;
	uint32_t size;

	start();
	open_kernel(&base);
	data = btf__raw_data(first, &size);
	copy = malloc(size);
	memcpy(copy, data, size);
	for (uint32_t bit = 0; bit < size * 8; bit++) {
		int err;

		copy[bit / 8] ^= (char)(1 << bit % 8);
		err = try_bytes(&base, copy, size, &why);
		ck_assert(err == 0 || err == -EBADF || err == -ENOENT);
		copy[bit / 8] ^= (char)(1 << bit % 8);
	}
	btf_view__close(&base);
	stop();
}
END_TEST

START_TEST(module_of_other_bytes)
{
	uint32_t seed = 11, size;
	autofree char *copy = NULL;
	struct btf_view base;
	const char *why;
	const void *data;

	start();
	open_kernel(&base);
	ck_assert_int_eq(btf_module__open(&base, &base, temp_dir(), &why), -ENOENT);
	ck_assert_int_eq(btf_module__open(&base, &base, "/dev/zero", &why), -ENOENT);
	ck_assert_int_eq(btf_module__open(&base, &base, temp_path("none"), &why), -ENOENT);
	/* BTF that stands by itself is no module's. */
	data = btf__raw_data(kernel, &size);
	ck_assert_int_eq(try_bytes(&base, data, size, &why), -ENOENT);
	data = btf__raw_data(first, &size);
	copy = malloc(size);
	for (int i = 0; i < 3000; i++) {
		size_t kept = i % 2 ? sizeof(struct btf_header) : 4;

		memcpy(copy, data, kept);
		random_bytes(&seed, copy + kept, size - kept);
		copy[size - 1] = 0;
		try_bytes(&base, copy, size, &why);
	}
	btf_view__close(&base);
	stop();
}
END_TEST

/* ---- looking for names */

static size_t files_taken;

static void count_file(void *ctx, const char *path)
{
	ck_assert_int_eq(access(path, R_OK), 0);
	files_taken++;
}

static int find(struct modules *modules, const char *name, uint32_t uses)
{
	struct idents names = { 0 };
	int found;

	files_taken = 0;
	idents__add(&names, name, strlen(name), uses);
	found = modules__find(modules, temp_path("vmlinux"), &names, count_file, NULL);
	idents__free(&names);
	ck_assert_int_eq(found, (int)files_taken);
	return found;
}

START_TEST(modules_with_a_name)
{
	struct btf_view base;
	struct modules modules = { .kernel = &base };

	start();
	open_kernel(&base);
	ck_assert_int_eq(find(&modules, "nothing", IDENT_TAG | IDENT_ORDINARY), 0);
	/* What the kernel itself has is not looked for. */
	ck_assert_int_eq(find(&modules, "of_kernel", IDENT_TAG), 0);
	ck_assert_int_eq(find(&modules, "of_first", IDENT_TAG | IDENT_DEFINED), 0);
	ck_assert_uint_eq(modules.looked_at, 2);
	ck_assert_ptr_eq(modules__types(&modules), &base);
	ck_assert_int_eq(find(&modules, "first_t", IDENT_ORDINARY), 1);
	ck_assert_int_eq(find(&modules, "of_first", IDENT_TAG), 0);
	ck_assert_int_eq(find(&modules, "SECOND", IDENT_ORDINARY), 1);
	ck_assert_uint_eq(modules.cnt, 2);
	ck_assert_uint_eq(modules.looked_at, 2);
	ck_assert_uint_eq(modules__types(&modules)->type_cnt,
			  btf__type_cnt(first) + btf__type_cnt(second) - btf__type_cnt(kernel));
	modules__free(&modules);
	btf_view__close(&base);
	stop();
}
END_TEST

START_TEST(modules_beside_other_files)
{
	struct btf_view base;
	struct modules modules = { .kernel = &base };
	uint32_t size;
	const void *data;

	start();
	temp_text("text", "no BTF");
	temp_text("empty", "");
	ck_assert_int_eq(mkfifo(temp_path("pipe"), 0600), 0);
	ck_assert_int_eq(mkdir(temp_path("folder"), 0700), 0);
	ck_assert_int_eq(symlink("nowhere", temp_path("link")), 0);
	data = btf__raw_data(second, &size);
	temp_file("cut_short", data, size - 9);
	open_kernel(&base);
	ck_assert_int_eq(find(&modules, "of_first", IDENT_TAG), 1);
	ck_assert_uint_eq(modules.looked_at, 3);
	ck_assert_ptr_nonnull(strstr(bcc_c__buf_str(&modules.damage), "cut_short': truncated"));
	modules__free(&modules);
	btf_view__close(&base);
	stop();
}
END_TEST

START_TEST(modules_only_beside_vmlinux)
{
	struct idents names = { 0 };
	struct btf_view base;
	struct modules modules = { .kernel = &base };

	start();
	open_kernel(&base);
	idents__add(&names, "of_first", 8, IDENT_TAG);
	ck_assert_int_eq(modules__find(&modules, temp_path("other"), &names, count_file, NULL), 0);
	ck_assert_int_eq(modules__find(&modules, "vmlinux", &names, count_file, NULL), 0);
	ck_assert_int_eq(modules__find(&modules, "", &names, count_file, NULL), 0);
	ck_assert_int_eq(modules__find(&modules, "/none/vmlinux", &names, count_file, NULL), 0);
	idents__free(&names);
	modules__free(&modules);
	btf_view__close(&base);
	stop();
}
END_TEST

/* ---- through the compiler */

/* Compiles with the folder's types. Returns the log of an error, or "". */
static const char *compile(const char *source)
{
	static char log[4096];
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .btf = temp_path("vmlinux") };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);
	autobuf whole = { 0 };
	int err;

	bcc_c__buf_printf(&whole, "#include \"vmlinux.h\"\n%s\n", source);
	err = bcc_c_module__compile(mod, bcc_c__buf_str(&whole), NULL);
	snprintf(log, sizeof(log), "%s%s", err ? bcc_c_module__errmsg(mod) : "",
		 err ? bcc_c_module__log(mod) : "");
	bcc_c_module__free(mod);
	return log;
}

START_TEST(modules_types_in_sources)
{
	start();
	ck_assert_str_eq(compile("int f(struct of_kernel *x) { return x->number; }"), "");
	ck_assert_str_eq(compile("int f(struct of_first *x) "
				 "{ return x->inner->of_kernel.number; }"),
			 "");
	ck_assert_str_eq(compile("int f(first_t *x) { return x->of_kernel.number + FIRST; }"), "");
	ck_assert_str_eq(compile("int f(struct of_second *x, struct of_first *y)\n"
				 "{ return x->inner_of_second.number + (y->inner != 0); }\n"
				 "_Static_assert(SECOND == 1ULL << 40, \"\");"),
			 "");
	/* The second is only missed once the first is there. */
	ck_assert_str_eq(compile("#ifdef X\n#endif\nint f(struct of_first *x)\n"
				 "{ return x->inner->of_kernel.number; }\n"
				 "int g(void *x) { return ((struct of_second *)x)\n"
				 "->inner_of_second.number; }"),
			 "");
	stop();
}
END_TEST

START_TEST(modules_lack_it_too)
{
	const char *log;

	start();
	log = compile("int f(struct of_frist *x) { return x->inner != 0; }");
	ck_assert_msg(strstr(log, "and 2 modules beside it)") != NULL, "%s", log);
	log = compile("int f(struct of_first *x, struct of_frist *y) { return x->inner == y->y; }");
	ck_assert_msg(strstr(log, "did you mean 'struct of_first'") != NULL, "%s", log);
	temp_text("c_broken", "\x9f\xeb\x01 and other bytes");
	log = compile("int f(struct of_third *x) { return x->inner != 0; }");
	ck_assert_msg(strstr(log, "some can't be read: ") && strstr(log, "c_broken"), "%s", log);
	stop();
}
END_TEST

START_TEST(modules_are_what_a_cached_object_depends_on)
{
	struct cache_job job = {
		.source = "#include \"vmlinux.h\"\nchar name[] "
			  "__attribute__((section(\".data\"))) = "
			  "{ __builtin_offsetof(struct of_second, inner_of_second) };\n"
	};
	int inner;

	start();
	cache_set_up();
	job.btf = temp_path("vmlinux");
	cache_settle();
	cache_store(&job);
	btf__free(second);
	second = btf__new_empty_split(kernel);
	inner = add_struct(second, "inner_of_second", "number", 2);
	btf__add_struct(second, "of_second", 16);
	btf__add_field(second, "inner_of_second", inner, 64, 0);
	save(second, "b_second");
	ck_assert(!cache_hits(&job));
	/* The other module is not used. */
	save(kernel, "a_first");
	cache_settle();
	cache_hits(&job);
	ck_assert(cache_hits(&job));
	stop();
}
END_TEST

/* A module of the running kernel, if it has any with types of its own. */
START_TEST(modules_of_this_kernel)
{
	struct idents names = { 0 };
	struct modules modules = { 0 };
	struct btf_view base;
	const char *why;

	skip_if(access("/sys/kernel/btf/vmlinux", R_OK), "no BTF of the kernel: %m");
	ck_assert_int_eq(btf_view__open(&base, "/sys/kernel/btf/vmlinux", &why), 0);
	modules.kernel = &base;
	idents__add(&names, "no_such_name_anywhere", 21, IDENT_TAG | IDENT_ORDINARY);
	ck_assert_int_eq(
		modules__find(&modules, "/sys/kernel/btf/vmlinux", &names, count_file, NULL), 0);
	ck_assert_str_eq(bcc_c__buf_str(&modules.damage), "");
	idents__free(&names);
	modules__free(&modules);
	btf_view__close(&base);
}
END_TEST

SUITE(modules, module_continues_the_kernel, module_moved_onto_another,
      module_truncated_at_every_length, module_damaged_at_every_bit, module_of_other_bytes,
      modules_with_a_name, modules_beside_other_files, modules_only_beside_vmlinux,
      modules_types_in_sources, modules_lack_it_too, modules_are_what_a_cached_object_depends_on,
      modules_of_this_kernel)
