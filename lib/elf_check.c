/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks an object before libbpf gets it: that it is one, that its types are sound, and that it is
 * not for another kernel.
 */
#include <gelf.h>
#include <string.h>

#include "cache.h"
#include "btf_check.h"
#include "internal.h"

static Elf_Data *find_section(Elf *elf, const char *wanted)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		const char *name;

		if (!gelf_getshdr(section, &header))
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (name && !strcmp(name, wanted))
			return elf_rawdata(section, NULL);
	}
	return NULL;
}

static const char *check_types(Elf *elf)
{
	Elf_Data *data = find_section(elf, ".BTF");

	if (!data || !data->d_buf)
		return NULL;
	if ((uintptr_t)data->d_buf % 4)
		return "its types are not aligned";
	return bcc_c__check_btf(data->d_buf, data->d_size);
}

static bool is_text(const Elf_Data *data, struct bcc_c__buf *text)
{
	return data->d_size == text->size + 1 &&
	       !memcmp(data->d_buf, bcc_c__buf_str(text), text->size + 1);
}

/*
 * An object without relocations has the offsets of one kernel's types in it, and says of which. If it
 * has the number of CPUs in it, too, it says that.
 */
static const char *check_kernel(Elf *elf)
{
	Elf_Data *data = find_section(elf, WIRE_KERNEL_SECTION);
	autobuf kernel = { 0 }, machine = { 0 };

	if (!data || !data->d_buf)
		return NULL;
	if (bcc_c__identify_kernel(&kernel))
		return "what kernel this is can't be found out";
	if (is_text(data, &kernel))
		return NULL;
	if (data->d_size <= kernel.size ||
	    memcmp(data->d_buf, bcc_c__buf_str(&kernel), kernel.size) != 0)
		return "it was compiled for another kernel alone (bcc_c compile --portable makes "
		       "objects for others too)";
	if (!bcc_c__identify_machine(&machine) && is_text(data, &machine))
		return NULL;
	return "it was compiled for another number of CPUs, which its source asks for";
}

const char *bcc_c__check_elf(const void *bytes, size_t size, bool foreign)
{
	const char *why;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)bytes, size);
	if (!elf || elf_kind(elf) != ELF_K_ELF) {
		elf_end(elf);
		return "it is no ELF file";
	}
	why = check_types(elf);
	if (!why && foreign)
		why = check_kernel(elf);
	elf_end(elf);
	return why;
}
