/* SPDX-License-Identifier: BSD-2-Clause */
/* The cache's folder: which will do, how large it becomes, and the list of what is in it. */
#include "unit_cache.h"

/* ---- folders that won't do */

/* Compiling works, says why there is no cache, and stores nothing in the folder given. */
static void assert_unused(const char *folder)
{
	int before = folder ? cache_count_names(folder, NULL) : 0;

	for (int i = 0; i < 2; i++) {
		ck_assert(!cache_hits(&plain_job));
		ck_assert_msg(strstr(cache_heard, "cache not used"), "heard: %s", cache_heard);
	}
	if (folder)
		ck_assert_int_eq(cache_count_names(folder, NULL), before);
}

START_TEST(cache_folder_is_a_link)
{
	const char *target = temp_path("target");

	cache_set_up();
	ck_assert_int_eq(mkdir(target, 0700), 0);
	ck_assert_int_eq(symlink(target, cache_folder), 0);
	assert_unused(target);
	ck_assert_int_eq(unlink(cache_folder), 0);
	ck_assert_int_eq(symlink(temp_path("nothing"), cache_folder), 0);
	assert_unused(NULL);
}
END_TEST

START_TEST(cache_folder_that_others_write_to)
{
	cache_set_up();
	cache_store(&plain_job);
	ck_assert_int_eq(chmod(cache_folder, 0770), 0);
	assert_unused(cache_folder);
	ck_assert_int_eq(chmod(cache_folder, 0707), 0);
	assert_unused(cache_folder);
	ck_assert_int_eq(chmod(cache_folder, 01777), 0);
	assert_unused(cache_folder);
	ck_assert_int_eq(chmod(cache_folder, 0755), 0);
	ck_assert(cache_hits(&plain_job));
}
END_TEST

START_TEST(cache_folder_of_another)
{
	cache_set_up();
	skip_if(geteuid(), "not root");
	cache_store(&plain_job);
	ck_assert_int_eq(chown(cache_folder, 65534, 65534), 0);
	assert_unused(cache_folder);
}
END_TEST

START_TEST(cache_folder_read_only)
{
	cache_set_up();
	ck_assert_int_eq(mkdir(cache_folder, 0500), 0);
	ck_assert(!cache_hits(&plain_job));
	/* Root may write all the same. */
	if (geteuid())
		ck_assert_msg(strstr(cache_heard, "not stored"), "heard: %s", cache_heard);
	ck_assert_int_eq(cache_hits(&plain_job), !geteuid());
}
END_TEST

START_TEST(cache_folder_is_no_folder)
{
	autobuf text = { 0 };

	cache_set_up();
	temp_text("cache", "text");
	assert_unused(NULL);
	ck_assert_int_eq(bcc_c__read_file(cache_folder, 100, &text), 0);
	ck_assert_str_eq(bcc_c__buf_str(&text), "text");
	setenv("BCC_C_CACHE", cache_path_of("below"), 1);
	ck_assert(!cache_hits(&plain_job));
	setenv("BCC_C_CACHE", "/dev/null", 1);
	assert_unused(NULL);
}
END_TEST

START_TEST(cache_folder_without_its_parent)
{
	cache_set_up();
	setenv("BCC_C_CACHE", cache_path_of("below"), 1);
	ck_assert(!cache_hits(&plain_job));
	ck_assert(!cache_hits(&plain_job));
	ck_assert_int_ne(access(cache_folder, F_OK), 0);
}
END_TEST

START_TEST(cache_disk_is_full)
{
	autobuf source = { 0 };
	struct cache_job job = { 0 };

	cache_set_up();
	skip_if(geteuid() || unshare(CLONE_NEWNS), "mounting needs root");
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mkdir(cache_folder, 0700), 0);
	ck_assert_int_eq(mount("none", cache_folder, "tmpfs", 0, "size=16k,mode=700"), 0);
	bcc_c__buf_printf(&source, "%s/*%40000s*/\n", SOURCE, "");
	job.source = bcc_c__buf_str(&source);
	for (int i = 0; i < 2; i++) {
		ck_assert(!cache_hits(&job));
		ck_assert_msg(strstr(cache_heard, "not stored"), "heard: %s", cache_heard);
		ck_assert_int_eq(cache_count_names(cache_folder, NULL), 0);
	}
	ck_assert_int_eq(umount(cache_folder), 0);
}
END_TEST

