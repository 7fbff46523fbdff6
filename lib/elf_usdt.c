/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Static probes of an ELF file: where they are, by the notes that <sys/sdt.h> leaves in it. What
 * the notes say of arguments is for libbpf.
 */
#include <string.h>

#include "elf_file.h"

#define NOTE_NAME "stapsdt"
#define NOTE_TYPE 3

/* A note's content: three addresses, then provider, name and arguments as strings. */
struct probe {
	uint64_t address;
	uint64_t base; /* of the section .stapsdt.base, when the file was linked */
	uint64_t semaphore;
	const char *provider;
	const char *name;
};

struct search {
	Elf *elf;
	uint64_t base; /* the same where that section is now */
	const char *provider;
	const char *name;
	struct bcc_c__buf *places;
	struct bcc_c__buf *others;
};

static const char *next_string(const char *text, const char *end)
{
	const char *zero = memchr(text, '\0', (size_t)(end - text));

	return zero ? zero + 1 : NULL;
}

static bool read_probe(const char *content, size_t size, struct probe *probe)
{
	const char *end = content + size;
	uint64_t addresses[3];

	if (size < sizeof(addresses))
		return false;
	memcpy(addresses, content, sizeof(addresses));
	probe->address = addresses[0];
	probe->base = addresses[1];
	probe->semaphore = addresses[2];
	probe->provider = content + sizeof(addresses);
	probe->name = next_string(probe->provider, end);
	return probe->name && next_string(probe->name, end);
}

static void add_other(struct bcc_c__buf *others, const struct probe *probe)
{
	size_t provider_len = strlen(probe->provider);
	const char *other = others->data;
	const char *end = other + others->size;

	for (; other < end; other += strlen(other) + 1)
		if (!strncmp(other, probe->provider, provider_len) && other[provider_len] == ':' &&
		    !strcmp(other + provider_len + 1, probe->name))
			return;
	bcc_c__buf_printf(others, "%s:%s", probe->provider, probe->name);
	bcc_c__buf_append(others, "", 1);
}

static const char *add_place(const struct search *search, const struct probe *probe)
{
	/* Prelinking moves the addresses of the code, but not what notes say. */
	uint64_t moved = search->base && probe->base ? search->base - probe->base : 0;
	struct bcc_c__usdt_place place = { 0 };

	if (!bcc_c__elf_offset(search->elf, probe->address + moved, &place.offset) ||
	    (probe->semaphore &&
	     !bcc_c__elf_offset(search->elf, probe->semaphore + moved, &place.semaphore)))
		return "the probe lies in no segment of the file";
	bcc_c__buf_append(search->places, &place, sizeof(place));
	return NULL;
}

static const char *search_notes(const struct search *search, Elf_Data *data)
{
	size_t at = 0, next, name_at, content_at;
	GElf_Nhdr note;

	while ((next = gelf_getnote(data, at, &note, &name_at, &content_at)) > 0) {
		const char *bytes = data->d_buf;
		const char *wrong = NULL;
		struct probe probe;

		at = next;
		if (note.n_type != NOTE_TYPE || note.n_namesz != sizeof(NOTE_NAME) ||
		    memcmp(bytes + name_at, NOTE_NAME, sizeof(NOTE_NAME)) != 0)
			continue;
		if (!read_probe(bytes + content_at, note.n_descsz, &probe))
			return "its notes about static probes are damaged";
		if (strcmp(probe.provider, search->provider) != 0 ||
		    strcmp(probe.name, search->name) != 0)
			add_other(search->others, &probe);
		else
			wrong = add_place(search, &probe);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* Where the section is that addresses in notes go by. 0: there is none. */
static uint64_t base_of(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return 0;
	while ((section = elf_nextscn(elf, section))) {
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, names, header.sh_name)
					   : NULL;

		if (name && !strcmp(name, ".stapsdt.base"))
			return header.sh_addr;
	}
	return 0;
}

static const char *search_file(const struct search *search)
{
	const char *wrong = NULL;
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	if (gelf_getclass(search->elf) != ELFCLASS64)
		return "static probes in files of 32 bits are not supported";
	while (!wrong && (section = elf_nextscn(search->elf, section))) {
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		if (data)
			wrong = search_notes(search, data);
	}
	return wrong;
}

int bcc_c__elf_find_usdt(const char *path, const char *provider, const char *name,
			 struct bcc_c__buf *places, struct bcc_c__buf *others, const char **why)
{
	struct search search = { NULL, 0, provider, name, places, others };
	autoelf file = { .fd = -1 };
	const char *wrong;
	int err;

	*why = "";
	err = bcc_c__elf_open(&file, path, why);
	if (err)
		return err;
	search.elf = file.elf;
	search.base = base_of(file.elf);
	wrong = search_file(&search);
	if (wrong) {
		*why = wrong;
		return -ENOEXEC;
	}
	return places->failed || others->failed ? -ENOMEM : 0;
}
