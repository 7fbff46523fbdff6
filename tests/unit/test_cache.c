/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache of compiled objects: what is taken from it, what must not be, and what becomes of a
 * folder or an entry that somebody has been at. Each result is compared with that of a compilation
 * without the cache.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>

#include "bcc_c/cache.h"
#include "unit.h"
#include "wire.h"

#define SOURCE PRELUDE PROG
#define MB (1u << 20)

struct job {
	const char *source;
	const char *name;
	const char *cflags[4];
	uint32_t flags;
	uint32_t module_flags;
	const char *btf;
};

static const struct job plain = { .source = SOURCE };

static char compiler[PATH_MAX], counter[PATH_MAX], cache[PATH_MAX];
/* What the log function heard of the cache, as warnings. */
static char heard[4096];

/* ---- a cache of the test's own, and a compiler that notes each of its runs */

static void write_compiler(const char *command)
{
	autobuf text = { 0 };

	bcc_c__buf_printf(&text, "echo >>'%s'\nexec %s", counter, command);
	snprintf(compiler, sizeof(compiler), "%s", temp_script("noting-cc", bcc_c__buf_str(&text)));
}

static void set_up(void)
{
	autofree char *real = realpath(getenv("BCC_C_COMPILER"), NULL);

	ck_assert_ptr_nonnull(real);
	snprintf(counter, sizeof(counter), "%s", temp_text("counter", ""));
	snprintf(cache, sizeof(cache), "%s", temp_path("cache"));
	setenv("BCC_C_CACHE", cache, 1);
	write_compiler(real);
}

static off_t runs(void)
{
	struct stat st;

	ck_assert_int_eq(stat(counter, &st), 0);
	return st.st_size;
}

static void listen(void *ctx, int level, const char *text)
{
	size_t len = strlen(heard);

	if (level == BCC_C_LOG_WARN && !strncmp(text, "cache", 5))
		snprintf(heard + len, sizeof(heard) - len, "%s\n", text);
}

static struct bcc_c_module *run(const struct job *job)
{
	struct bcc_c_module_opts module_opts = {
		.sz = sizeof(module_opts),
		.log = listen,
		.compiler = compiler,
		.btf = job->btf,
		.flags = job->module_flags,
	};
	struct bcc_c_compile_opts opts = {
		.sz = sizeof(opts),
		.name = job->name,
		.cflags = job->cflags,
		.flags = job->flags,
	};
	struct bcc_c_module *mod = bcc_c_module__new(&module_opts);

	while (opts.cflags_cnt < ARRAY_SIZE(job->cflags) && job->cflags[opts.cflags_cnt])
		opts.cflags_cnt++;
	heard[0] = '\0';
	assert_ok(mod, bcc_c_module__compile(mod, job->source, &opts));
	return mod;
}

static void get_elf(const struct job *job, uint32_t module_flags, struct bcc_c__buf *elf)
{
	struct job with = *job;
	struct bcc_c_module *mod;
	const void *data;
	size_t size;

	with.module_flags |= module_flags;
	mod = run(&with);
	data = bcc_c_module__elf(mod, &size);
	bcc_c__buf_append(elf, data, size);
	bcc_c_module__free(mod);
}

/* Whether a job's object came without a run of the compiler. It must be the right one anyway. */
static bool hits(const struct job *job)
{
	autobuf fresh = { 0 }, found = { 0 };
	off_t before;

	get_elf(job, BCC_C_NO_CACHE, &fresh);
	before = runs();
	get_elf(job, 0, &found);
	ck_assert_uint_eq(found.size, fresh.size);
	ck_assert_mem_eq(found.data, fresh.data, fresh.size);
	return runs() == before;
}

/* A job's result is stored and found again. */
static void store(const struct job *job)
{
	ck_assert(!hits(job));
	ck_assert_str_eq(heard, "");
	ck_assert(hits(job));
	ck_assert_str_eq(heard, "");
}

/*
 * What includes a file that changed a moment ago is not cached. Where the compiler is slow the moment
 * may be over when it is done, or not.
 */
static void settle(void)
{
	usleep(150000);
}

/* The number of names in a folder; the last of them, too. */
static int count_names(const char *path, char last[NAME_MAX + 1])
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int cnt = 0;

	ck_assert_msg(dir != NULL, "%s: %m", path);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		cnt++;
		if (last)
			snprintf(last, NAME_MAX + 1, "%s", entry->d_name);
	}
	closedir(dir);
	return cnt;
}