/* ---- its size, and looking at it */

START_TEST(cache_stays_below_its_size)
{
	const struct bcc_c_cache_entry *entry = NULL;
	struct bcc_c_cache *list;
	uint64_t bytes = 0;
	char name[32];

	cache_set_up();
	ck_assert_int_eq(mkdir(cache_folder, 0700), 0);
	for (unsigned int i = 0; i < 70; i++) {
		snprintf(name, sizeof(name), "%016x.bcc", i);
		cache_write_hollow(cache_path_of(name), MB, 100000 - i);
	}
	cache_write_hollow(cache_path_of("new-1-1"), 10, 10000);
	cache_write_hollow(cache_path_of("new-2-2"), 10, 10);
	cache_write_hollow(cache_path_of("notes"), 100 * MB, 200000);
	cache_store(&plain_job);
	list = bcc_c_cache__open();
	ck_assert_ptr_nonnull(list);
	while ((entry = bcc_c_cache__next_entry(list, entry)))
		bytes += entry->size;
	bcc_c_cache__free(list);
	ck_assert_uint_le(bytes, 48 * MB);
	ck_assert_uint_gt(bytes, 46 * MB);
	ck_assert_int_ne(access(cache_path_of("0000000000000000.bcc"), F_OK), 0);
	ck_assert_int_eq(access(cache_path_of("0000000000000045.bcc"), F_OK), 0);
	ck_assert_int_ne(access(cache_path_of("new-1-1"), F_OK), 0);
	ck_assert_int_eq(access(cache_path_of("new-2-2"), F_OK), 0);
	ck_assert_int_eq(access(cache_path_of("notes"), F_OK), 0);
	ck_assert(cache_hits(&plain_job));
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

	cache_set_up();
	cache_store(&plain_job);
	cache_find_entry(path);
	times[1].tv_sec = time(NULL) - 1800;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	ck_assert(cache_hits(&plain_job));
	ck_assert_int_ge(age_of(path), 1800);
	times[1].tv_sec = time(NULL) - 7200;
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	ck_assert(cache_hits(&plain_job));
	ck_assert_int_lt(age_of(path), 3600);
}
END_TEST

START_TEST(cache_list)
{
	const struct bcc_c_cache_entry *first, *second;
	struct bcc_c_cache *list;

	cache_set_up();
	list = bcc_c_cache__open();
	ck_assert_ptr_nonnull(list);
	ck_assert_str_eq(bcc_c_cache__path(list), cache_folder);
	ck_assert_ptr_null(bcc_c_cache__next_entry(list, NULL));
	ck_assert_int_eq(bcc_c_cache__clear(list), 0);
	bcc_c_cache__free(list);

	cache_write_hollow(cache_path_of("0000000000000001.bcc"), 5, 100);
	cache_write_hollow(cache_path_of("0000000000000002.bcc"), 7, 200);
	cache_write_hollow(cache_path_of("no entry"), 9, 300);
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
	ck_assert_int_eq(cache_count_names(cache_folder, NULL), 1);
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

	cache_set_up();
	setenv("BCC_C_CACHE", "off", 1);
	assert_no_list(ENOENT);
	setenv("BCC_C_CACHE", cache_folder, 1);
	ck_assert_int_eq(mkdir(cache_folder, 0700), 0);
	ck_assert_int_eq(chmod(cache_folder, 0777), 0);
	assert_no_list(EPERM);
	ck_assert_int_eq(rmdir(cache_folder), 0);
	temp_text("cache", "");
	assert_no_list(ENOTDIR);
	ck_assert_int_eq(count_fds(), fds);
	errno = EXDEV;
	bcc_c_cache__free(NULL);
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

SUITE(cache_dir, cache_folder_is_a_link, cache_folder_that_others_write_to, cache_folder_of_another,
      cache_folder_read_only, cache_folder_is_no_folder, cache_folder_without_its_parent,
      cache_disk_is_full, cache_stays_below_its_size, cache_notes_the_last_use, cache_list,
      cache_list_refused)
