/* SPDX-License-Identifier: BSD-2-Clause */
/* The cache of compiled objects: what is taken from it, and what must not be. */
#include <sys/personality.h>
#include <sys/utsname.h>

#include "unit_cache.h"

/* ---- what is taken from it */

START_TEST(cache_second_time)
{
	char path[PATH_MAX];
	struct stat st;

	cache_set_up();
	cache_store(&plain_job);
	cache_find_entry(path);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(stat(cache_folder, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFDIR | 0700);
}
END_TEST

START_TEST(cache_repeats_warnings)
{
	static const struct cache_job job = { .source = SOURCE "static int unused;\n",
					      .cflags = { "-Wall" } };

	cache_set_up();
	cache_store(&job);
	for (int i = 0; i < 2; i++) {
		struct bcc_c_module *mod = cache_run(&job);
		const struct bcc_c_diag *diag = bcc_c_module__next_diag(mod, NULL);

		ck_assert_ptr_nonnull(diag);
		ck_assert_int_eq(diag->severity, BCC_C_WARNING);
		ck_assert_str_eq(diag->source_line, "static int unused;");
		ck_assert_ptr_nonnull(strstr(diag->text, "unused variable"));
		ck_assert_ptr_null(bcc_c_module__next_diag(mod, diag));
		bcc_c_module__free(mod);
	}
}
END_TEST

START_TEST(cache_keeps_no_failure)
{
	struct bcc_c_module_opts opts = { .sz = sizeof(opts) };

	cache_set_up();
	opts.compiler = cache_compiler;
	for (int i = 1; i <= 2; i++) {
		struct bcc_c_module *mod = bcc_c_module__new(&opts);

		assert_fails(mod, EBADMSG, "nonsense",
			     bcc_c_module__compile(mod, "int a = nonsense;", NULL));
		bcc_c_module__free(mod);
		ck_assert_int_eq(cache_runs(), i);
	}
	ck_assert_int_eq(cache_count_names(cache_folder, NULL), 0);
}
END_TEST

START_TEST(cache_off)
{
	static const struct cache_job without = { .source = SOURCE,
						  .module_flags = BCC_C_NO_CACHE };

	cache_set_up();
	ck_assert(!cache_hits(&without));
	ck_assert(!cache_hits(&without));
	ck_assert_int_ne(access(cache_folder, F_OK), 0);
	cache_store(&plain_job);
	ck_assert(!cache_hits(&without));
	setenv("BCC_C_CACHE", "off", 1);
	ck_assert(!cache_hits(&plain_job));
	ck_assert(!cache_hits(&plain_job));
	ck_assert_str_eq(cache_heard, "");
	ck_assert_int_eq(cache_count_names(cache_folder, NULL), 1);
}
END_TEST

/* ---- what isn't, because something has changed */

START_TEST(cache_other_request)
{
	static const struct cache_job jobs[] = {
		{ .source = SOURCE "\n" },
		{ .source = SOURCE, .name = "other.c" },
		{ .source = SOURCE, .cflags = { "-DA" } },
		{ .source = SOURCE, .cflags = { "-D", "A" } },
		{ .source = SOURCE, .cflags = { "-DA", "-DB" } },
		{ .source = SOURCE, .cflags = { "-DB", "-DA" } },
		{ .source = SOURCE, .flags = BCC_C_PORTABLE },
	};

	cache_set_up();
	cache_store(&plain_job);
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
		cache_store(&jobs[i]);
	ck_assert_int_eq(cache_count_names(cache_folder, NULL), 1 + (int)ARRAY_SIZE(jobs));
	ck_assert(cache_hits(&plain_job));
}
END_TEST

START_TEST(cache_other_compiler)
{
	autofree char *real = realpath(getenv("BCC_C_COMPILER"), NULL);
	autobuf command = { 0 };

	cache_set_up();
	cache_store(&plain_job);
	cache_settle();
	bcc_c__buf_printf(&command, "'%s'", real);
	cache_write_compiler(bcc_c__buf_str(&command));
	ck_assert(!cache_hits(&plain_job));
	ck_assert(cache_hits(&plain_job));
}
END_TEST

START_TEST(cache_other_btf_file)
{
	struct cache_job job = { .source = SOURCE };

	cache_set_up();
	job.btf = temp_text("types", "some");
	cache_store(&job);
	cache_settle();
	temp_text("types", "more");
	ck_assert(!cache_hits(&job));
	ck_assert(cache_hits(&job));
}
END_TEST

/* Its version is in objects all the same. */
START_TEST(cache_other_kernel_same_btf_file)
{
	struct cache_job job = { .source = SOURCE };
	struct utsname before, after;

	cache_set_up();
	job.btf = temp_text("types", "some");
	cache_store(&job);
	cache_settle();
	ck_assert(cache_hits(&job));
	ck_assert_int_eq(uname(&before), 0);
	ck_assert_int_ge(personality(UNAME26), 0);
	ck_assert_int_eq(uname(&after), 0);
	skip_if(!strcmp(before.release, after.release), "the kernel doesn't pretend to be another");
	ck_assert(!cache_hits(&job));
	ck_assert(cache_hits(&job));
}
END_TEST

#define INCLUDING PRELUDE "#include \"x.h\"\nint variable = X;\n"

START_TEST(cache_included_file_changes)
{
	struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	const char *header, *other;
	struct cache_job job = { .source = INCLUDING };

	cache_set_up();
	job.name = temp_path("a.c");
	header = temp_text("x.h", "#define X 1\n");
	utimensat(AT_FDCWD, header, times, 0);
	cache_settle();
	cache_store(&job);
	temp_text("x.h", "#define X 2\n");
	utimensat(AT_FDCWD, header, times, 0);
	ck_assert(!cache_hits(&job));
	cache_settle();
	cache_hits(&job);
	ck_assert(cache_hits(&job));
	/* Another file in its place, of the same size and time. */
	other = temp_text("y.h", "#define X 3\n");
	utimensat(AT_FDCWD, other, times, 0);
	cache_settle();
	ck_assert_int_eq(rename(other, header), 0);
	ck_assert(!cache_hits(&job));
	/* A link to it. */
	other = temp_text("z.h", "#define X 4\n");
	utimensat(AT_FDCWD, other, times, 0);
	ck_assert_int_eq(unlink(header), 0);
	ck_assert_int_eq(symlink(other, header), 0);
	ck_assert(!cache_hits(&job));
	cache_settle();
	cache_hits(&job);
	ck_assert(cache_hits(&job));
}
END_TEST

START_TEST(cache_file_that_would_be_included_first)
{
	struct cache_job job = { .source = INCLUDING };

	cache_set_up();
	job.name = temp_path("a.c");
	job.cflags[0] = "-I";
	job.cflags[1] = temp_path("first");
	job.cflags[2] = "-I";
	job.cflags[3] = temp_path("second");
	ck_assert_int_eq(mkdir(job.cflags[3], 0700), 0);
	temp_text("second/x.h", "#define X 1\n");
	cache_settle();
	cache_store(&job);
	ck_assert_int_eq(mkdir(job.cflags[1], 0700), 0);
	temp_text("first/x.h", "#define X 2\n");
	cache_settle();
	cache_store(&job);
	temp_text("x.h", "#define X 3\n");
	cache_settle();
	cache_store(&job);
	ck_assert_int_eq(unlink(temp_path("x.h")), 0);
	cache_store(&job);
}
END_TEST

START_TEST(cache_file_that_was_looked_for)
{
	struct cache_job job = { .source = PRELUDE "#if __has_include(\"x.h\")\nint yes;\n#else\n"
						   "int no;\n#endif\n" };

	cache_set_up();
	job.name = temp_path("a.c");
	cache_store(&job);
	temp_text("x.h", "");
	ck_assert(!cache_hits(&job));
	cache_settle();
	cache_hits(&job);
	ck_assert(cache_hits(&job));
	ck_assert_int_eq(unlink(temp_path("x.h")), 0);
	ck_assert(!cache_hits(&job));
}
END_TEST

START_TEST(cache_other_working_directory)
{
	static const struct cache_job job = { .source = INCLUDING, .name = "a.c" };

	cache_set_up();
	ck_assert_int_eq(mkdir(temp_path("one"), 0700), 0);
	ck_assert_int_eq(mkdir(temp_path("two"), 0700), 0);
	temp_text("one/x.h", "#define X 1\n");
	temp_text("two/x.h", "#define X 2\n");
	cache_settle();
	ck_assert_int_eq(chdir(temp_path("one")), 0);
	cache_store(&job);
	ck_assert_int_eq(chdir(temp_path("two")), 0);
	ck_assert(!cache_hits(&job));
	ck_assert_int_eq(chdir(temp_path("one")), 0);
	cache_hits(&job);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

SUITE(cache, cache_second_time, cache_repeats_warnings, cache_keeps_no_failure, cache_off,
      cache_other_request, cache_other_compiler, cache_other_btf_file,
      cache_other_kernel_same_btf_file, cache_included_file_changes,
      cache_file_that_would_be_included_first, cache_file_that_was_looked_for,
      cache_other_working_directory)
