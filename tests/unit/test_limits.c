/* SPDX-License-Identifier: BSD-2-Clause */
/* Sources that ask for more than there is: the caller gets an error and lives. */
#include <sys/stat.h>

#include "unit.h"

static int compile_within(const char *source, uint32_t memory_mb, uint32_t cpu_s, uint32_t wall_ms,
			  char *message, size_t size)
{
	struct bcc_c_module_opts opts = { .sz = sizeof(opts),
					  .compiler_memory_mb = memory_mb,
					  .compiler_cpu_s = cpu_s,
					  .compiler_wall_ms = wall_ms };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);
	int err = bcc_c_module__compile(mod, source, NULL);

	snprintf(message, size, "%s", bcc_c_module__errmsg(mod));
	ck_assert(!err == !message[0]);
	bcc_c_module__free(mod);
	ck_assert_int_le(count_children(), 0);
	return err;
}

static void assert_error(const char *source, uint32_t memory_mb)
{
	char message[1024];
	int err = compile_within(source, memory_mb, 60, 0, message, sizeof(message));

	ck_assert_msg(err == -EBADMSG || err == -ECANCELED || err == -ETIMEDOUT, "%d: %s", err,
		      message);
}

/* Each level of macros doubles the text. */
static void add_doubling(struct bcc_c__buf *source, const char *first, int levels)
{
	bcc_c__buf_printf(source, "#define A0 %s\n", first);
	for (int i = 1; i <= levels; i++)
		bcc_c__buf_printf(source, "#define A%d A%d A%d\n", i, i - 1, i - 1);
}

START_TEST(limit_include_of_device)
{
	char message[1024];

	assert_error("#include \"/dev/zero\"\n", 512);
	assert_error("#include \"/dev/urandom\"\n", 512);
	ck_assert_int_eq(
		compile_within("#include \"/dev/null\"\n", 0, 0, 0, message, sizeof(message)), 0);
}
END_TEST

START_TEST(limit_include_of_pipe)
{
	const char *pipe = temp_path("pipe");
	char source[4096], message[1024];

	ck_assert_int_eq(mkfifo(pipe, 0600), 0);
	snprintf(source, sizeof(source), "#include \"%s\"\n", pipe);
	ck_assert_int_eq(compile_within(source, 0, 0, 300, message, sizeof(message)), -ETIMEDOUT);
}
END_TEST

START_TEST(limit_include_loop)
{
	char source[4096];

	snprintf(source, sizeof(source), "#include \"%s\"\n", temp_path("loop.h"));
	temp_text("loop.h", source);
	assert_error(source, 0);
}
END_TEST

START_TEST(limit_macro_that_names_itself)
{
	char message[256];

	ck_assert_int_eq(compile_within("#define A B\n#define B A\nint A;\n", 0, 0, 0, message,
					sizeof(message)),
			 0);
}
END_TEST

START_TEST(limit_memory)
{
	autobuf source = { 0 };

	add_doubling(&source, "1,", 40);
	bcc_c__buf_printf(&source, "int a[] = { A40 };\n");
	assert_error(bcc_c__buf_str(&source), 200);
}
END_TEST

START_TEST(limit_memory_too_small_to_start)
{
	char message[1024];
	int err = compile_within(PRELUDE PROG, 1, 0, 0, message, sizeof(message));

	ck_assert_msg(err == -ECANCELED, "%d: %s", err, message);
}
END_TEST

START_TEST(limit_deep_nesting)
{
	autobuf source = { 0 };

	bcc_c__buf_printf(&source, "int a = ");
	for (int i = 0; i < 200000; i++)
		bcc_c__buf_append(&source, "(", 1);
	assert_error(bcc_c__buf_str(&source), 0);
}
END_TEST

START_TEST(limit_deep_conditionals)
{
	autobuf source = { 0 };

	for (int i = 0; i < 20000; i++)
		bcc_c__buf_printf(&source, "#if 1\n");
	assert_error(bcc_c__buf_str(&source), 0);
}
END_TEST

START_TEST(limit_cpu_time)
{
	autobuf source = { 0 };
	char message[1024];
	int err;

	add_doubling(&source, "", 60);
	bcc_c__buf_printf(&source, "A60\n");
	err = compile_within(bcc_c__buf_str(&source), 0, 1, 500000, message, sizeof(message));
	ck_assert_msg(err == -ETIMEDOUT || err == -ECANCELED, "%d: %s", err, message);
	ck_assert_msg(strstr(message, "1 s of CPU time") != NULL, "%s", message);
}
END_TEST

START_TEST(limit_wall_time)
{
	autobuf source = { 0 };
	char message[1024];
	int err;

	add_doubling(&source, "", 60);
	bcc_c__buf_printf(&source, "A60\n");
	err = compile_within(bcc_c__buf_str(&source), 0, 0, 300, message, sizeof(message));
	ck_assert_msg(err == -ETIMEDOUT, "%d: %s", err, message);
	ck_assert_msg(strstr(message, "within 300 ms") != NULL, "%s", message);
}
END_TEST

START_TEST(limit_macros_within_macros)
{
	autobuf source = { 0 };

	bcc_c__buf_printf(&source, "#define A0 1\n");
	for (int i = 1; i <= 100000; i++)
		bcc_c__buf_printf(&source, "#define A%d (A%d)\n", i, i - 1);
	bcc_c__buf_printf(&source, "int a = A100000;\n");
	assert_error(bcc_c__buf_str(&source), 0);
}
END_TEST

START_TEST(limit_source_of_10_mb)
{
	autobuf source = { 0 };
	char message[1024];

	for (size_t i = 0; i < 10 << 20; i++)
		bcc_c__buf_append(&source, &(char){ (char)(33 + i * 7919 % 90) }, 1);
	assert_error(bcc_c__buf_str(&source), 0);
	/* An expression too deep for the stack. */
	bcc_c__buf_clear(&source);
	bcc_c__buf_printf(&source, "int a = 1");
	while (source.size < 10 << 20)
		bcc_c__buf_append(&source, "+1", 2);
	bcc_c__buf_printf(&source, ";\n");
	assert_error(bcc_c__buf_str(&source), 0);
	/* Nothing is wrong with a long comment. */
	bcc_c__buf_clear(&source);
	bcc_c__buf_printf(&source, "/*");
	while (source.size < 10 << 20)
		bcc_c__buf_append(&source, " line\n", 6);
	bcc_c__buf_printf(&source, "*/ int a;\n");
	ck_assert_int_eq(compile_within(bcc_c__buf_str(&source), 0, 0, 0, message, sizeof(message)),
			 0);
}
END_TEST

START_TEST(limit_large_source_is_fine)
{
	autobuf source = { 0 };
	char message[1024];
	int err;

	for (int i = 0; i < 20000; i++)
		bcc_c__buf_printf(&source, "extern int variable_%d; /* %0100d */\n", i, i);
	err = compile_within(bcc_c__buf_str(&source), 0, 0, 0, message, sizeof(message));
	ck_assert_msg(!err, "%d: %s", err, message);
}
END_TEST

SUITE(limits, limit_include_of_device, limit_include_of_pipe, limit_include_loop,
      limit_macro_that_names_itself, limit_memory, limit_memory_too_small_to_start,
      limit_deep_nesting, limit_deep_conditionals, limit_cpu_time, limit_wall_time,
      limit_macros_within_macros, limit_source_of_10_mb, limit_large_source_is_fine)
