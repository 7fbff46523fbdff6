/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every allocation made to fail in turn: each call gives success or an error, and nothing is left.
 *
 * The test binary brings its own malloc and its kin, which hand on to glibc's. A sanitizer has its
 * own, so these tests are skipped there.
 */
#include <linux/bpf.h>
#include <linux/btf.h>
#include <stdatomic.h>

#include "compiler/btf_ext.h"
#include "compiler/lines.h"
#include "unit.h"
#include "wire.h"

#if !UNDER_SAN

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t cnt, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static atomic_long live;      /* blocks allocated and not yet freed */
static atomic_long countdown; /* allocations until one fails; 0: none does */
static atomic_long failed;    /* how many did */

static bool fails(void)
{
	if (!atomic_load(&countdown) || atomic_fetch_sub(&countdown, 1) != 1)
		return false;
	failed++;
	errno = ENOMEM;
	return true;
}

#define EXPORTED __attribute__((visibility("default")))

EXPORTED void *malloc(size_t size)
{
	void *p = fails() ? NULL : __libc_malloc(size);

	live += p != NULL;
	return p;
}

EXPORTED void *calloc(size_t cnt, size_t size)
{
	void *p = fails() ? NULL : __libc_calloc(cnt, size);

	live += p != NULL;
	return p;
}

EXPORTED void *realloc(void *old, size_t size)
{
	void *p = fails() ? NULL : __libc_realloc(old, size);

	live += !old && p;
	live -= old && !size && !p;
	return p;
}

EXPORTED void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

/* ---- what is tried; each returns 0 or a negative errno */

static const char *compiler;
static char *object;
static size_t object_size;

static void look_at(struct bcc_c_module *mod)
{
	char text[64];
	int value;

	bcc_c_module__find_prog(mod, "nothing");
	bcc_c_module__get_global(mod, "variable", &value, sizeof(value));
	bcc_c_module__get_global(mod, "nothing", &value, sizeof(value));
	for (struct bcc_c_map *m = NULL; (m = bcc_c_module__next_map(mod, m));)
		bcc_c_map__format_key(m, "1234", 4, text, sizeof(text));
	/* Not by Check's asserts, which allocate. */
	if (!bcc_c_module__errmsg(mod) || !bcc_c_module__log(mod))
		abort();
}

/* After a failure the module must work as if new, now that there is memory. */
static int try_module(int (*step)(struct bcc_c_module *mod))
{
	struct bcc_c_module_opts opts = { .sz = sizeof(opts), .compiler = compiler };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);
	int err = mod ? 0 : -errno;

	if (mod) {
		err = step(mod);
		look_at(mod);
		atomic_store(&countdown, 0);
		if (err && !mod->obj)
			ck_assert_msg(step(mod) == 0, "second try: %s", bcc_c_module__errmsg(mod));
	}
	bcc_c_module__free(mod);
	return err;
}

static int step_open(struct bcc_c_module *mod)
{
	return bcc_c_module__open_elf(mod, object, object_size);
}

static int step_compile(struct bcc_c_module *mod)
{
	return bcc_c_module__compile(mod, PROG, NULL);
}

static int step_bad_source(struct bcc_c_module *mod)
{
	int err = bcc_c_module__compile(mod, PROG, NULL);

	return err == -EBADMSG ? 0 : err;
}

static int step_bad_object(struct bcc_c_module *mod)
{
	int err = bcc_c_module__open_elf(mod, object, object_size);

	return err == -ENOEXEC ? 0 : err;
}

static int step_missing(struct bcc_c_module *mod)
{
	int err = bcc_c_module__compile_file(mod, "/none", NULL);

	return err == -ENOENT ? 0 : err;
}

static const char *give_text(void *ctx, const char *name, struct bcc_c__buf *buf)
{
	bcc_c__buf_printf(buf, "line\n");
	return bcc_c__buf_str(buf);
}

