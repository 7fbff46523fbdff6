/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of a module and the diagnostics of a compilation, without the kernel. */
#include "unit.h"

START_TEST(module_new_and_free)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);

	ck_assert_ptr_nonnull(mod);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	ck_assert_str_eq(bcc_c_module__log(mod), "");
	ck_assert_ptr_null(bcc_c_module__next_diag(mod, NULL));
	ck_assert_ptr_null(bcc_c_module__next_prog(mod, NULL));
	ck_assert_ptr_null(bcc_c_module__next_map(mod, NULL));
	errno = EXDEV;
	bcc_c_module__free(mod);
	bcc_c_module__free(NULL);
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(module_copies_its_options)
{
	char compiler[] = "/bin/false", btf[] = "/none";
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .compiler = compiler, .btf = btf };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	memset(compiler, 'x', sizeof(compiler) - 1);
	memset(btf, 'x', sizeof(btf) - 1);
	ck_assert_str_eq(mod->opts.compiler, "/bin/false");
	ck_assert_str_eq(mod->opts.btf, "/none");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_good_source)
{
	struct bcc_c_module *mod = compiled(PRELUDE PROG);
	size_t size = 0;
	const char *elf = bcc_c_module__elf(mod, &size);

	ck_assert_ptr_nonnull(elf);
	ck_assert_uint_gt(size, 64);
	ck_assert_int_eq(memcmp(elf, "\177ELF", 4), 0);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	ck_assert_str_eq(bcc_c_module__log(mod), "");
	ck_assert_ptr_null(bcc_c_module__next_diag(mod, NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_is_the_same_each_time)
{
	struct bcc_c_module *first = compiled(PRELUDE PROG);
	struct bcc_c_module *second = compiled(PRELUDE PROG);
	size_t size, second_size;
	const void *elf = bcc_c_module__elf(first, &size);
	const void *second_elf = bcc_c_module__elf(second, &second_size);

	ck_assert_uint_eq(size, second_size);
	ck_assert_int_eq(memcmp(elf, second_elf, size), 0);
	bcc_c_module__free(first);
	bcc_c_module__free(second);
}
END_TEST

START_TEST(compile_error_is_data)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag;

	assert_fails(mod, EBADMSG, "compile 'probe.c': probe.c:2:22: use of undeclared identifier",
		     bcc_c_module__compile(mod, "int a;\nint f(void) { return nothing; }\n", NULL));
	diag = bcc_c_module__next_diag(mod, NULL);
	ck_assert_ptr_nonnull(diag);
	ck_assert_int_eq(diag->severity, BCC_C_ERROR);
	ck_assert_str_eq(diag->file, "probe.c");
	ck_assert_uint_eq(diag->line, 2);
	ck_assert_uint_eq(diag->column, 22);
	ck_assert_str_eq(diag->text, "use of undeclared identifier 'nothing'");
	ck_assert_str_eq(diag->source_line, "int f(void) { return nothing; }");
	ck_assert_ptr_null(bcc_c_module__next_diag(mod, diag));
	ck_assert_str_eq(bcc_c_module__log(mod),
			 "probe.c:2:22: error: use of undeclared identifier 'nothing'\n"
			 "int f(void) { return nothing; }\n"
			 "                     ^\n");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_error_keeps_tabs_before_caret)
{
	struct bcc_c_module *mod = new_module();

	ck_assert_int_eq(bcc_c_module__compile(mod, "int f(void)\n{\n\treturn\tno;\n}\n", NULL),
			 -EBADMSG);
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "\n\treturn\tno;\n\t      \t^\n"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_errors_are_all_listed)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag = NULL;
	uint32_t lines[3] = { 0 };
	size_t cnt = 0;

	assert_fails(mod, EBADMSG, "there are more errors",
		     bcc_c_module__compile(mod, "int a = x;\nint b = y;\nint c = z;", NULL));
	while ((diag = bcc_c_module__next_diag(mod, diag)) && cnt < 3)
		lines[cnt++] = diag->line;
	ck_assert_ptr_null(diag);
	for (uint32_t i = 0; i < 3; i++)
		ck_assert_uint_eq(lines[i], i + 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_notes_belong_to_errors)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *error, *note;

	ck_assert_int_eq(bcc_c_module__compile(mod, "int a;\nlong a;\n", NULL), -EBADMSG);
	error = bcc_c_module__next_diag(mod, NULL);
	note = bcc_c_module__next_diag(mod, error);
	ck_assert_int_eq(error->severity, BCC_C_ERROR);
	ck_assert_ptr_nonnull(note);
	ck_assert_int_eq(note->severity, BCC_C_NOTE);
	ck_assert_uint_eq(note->line, 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_again_after_an_error)
{
	struct bcc_c_module *mod = new_module();

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(bcc_c_module__compile(mod, "#error no\n", NULL), -EBADMSG);
	ck_assert_ptr_null(bcc_c_module__find_prog(mod, "prog"));
	assert_ok(mod, bcc_c_module__compile(mod, PRELUDE PROG, NULL));
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	ck_assert_str_eq(bcc_c_module__log(mod), "");
	ck_assert_ptr_null(bcc_c_module__next_diag(mod, NULL));
	ck_assert_ptr_nonnull(bcc_c_module__find_prog(mod, "prog"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_warning_on_success)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag;

	assert_ok(mod, bcc_c_module__compile(mod, PRELUDE PROG "#warning careful\n", NULL));
	diag = bcc_c_module__next_diag(mod, NULL);
	ck_assert_ptr_nonnull(diag);
	ck_assert_int_eq(diag->severity, BCC_C_WARNING);
	ck_assert_str_eq(diag->text, "careful");
	ck_assert_ptr_nonnull(strstr(bcc_c_module__log(mod), "warning: careful"));
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_odd_sources)
{
	static const char *const sources[] = {
		"",
		"\n",
		"\\",
		"/*",
		"\"",
		"'",
		"#",
		"#if",
		"\xff\xfe",
		"\xef\xbb\xbfint a;",
		"{",
		"int f(",
		"#include",
		"#include <",
		"#pragma",
		"__attribute__",
		"\r\r\n\t\f\v",
		"#line 0 \"x\"\nint f(",
		"#line 4294967295\nint f(",
	};

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		struct bcc_c_module *mod = new_module();
		int err = bcc_c_module__compile(mod, sources[i], NULL);

		ck_assert_msg(err == 0 || err == -EBADMSG || err == -ENOEXEC, "%s: %d: %s",
			      sources[i], err, bcc_c_module__errmsg(mod));
		ck_assert(!err == !bcc_c_module__errmsg(mod)[0]);
		bcc_c_module__free(mod);
	}
}
END_TEST

START_TEST(compile_error_of_the_code_generator)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag;

	/* LLVM gives sections of variables their names as symbols. */
	assert_fails(
		mod, EBADMSG, "compile 'probe.c': ",
		bcc_c_module__compile(
			mod, "__attribute__((section(\"twice\"))) char twice[] = \"x\";", NULL));
	ck_assert_ptr_nonnull(strstr(bcc_c_module__errmsg(mod), "twice"));
	ck_assert_ptr_null(strchr(bcc_c_module__errmsg(mod), '\n'));
	diag = bcc_c_module__next_diag(mod, NULL);
	ck_assert_int_eq(diag->severity, BCC_C_ERROR);
	ck_assert_uint_eq(diag->line, 0);
	ck_assert_str_eq(diag->file, "probe.c");
	ck_assert_ptr_null(strchr(diag->text, '\n'));
	bcc_c_module__free(mod);
}
END_TEST

