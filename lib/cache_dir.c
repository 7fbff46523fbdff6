/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cache's folder: which it is, whether it can be trusted, how large it may become, and the
 * public view of it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bcc_c/cache.h"
#include "cache.h"

#define MOST_BYTES (64u << 20)
/* What trimming leaves, so that it is not done for each new entry. */
#define TRIMMED_BYTES (MOST_BYTES / 4 * 3)
/* No writer takes as long as this. */
#define LEFTOVER_AFTER_S 600

#define autodir __attribute__((cleanup(close_dir))) DIR

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

bool bcc_c__cache_trusts(const struct stat *st)
{
	return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

bool bcc_c__cache_is_entry(const char *name)
{
	return strspn(name, "0123456789abcdef") == 16 && !strcmp(name + 16, ".bcc");
}

/* Returns false where caching is off, or there is no place for it. */
static bool folder_path(char path[PATH_MAX])
{
	const char *given = secure_getenv("BCC_C_CACHE");
	const char *home = secure_getenv("XDG_CACHE_HOME");
	int len;

	if (given && !strcmp(given, "off"))
		return false;
	if (given && given[0] == '/')
		len = snprintf(path, PATH_MAX, "%s", given);
	else if (geteuid() == 0)
		len = snprintf(path, PATH_MAX, "/var/cache/bcc_c");
	else if (home && home[0] == '/')
		len = snprintf(path, PATH_MAX, "%s/bcc_c", home);
	else if ((home = secure_getenv("HOME")) && home[0] == '/')
		len = snprintf(path, PATH_MAX, "%s/.cache/bcc_c", home);
	else
		return false;
	return len < PATH_MAX;
}

int bcc_c__cache_open(char *path, const char **why)
{
	char own_path[PATH_MAX];
	struct stat st;
	autoclose int fd = -1;

	*why = "";
	if (!path)
		path = own_path;
	if (!folder_path(path))
		return -ENOENT;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* Another process may make it at the same time. */
	if (fd < 0 && errno == ENOENT && (!mkdir(path, 0700) || errno == EEXIST))
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		int err = -errno;

		/* A user without a ~/.cache has no place for it, which is no reason to complain. */
		if (err == -ENOENT && !secure_getenv("BCC_C_CACHE"))
			return err;
		*why = err == -ELOOP || err == -ENOTDIR ? "its folder is a link or no folder"
							: "its folder can't be opened or made";
		return err;
	}
	if (fstat(fd, &st) || !bcc_c__cache_trusts(&st)) {
		*why = "its folder is another's, or others may write to it";
		return -EPERM;
	}
	return take_fd(&fd);
}

/* ---- entries */

/* Sixteen digits and ".bcc". */
#define ENTRY_NAME_LEN 20

struct file {
	char name[ENTRY_NAME_LEN + 1];
	off_t size;
	time_t mtime;
};

struct listing {
	struct bcc_c__buf files; /* struct file */
	uint64_t bytes;
};

static int by_age(const void *a, const void *b)
{
	const struct file *one = a, *other = b;

	return (one->mtime > other->mtime) - (one->mtime < other->mtime);
}

/* Lists the entries, the oldest first, and removes leftovers on the way. */
static int list(int dir_fd, struct listing *listing)
{
	autoclose int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	autodir *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir)
		return -errno;
	take_fd(&fd); /* the stream closes it */
	while ((entry = readdir(dir))) {
		struct file file;
		struct stat st;

		if (fstatat(dir_fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		if (!strncmp(entry->d_name, "new-", 4) &&
		    time(NULL) - st.st_mtime > LEFTOVER_AFTER_S)
			unlinkat(dir_fd, entry->d_name, 0);
		if (!bcc_c__cache_is_entry(entry->d_name))
			continue;
		file.size = st.st_size;
		file.mtime = st.st_mtime;
		memcpy(file.name, entry->d_name, ENTRY_NAME_LEN + 1);
		bcc_c__buf_append(&listing->files, &file, sizeof(file));
		listing->bytes += (uint64_t)st.st_size;
	}
	if (listing->files.failed)
		return -ENOMEM;
	if (listing->files.size)
		qsort(listing->files.data, listing->files.size / sizeof(struct file),
		      sizeof(struct file), by_age);
	return 0;
}

void bcc_c__cache_trim(int dir)
{
	struct listing listing = { 0 };
	const struct file *files;

	if (!list(dir, &listing) && listing.bytes > MOST_BYTES) {
		files = (const void *)listing.files.data;
		for (size_t i = 0; listing.bytes > TRIMMED_BYTES; i++) {
			unlinkat(dir, files[i].name, 0);
			listing.bytes -= (uint64_t)files[i].size;
		}
	}
	bcc_c__buf_free(&listing.files);
}

/* ---- the public view */

struct bcc_c_cache {
	int dir;
	char path[PATH_MAX];
	struct bcc_c_cache_entry *entries;
	size_t cnt;
	struct listing listing; /* the entries' names are in it */
};

void bcc_c_cache__free(struct bcc_c_cache *cache)
{
	int saved = errno;

	if (!cache)
		return;
	bcc_c__close_fd(&cache->dir);
	bcc_c__buf_free(&cache->listing.files);
	free(cache->entries);
	free(cache);
	errno = saved;
}

static int fill(struct bcc_c_cache *cache)
{
	const struct file *files;
	int err = list(cache->dir, &cache->listing);

	if (err)
		return err;
	files = (const void *)cache->listing.files.data;
	cache->cnt = cache->listing.files.size / sizeof(*files);
	cache->entries = calloc(cache->cnt ? cache->cnt : 1, sizeof(*cache->entries));
	if (!cache->entries)
		return -ENOMEM;
	for (size_t i = 0; i < cache->cnt; i++)
		cache->entries[i] = (struct bcc_c_cache_entry){
			.name = files[i].name,
			.size = (uint64_t)files[i].size,
			.used = files[i].mtime,
		};
	return 0;
}

struct bcc_c_cache *bcc_c_cache__open(void)
{
	struct bcc_c_cache *cache = calloc(1, sizeof(*cache));
	const char *why;
	int err = -ENOMEM;

	if (cache) {
		cache->dir = bcc_c__cache_open(cache->path, &why);
		err = cache->dir < 0 ? cache->dir : fill(cache);
	}
	if (!err)
		return cache;
	bcc_c_cache__free(cache);
	errno = -err;
	return NULL;
}

const char *bcc_c_cache__path(const struct bcc_c_cache *cache)
{
	return cache->path;
}

const struct bcc_c_cache_entry *bcc_c_cache__next_entry(const struct bcc_c_cache *cache,
							const struct bcc_c_cache_entry *prev)
{
	size_t next = prev ? (size_t)(prev - cache->entries) + 1 : 0;

	return next < cache->cnt ? &cache->entries[next] : NULL;
}

int bcc_c_cache__clear(struct bcc_c_cache *cache)
{
	int removed = 0;

	for (size_t i = 0; i < cache->cnt; i++) {
		if (!unlinkat(cache->dir, cache->entries[i].name, 0)) {
			removed++;
		} else if (errno != ENOENT) {
			return -errno;
		}
	}
	return removed;
}