/* The path of the only entry. */
static void find_entry(char path[PATH_MAX])
{
	char name[NAME_MAX + 1];

	ck_assert_int_eq(count_names(cache, name), 1);
	ck_assert_int_lt(snprintf(path, PATH_MAX, "%s/%s", cache, name), PATH_MAX);
}

static void write_file(const char *path, const void *data, size_t size)
{
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_msg(fd >= 0, "%s: %m", path);
	ck_assert_int_eq(bcc_c__write_fd(fd, data, size), 0);
}

/* A file with nothing in it but a size, last used so many seconds ago. */
static void write_hollow(const char *path, off_t size, time_t age)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = time(NULL) - age } };
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_msg(fd >= 0, "%s: %m", path);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	ck_assert_int_eq(futimens(fd, times), 0);
}

static const char *in_cache(const char *name)
{
	static char path[PATH_MAX + NAME_MAX];

	snprintf(path, sizeof(path), "%s/%s", cache, name);
	return path;
}

/* ---- what is taken from it */

START_TEST(cache_second_time)
{
	char path[PATH_MAX];
	struct stat st;

	set_up();
	store(&plain);
	find_entry(path);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFREG | 0600);
	ck_assert_int_eq(stat(cache, &st), 0);
	ck_assert_uint_eq(st.st_mode, S_IFDIR | 0700);
}
END_TEST

