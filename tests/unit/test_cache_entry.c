/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of the cache that somebody has been at: never an error, never a wrong program. */
#include "unit_cache.h"

/* A compiler that is quick: it gives the one reply that there is to the plain job. */
static void use_stub(struct bcc_c__buf *elf)
{
	autobuf reply = { 0 }, command = { 0 };
	int32_t status = 0;

	cache_elf(&plain_job, BCC_C_NO_CACHE, elf);
	bcc_c__wire_put(&reply, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put(&reply, WIRE_STATUS, &status, sizeof(status));
	bcc_c__wire_put(&reply, WIRE_ELF, elf->data, elf->size);
	bcc_c__wire_put(&reply, WIRE_END, NULL, 0);
	bcc_c__buf_printf(&command, "/bin/cat '%s'", temp_file("reply", reply.data, reply.size));
	cache_write_compiler(bcc_c__buf_str(&command));
}

/* The object is the right one. Returns whether the entry was refused, which the log must tell. */
static bool refused(const struct bcc_c__buf *elf)
{
	off_t before = cache_runs();
	autobuf found = { 0 };

	cache_elf(&plain_job, 0, &found);
	ck_assert_uint_eq(found.size, elf->size);
	ck_assert_mem_eq(found.data, elf->data, elf->size);
	if (cache_runs() == before)
		return false;
	ck_assert_msg(strstr(cache_heard, "not used"), "heard: %s", cache_heard);
	return true;
}

/* Makes an entry with the quick compiler, and reads it. */
static void make_entry(struct bcc_c__buf *elf, char path[PATH_MAX], struct bcc_c__buf *entry)
{
	cache_set_up();
	use_stub(elf);
	cache_store(&plain_job);
	cache_find_entry(path);
	ck_assert_int_eq(bcc_c__read_file(path, MB, entry), 0);
}

START_TEST(cache_entry_truncated)
{
	autobuf elf = { 0 }, entry = { 0 };
	char path[PATH_MAX];

	make_entry(&elf, path, &entry);
	for (size_t size = 0; size < entry.size; size += size < 40 ? 1 : entry.size / 60) {
		cache_write_file(path, entry.data, size);
		ck_assert_msg(refused(&elf), "%zu bytes of %zu", size, entry.size);
		ck_assert(!refused(&elf));
	}
	bcc_c__buf_append(&entry, "x", 1);
	cache_write_file(path, entry.data, entry.size);
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
		cache_write_file(path, entry.data, entry.size);
		ck_assert_msg(refused(&elf) || !in_use, "bit %zu", bit);
		entry.data[bit / 8] ^= (char)(1 << bit % 8);
	}
}
END_TEST

START_TEST(cache_entry_of_another_source)
{
	static const struct cache_job other = { .source = SOURCE, .name = "other.c" };
	autobuf elf = { 0 }, entry = { 0 }, none = { 0 };
	char path[PATH_MAX], foreign[PATH_MAX];

	make_entry(&elf, path, &entry);
	ck_assert_int_eq(unlink(path), 0);
	cache_elf(&other, 0, &none);
	cache_find_entry(foreign);
	ck_assert_int_eq(rename(foreign, path), 0);
	ck_assert(refused(&elf));
	ck_assert(!refused(&elf));
	cache_write_file(path, "what is this?\n", 14);
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
	ck_assert_int_eq(cache_count_names(cache_folder, NULL), 1);
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
	cache_write_hollow(path, (off_t)1 << 40, 0);
	ck_assert(refused(&elf));
	ck_assert(!refused(&elf));
}
END_TEST

SUITE(cache_entry, cache_entry_truncated, cache_entry_damaged, cache_entry_of_another_source,
      cache_entry_is_no_file, cache_entry_that_others_write_to, cache_entry_without_end)