/* ---- arguments */

START_TEST(compile_bad_arguments)
{
	struct bcc_c_compile_opts small = { .sz = 1 };
	struct bcc_c_compile_opts no_flags = { .sz = sizeof(no_flags), .cflags_cnt = 1 };
	const char *const list[] = { "-DA", NULL };
	struct bcc_c_compile_opts null_flag = { .sz = sizeof(null_flag),
						.cflags = list,
						.cflags_cnt = 2 };
	struct bcc_c_module *mod = new_module();

	assert_fails(mod, EINVAL, "source", bcc_c_module__compile(mod, NULL, NULL));
	assert_fails(mod, EINVAL, "options", bcc_c_module__compile(mod, PROG, &small));
	assert_fails(mod, EINVAL, "cflags", bcc_c_module__compile(mod, PROG, &no_flags));
	assert_fails(mod, EINVAL, "cflags[1]", bcc_c_module__compile(mod, PROG, &null_flag));
	assert_fails(mod, EINVAL, "path", bcc_c_module__compile_file(mod, NULL, NULL));
	assert_fails(mod, EINVAL, "options", bcc_c_module__compile_file(mod, "x", &small));
	assert_ok(mod, bcc_c_module__compile(mod, PRELUDE PROG, NULL));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_name_is_used_in_diagnostics)
{
	struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .name = "some dir/my \"x\".c" };
	struct bcc_c_module *mod = new_module();

	assert_fails(mod, EBADMSG, opts.name, bcc_c_module__compile(mod, "#error no\n", &opts));
	ck_assert_str_eq(bcc_c_module__next_diag(mod, NULL)->file, opts.name);
	opts.name = "";
	assert_fails(mod, EBADMSG, "'probe.c'", bcc_c_module__compile(mod, "#error no\n", &opts));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_odd_names)
{
	/* Clang gives up on directories; the caller gets an error or an object. */
	static const char *const names[] = { "/", "dir/", ".", "..", "a\nb", "-", "%s", "\\" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .name = names[i] };
		struct bcc_c_module *mod = new_module();
		int err = bcc_c_module__compile(mod, PRELUDE PROG, &opts);

		ck_assert(!err == !bcc_c_module__errmsg(mod)[0]);
		ck_assert(!err == !!bcc_c_module__next_prog(mod, NULL));
		bcc_c_module__free(mod);
	}
}
END_TEST