START_TEST(cache_repeats_warnings)
{
	static const struct job job = { .source = SOURCE "static int unused;\n",
					.cflags = { "-Wall" } };

	set_up();
	store(&job);
	for (int i = 0; i < 2; i++) {
		struct bcc_c_module *mod = run(&job);
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

	set_up();
	opts.compiler = compiler;
	for (int i = 1; i <= 2; i++) {
		struct bcc_c_module *mod = bcc_c_module__new(&opts);

		assert_fails(mod, EBADMSG, "nonsense",
			     bcc_c_module__compile(mod, "int a = nonsense;", NULL));
		bcc_c_module__free(mod);
		ck_assert_int_eq(runs(), i);
	}
	ck_assert_int_eq(count_names(cache, NULL), 0);
}
END_TEST

START_TEST(cache_off)
{
	static const struct job without = { .source = SOURCE, .module_flags = BCC_C_NO_CACHE };

	set_up();
	ck_assert(!hits(&without));
	ck_assert(!hits(&without));
	ck_assert_int_ne(access(cache, F_OK), 0);
	store(&plain);
	ck_assert(!hits(&without));
	setenv("BCC_C_CACHE", "off", 1);
	ck_assert(!hits(&plain));
	ck_assert(!hits(&plain));
	ck_assert_str_eq(heard, "");
	ck_assert_int_eq(count_names(cache, NULL), 1);
}
END_TEST

/* ---- what isn't, because something has changed */

START_TEST(cache_other_request)
{
	static const struct job jobs[] = {
		{ .source = SOURCE "\n" },
		{ .source = SOURCE, .name = "other.c" },
		{ .source = SOURCE, .cflags = { "-DA" } },
		{ .source = SOURCE, .cflags = { "-D", "A" } },
		{ .source = SOURCE, .cflags = { "-DA", "-DB" } },
		{ .source = SOURCE, .cflags = { "-DB", "-DA" } },
		{ .source = SOURCE, .flags = BCC_C_PORTABLE },
	};

	set_up();
	store(&plain);
	for (size_t i = 0; i < ARRAY_SIZE(jobs); i++)
		store(&jobs[i]);
	ck_assert_int_eq(count_names(cache, NULL), 1 + (int)ARRAY_SIZE(jobs));
	ck_assert(hits(&plain));
}
END_TEST

START_TEST(cache_other_compiler)
{
	autofree char *real = realpath(getenv("BCC_C_COMPILER"), NULL);
	autobuf command = { 0 };

	set_up();
	store(&plain);
	settle();
	bcc_c__buf_printf(&command, "'%s'", real);
	write_compiler(bcc_c__buf_str(&command));
	ck_assert(!hits(&plain));
	ck_assert(hits(&plain));
}
END_TEST

START_TEST(cache_other_btf_file)
{
	struct job job = { .source = SOURCE };

	set_up();
	job.btf = temp_text("types", "some");
	store(&job);
	settle();
	temp_text("types", "more");
	ck_assert(!hits(&job));
	ck_assert(hits(&job));
}
END_TEST

#define INCLUDING PRELUDE "#include \"x.h\"\nint variable = X;\n"

START_TEST(cache_included_file_changes)
{
	struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	const char *header, *other;
	struct job job = { .source = INCLUDING };

	set_up();
	job.name = temp_path("a.c");
	header = temp_text("x.h", "#define X 1\n");
	utimensat(AT_FDCWD, header, times, 0);
	settle();
	store(&job);
	temp_text("x.h", "#define X 2\n");
	utimensat(AT_FDCWD, header, times, 0);
	ck_assert(!hits(&job));
	settle();
	hits(&job);
	ck_assert(hits(&job));
	/* Another file in its place, of the same size and time. */
	other = temp_text("y.h", "#define X 3\n");
	utimensat(AT_FDCWD, other, times, 0);
	settle();
	ck_assert_int_eq(rename(other, header), 0);
	ck_assert(!hits(&job));
	/* A link to it. */
	other = temp_text("z.h", "#define X 4\n");
	utimensat(AT_FDCWD, other, times, 0);
	ck_assert_int_eq(unlink(header), 0);
	ck_assert_int_eq(symlink(other, header), 0);
	ck_assert(!hits(&job));
	settle();
	hits(&job);
	ck_assert(hits(&job));
}
END_TEST

START_TEST(cache_file_that_would_be_included_first)
{
	struct job job = { .source = INCLUDING };

	set_up();
	job.name = temp_path("a.c");
	job.cflags[0] = "-I";
	job.cflags[1] = temp_path("first");
	job.cflags[2] = "-I";
	job.cflags[3] = temp_path("second");
	ck_assert_int_eq(mkdir(job.cflags[3], 0700), 0);
	temp_text("second/x.h", "#define X 1\n");
	settle();
	store(&job);
	ck_assert_int_eq(mkdir(job.cflags[1], 0700), 0);
	temp_text("first/x.h", "#define X 2\n");
	settle();
	store(&job);
	temp_text("x.h", "#define X 3\n");
	settle();
	store(&job);
	ck_assert_int_eq(unlink(temp_path("x.h")), 0);
	store(&job);
}
END_TEST

START_TEST(cache_file_that_was_looked_for)
{
	struct job job = { .source = PRELUDE "#if __has_include(\"x.h\")\nint yes;\n#else\n"
					     "int no;\n#endif\n" };

	set_up();
	job.name = temp_path("a.c");
	store(&job);
	temp_text("x.h", "");
	ck_assert(!hits(&job));
	settle();
	hits(&job);
	ck_assert(hits(&job));
	ck_assert_int_eq(unlink(temp_path("x.h")), 0);
	ck_assert(!hits(&job));
}
END_TEST

START_TEST(cache_other_working_directory)
{
	static const struct job job = { .source = INCLUDING, .name = "a.c" };

	set_up();
	ck_assert_int_eq(mkdir(temp_path("one"), 0700), 0);
	ck_assert_int_eq(mkdir(temp_path("two"), 0700), 0);
	temp_text("one/x.h", "#define X 1\n");
	temp_text("two/x.h", "#define X 2\n");
	settle();
	ck_assert_int_eq(chdir(temp_path("one")), 0);
	store(&job);
	ck_assert_int_eq(chdir(temp_path("two")), 0);
	ck_assert(!hits(&job));
	ck_assert_int_eq(chdir(temp_path("one")), 0);
	hits(&job);
	ck_assert_int_eq(chdir("/"), 0);
}
END_TEST

/* ---- folders that won't do */

/* Compiling works, says why there is no cache, and stores nothing in the folder given. */
static void assert_unused(const char *folder)
{
	int before = folder ? count_names(folder, NULL) : 0;

	for (int i = 0; i < 2; i++) {
		ck_assert(!hits(&plain));
		ck_assert_msg(strstr(heard, "cache not used"), "heard: %s", heard);
	}
	if (folder)
		ck_assert_int_eq(count_names(folder, NULL), before);
}

START_TEST(cache_folder_is_a_link)
{
	const char *target = temp_path("target");

	set_up();
	ck_assert_int_eq(mkdir(target, 0700), 0);
	ck_assert_int_eq(symlink(target, cache), 0);
	assert_unused(target);
	ck_assert_int_eq(unlink(cache), 0);
	ck_assert_int_eq(symlink(temp_path("nothing"), cache), 0);
	assert_unused(NULL);
}
END_TEST

START_TEST(cache_folder_that_others_write_to)
{
	set_up();
	store(&plain);
	ck_assert_int_eq(chmod(cache, 0770), 0);
	assert_unused(cache);
	ck_assert_int_eq(chmod(cache, 0707), 0);
	assert_unused(cache);
	ck_assert_int_eq(chmod(cache, 01777), 0);
	assert_unused(cache);
	ck_assert_int_eq(chmod(cache, 0755), 0);
	ck_assert(hits(&plain));
}
END_TEST

START_TEST(cache_folder_of_another)
{
	set_up();
	skip_if(geteuid(), "not root");
	store(&plain);
	ck_assert_int_eq(chown(cache, 65534, 65534), 0);
	assert_unused(cache);
}
END_TEST

START_TEST(cache_folder_read_only)
{
	set_up();
	ck_assert_int_eq(mkdir(cache, 0500), 0);
	ck_assert(!hits(&plain));
	/* Root may write all the same. */
	if (geteuid())
		ck_assert_msg(strstr(heard, "not stored"), "heard: %s", heard);
	ck_assert_int_eq(hits(&plain), !geteuid());
}
END_TEST

START_TEST(cache_folder_is_no_folder)
{
	autobuf text = { 0 };

	set_up();
	temp_text("cache", "text");
	assert_unused(NULL);
	ck_assert_int_eq(bcc_c__read_file(cache, 100, &text), 0);
	ck_assert_str_eq(bcc_c__buf_str(&text), "text");
	setenv("BCC_C_CACHE", in_cache("below"), 1);
	ck_assert(!hits(&plain));
	setenv("BCC_C_CACHE", "/dev/null", 1);
	assert_unused(NULL);
}
END_TEST

START_TEST(cache_folder_without_its_parent)
{
	set_up();
	setenv("BCC_C_CACHE", in_cache("below"), 1);
	ck_assert(!hits(&plain));
	ck_assert(!hits(&plain));
	ck_assert_int_ne(access(cache, F_OK), 0);
}
END_TEST

START_TEST(cache_disk_is_full)
{
	autobuf source = { 0 };
	struct job job = { 0 };

	set_up();
	skip_if(geteuid() || unshare(CLONE_NEWNS), "mounting needs root");
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mkdir(cache, 0700), 0);
	ck_assert_int_eq(mount("none", cache, "tmpfs", 0, "size=16k,mode=700"), 0);
	bcc_c__buf_printf(&source, "%s/*%40000s*/\n", SOURCE, "");
	job.source = bcc_c__buf_str(&source);
	for (int i = 0; i < 2; i++) {
		ck_assert(!hits(&job));
		ck_assert_msg(strstr(heard, "not stored"), "heard: %s", heard);
		ck_assert_int_eq(count_names(cache, NULL), 0);
	}
	ck_assert_int_eq(umount(cache), 0);
}
END_TEST

