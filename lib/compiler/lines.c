/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"

#include <linux/bpf.h>
#include <linux/btf.h>
#include <string.h>

#include "btf_ext.h"

/* Where LINES_FLAGS put relative and absolute names. */
#define RELATIVE "bcc_c:/"
#define ABSOLUTE "/bcc_c/none"

struct line {
	const char *text;
	uint32_t len;
	uint32_t offset; /* as a string in BTF; 0: not there yet */
};

struct file {
	uint32_t name_off; /* as in the records */
	uint32_t own_name_off;
	struct bcc_c__buf buf;
	struct line *lines; /* the first is [0] */
	size_t line_cnt;
};

struct job {
	const char *strings;
	uint32_t string_size;
	lines_text_fn fn;
	void *ctx;
	struct file *files;
	size_t file_cnt;
	struct bcc_c__buf *out;
	uint32_t strings_at; /* in out */
};

const char *lines__name(const char *name)
{
	if (!strncmp(name, RELATIVE, strlen(RELATIVE)))
		return name + strlen(RELATIVE);
	if (!strncmp(name, ABSOLUTE "/", strlen(ABSOLUTE "/")))
		return name + strlen(ABSOLUTE);
	return name;
}

const char *lines__find(const char *text, uint32_t number, size_t *len)
{
	for (; number > 1 && text; number--) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	*len = text ? strcspn(text, "\n") : 0;
	return number ? text : NULL;
}

static int split_lines(struct file *file, const char *text)
{
	size_t cnt = 1;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		cnt++;
	file->lines = calloc(cnt, sizeof(*file->lines));
	if (!file->lines)
		return -ENOMEM;
	for (file->line_cnt = 0; file->line_cnt < cnt; file->line_cnt++) {
		size_t len = strcspn(text, "\n");

		file->lines[file->line_cnt] = (struct line){ .text = text, .len = (uint32_t)len };
		text += len + 1;
	}
	return 0;
}

static int open_file(struct job *job, uint32_t name_off, struct file *file)
{
	const char *name, *own, *text;

	*file = (struct file){ .name_off = name_off, .own_name_off = name_off };
	if (name_off >= job->string_size)
		return 0;
	name = job->strings + name_off;
	own = lines__name(name);
	file->own_name_off += (uint32_t)(own - name);
	text = job->fn(job->ctx, own, &file->buf);
	return text ? split_lines(file, text) : 0;
}

static struct file *find_file(struct job *job, uint32_t name_off)
{
	struct file *files;

	for (size_t i = 0; i < job->file_cnt; i++)
		if (job->files[i].name_off == name_off)
			return &job->files[i];
	files = realloc(job->files, (job->file_cnt + 1) * sizeof(*files));
	if (!files)
		return NULL;
	job->files = files;
	if (open_file(job, name_off, &files[job->file_cnt])) {
		bcc_c__buf_free(&files[job->file_cnt].buf);
		return NULL;
	}
	return &files[job->file_cnt++];
}

static int fill_info(struct job *job, struct bpf_line_info *info)
{
	struct file *file = find_file(job, info->file_name_off);
	uint32_t number = BPF_LINE_INFO_LINE_NUM(info->line_col);
	struct line *line;

	if (!file)
		return -ENOMEM;
	info->file_name_off = file->own_name_off;
	if (!number || number > file->line_cnt)
		return 0;
	line = &file->lines[number - 1];
	if (!line->offset && line->len) {
		line->offset = (uint32_t)job->out->size - job->strings_at;
		bcc_c__buf_append(job->out, line->text, line->len);
		bcc_c__buf_append(job->out, "", 1);
	}
	info->line_off = line->offset;
	return 0;
}

static int fill_record(void *ctx, char *record)
{
	struct bpf_line_info info;
	int err;

	memcpy(&info, record, sizeof(info));
	err = fill_info(ctx, &info);
	memcpy(record, &info, sizeof(info));
	return err;
}

/* Finds the strings, which must be all that is behind the types. */
static int open_strings(struct job *job, const char *btf, size_t size)
{
	struct btf_header header;
	uint64_t start;

	if (size < sizeof(header))
		return -EINVAL;
	memcpy(&header, btf, sizeof(header));
	start = (uint64_t)header.hdr_len + header.str_off;
	if (header.magic != BTF_MAGIC || !header.str_len || start + header.str_len != size ||
	    btf[size - 1])
		return -EINVAL;
	job->strings = btf + start;
	job->string_size = header.str_len;
	job->strings_at = (uint32_t)start;
	return 0;
}

static void set_string_size(struct job *job)
{
	uint32_t size = (uint32_t)job->out->size - job->strings_at;

	if (!job->out->failed)
		memcpy(job->out->data + offsetof(struct btf_header, str_len), &size, sizeof(size));
}

int lines__add(const char *btf, size_t btf_size, char *ext, size_t ext_size, lines_text_fn fn,
	       void *ctx, struct bcc_c__buf *out)
{
	struct job job = { .fn = fn, .ctx = ctx, .out = out };
	struct btf_ext_header header;
	uint64_t start;
	int err = open_strings(&job, btf, btf_size);

	if (err || ext_size < sizeof(header))
		return -EINVAL;
	memcpy(&header, ext, sizeof(header));
	start = (uint64_t)header.hdr_len + header.line_info_off;
	if (start + header.line_info_len > ext_size)
		return -EINVAL;
	bcc_c__buf_append(out, btf, btf_size);
	if (header.line_info_len)
		err = btf_ext__walk(ext + start, header.line_info_len, sizeof(struct bpf_line_info),
				    fill_record, &job);
	set_string_size(&job);
	for (size_t i = 0; i < job.file_cnt; i++) {
		free(job.files[i].lines);
		bcc_c__buf_free(&job.files[i].buf);
	}
	free(job.files);
	return out->failed ? -ENOMEM : err;
}
