/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which file a name stands for: a path, a library by short or full name, a command in PATH; seen by
 * this process or by another one, which may live in another mount namespace.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

#define CACHE_PATH "/etc/ld.so.cache"
#define CACHE_LIMIT (64u << 20)

/* ld.so.cache, glibc's new format (sysdeps/generic/dl-cache.h): a header, entries, then strings. */
#define CACHE_MAGIC "glibc-ld.so.cache1.1"

struct cache_header {
	char magic[20];
	uint32_t entry_cnt;
	uint32_t string_size;
	uint32_t unused[5];
};

struct cache_entry {
	int32_t flags;
	uint32_t key;   /* offset of the library's name, from the start of the header */
	uint32_t value; /* the same of its path */
	uint32_t os_version;
	uint64_t hwcap;
};

#if defined(__x86_64__)
#define NATIVE_FLAGS 0x0303 /* ELF, x86-64 */
#elif defined(__aarch64__)
#define NATIVE_FLAGS 0x0a03 /* ELF, AArch64 */
#endif

/* Whether a file name is that of a library: "c" and "libc" are libc.so.6, as is the full name. */
static bool is_library(const char *file, const char *name)
{
	size_t len = strlen(name);

	if (!strcmp(file, name))
		return true;
	if (strncmp(name, "lib", 3) && !strncmp(file, "lib", 3))
		file += 3;
	return !strncmp(file, name, len) && !strncmp(file + len, ".so", 3);
}

static const char *cache_string(const struct bcc_c__buf *cache, const char *start, uint32_t offset)
{
	size_t left = cache->size - (size_t)(start - cache->data);

	return offset < left && memchr(start + offset, '\0', left - offset) ? start + offset : NULL;
}

static char *find_in_cache(const char *name)
{
	struct cache_header header;
	autobuf cache = { 0 };
	const char *start;

	if (bcc_c__read_file(CACHE_PATH, CACHE_LIMIT, &cache))
		return NULL;
	/* An old format may stand in front. */
	start = memmem(cache.data, cache.size, CACHE_MAGIC, sizeof(CACHE_MAGIC) - 1);
	if (!start || cache.size - (size_t)(start - cache.data) < sizeof(header))
		return NULL;
	memcpy(&header, start, sizeof(header));
	if (header.entry_cnt > (cache.size - (size_t)(start - cache.data) - sizeof(header)) /
				       sizeof(struct cache_entry))
		return NULL;
	for (uint32_t i = 0; i < header.entry_cnt; i++) {
		const char *key, *value;
		struct cache_entry entry;

		memcpy(&entry, start + sizeof(header) + i * sizeof(entry), sizeof(entry));
		key = cache_string(&cache, start, entry.key);
		value = cache_string(&cache, start, entry.value);
		if (key && value && entry.flags == NATIVE_FLAGS && is_library(key, name))
			return strdup(value);
	}
	return NULL;
}

/* Calls fn for each directory of PATH, until it gives something. */
static char *find_in_path(const char *name)
{
	const char *path = getenv("PATH");
	char full[PATH_MAX];

	while (path && *path) {
		size_t len = strcspn(path, ":");
		struct stat st;

		if (len &&
		    snprintf(full, sizeof(full), "%.*s/%s", (int)len, path, name) <
			    (int)sizeof(full) &&
		    !stat(full, &st) && S_ISREG(st.st_mode) && !access(full, X_OK))
			return strdup(full);
		path += len + (path[len] == ':');
	}
	return NULL;
}

/* The file of a library that a process has mapped, as a path that works for us too. */
static char *find_mapped(int pid, const char *name)
{
	char maps_path[64], line[PATH_MAX + 256];
	char *found = NULL;
	FILE *maps;

	snprintf(maps_path, sizeof(maps_path), "/proc/%d/maps", pid);
	maps = fopen(maps_path, "re");
	if (!maps)
		return NULL;
	while (!found && fgets(line, sizeof(line), maps)) {
		char *file = strchr(line, '/');
		char *slash = strrchr(line, '/');

		line[strcspn(line, "\n")] = '\0';
		if (file && is_library(slash + 1, name) &&
		    asprintf(&found, "/proc/%d/root%s", pid, file) < 0)
			found = NULL;
	}
	fclose(maps);
	return found;
}

/*
 * A process in our own mount namespace sees the same paths, which then are the ones to show in
 * messages.
 */
static bool same_mounts(int pid)
{
	struct stat ours, theirs;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return !pid || stat("/proc/self/ns/mnt", &ours) || stat(path, &theirs) ||
	       (ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev);
}

static char *resolve(const char *name, int pid)
{
	char *path = NULL;

	if (strchr(name, '/')) {
		if (name[0] != '/' || same_mounts(pid))
			return strdup(name);
		return asprintf(&path, "/proc/%d/root%s", pid, name) < 0 ? NULL : path;
	}
	if (pid)
		path = find_mapped(pid, name);
	if (!path)
		path = find_in_cache(name);
	return path ? path : find_in_path(name);
}

int bcc_c__find_binary(struct bcc_c_module *mod, const char *name, int pid, char **path)
{
	autofree char *found = resolve(name, pid);

	if (!found)
		return bcc_c__fail(mod, -ENOENT, "give its path",
				   "find binary '%s': no library of that name%s in " CACHE_PATH
				   ", no command in PATH",
				   name, pid ? " mapped by the process or" : "");
	if (access(found, R_OK))
		return bcc_c__fail(mod, -errno, NULL, "find binary '%s': %m", found);
	*path = take_ptr(found);
	return 0;
}