/* ---- entries that won't do */

/* A compiler that is quick: it gives the one reply that there is to the plain job. */
static void use_stub(struct bcc_c__buf *elf)
{
	autobuf reply = { 0 }, command = { 0 };
	int32_t status = 0;

	get_elf(&plain, BCC_C_NO_CACHE, elf);
	bcc_c__wire_put(&reply, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put(&reply, WIRE_STATUS, &status, sizeof(status));
	bcc_c__wire_put(&reply, WIRE_ELF, elf->data, elf->size);
	bcc_c__wire_put(&reply, WIRE_END, NULL, 0);
	bcc_c__buf_printf(&command, "/bin/cat '%s'", temp_file("reply", reply.data, reply.size));
	write_compiler(bcc_c__buf_str(&command));
}

/* The object is the right one. Returns whether the entry was refused, which the log must tell. */
static bool refused(const struct bcc_c__buf *elf)
{
	off_t before = runs();
	autobuf found = { 0 };

	get_elf(&plain, 0, &found);
	ck_assert_uint_eq(found.size, elf->size);
	ck_assert_mem_eq(found.data, elf->data, elf->size);
	if (runs() == before)
		return false;
	ck_assert_msg(strstr(heard, "not used"), "heard: %s", heard);
	return true;
}

/* Makes an entry with the quick compiler, and reads it. */
static void make_entry(struct bcc_c__buf *elf, char path[PATH_MAX], struct bcc_c__buf *entry)
{
	set_up();
	use_stub(elf);
	store(&plain);
	find_entry(path);
	ck_assert_int_eq(bcc_c__read_file(path, MB, entry), 0);
}

START_TEST(cache_entry_truncated)
{
	autobuf elf = { 0 }, entry = { 0 };
	char path[PATH_MAX];

	make_entry(&elf, path, &entry);
	for (size_t size = 0; size < entry.size; size += size < 40 ? 1 : entry.size / 60) {
		write_file(path, entry.data, size);
		ck_assert_msg(refused(&elf), "%zu bytes of %zu", size, entry.size);
		ck_assert(!refused(&elf));
	}
	bcc_c__buf_append(&entry, "x", 1);
	write_file(path, entry.data, entry.size);
	ck_assert(refused(&elf));
}
END_TEST

START_TEST(cache_entry_damaged)
{
	autobuf elf = { 0 }, entry = { 0 };
	char path[PATH_MAX];

	make_entry(&elf, path, &entry);
	for (size_t bit = 0; bit < entry.size * 8; bit += bit < 320 ? 7 : entry.size * 8 / 99) {
		bool in_use = bit / 8 < 20 || bit / 8 >= 24; /* the header has a spare field */

		entry.data[bit / 8] ^= (char)(1 << bit % 8);
		write_file(path, entry.data, entry.size);
		ck_assert_msg(refused(&elf) || !in_use, "bit %zu", bit);
		entry.data[bit / 8] ^= (char)(1 << bit % 8);
	}
}
END_TEST

START_TEST(cache_entry_of_another_source)
{
	static const struct job other = { .source = SOURCE, .name = "other.c" };
	autobuf elf = { 0 }, entry = { 0 }, none = { 0 };
	char path[PATH_MAX], foreign[PATH_MAX];

	make_entry(&elf, path, &entry);
	ck_assert_int_eq(unlink(path), 0);
	get_elf(&other, 0, &none);
	find_entry(foreign);
	ck_assert_int_eq(rename(foreign, path), 0);
	ck_assert(refused(&elf));
	ck_assert(!refused(&elf));
	write_file(path, "what is this?\n", 14);
	ck_assert(refused(&elf));
}
END_TEST

START_TEST(cache_entry_is_no_file)
{
	autobuf elf = { 0 }, entry = { 0 };
	char path[PATH_MAX];
	const char *copy;

	make_entry(&elf, path, &entry);
	/* Even a link to what would be right. */
	copy = temp_file("copy", entry.data, entry.size);
	ck_assert_int_eq(chmod(copy, 0600), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symlink(copy, path), 0);
	ck_assert(refused(&elf));
	ck_assert(!refused(&elf));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert(refused(&elf));
	ck_assert(!refused(&elf));
	/* A folder can't be replaced. */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(refused(&elf));
	ck_assert(refused(&elf));
	ck_assert_int_eq(count_names(cache, NULL), 1);
}
END_TEST

START_TEST(cache_entry_that_others_write_to)
{
	autobuf elf = { 0 }, entry = { 0 };
	char path[PATH_MAX];

	make_entry(&elf, path, &entry);
	ck_assert_int_eq(chmod(path, 0620), 0);
	ck_assert(refused(&elf));
	ck_assert_int_eq(chmod(path, 0602), 0);
	ck_assert(refused(&elf));
	if (!geteuid()) {
		ck_assert_int_eq(chown(path, 65534, 65534), 0);
		ck_assert(refused(&elf));
	}
	ck_assert(!refused(&elf));
}
END_TEST

START_TEST(cache_entry_without_end)
{
	autobuf elf = { 0 }, entry = { 0 };
	char path[PATH_MAX];

	make_entry(&elf, path, &entry);
	write_hollow(path, (off_t)1 << 40, 0);
	ck_assert(refused(&elf));
	ck_assert(!refused(&elf));
}
END_TEST

/* ---- its size, and looking at it */

START_TEST(cache_stays_below_its_size)
{
	const struct bcc_c_cache_entry *entry = NULL;
	struct bcc_c_cache *list;
	uint64_t bytes = 0;
	char name[32];

	set_up();
	ck_assert_int_eq(mkdir(cache, 0700), 0);
	for (unsigned int i = 0; i < 70; i++) {
		snprintf(name, sizeof(name), "%016x.bcc", i);
		write_hollow(in_cache(name), MB, 100000 - i);
	}
	write_hollow(in_cache("new-1-1"), 10, 10000);
	write_hollow(in_cache("new-2-2"), 10, 10);
	write_hollow(in_cache("notes"), 100 * MB, 200000);
	store(&plain);
	list = bcc_c_cache__open();
	ck_assert_ptr_nonnull(list);
	while ((entry = bcc_c_cache__next_entry(list, entry)))
		bytes += entry->size;
	bcc_c_cache__free(list);
	ck_assert_uint_le(bytes, 48 * MB);
	ck_assert_uint_gt(bytes, 46 * MB);
	ck_assert_int_ne(access(in_cache("0000000000000000.bcc"), F_OK), 0);
	ck_assert_int_eq(access(in_cache("0000000000000045.bcc"), F_OK), 0);
	ck_assert_int_ne(access(in_cache("new-1-1"), F_OK), 0);
	ck_assert_int_eq(access(in_cache("new-2-2"), F_OK), 0);
	ck_assert_int_eq(access(in_cache("notes"), F_OK), 0);
	ck_assert(hits(&plain));
}
END_TEST

static time_t age_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return time(NULL) - st.st_mtime;
}

