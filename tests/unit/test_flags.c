/* SPDX-License-Identifier: BSD-2-Clause */
#include "compiler/flags.h"
#include "unit.h"

static struct flags flags;
static size_t always; /* how many arguments every compilation gets */
static struct bcc_c__buf message;

static int add(const char *const *cflags, size_t cnt)
{
	flags__free(&flags);
	bcc_c__buf_clear(&message);
	flags__init(&flags);
	always = flags.cnt;
	return flags__add_user(&flags, cflags, cnt, &message);
}

#define ADD(...)                                                                                   \
	({                                                                                         \
		const char *const list_[] = { __VA_ARGS__ };                                       \
		add(list_, ARRAY_SIZE(list_));                                                     \
	})

/* What the user's flags became, without the instruction set that comes last. */
static const char *added(void)
{
	static struct bcc_c__buf text;

	bcc_c__buf_clear(&text);
	for (size_t i = always; i + 2 < flags.cnt; i++)
		bcc_c__buf_printf(&text, "%s%s", i > always ? " " : "", flags.args[i]);
	return bcc_c__buf_str(&text);
}

#define assert_becomes(text, ...)                                                                  \
	do {                                                                                       \
		ck_assert_int_eq(ADD(__VA_ARGS__), 0);                                             \
		ck_assert_str_eq(added(), text);                                                   \
	} while (0)

#define assert_refused(text, ...)                                                                  \
	do {                                                                                       \
		ck_assert_int_eq(ADD(__VA_ARGS__), -EINVAL);                                       \
		ck_assert_ptr_nonnull(strstr(bcc_c__buf_str(&message), text));                     \
	} while (0)

START_TEST(flags_none)
{
	ck_assert_int_eq(add(NULL, 0), 0);
	ck_assert_uint_eq(flags.cnt, always + 2);
	ck_assert_str_eq(flags.args[0], "-triple");
	ck_assert_str_eq(flags.args[1], "bpf");
	ck_assert_str_eq(flags.args[always], "-target-cpu");
	ck_assert_str_eq(flags.args[always + 1], "v3");
	ck_assert_uint_eq(message.size, 0);
	flags__free(&flags);
}
END_TEST

START_TEST(flags_kept)
{
	assert_becomes("-std=gnu11 -Wall -Wno-unused -Werror -w -funroll-loops", "-std=gnu11",
		       "-Wall", "-Wno-unused", "-Werror", "-w", "-funroll-loops");
}
END_TEST

START_TEST(flags_with_value_in_either_form)
{
	assert_becomes("-D A=1 -D B -U C -U D", "-DA=1", "-D", "B", "-UC", "-U", "D");
	assert_becomes("-I /a -I b -I -x", "-I/a", "-I", "b", "-I", "-x");
	assert_becomes("-include a.h", "-include", "a.h");
	assert_becomes("-isystem /a -iquote b -idirafter c", "-isystem", "/a", "-iquoteb",
		       "-idirafter", "c");
	assert_becomes("-D ", "-D", "");
}
END_TEST

START_TEST(flags_cpu)
{
	ck_assert_int_eq(ADD("-mcpu=v1", "-mcpu=v2"), 0);
	ck_assert_str_eq(flags.cpu, "v2");
	ck_assert_str_eq(flags.args[flags.cnt - 1], "v2");
	assert_becomes("", "-mcpu=probe");
}
END_TEST

START_TEST(flags_xclang)
{
	assert_becomes("-target-feature +alu32", "-Xclang", "-target-feature", "-Xclang", "+alu32");
}
END_TEST

START_TEST(flags_ignored)
{
	assert_becomes("", "-target", "bpf", "--target=bpf", "-O2", "-O", "-g", "-g3", "-c",
		       "-pipe", "-nostdinc", "-emit-llvm");
	assert_becomes("-D A", "-target", "-O2", "-DA");
}
END_TEST

START_TEST(flags_value_missing)
{
	assert_refused("'-D': needs a value", "-D");
	assert_refused("'-include': needs a value", "-DA", "-include");
	assert_refused("'-Xclang': needs a value", "-Xclang");
	assert_refused("'-target': needs a value", "-target");
	assert_refused("'-I': needs a value", "-I");
}
END_TEST

START_TEST(flags_unknown)
{
	assert_refused("'-o': not known", "-o", "x");
	assert_refused("'x.c': not known", "x.c");
	assert_refused("'': not known", "");
	assert_refused("'-': not known", "-");
	assert_refused("'-cc1': not known", "-DA", "-cc1");
	assert_refused("'-include=x': not known", "-include=x");
	assert_refused("'--target=x86': not known", "--target=x86");
	assert_refused("'-mllvm': not known", "-mllvm", "-x");
}
END_TEST

START_TEST(flags_many)
{
	const char *cflags[1000];

	for (size_t i = 0; i < ARRAY_SIZE(cflags); i++)
		cflags[i] = "-DA";
	ck_assert_int_eq(add(cflags, ARRAY_SIZE(cflags)), 0);
	ck_assert(!flags.failed);
	ck_assert_uint_eq(flags.cnt, always + 2 * ARRAY_SIZE(cflags) + 2);
	flags__free(&flags);
	ck_assert_uint_eq(flags.cnt, 0);
}
END_TEST

SUITE(flags, flags_none, flags_kept, flags_with_value_in_either_form, flags_cpu, flags_xclang,
      flags_ignored, flags_value_missing, flags_unknown, flags_many)
