/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rewrites an ELF file section by section. A section that is dropped keeps its header, with nothing
 * behind it, so that no index in the file changes.
 *
 * Formats: elf(5), struct bpf_core_relo of linux/bpf.h.
 */
#include "strip.h"

#include <bpf/btf.h>
#include <linux/bpf.h>
#include <string.h>

#include "../btf_view.h"
#include "../wire.h"
#include "btf_ext.h"
#include "object.h"

/* An object, and what its types are to be replaced by: nothing if that is empty. */
struct job {
	struct object object;
	struct bcc_c__buf btf;
};

/* ---- types */

/* Appends the types of another object, and their names, behind those that are there. */
static int add_types(struct job *job, struct bcc_c__buf *other)
{
	struct object from;
	struct btf *btf = NULL, *more = NULL;
	const Elf64_Shdr *to_types = object__find(&job->object, ".BTF"), *from_types;
	const void *raw = NULL;
	uint32_t size = 0;
	int err = object__open(&from, other);

	from_types = err ? NULL : object__find(&from, ".BTF");
	if (!to_types || !from_types)
		return -EINVAL;
	btf = btf__new(job->object.data + to_types->sh_offset, (uint32_t)to_types->sh_size);
	more = btf__new(from.data + from_types->sh_offset, (uint32_t)from_types->sh_size);
	err = btf && more ? btf__add_btf(btf, more) : -errno;
	raw = err < 0 ? NULL : btf__raw_data(btf, &size);
	if (raw)
		bcc_c__buf_append(&job->btf, raw, size);
	btf__free(more);
	btf__free(btf);
	return err < 0 ? err : raw && !job->btf.failed ? 0 : -ENOMEM;
}

static int add_lines(struct job *job, const struct strip_input *in)
{
	const Elf64_Shdr *types = object__find(&job->object, ".BTF");
	const Elf64_Shdr *ext = object__find(&job->object, ".BTF.ext");
	struct bcc_c__buf with_lines = { 0 };
	int err;

	if (!types || !ext)
		return 0;
	err = lines__add(job->btf.size ? job->btf.data : job->object.data + types->sh_offset,
			 job->btf.size ? job->btf.size : types->sh_size,
			 job->object.data + ext->sh_offset, ext->sh_size, in->text, in->ctx,
			 &with_lines);
	bcc_c__buf_free(&job->btf);
	job->btf = with_lines;
	return err;
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
	const Elf64_Shdr *types = object__find(object, ".BTF");
	const Elf64_Shdr *ext = object__find(object, ".BTF.ext");
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
static void write_section(const struct job *job, Elf64_Shdr *section, bool needed,
			  struct bcc_c__buf *out)
{
	const char *data = job->object.data + section->sh_offset;

	if (job->btf.size && !strcmp(object__name(&job->object, section), ".BTF")) {
		data = job->btf.data;
		section->sh_size = job->btf.size;
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

static void write_object(const struct job *job, const char *kernel, Elf64_Shdr *sections,
			 struct bcc_c__buf *out)
{
	const struct object *object = &job->object;
	Elf64_Ehdr header = *object->header;
	Elf64_Shdr mark = { 0 };
	size_t cnt = header.e_shnum;

	bcc_c__buf_append(out, NULL, sizeof(header));
	for (size_t i = 1; i < cnt; i++) {
		const char *name = object__name(object, &sections[i]);

		if (!kernel || i != header.e_shstrndx)
			write_section(job, &sections[i], is_needed(name, !kernel), out);
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

static int rewrite(struct job *job, const struct strip_input *in, struct bcc_c__buf *out)
{
	const size_t cnt = job->object.header->e_shnum;
	autofree Elf64_Shdr *sections = calloc(cnt, sizeof(*sections));
	int err = in->more_types->size ? add_types(job, in->more_types) : 0;

	if (!err)
		err = add_lines(job, in);
	if (err || !sections)
		return err ? err : -ENOMEM;
	if (in->kernel)
		drop_relocations(&job->object, in);
	memcpy(sections, job->object.sections, cnt * sizeof(*sections));
	write_object(job, in->kernel, sections, out);
	return out->failed ? -ENOMEM : 0;
}

int strip__object(struct bcc_c__buf *elf, const struct strip_input *in)
{
	struct bcc_c__buf out = { 0 };
	struct job job = { 0 };
	int err;

	if (object__open(&job.object, elf))
		return -EINVAL;
	err = rewrite(&job, in, &out);
	bcc_c__buf_free(&job.btf);
	if (err) {
		bcc_c__buf_free(&out);
		return err;
	}
	bcc_c__buf_free(elf);
	*elf = out;
	return 0;
}
