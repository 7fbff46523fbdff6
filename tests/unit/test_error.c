/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>

#include "unit.h"

START_TEST(version_equals_header)
{
	char text[64];

	snprintf(text, sizeof(text), "%d.%d.%d", BCC_C_VERSION_MAJOR, BCC_C_VERSION_MINOR,
		 BCC_C_VERSION_PATCH);
	ck_assert_str_eq(bcc_c_version(), text);
}
END_TEST

START_TEST(fail_sets_errno_and_message)
{
	struct bcc_c_module *mod = new_module();

	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	ck_assert_int_eq(bcc_c__fail(mod, -ENOENT, "look there", "find '%s': %m", "x"), -ENOENT);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_str_eq(bcc_c_module__errmsg(mod),
			 "find 'x': No such file or directory (ENOENT); look there");
	ck_assert_int_eq(bcc_c__fail(mod, -EPERM, NULL, "a"), -EPERM);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "a (EPERM)");
	ck_assert_int_eq(bcc_c__fail(mod, -EPERM, "", "a"), -EPERM);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "a (EPERM)");
	bcc_c__begin(mod);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(fail_with_unknown_number)
{
	struct bcc_c_module *mod = new_module();

	ck_assert_int_eq(bcc_c__fail(mod, -3000, NULL, "a"), -3000);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "a (unknown error)");
	/* libbpf's own numbers are no errno codes. */
	ck_assert_int_eq(bcc_c__fail(mod, -LIBBPF_ERRNO__FORMAT, NULL, "a"), -EINVAL);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_str_eq(bcc_c_module__errmsg(mod), "a (EINVAL)");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(fail_with_long_text)
{
	struct bcc_c_module *mod = new_module();

	bcc_c__fail(mod, -EIO, NULL, "%0100000d", 1);
	ck_assert_uint_eq(strlen(bcc_c_module__errmsg(mod)), 100000 + strlen(" (EIO)"));
	bcc_c_module__free(mod);
}
END_TEST

/* ---- the caller's log function */

struct logged {
	int cnt;
	int level;
	char text[256];
};

static void take_log(void *ctx, int level, const char *text)
{
	struct logged *logged = ctx;

	logged->cnt++;
	logged->level = level;
	snprintf(logged->text, sizeof(logged->text), "%s", text);
	errno = EXDEV;
}

START_TEST(log_function_gets_failures)
{
	struct logged logged = { 0 };
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .log = take_log, .log_ctx = &logged };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	ck_assert_int_eq(bcc_c_module__load(mod), -EINVAL);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(logged.cnt, 1);
	ck_assert_int_eq(logged.level, BCC_C_LOG_ERROR);
	ck_assert_str_eq(logged.text, bcc_c_module__errmsg(mod));
	ck_assert_ptr_null(strchr(logged.text, '\n'));
	bcc_c__log(mod, BCC_C_LOG_INFO, "%d", 7);
	ck_assert_int_eq(logged.level, BCC_C_LOG_INFO);
	ck_assert_str_eq(logged.text, "7");
	bcc_c_module__free(mod);
}
END_TEST

/* ---- options */

struct known {
	size_t sz;
	uint64_t a, b;
};

struct longer {
	size_t sz;
	uint64_t a, b, c;
};

START_TEST(opts_null_is_all_zero)
{
	struct known copy = { .a = 1, .b = 2 };

	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), NULL), 0);
	ck_assert_uint_eq(copy.a, 0);
	ck_assert_uint_eq(copy.b, 0);
}
END_TEST

START_TEST(opts_of_same_size)
{
	struct known opts = { .sz = sizeof(opts), .a = 1, .b = 2 }, copy;

	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), 0);
	ck_assert_uint_eq(copy.a, 1);
	ck_assert_uint_eq(copy.b, 2);
}
END_TEST

START_TEST(opts_of_older_caller)
{
	struct known opts = { .sz = offsetof(struct known, b), .a = 1, .b = 2 }, copy;

	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), 0);
	ck_assert_uint_eq(copy.a, 1);
	ck_assert_uint_eq(copy.b, 0);
}
END_TEST

START_TEST(opts_of_newer_caller)
{
	struct longer opts = { .sz = sizeof(opts), .a = 1, .b = 2 };
	struct known copy;

	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), 0);
	ck_assert_uint_eq(copy.b, 2);
	opts.c = 1ULL << 63;
	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), -EINVAL);
}
END_TEST

START_TEST(opts_too_small)
{
	struct known opts = { .sz = 0 }, copy;

	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), -EINVAL);
	opts.sz = sizeof(size_t) - 1;
	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), -EINVAL);
	opts.sz = sizeof(size_t);
	ck_assert_int_eq(bcc_c__copy_opts(&copy, sizeof(copy), &opts), 0);
}
END_TEST

START_TEST(module_new_checks_opts)
{
	struct bcc_c_module_opts opts = { .sz = 0 };

	errno = 0;
	ck_assert_ptr_null(bcc_c_module__new(&opts));
	ck_assert_int_eq(errno, EINVAL);
	opts = (struct bcc_c_module_opts){ .sz = sizeof(opts), .flags = 1u << 31 };
	errno = 0;
	ck_assert_ptr_null(bcc_c_module__new(&opts));
	ck_assert_int_eq(errno, EINVAL);
}
END_TEST

/* ---- libbpf's messages */

static int seen;

static int count_print(enum libbpf_print_level level, const char *fmt, va_list args)
{
	seen++;
	return 0;
}

START_TEST(libbpf_messages_are_kept_apart)
{
	struct bcc_c_module *mod = new_module();
	autobuf object = { 0 };

	libbpf_set_print(count_print);
	make_refused_object(&object);
	ck_assert_int_eq(bcc_c_module__open_elf(mod, object.data, object.size), -ENOEXEC);
	ck_assert_str_ne(bcc_c_module__log(mod), "");
	ck_assert_int_eq(seen, 0);
	/* Outside the library's calls the program's own function gets them. */
	ck_assert_ptr_null(bpf_object__open_mem(object.data, object.size, NULL));
	ck_assert_int_gt(seen, 0);
	bcc_c_module__free(mod);
}
END_TEST

SUITE(error, version_equals_header, fail_sets_errno_and_message, fail_with_unknown_number,
      fail_with_long_text, log_function_gets_failures, opts_null_is_all_zero, opts_of_same_size,
      opts_of_older_caller, opts_of_newer_caller, opts_too_small, module_new_checks_opts,
      libbpf_messages_are_kept_apart)
