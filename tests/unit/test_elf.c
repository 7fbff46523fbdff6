/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <elf.h>
#include <gnu/libc-version.h>
#include <link.h>

#include "unit.h"

static const char *why;

static int find(const char *path, const char *symbol, uint64_t *offset)
{
	int fds = count_fds();
	int err;

	why = NULL;
	err = bcc_c__elf_find_func(path, symbol, offset, &why);
	ck_assert_ptr_nonnull(why);
	ck_assert_int_eq(count_fds(), fds);
	return err;
}

/* The file that holds a function of this process. */
static const char *file_of(void *function, uint64_t *address)
{
	Dl_info info;

	ck_assert_int_ne(dladdr(function, &info), 0);
	*address = (uint64_t)function - (uint64_t)info.dli_fbase;
	return info.dli_fname;
}

/* Reads the bytes at a place of a file. */
static void read_at(const char *path, uint64_t offset, void *bytes, size_t size)
{
	FILE *file = fopen(path, "re");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, (long)offset, SEEK_SET), 0);
	ck_assert_uint_eq(fread(bytes, 1, size, file), size);
	fclose(file);
}

START_TEST(elf_functions_of_libc)
{
	/* The last ones have more than one version. */
	static const char *const names[] = {
		"gnu_get_libc_version", "getpid",  "qsort", "fopen", "realpath",
		"posix_spawn",          "regexec", "nftw"
	};
	void *libc = dlopen("libc.so.6", RTLD_NOW);

	ck_assert_ptr_nonnull(libc);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		void *function = dlsym(libc, names[i]);
		uint64_t address, offset;
		const char *path;
		char there[16];

		ck_assert_ptr_nonnull(function);
		path = file_of(function, &address);
		ck_assert_int_eq(find(path, names[i], &offset), 0);
		/* Debian's libc has its code at the same place in the file and in memory. */
		ck_assert_msg(offset == address, "%s: %#lx, not %#lx", names[i],
			      (unsigned long)offset, (unsigned long)address);
		read_at(path, offset, there, sizeof(there));
		ck_assert_int_eq(memcmp(there, function, sizeof(there)), 0);
	}
	dlclose(libc);
}
END_TEST

/* A function that is in .symtab only. */
__attribute__((noinline, used)) static int local_function(int x)
{
	return x * 3 + 1;
}

START_TEST(elf_local_function)
{
	uint64_t offset, address;
	char there[8];

	file_of((void *)local_function, &address);
	ck_assert_int_eq(find("/proc/self/exe", "local_function", &offset), 0);
	read_at("/proc/self/exe", offset, there, sizeof(there));
	ck_assert_int_eq(memcmp(there, (void *)local_function, sizeof(there)), 0);
}
END_TEST

START_TEST(elf_ifunc_is_refused)
{
	uint64_t offset, address;
	const char *path = file_of((void *)gnu_get_libc_version, &address);

	ck_assert_int_eq(find(path, "strlen", &offset), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "IFUNC"));
}
END_TEST

START_TEST(elf_missing_function)
{
	uint64_t offset, address;
	const char *path = file_of((void *)gnu_get_libc_version, &address);

	ck_assert_int_eq(find(path, "no_such_function", &offset), -ENOENT);
	ck_assert_str_eq(why, "");
	ck_assert_int_eq(find(path, "", &offset), -ENOENT);
	ck_assert_int_eq(find(path, "getpi", &offset), -ENOENT);
	ck_assert_int_eq(find(path, "getpidx", &offset), -ENOENT);
	/* Data is no function. */
	ck_assert_int_eq(find(path, "stdout", &offset), -ENOENT);
	/* What the file only uses it doesn't have. */
	ck_assert_int_eq(find("/proc/self/exe", "elf_begin", &offset), -ENOENT);
}
END_TEST

START_TEST(elf_no_elf_file)
{
	uint64_t offset;

	ck_assert_int_eq(find(temp_path("none"), "f", &offset), -ENOENT);
	ck_assert_int_eq(find(temp_text("text", "no ELF, but long enough to be"), "f", &offset),
			 -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(why, "no ELF"));
	ck_assert_int_eq(find(temp_text("empty", ""), "f", &offset), -ENOEXEC);
	ck_assert_int_eq(find("/dev/null", "f", &offset), -ENOEXEC);
	ck_assert_int_eq(find(temp_dir(), "f", &offset), -ENOEXEC);
}
END_TEST

/* A small file with a function: one segment, one symbol table. */
struct small {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	Elf64_Shdr sections[3];
	Elf64_Sym symbols[3];
	char names[16];
};

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
			    .e_shnum = 3 },
		.segment = { .p_type = PT_LOAD,
			     .p_offset = 0,
			     .p_vaddr = 0x10000,
			     .p_filesz = sizeof(struct small),
			     .p_memsz = sizeof(struct small) },
		.sections = { { 0 },
			      { .sh_type = SHT_SYMTAB,
				.sh_offset = offsetof(struct small, symbols),
				.sh_size = sizeof(Elf64_Sym) * 3,
				.sh_link = 2,
				.sh_entsize = sizeof(Elf64_Sym) },
			      { .sh_type = SHT_STRTAB,
				.sh_offset = offsetof(struct small, names),
				.sh_size = 16 } },
		.symbols = { { 0 },
			     { .st_name = 1,
			       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			       .st_shndx = 1,
			       .st_value = 0x10040 },
			     { .st_name = 5,
			       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			       .st_shndx = 1,
			       .st_value = 0x900000 } },
		.names = "\0one\0far@@V2",
	};

	return file;
}

START_TEST(elf_offset_by_segment)
{
	struct small file = make_small();
	const char *path = temp_file("small", &file, sizeof(file));
	uint64_t offset;

	ck_assert_int_eq(find(path, "one", &offset), 0);
	ck_assert_uint_eq(offset, 0x40);
	/* A name with a version; its address is in no segment. */
	ck_assert_int_eq(find(path, "far", &offset), -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(why, "no segment"));
}
END_TEST

START_TEST(elf_truncated_at_every_byte)
{
	struct small file = make_small();
	uint64_t offset;

	for (size_t size = 0; size < sizeof(file); size++)
		ck_assert_int_le(find(temp_file("small", &file, size), "one", &offset), 0);
}
END_TEST

START_TEST(elf_damaged_at_every_bit)
{
	struct small file = make_small();
	char *bytes = (char *)&file;
	uint64_t offset;

	for (size_t bit = 0; bit < sizeof(file) * 8; bit += 3) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_int_le(find(temp_file("small", &file, sizeof(file)), "one", &offset), 0);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
}
END_TEST

START_TEST(elf_real_file_truncated)
{
	uint64_t offset, address;
	const char *path = file_of((void *)gnu_get_libc_version, &address);
	uint32_t seed = 13;
	autobuf libc = { 0 };

	ck_assert_int_eq(bcc_c__read_file(path, 64 << 20, &libc), 0);
	for (int i = 0; i < 40; i++)
		ck_assert_int_le(find(temp_file("cut", libc.data, random_number(&seed) % libc.size),
				      "getpid", &offset),
				 0);
}
END_TEST

SUITE(elf, elf_functions_of_libc, elf_local_function, elf_ifunc_is_refused, elf_missing_function,
      elf_no_elf_file, elf_offset_by_segment, elf_truncated_at_every_byte, elf_damaged_at_every_bit,
      elf_real_file_truncated)