/* One record, of the file's first line. */
static int step_lines(struct bcc_c_module *mod)
{
	static const char strings[] = "\0a.c";
	struct {
		struct btf_header header;
		char strings[sizeof(strings)];
	} btf = { .header = { .magic = BTF_MAGIC,
			      .hdr_len = sizeof(btf.header),
			      .str_len = sizeof(strings) } };
	struct {
		struct btf_ext_header header;
		uint32_t stride;
		struct btf_ext_part part;
		struct bpf_line_info info;
	} ext = { .header = { .hdr_len = sizeof(ext.header),
			      .line_info_len = sizeof(ext) - sizeof(ext.header) },
		  .stride = sizeof(ext.info),
		  .part = { .cnt = 1 },
		  .info = { .file_name_off = 1, .line_col = 1 << 10 } };
	autobuf out = { 0 };

	memcpy(btf.strings, strings, sizeof(strings));
	return lines__add((const char *)&btf, offsetof(typeof(btf), strings) + sizeof(strings),
			  (char *)&ext, sizeof(ext), give_text, NULL, &out);
}

/* Fails the first allocation, the second, ..., until there is none left to fail. */
static void fail_each(int (*step)(struct bcc_c_module *mod))
{
	int failures = 0;
	long before;
	int fds;

	/* What is allocated once and kept, by libraries, is allocated here. */
	ck_assert_int_eq(try_module(step), 0);
	ck_assert_int_eq(try_module(step), 0);
	failed = 0;
	before = live;
	fds = count_fds();
	for (long n = 1; failed == n - 1; n++) {
		int err;

		atomic_store(&countdown, n);
		err = try_module(step);
		atomic_store(&countdown, 0);
		failures += err != 0;
		ck_assert_msg(err <= 0, "allocation %ld: %d", n, err);
		ck_assert_msg(live == before, "allocation %ld: %ld blocks are left", n,
			      live - before);
		ck_assert_msg(count_fds() == fds, "allocation %ld: descriptors are left", n);
	}
	ck_assert_int_gt(failed, 5);
	ck_assert_int_gt(failures, 0);
}

/* An object with a bit of everything, and a compiler that gives it at once. */
static void prepare(void)
{
	struct bcc_c_module *mod = compiled(
		PRELUDE "struct { __uint(type, 1); __uint(max_entries, 1); __type(key, u32); "
			"__type(value, u64); } m SEC(\".maps\");\n"
			"int variable = 5;\n"
			"__attribute__((noinline)) int sub(int x) { return x * variable; }\n"
			"SEC(\"kprobe\") int prog(void *ctx) { return sub(3) + (long)&m; }\n");
	const void *elf = bcc_c_module__elf(mod, &object_size);

	object = malloc(object_size);
	memcpy(object, elf, object_size);
	bcc_c_module__free(mod);
}

static void make_stub(int32_t status)
{
	struct wire_diag diag = { .severity = status ? BCC_C_ERROR : BCC_C_WARNING, .line = 1 };
	autobuf reply = { 0 };

	bcc_c__wire_put(&reply, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put(&reply, WIRE_STATUS, &status, sizeof(status));
	for (int i = 0; i < 3; i++)
		bcc_c__wire_put_diag(&reply, &diag, "a.c", "some text", "line");
	if (!status)
		bcc_c__wire_put(&reply, WIRE_ELF, object, object_size);
	bcc_c__wire_put(&reply, WIRE_END, NULL, 0);
	compiler = stub_compiler(reply.data, reply.size);
}

START_TEST(alloc_fails_in_open)
{
	prepare();
	fail_each(step_open);
	free(object);
}
END_TEST

START_TEST(alloc_fails_in_compile)
{
	prepare();
	make_stub(0);
	fail_each(step_compile);
	free(object);
}
END_TEST

START_TEST(alloc_fails_in_failing_calls)
{
	struct bcc_c__buf refused = { 0 };

	make_refused_object(&refused);
	object = refused.data;
	object_size = refused.size;
	make_stub(-EBADMSG);
	fail_each(step_bad_source);
	fail_each(step_bad_object);
	fail_each(step_missing);
	fail_each(step_lines);
	bcc_c__buf_free(&refused);
}
END_TEST

#else

START_TEST(alloc_fails_in_open)
{
	skip("a sanitizer brings its own malloc");
}
END_TEST

START_TEST(alloc_fails_in_compile)
{
	skip("a sanitizer brings its own malloc");
}
END_TEST

START_TEST(alloc_fails_in_failing_calls)
{
	skip("a sanitizer brings its own malloc");
}
END_TEST

#endif

SUITE(alloc, alloc_fails_in_open, alloc_fails_in_compile, alloc_fails_in_failing_calls)
