/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up functions in the symbol tables of an ELF file, through libelf.
 */
#include <fcntl.h>
#include <gelf.h>
#include <string.h>

#include "internal.h"

struct file {
	int fd;
	Elf *elf;
};

static void close_file(struct file *file)
{
	elf_end(file->elf);
	bcc_c__close_fd(&file->fd);
}

#define autofile __attribute__((cleanup(close_file))) struct file

static int open_file(struct file *file, const char *path, const char **why)
{
	file->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	file->elf = elf_begin(file->fd, ELF_C_READ_MMAP, NULL);
	if (!file->elf || elf_kind(file->elf) != ELF_K_ELF) {
		*why = "the file is no ELF file";
		return -ENOEXEC;
	}
	return 0;
}

/* A file's .dynsym names symbols plainly, its .symtab may add "@VERSION" to them. */
static bool same_name(const char *name, const char *symbol)
{
	size_t len = strlen(symbol);

	return name && !strncmp(name, symbol, len) && (!name[len] || name[len] == '@');
}

/* The place in the file of an address, by the segments that are loaded. */
static bool offset_of_address(Elf *elf, uint64_t address, uint64_t *offset)
{
	size_t cnt;

	if (elf_getphdrnum(elf, &cnt))
		return false;
	for (size_t i = 0; i < cnt; i++) {
		GElf_Phdr segment;

		if (!gelf_getphdr(elf, (int)i, &segment) || segment.p_type != PT_LOAD ||
		    address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
			continue;
		*offset = address - segment.p_vaddr + segment.p_offset;
		return true;
	}
	return false;
}

static bool find_in_table(Elf_Scn *section, const GElf_Shdr *header, Elf *elf, const char *symbol,
			  GElf_Sym *found)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t cnt = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;

	for (size_t i = 0; i < cnt; i++) {
		unsigned char type;

		if (!gelf_getsym(data, (int)i, found) || found->st_shndx == SHN_UNDEF)
			continue;
		type = GELF_ST_TYPE(found->st_info);
		if ((type == STT_FUNC || type == STT_GNU_IFUNC) &&
		    same_name(elf_strptr(elf, header->sh_link, found->st_name), symbol))
			return true;
	}
	return false;
}

int bcc_c__elf_find_func(const char *path, const char *symbol, uint64_t *offset, const char **why)
{
	autofile file = { .fd = -1 };
	Elf_Scn *section = NULL;
	bool found = false;
	GElf_Sym sym;
	int err;

	*why = "";
	err = open_file(&file, path, why);
	if (err)
		return err;
	while (!found && (section = elf_nextscn(file.elf, section))) {
		GElf_Shdr header;

		if (gelf_getshdr(section, &header) &&
		    (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB))
			found = find_in_table(section, &header, file.elf, symbol, &sym);
	}
	if (!found)
		return -ENOENT;
	if (GELF_ST_TYPE(sym.st_info) == STT_GNU_IFUNC) {
		*why = "the function is chosen at run time among several (IFUNC); attach to the one that is used";
		return -EINVAL;
	}
	if (offset_of_address(file.elf, sym.st_value, offset))
		return 0;
	*why = "the symbol lies in no segment of the file";
	return -ENOEXEC;
}