START_TEST(cache_notes_the_last_use)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { 0 } };
	char path[PATH_MAX];

	set_up();
	store(&plain);
	find_entry(path);
	times[1].tv_sec = time(NULL) - 1800;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	ck_assert(hits(&plain));
	ck_assert_int_ge(age_of(path), 1800);
	times[1].tv_sec = time(NULL) - 7200;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	ck_assert(hits(&plain));
	ck_assert_int_lt(age_of(path), 3600);
}
END_TEST

START_TEST(cache_list)
{
	const struct bcc_c_cache_entry *first, *second;
	struct bcc_c_cache *list;

	set_up();
	list = bcc_c_cache__open();
	ck_assert_ptr_nonnull(list);
	ck_assert_str_eq(bcc_c_cache__path(list), cache);
	ck_assert_ptr_null(bcc_c_cache__next_entry(list, NULL));
	ck_assert_int_eq(bcc_c_cache__clear(list), 0);
	bcc_c_cache__free(list);

	write_hollow(in_cache("0000000000000001.bcc"), 5, 100);
	write_hollow(in_cache("0000000000000002.bcc"), 7, 200);
	write_hollow(in_cache("no entry"), 9, 300);
	list = bcc_c_cache__open();
	first = bcc_c_cache__next_entry(list, NULL);
	second = bcc_c_cache__next_entry(list, first);
	ck_assert_str_eq(first->name, "0000000000000002.bcc");
	ck_assert_str_eq(second->name, "0000000000000001.bcc");
	ck_assert_uint_eq(first->size, 7);
	ck_assert_int_ge(time(NULL) - first->used, 200);
	ck_assert_int_lt(time(NULL) - second->used, 200);
	ck_assert_ptr_null(bcc_c_cache__next_entry(list, second));
	ck_assert_int_eq(bcc_c_cache__clear(list), 2);
	ck_assert_int_eq(bcc_c_cache__clear(list), 0);
	bcc_c_cache__free(list);
	ck_assert_int_eq(count_names(cache, NULL), 1);
}
END_TEST

