/* SPDX-License-Identifier: BSD-2-Clause */
/* Source lines in objects. */
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <sys/stat.h>

#include "compiler/btf_ext.h"
#include "compiler/lines.h"
#include "unit.h"

START_TEST(lines_names)
{
	ck_assert_str_eq(lines__name("bcc_c:/a/b.c"), "a/b.c");
	ck_assert_str_eq(lines__name("/bcc_c/none/home/b.c"), "/home/b.c");
	ck_assert_str_eq(lines__name("/bcc_c/include/x.h"), "/bcc_c/include/x.h");
	ck_assert_str_eq(lines__name("b.c"), "b.c");
	ck_assert_str_eq(lines__name(""), "");
}
END_TEST

/* Whether an object's line records have one with this place and text. */
static bool has_line(struct bcc_c_module *mod, const char *file, uint32_t number, const char *text)
{
	size_t size;
	const void *elf = bcc_c_module__elf(mod, &size);
	const char *path = temp_file("lines.o", elf, size);
	struct btf_ext *ext = NULL;
	struct btf *btf = btf__parse_elf(path, &ext);
	const struct btf_ext_header *header;
	const char *at, *end;
	bool found = false;

	ck_assert_ptr_nonnull(btf);
	ck_assert_ptr_nonnull(ext);
	header = btf_ext__get_raw_data(ext, &(uint32_t){ 0 });
	at = (const char *)header + header->hdr_len + header->line_info_off;
	end = at + header->line_info_len;
	for (at += sizeof(uint32_t); at < end;) {
		const struct btf_ext_part *part = (const void *)at;
		const struct bpf_line_info *info = (const void *)(part + 1);

		for (uint32_t i = 0; i < part->cnt; i++, info++)
			found |= BPF_LINE_INFO_LINE_NUM(info->line_col) == number &&
				 !strcmp(btf__name_by_offset(btf, info->file_name_off), file) &&
				 !strcmp(btf__name_by_offset(btf, info->line_off), text);
		at = (const char *)info;
	}
	btf_ext__free(ext);
	btf__free(btf);
	return found;
}

static struct bcc_c_module *compile_as(const char *name, const char *source)
{
	struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .name = name };
	struct bcc_c_module *mod = new_module();

	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	return mod;
}

#define MAIN "#include \"lines.h\"\nint g(void)\n{\n\treturn f() + 4711;\n}\n"
#define HEADER "\nint n;\nstatic __attribute__((noinline)) int f(void)\n{\n  return n++;  \n}"

START_TEST(lines_of_all_files)
{
	const char *header = temp_file("lines.h", HEADER, strlen(HEADER));
	const char *name = temp_path("main.c");
	struct bcc_c_module *mod = compile_as(name, MAIN);

	ck_assert(has_line(mod, name, 4, "\treturn f() + 4711;"));
	ck_assert(has_line(mod, header, 5, "  return n++;  "));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(lines_of_a_relative_name)
{
	struct bcc_c_module *mod = compile_as("no/such/../main.c", "int g(void)\n{return 1;}");

	ck_assert(has_line(mod, "no/such/../main.c", 2, "{return 1;}"));
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(lines_of_no_file)
{
	struct bcc_c_module *mod = compile_as("main.c",
					      "#line 7 \"/dev/zero\"\nint g(void) {return 1;}");

	ck_assert(has_line(mod, "/dev/zero", 7, ""));
	bcc_c_module__free(mod);
}
END_TEST

static const char *no_text(void *ctx, const char *name, struct bcc_c__buf *buf)
{
	(void)ctx, (void)name, (void)buf;
	return "a line";
}

/* One part with one record, of line 1 of the file "x". */
struct ext {
	struct btf_ext_header header;
	uint32_t size;
	struct btf_ext_part part;
	struct bpf_line_info info;
};

static const struct ext good = {
	.header = { .magic = BTF_MAGIC,
		    .version = 1,
		    .hdr_len = sizeof(struct btf_ext_header),
		    .line_info_len = sizeof(struct ext) - sizeof(struct btf_ext_header) },
	.size = sizeof(struct bpf_line_info),
	.part = { .cnt = 1 },
	.info = { .file_name_off = 1, .line_col = 1 << 10 },
};

static int add(struct ext *ext, const char *strings, size_t size)
{
	struct btf_header header = { .magic = BTF_MAGIC,
				     .version = 1,
				     .hdr_len = sizeof(header),
				     .str_len = (uint32_t)size };
	autobuf btf = { 0 };
	autobuf out = { 0 };

	bcc_c__buf_append(&btf, &header, sizeof(header));
	bcc_c__buf_append(&btf, strings, size);
	return lines__add(btf.data, btf.size, (char *)ext, sizeof(*ext), no_text, NULL, &out);
}

START_TEST(lines_damaged)
{
	struct ext ext = good;

	ck_assert_int_eq(add(&ext, "\0x", 3), 0);
	ck_assert_uint_eq(ext.info.line_off, 3);
	ext = good;
	ck_assert_int_eq(add(&ext, "\0xy", 3), -EINVAL); /* not ended */
	ext.part.cnt = 2;
	ck_assert_int_eq(add(&ext, "\0x", 3), -EINVAL);
	ext = good;
	ext.size = 4;
	ck_assert_int_eq(add(&ext, "\0x", 3), -EINVAL);
	ext = good;
	ext.header.line_info_len += 1;
	ck_assert_int_eq(add(&ext, "\0x", 3), -EINVAL);
	ext = good;
	ext.header.line_info_off = UINT32_MAX;
	ck_assert_int_eq(add(&ext, "\0x", 3), -EINVAL);
	ext = good;
	ext.info.file_name_off = 1000;
	ck_assert_int_eq(add(&ext, "\0x", 3), 0);
	ck_assert_uint_eq(ext.info.line_off, 0);
}
END_TEST

SUITE(lines, lines_names, lines_of_all_files, lines_of_a_relative_name, lines_of_no_file,
      lines_damaged)
