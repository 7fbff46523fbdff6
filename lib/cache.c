/* SPDX-License-Identifier: BSD-2-Clause */
#include "cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zlib.h>

#define ENTRY_LIMIT (64u << 20)
#define NAME_SIZE 40

/* A file changed so lately that it may change again without its times telling. */
#define RACY_NS 100000000LL

/* An entry's time tells which were used last; it is set anew when it is older than this. */
#define TOUCH_AFTER_S 3600

/* An entry: this, the material, the reply. */
struct entry_header {
	char magic[8];
	uint32_t crc; /* of all that follows */
	uint32_t material_size;
	uint32_t reply_size;
	uint32_t unused;
};

static const char magic[8] = "bcc_c-1";

/* FNV-1a with 64 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
static void entry_name(const struct bcc_c__buf *material, char name[NAME_SIZE])
{
	uint64_t hash = 14695981039346656037ULL;

	for (size_t i = 0; i < material->size; i++)
		hash = (hash ^ (uint8_t)material->data[i]) * 1099511628211ULL;
	snprintf(name, NAME_SIZE, "%016llx.bcc", (unsigned long long)hash);
}

/* Reads an entry whole, if it is a file that nobody else could have written. */
static int read_entry(int dir, const char *name, struct bcc_c__buf *entry)
{
	autoclose int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, { .tv_nsec = UTIME_NOW } };
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !bcc_c__cache_trusts(&st))
		return -EPERM;
	if (time(NULL) - st.st_mtime > TOUCH_AFTER_S)
		futimens(fd, times);
	return bcc_c__read_fd(fd, ENTRY_LIMIT, entry);
}

/* Checks an entry and finds the reply in it. */
static bool split_entry(const struct bcc_c__buf *entry, const struct bcc_c__buf *material,
			const char **reply, size_t *size)
{
	struct entry_header header;
	const char *rest;

	if (entry->size < sizeof(header))
		return false;
	rest = entry->data + sizeof(header);
	memcpy(&header, entry->data, sizeof(header));
	if (memcmp(header.magic, magic, sizeof(magic)) ||
	    sizeof(header) + (uint64_t)header.material_size + header.reply_size != entry->size ||
	    header.crc != crc32(0, (const Bytef *)rest, (uInt)(entry->size - sizeof(header))))
		return false;
	if (header.material_size != material->size || memcmp(rest, material->data, material->size))
		return false;
	*reply = rest + header.material_size;
	*size = header.reply_size;
	return true;
}

static bool same_dep(const struct wire_dep *a, const struct wire_dep *b)
{
	return a->kind == b->kind && a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Whether the files the reply depends on are as they were, and have been so for a while. */
static bool deps_hold(const char *reply, size_t size)
{
	struct wire_reader reader = { .data = reply, .size = size };
	struct wire_record record;
	int err;

	while ((err = bcc_c__wire_next(&reader, &record)) == 1) {
		struct wire_dep then, now;
		const char *path;

		if (record.tag != WIRE_DEP)
			continue;
		if (bcc_c__wire_get_dep(&record, &then, &path))
			return false;
		bcc_c__stat_dep(path, &now);
		if (!same_dep(&then, &now) ||
		    (now.kind == WIRE_DEP_FILE && now_ns() - now.ctime_ns < RACY_NS))
			return false;
	}
	return !err;
}

bool bcc_c__cache_get(struct bcc_c_module *mod, const struct bcc_c__buf *material,
		      struct bcc_c__buf *reply)
{
	const char *found, *why = "";
	autoclose int dir = bcc_c__cache_open(NULL, &why);
	autobuf entry = { 0 };
	char name[NAME_SIZE];
	size_t size;
	int err;

	if (dir < 0 && why[0])
		bcc_c__log(mod, BCC_C_LOG_WARN, "cache not used: %s", why);
	if (dir < 0)
		return false;
	entry_name(material, name);
	err = read_entry(dir, name, &entry);
	if (err && err != -ENOENT)
		bcc_c__log(mod, BCC_C_LOG_WARN, "cache entry %s not used: %s", name,
			   err == -EPERM ? "others could write it" : strerror(-err));
	if (err)
		return false;
	if (!split_entry(&entry, material, &found, &size)) {
		bcc_c__log(mod, BCC_C_LOG_WARN, "cache entry %s not used: damaged or another's",
			   name);
		return false;
	}
	if (!deps_hold(found, size))
		return false;
	bcc_c__buf_append(reply, found, size);
	bcc_c__log(mod, BCC_C_LOG_DEBUG, "cache entry %s used", name);
	return !reply->failed;
}

static int write_entry(int fd, const struct bcc_c__buf *material, const struct bcc_c__buf *reply)
{
	struct entry_header header = {
		.material_size = (uint32_t)material->size,
		.reply_size = (uint32_t)reply->size,
	};
	int err;

	memcpy(header.magic, magic, sizeof(magic));
	header.crc = (uint32_t)crc32(0, (const Bytef *)material->data, (uInt)material->size);
	header.crc = (uint32_t)crc32(header.crc, (const Bytef *)reply->data, (uInt)reply->size);
	err = bcc_c__write_fd(fd, &header, sizeof(header));
	if (!err)
		err = bcc_c__write_fd(fd, material->data, material->size);
	return err ? err : bcc_c__write_fd(fd, reply->data, reply->size);
}

/* Written under a name of its own and renamed: readers see an entry whole or not at all. */
static int store(int dir, const char *name, const struct bcc_c__buf *material,
		 const struct bcc_c__buf *reply)
{
	struct timespec now;
	char temporary[64];
	int err;

	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(temporary, sizeof(temporary), "new-%d-%llx", gettid(),
		 (unsigned long long)now.tv_sec * 1000000000ULL + (unsigned long long)now.tv_nsec);
	autoclose int fd = openat(dir, temporary,
				  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	err = write_entry(fd, material, reply);
	if (!err && renameat(dir, temporary, dir, name))
		err = -errno;
	if (err)
		unlinkat(dir, temporary, 0);
	return err;
}

void bcc_c__cache_put(struct bcc_c_module *mod, const struct bcc_c__buf *material,
		      const struct bcc_c__buf *reply)
{
	const char *why; /* was said when the entry was looked for */
	autoclose int dir = -1;
	char name[NAME_SIZE];
	int err;

	if (material->size + reply->size > ENTRY_LIMIT / 2 || !deps_hold(reply->data, reply->size))
		return;
	dir = bcc_c__cache_open(NULL, &why);
	if (dir < 0)
		return;
	entry_name(material, name);
	err = store(dir, name, material, reply);
	if (err) {
		bcc_c__log(mod, BCC_C_LOG_WARN, "cache entry %s not stored: %s", name,
			   strerror(-err));
		return;
	}
	bcc_c__cache_trim(dir);
}