/* ---- files */

START_TEST(compile_file_good)
{
	struct bcc_c_module *mod = new_module();

	assert_ok(mod, bcc_c_module__compile_file(mod, temp_text("a.bpf.c", PRELUDE PROG), NULL));
	ck_assert_ptr_nonnull(bcc_c_module__find_prog(mod, "prog"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_file_bad)
{
	const char *path = temp_text("a.c", "int f(");
	struct bcc_c_module *mod = new_module();

	assert_fails(mod, EBADMSG, path, bcc_c_module__compile_file(mod, path, NULL));
	ck_assert_str_eq(bcc_c_module__next_diag(mod, NULL)->file, path);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(compile_file_that_cant_be_read)
{
	struct bcc_c_module *mod = new_module();
	const char *path = temp_path("none.c");
	int fds = count_fds();

	assert_fails(mod, ENOENT, path, bcc_c_module__compile_file(mod, path, NULL));
	assert_fails(mod, EISDIR, "directory", bcc_c_module__compile_file(mod, temp_dir(), NULL));
	assert_fails(mod, EFBIG, "/dev/zero", bcc_c_module__compile_file(mod, "/dev/zero", NULL));
	assert_fails(
		mod, EINVAL, "zero byte",
		bcc_c_module__compile_file(mod, temp_file("zero.c", "int a;\0int b;", 13), NULL));
	ck_assert_int_eq(count_fds(), fds);
	assert_ok(mod, bcc_c_module__compile(mod, PRELUDE PROG, NULL));
	bcc_c_module__free(mod);
}
END_TEST

/* ---- order */

START_TEST(compile_twice)
{
	struct bcc_c_module *mod = compiled(PRELUDE PROG);
	size_t size;
	const void *elf = bcc_c_module__elf(mod, &size);

	assert_fails(mod, EINVAL, "already holds", bcc_c_module__compile(mod, PROG, NULL));
	assert_fails(mod, EINVAL, "already holds", bcc_c_module__compile_file(mod, "x", NULL));
	assert_fails(mod, EINVAL, "already holds", bcc_c_module__open_elf(mod, elf, size));
	assert_fails(mod, EINVAL, "already holds", bcc_c_module__open_elf_file(mod, "x"));
	ck_assert_ptr_nonnull(bcc_c_module__find_prog(mod, "prog"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(calls_before_compile)
{
	struct bcc_c_module *mod = new_module();
	size_t size = 77;
	int value;

	assert_fails(mod, EINVAL, "compile or open an object first", bcc_c_module__load(mod));
	assert_fails(mod, EINVAL, "load the module first", bcc_c_module__attach(mod));
	assert_null(mod, EINVAL, "nothing was compiled", bcc_c_module__elf(mod, &size));
	assert_null(mod, ENOENT, "compile or open", bcc_c_module__find_prog(mod, "x"));
	assert_null(mod, ENOENT, "compile or open", bcc_c_module__find_map(mod, "x"));
	assert_null(mod, EINVAL, "load the module first", bcc_c_events__new(mod));
	assert_fails(mod, ENOENT, "compile or open",
		     bcc_c_module__get_global(mod, "x", &value, sizeof(value)));
	assert_fails(mod, ENOENT, "compile or open",
		     bcc_c_module__set_global(mod, "x", &value, sizeof(value)));
	bcc_c_module__detach(mod);
	bcc_c_module__free(mod);
}
END_TEST

SUITE(module, module_new_and_free, module_copies_its_options, compile_good_source,
      compile_is_the_same_each_time, compile_error_is_data, compile_error_keeps_tabs_before_caret,
      compile_errors_are_all_listed, compile_notes_belong_to_errors, compile_again_after_an_error,
      compile_warning_on_success, compile_odd_sources, compile_error_of_the_code_generator,
      compile_bad_arguments, compile_name_is_used_in_diagnostics, compile_odd_names,
      compile_file_good, compile_file_bad, compile_file_that_cant_be_read, compile_twice,
      calls_before_compile)
