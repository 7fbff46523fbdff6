/* SPDX-License-Identifier: BSD-2-Clause */
/* Static probes by the notes of a file. */
#include <elf.h>

#include "unit.h"

/* A note as <sys/sdt.h> leaves it: provider, name and arguments are behind the addresses. */
struct note {
	Elf64_Nhdr header;
	char owner[8];
	uint64_t address, base, semaphore;
	char strings[24];
} __attribute__((packed));

/* A small file: a segment, a section of notes, and the one that notes' addresses go by. */
struct small {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	Elf64_Shdr sections[4];
	struct note notes[4];
	char names[24];
};

#define START 0x10000
#define NOTE(address_, semaphore_, strings_)                                                       \
	{                                                                                          \
		.header = { .n_namesz = 8, .n_descsz = 48, .n_type = 3 }, .owner = "stapsdt",      \
		.address = START + (address_), .base = 0x12000, .semaphore = semaphore_,           \
		.strings = strings_                                                                \
	}

static struct small make_small(void)
{
	struct small file = {
		.header = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					 ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_DYN,
			    .e_machine = EM_X86_64,
			    .e_version = EV_CURRENT,
			    .e_phoff = offsetof(struct small, segment),
			    .e_shoff = offsetof(struct small, sections),
			    .e_ehsize = sizeof(Elf64_Ehdr),
			    .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = 1,
			    .e_shentsize = sizeof(Elf64_Shdr),
			    .e_shnum = 4,
			    .e_shstrndx = 3 },
		.segment = { .p_type = PT_LOAD,
			     .p_offset = 0,
			     .p_vaddr = START,
			     .p_filesz = sizeof(struct small),
			     .p_memsz = sizeof(struct small) },
		.sections = { { 0 },
			      { .sh_type = SHT_NOTE,
				.sh_addralign = 4,
				.sh_offset = offsetof(struct small, notes),
				.sh_size = sizeof(struct note) * 4 },
			      { .sh_type = SHT_PROGBITS, .sh_name = 1, .sh_addr = 0x12000 },
			      { .sh_type = SHT_STRTAB,
				.sh_offset = offsetof(struct small, names),
				.sh_size = 24 } },
		.notes = { NOTE(0x40, 0, "one\0probe\0-4@%eax"),
			   NOTE(0x50, START + 0x80, "one\0probe\0"), NOTE(0x60, 0, "one\0other\0"),
			   NOTE(0x70, 0, "on\0probe\0") },
		.names = "\0.stapsdt.base",
	};

	return file;
}

static struct bcc_c__buf places, others;
static const char *why;

static int find(const struct small *file, size_t size, const char *provider, const char *name)
{
	int fds = count_fds(), err;

	bcc_c__buf_free(&places);
	bcc_c__buf_free(&others);
	why = NULL;
	err = bcc_c__elf_find_usdt(temp_file("small", file, size), provider, name, &places, &others,
				   &why);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(count_fds(), fds);
	return err;
}

static void forget(void)
{
	bcc_c__buf_free(&places);
	bcc_c__buf_free(&others);
}

static const struct bcc_c__usdt_place *place(size_t i)
{
	ck_assert_uint_lt(i, places.size / sizeof(struct bcc_c__usdt_place));
	return &((const struct bcc_c__usdt_place *)(const void *)places.data)[i];
}

START_TEST(usdt_places_and_others)
{
	static const char listed[] = "one:other\0on:probe";
	struct small file = make_small();

	ck_assert_int_eq(find(&file, sizeof(file), "one", "probe"), 0);
	ck_assert_uint_eq(places.size, 2 * sizeof(struct bcc_c__usdt_place));
	ck_assert_uint_eq(place(0)->offset, 0x40);
	ck_assert_uint_eq(place(0)->semaphore, 0);
	ck_assert_uint_eq(place(1)->offset, 0x50);
	ck_assert_uint_eq(place(1)->semaphore, 0x80);
	ck_assert_uint_eq(others.size, sizeof(listed));
	ck_assert_mem_eq(others.data, listed, sizeof(listed));
	/* Each other probe once, whatever its places. */
	ck_assert_int_eq(find(&file, sizeof(file), "none", "probe"), 0);
	ck_assert_uint_eq(places.size, 0);
	ck_assert_uint_eq(others.size, sizeof("one:probe") + sizeof(listed));
	forget();
}
END_TEST

/* The code was moved after the file was linked; notes stayed as they were. */
START_TEST(usdt_in_a_moved_file)
{
	struct small file = make_small();

	file.segment.p_vaddr += 0x500000;
	file.sections[2].sh_addr += 0x500000;
	ck_assert_int_eq(find(&file, sizeof(file), "one", "probe"), 0);
	ck_assert_uint_eq(place(1)->offset, 0x50);
	ck_assert_uint_eq(place(1)->semaphore, 0x80);
	file.sections[2].sh_name = 0;
	ck_assert_int_eq(find(&file, sizeof(file), "one", "probe"), -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(why, "no segment"));
	forget();
}
END_TEST

START_TEST(usdt_notes_of_others)
{
	struct small file = make_small();

	file.notes[0].header.n_type = 1;
	file.notes[1].owner[0] = 'S';
	ck_assert_int_eq(find(&file, sizeof(file), "one", "probe"), 0);
	ck_assert_uint_eq(places.size, 0);
	forget();
}
END_TEST

START_TEST(usdt_bad_files)
{
	struct small file = make_small();

	memset(file.notes[3].strings, 'x', sizeof(file.notes[3].strings));
	ck_assert_int_eq(find(&file, sizeof(file), "one", "probe"), -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(why, "damaged"));
	file = make_small();
	file.header.e_ident[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(find(&file, sizeof(file), "one", "probe"), -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(why, "32 bits"));
	ck_assert_int_eq(find(&file, 3, "one", "probe"), -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(why, "no ELF"));
	ck_assert_int_eq(bcc_c__elf_find_usdt(temp_path("none"), "a", "b", &places, &others, &why),
			 -ENOENT);
	forget();
}
END_TEST

START_TEST(usdt_truncated_at_every_byte)
{
	struct small file = make_small();

	for (size_t size = 0; size < sizeof(file); size++)
		ck_assert_int_le(find(&file, size, "one", "probe"), 0);
	forget();
}
END_TEST

START_TEST(usdt_damaged_at_every_bit)
{
	struct small file = make_small();
	char *bytes = (char *)&file;

	for (size_t bit = 0; bit < sizeof(file) * 8; bit += 3) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_int_le(find(&file, sizeof(file), "one", "probe"), 0);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	forget();
}
END_TEST

SUITE(elf_usdt, usdt_places_and_others, usdt_in_a_moved_file, usdt_notes_of_others, usdt_bad_files,
      usdt_truncated_at_every_byte, usdt_damaged_at_every_bit)
