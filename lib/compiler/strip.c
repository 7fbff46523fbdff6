/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rewrites an ELF file section by section. A section that is dropped keeps its header, with nothing
 * behind it, so that no index in the file changes.
 *
 * Formats: elf(5), struct bpf_core_relo of linux/bpf.h.
 */
#include "strip.h"

#include <elf.h>
#include <linux/bpf.h>
#include <string.h>

#include "../btf_view.h"
#include "../wire.h"
#include "btf_ext.h"

struct object {
	char *data;
	size_t size;
	Elf64_Ehdr *header;
	Elf64_Shdr *sections;
	const char *names;
	size_t names_size;
	struct bcc_c__buf btf; /* what .BTF is to be replaced by, if not empty */
};

static bool inside(const struct object *object, uint64_t offset, uint64_t size)
{
	return offset <= object->size && size <= object->size - offset;
}

static int open_object(struct object *object, struct bcc_c__buf *elf)
{
	Elf64_Shdr *names;

	*object = (struct object){ .data = elf->data, .size = elf->size };
	object->header = (void *)elf->data;
	if (elf->size < sizeof(*object->header) ||
	    memcmp(object->header->e_ident, ELFMAG, SELFMAG) ||
	    object->header->e_ident[EI_CLASS] != ELFCLASS64 ||
	    object->header->e_shentsize != sizeof(Elf64_Shdr) || object->header->e_shoff % 8 ||
	    !inside(object, object->header->e_shoff,
		    (uint64_t)object->header->e_shnum * sizeof(Elf64_Shdr)) ||
	    object->header->e_shstrndx >= object->header->e_shnum)
		return -EINVAL;
	object->sections = (void *)(elf->data + object->header->e_shoff);
	for (size_t i = 0; i < object->header->e_shnum; i++)
		if (object->sections[i].sh_type != SHT_NOBITS &&
		    !inside(object, object->sections[i].sh_offset, object->sections[i].sh_size))
			return -EINVAL;
	names = &object->sections[object->header->e_shstrndx];
	object->names = elf->data + names->sh_offset;
	object->names_size = names->sh_size;
	return names->sh_size && !object->names[names->sh_size - 1] ? 0 : -EINVAL;
}

static const char *name_of(const struct object *object, const Elf64_Shdr *section)
{
	return section->sh_name < object->names_size ? object->names + section->sh_name : "";
}

static Elf64_Shdr *find_section(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->header->e_shnum; i++)
		if (!strcmp(name_of(object, &object->sections[i]), name))
			return &object->sections[i];
	return NULL;
}

/* ---- source lines */

static int add_lines(struct object *object, const struct strip_input *in)
{
	Elf64_Shdr *types = find_section(object, ".BTF");
	Elf64_Shdr *ext = find_section(object, ".BTF.ext");

	if (!types || !ext)
		return 0;
	return lines__add(object->data + types->sh_offset, types->sh_size,
			  object->data + ext->sh_offset, ext->sh_size, in->text, in->ctx,
			  &object->btf);
}

/* ---- relocations */

struct relocations {
	const struct btf_view *btf;
	const struct strip_input *in;
};

/* Gives 0 if a relocation is about a type of the kernel's. */
static int is_about_other(void *ctx, char *record)
{
	const struct relocations *relocations = ctx;
	const struct strip_input *in = relocations->in;
	struct bpf_core_relo relo;
	const struct btf_type *type;

	memcpy(&relo, record, sizeof(relo));
	type = btf_view__type(relocations->btf, relo.type_id);
	/* The numbers of types in the kernel's BTF are known only when it is read. */
	if (!type || relo.kind == BPF_CORE_TYPE_ID_LOCAL || relo.kind == BPF_CORE_TYPE_ID_TARGET)
		return 1;
	return !in->is_kernels(in->ctx, btf_view__string(relocations->btf, type->name_off));
}

static void drop_relocations(struct object *object, const struct strip_input *in)
{
	Elf64_Shdr *types = find_section(object, ".BTF");
	Elf64_Shdr *ext = find_section(object, ".BTF.ext");
	struct btf_ext_header header;
	struct btf_view btf;
	struct relocations relocations = { .btf = &btf, .in = in };
	const char *why;
	char *start;

	if (!types || !ext || ext->sh_size < sizeof(header) || types->sh_offset % 4)
		return;
	start = object->data + ext->sh_offset;
	memcpy(&header, start, sizeof(header));
	if ((uint64_t)header.hdr_len + header.core_relo_off + header.core_relo_len > ext->sh_size ||
	    btf_view__from_memory(&btf, object->data + types->sh_offset, types->sh_size, &why))
		return;
	start += header.hdr_len + header.core_relo_off;
	if (header.core_relo_len &&
	    !btf_ext__walk(start, header.core_relo_len, sizeof(struct bpf_core_relo),
			   is_about_other, &relocations)) {
		header.core_relo_len = 0;
		memcpy(object->data + ext->sh_offset, &header, sizeof(header));
	}
	free(btf.offsets);
}

