/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks up functions in the symbol tables of an ELF file, through libelf.
 */
#include <fcntl.h>
#include <string.h>

#include "elf_file.h"

void bcc_c__elf_close(struct bcc_c__elf *file)
{
	elf_end(file->elf);
	bcc_c__close_fd(&file->fd);
}

int bcc_c__elf_open(struct bcc_c__elf *file, const char *path, const char **why)
{
	file->elf = NULL;
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

/* How well a symbol's name fits: not, as an old version kept for old programs, or as what is meant. */
enum fit {
	FIT_NONE,
	FIT_OLD_VERSION,
	FIT_RIGHT,
};

/* .symtab adds a version to the name: "@OLD" or "@@CURRENT". */
static enum fit fit_of_name(const char *name, const char *symbol)
{
	size_t len = strlen(symbol);

	if (!name || strncmp(name, symbol, len) || (name[len] && name[len] != '@'))
		return FIT_NONE;
	return name[len] && name[len + 1] != '@' ? FIT_OLD_VERSION : FIT_RIGHT;
}

bool bcc_c__elf_offset(Elf *elf, uint64_t address, uint64_t *offset)
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

/* .dynsym has its versions in a section of their own, in which the old ones are marked as hidden. */
static Elf_Data *versions_of(Elf *elf, const Elf_Scn *table)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) && header.sh_type == SHT_GNU_versym &&
		    header.sh_link == elf_ndxscn((Elf_Scn *)table))
			return elf_getdata(section, NULL);
	return NULL;
}

static bool is_hidden(Elf_Data *versions, size_t i)
{
	GElf_Versym version;

	return versions && gelf_getversym(versions, (int)i, &version) && version & 0x8000;
}

static bool is_function(const GElf_Sym *sym)
{
	unsigned char type = GELF_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && (type == STT_FUNC || type == STT_GNU_IFUNC);
}

/* Replaces *found by a symbol that fits better than *fit, if the table has one. */
static void find_in_table(Elf *elf, Elf_Scn *table, const GElf_Shdr *header, const char *symbol,
			  GElf_Sym *found, enum fit *fit)
{
	Elf_Data *data = elf_getdata(table, NULL);
	Elf_Data *versions = header->sh_type == SHT_DYNSYM ? versions_of(elf, table) : NULL;
	size_t cnt = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;

	for (size_t i = 0; i < cnt && *fit != FIT_RIGHT; i++) {
		enum fit this_fit;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym) || !is_function(&sym))
			continue;
		this_fit = fit_of_name(elf_strptr(elf, header->sh_link, sym.st_name), symbol);
		if (this_fit == FIT_RIGHT && is_hidden(versions, i))
			this_fit = FIT_OLD_VERSION;
		if (this_fit <= *fit)
			continue;
		*fit = this_fit;
		*found = sym;
	}
}

static enum fit find_symbol(Elf *elf, const char *symbol, GElf_Sym *found)
{
	enum fit fit = FIT_NONE;
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while (fit != FIT_RIGHT && (section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &header) &&
		    (header.sh_type == SHT_DYNSYM || header.sh_type == SHT_SYMTAB))
			find_in_table(elf, section, &header, symbol, found, &fit);
	return fit;
}

int bcc_c__elf_find_func(const char *path, const char *symbol, uint64_t *offset, const char **why)
{
	autoelf file = { .fd = -1 };
	GElf_Sym sym;
	int err;

	*why = "";
	err = bcc_c__elf_open(&file, path, why);
	if (err)
		return err;
	if (find_symbol(file.elf, symbol, &sym) == FIT_NONE)
		return -ENOENT;
	if (GELF_ST_TYPE(sym.st_info) == STT_GNU_IFUNC) {
		*why = "the function is chosen at run time among several (IFUNC); attach to the "
		       "one that is used";
		return -EINVAL;
	}
	if (bcc_c__elf_offset(file.elf, sym.st_value, offset))
		return 0;
	*why = "the symbol lies in no segment of the file";
	return -ENOEXEC;
}