/* Opening the list fails with an errno. */
static void assert_no_list(int err)
{
	errno = 0;
	ck_assert_ptr_null(bcc_c_cache__open());
	ck_assert_int_eq(errno, err);
}

START_TEST(cache_list_refused)
{
	int fds = count_fds();

	set_up();
	setenv("BCC_C_CACHE", "off", 1);
	assert_no_list(ENOENT);
	setenv("BCC_C_CACHE", cache, 1);
	ck_assert_int_eq(mkdir(cache, 0700), 0);
	ck_assert_int_eq(chmod(cache, 0777), 0);
	assert_no_list(EPERM);
	ck_assert_int_eq(rmdir(cache), 0);
	temp_text("cache", "");
	assert_no_list(ENOTDIR);
	ck_assert_int_eq(count_fds(), fds);
	errno = EXDEV;
	bcc_c_cache__free(NULL);
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

SUITE(cache, cache_second_time, cache_repeats_warnings, cache_keeps_no_failure, cache_off,
      cache_other_request, cache_other_compiler, cache_other_btf_file, cache_included_file_changes,
      cache_file_that_would_be_included_first, cache_file_that_was_looked_for,
      cache_other_working_directory, cache_folder_is_a_link, cache_folder_that_others_write_to,
      cache_folder_of_another, cache_folder_read_only, cache_folder_is_no_folder,
      cache_folder_without_its_parent, cache_disk_is_full, cache_entry_truncated,
      cache_entry_damaged, cache_entry_of_another_source, cache_entry_is_no_file,
      cache_entry_that_others_write_to, cache_entry_without_end, cache_stays_below_its_size,
      cache_notes_the_last_use, cache_list, cache_list_refused)
