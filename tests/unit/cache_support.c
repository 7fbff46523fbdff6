/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit_cache.h"

const struct cache_job plain_job = { .source = SOURCE };

char cache_compiler[PATH_MAX], cache_counter[PATH_MAX], cache_folder[PATH_MAX];
char cache_heard[4096];

void cache_write_compiler(const char *command)
{
	autobuf text = { 0 };

	bcc_c__buf_printf(&text, "echo >>'%s'\nexec %s", cache_counter, command);
	snprintf(cache_compiler, sizeof(cache_compiler), "%s",
		 temp_script("noting-cc", bcc_c__buf_str(&text)));
}

void cache_set_up(void)
{
	autofree char *real = realpath(getenv("BCC_C_COMPILER"), NULL);

	ck_assert_ptr_nonnull(real);
	snprintf(cache_counter, sizeof(cache_counter), "%s", temp_text("counter", ""));
	snprintf(cache_folder, sizeof(cache_folder), "%s", temp_path("cache"));
	setenv("BCC_C_CACHE", cache_folder, 1);
	cache_write_compiler(real);
}

off_t cache_runs(void)
{
	struct stat st;

	ck_assert_int_eq(stat(cache_counter, &st), 0);
	return st.st_size;
}

static void listen(void *ctx, int level, const char *text)
{
	size_t len = strlen(cache_heard);

	if (level == BCC_C_LOG_WARN && !strncmp(text, "cache", 5))
		snprintf(cache_heard + len, sizeof(cache_heard) - len, "%s\n", text);
}

struct bcc_c_module *cache_run(const struct cache_job *job)
{
	struct bcc_c_module_opts module_opts = {
		.sz = sizeof(module_opts),
		.log = listen,
		.compiler = cache_compiler,
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
	cache_heard[0] = '\0';
	assert_ok(mod, bcc_c_module__compile(mod, job->source, &opts));
	return mod;
}

void cache_elf(const struct cache_job *job, uint32_t module_flags, struct bcc_c__buf *elf)
{
	struct cache_job with = *job;
	struct bcc_c_module *mod;
	const void *data;
	size_t size;

	with.module_flags |= module_flags;
	mod = cache_run(&with);
	data = bcc_c_module__elf(mod, &size);
	bcc_c__buf_append(elf, data, size);
	bcc_c_module__free(mod);
}

bool cache_hits(const struct cache_job *job)
{
	autobuf fresh = { 0 }, found = { 0 };
	off_t before;

	cache_elf(job, BCC_C_NO_CACHE, &fresh);
	before = cache_runs();
	cache_elf(job, 0, &found);
	ck_assert_uint_eq(found.size, fresh.size);
	ck_assert_mem_eq(found.data, fresh.data, fresh.size);
	return cache_runs() == before;
}

void cache_store(const struct cache_job *job)
{
	ck_assert(!cache_hits(job));
	ck_assert_str_eq(cache_heard, "");
	ck_assert(cache_hits(job));
	ck_assert_str_eq(cache_heard, "");
}

void cache_settle(void)
{
	usleep(150000);
}

int cache_count_names(const char *path, char last[NAME_MAX + 1])
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

void cache_find_entry(char path[PATH_MAX])
{
	char name[NAME_MAX + 1];

	ck_assert_int_eq(cache_count_names(cache_folder, name), 1);
	ck_assert_int_lt(snprintf(path, PATH_MAX, "%s/%s", cache_folder, name), PATH_MAX);
}

void cache_write_file(const char *path, const void *data, size_t size)
{
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_msg(fd >= 0, "%s: %m", path);
	ck_assert_int_eq(bcc_c__write_fd(fd, data, size), 0);
}

void cache_write_hollow(const char *path, off_t size, time_t age)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_sec = time(NULL) - age } };
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_msg(fd >= 0, "%s: %m", path);
	ck_assert_int_eq(ftruncate(fd, size), 0);
	ck_assert_int_eq(futimens(fd, times), 0);
}

const char *cache_path_of(const char *name)
{
	static char path[PATH_MAX + NAME_MAX];

	snprintf(path, sizeof(path), "%s/%s", cache_folder, name);
	return path;
}