/* ---- writing */

static bool is_needed(const char *name, bool linkable)
{
	if (bcc_c__starts_with(name, ".debug_") || bcc_c__starts_with(name, ".rel.debug_"))
		return false;
	/* These are for linkers. */
	return linkable || (!bcc_c__starts_with(name, ".rel.BTF") && strcmp(name, ".llvm_addrsig"));
}

static void align(struct bcc_c__buf *out, size_t to)
{
	if (to > 1 && out->size % to)
		bcc_c__buf_append(out, NULL, to - out->size % to);
}

/* Writes a section's data, and changes its header to where they are. */
static void write_section(const struct object *object, Elf64_Shdr *section, bool needed,
			  struct bcc_c__buf *out)
{
	const char *data = object->data + section->sh_offset;

	if (object->btf.size && !strcmp(name_of(object, section), ".BTF")) {
		data = object->btf.data;
		section->sh_size = object->btf.size;
	}
	align(out, section->sh_addralign < 16 ? section->sh_addralign : 16);
	section->sh_offset = out->size;
	if (!needed)
		section->sh_size = 0;
	if (section->sh_type != SHT_NOBITS)
		bcc_c__buf_append(out, data, section->sh_size);
}

/* Writes the names and what identifies the kernel, and returns the header for the latter. */
static Elf64_Shdr write_mark(const struct object *object, const char *kernel, Elf64_Shdr *names,
			     struct bcc_c__buf *out)
{
	Elf64_Shdr mark = { .sh_type = SHT_PROGBITS, .sh_addralign = 1 };

	mark.sh_name = (uint32_t)object->names_size;
	names->sh_offset = out->size;
	names->sh_size = object->names_size + sizeof(WIRE_KERNEL_SECTION);
	bcc_c__buf_append(out, object->names, object->names_size);
	bcc_c__buf_append(out, WIRE_KERNEL_SECTION, sizeof(WIRE_KERNEL_SECTION));
	mark.sh_offset = out->size;
	mark.sh_size = strlen(kernel) + 1;
	bcc_c__buf_append(out, kernel, mark.sh_size);
	return mark;
}

static void write_object(struct object *object, const char *kernel, Elf64_Shdr *sections,
			 struct bcc_c__buf *out)
{
	Elf64_Ehdr header = *object->header;
	Elf64_Shdr mark = { 0 };
	size_t cnt = header.e_shnum;

	bcc_c__buf_append(out, NULL, sizeof(header));
	for (size_t i = 1; i < cnt; i++) {
		const char *name = name_of(object, &sections[i]);

		if (!kernel || i != header.e_shstrndx)
			write_section(object, &sections[i], is_needed(name, !kernel), out);
	}
	if (kernel)
		mark = write_mark(object, kernel, &sections[header.e_shstrndx], out);
	align(out, 8);
	header.e_shoff = out->size;
	header.e_shnum = (uint16_t)(cnt + (kernel != NULL));
	bcc_c__buf_append(out, sections, cnt * sizeof(*sections));
	if (kernel)
		bcc_c__buf_append(out, &mark, sizeof(mark));
	if (!out->failed)
		memcpy(out->data, &header, sizeof(header));
}

static int rewrite(struct object *object, const struct strip_input *in, struct bcc_c__buf *out)
{
	autofree Elf64_Shdr *sections = NULL;
	int err = add_lines(object, in);

	if (err)
		return err;
	if (in->kernel)
		drop_relocations(object, in);
	sections = calloc(object->header->e_shnum, sizeof(*sections));
	if (!sections)
		return -ENOMEM;
	memcpy(sections, object->sections, object->header->e_shnum * sizeof(*sections));
	write_object(object, in->kernel, sections, out);
	return out->failed ? -ENOMEM : 0;
}

int strip__object(struct bcc_c__buf *elf, const struct strip_input *in)
{
	struct bcc_c__buf out = { 0 };
	struct object object;
	int err;

	if (open_object(&object, elf))
		return -EINVAL;
	err = rewrite(&object, in, &out);
	bcc_c__buf_free(&object.btf);
	if (err) {
		bcc_c__buf_free(&out);
		return err;
	}
	bcc_c__buf_free(elf);
	*elf = out;
	return 0;
}
