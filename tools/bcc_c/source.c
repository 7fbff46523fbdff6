// SPDX-License-Identifier: BSD-2-Clause
/*
 * From a file, whether C source or BPF object, to a module.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/errors.h"
#include "source.h"

/* Reads all of a file. Returns its bytes, one zero byte behind them; or NULL with errno. */
static char *read_all(FILE *file, size_t *size)
{
	char *data = NULL;
	size_t room = 0, got;

	*size = 0;
	do {
		if (*size + 1 >= room) {
			char *bigger = realloc(data, room = room ? 2 * room : 65536);

			if (!bigger) {
				free(data);
				return NULL;
			}
			data = bigger;
		}
		got = fread(data + *size, 1, room - *size - 1, file);
		*size += got;
	} while (got);
	if (ferror(file)) {
		free(data);
		return NULL;
	}
	data[*size] = '\0';
	return data;
}

static char *read_file(const char *path, size_t *size)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	char *data = file ? read_all(file, size) : NULL;

	if (!data)
		warn_text("%s: %s", path, strerror(errno));
	if (file && !is_stdin)
		fclose(file);
	return data;
}

static bool is_elf(const char *data, size_t size)
{
	return size >= 4 && !memcmp(data, "\177ELF", 4);
}

static const char *const severities[] = {
	[BCC_C_NOTE] = "note",
	[BCC_C_WARNING] = "warning",
	[BCC_C_ERROR] = "error",
};

/* The warnings of a source that compiled; of one that didn't they are in the log. */
static void print_diags(const struct bcc_c_module *mod)
{
	const struct bcc_c_diag *diag = NULL;

	while ((diag = bcc_c_module__next_diag(mod, diag))) {
		fprintf(stderr, "%s:%u:%u: %s: %s\n", diag->file, diag->line, diag->column,
			severities[diag->severity], diag->text);
		if (*diag->source_line && diag->column)
			fprintf(stderr, "%s\n%*s^\n", diag->source_line, (int)diag->column - 1, "");
	}
}

static int compile(struct bcc_c_module *mod, const char *text,
		   const struct bcc_c_compile_opts *opts)
{
	int err = bcc_c_module__compile(mod, text, opts);

	if (!err)
		print_diags(mod);
	return err;
}

static int fill_module(struct bcc_c_module *mod, const char *data, size_t size,
		       const struct bcc_c_compile_opts *opts)
{
	int err;

	if (is_elf(data, size)) {
		err = bcc_c_module__open_elf(mod, data, size);
	} else if (memchr(data, '\0', size)) {
		warn_text("%s: neither an ELF file nor a text: it has zero bytes", opts->name);
		return -EINVAL;
	} else {
		err = compile(mod, data, opts);
	}
	if (err)
		module_failed(mod);
	return err;
}

static struct bcc_c_module *make_module(const char *path,
					const struct bcc_c_compile_opts *compile_opts)
{
	const struct bcc_c_module_opts opts = { .sz = sizeof(opts), .log = print_log };
	struct bcc_c_module *mod;
	size_t size;
	char *data = read_file(path, &size);
	int err;

	if (!data)
		return NULL;
	mod = bcc_c_module__new(&opts);
	if (!mod)
		die("%s", strerror(errno));
	err = fill_module(mod, data, size, compile_opts);
	free(data);
	if (!err)
		return mod;
	bcc_c_module__free(mod);
	return NULL;
}

static uint32_t dialect_of(const struct source *source)
{
	if (!source->dialect)
		return BCC_C_DIALECT_AUTO;
	if (!strcmp(source->dialect, "bcc"))
		return BCC_C_DIALECT_BCC;
	if (!strcmp(source->dialect, "libbpf"))
		return BCC_C_DIALECT_LIBBPF;
	args_fail("--dialect is bcc or libbpf, not '%s'", source->dialect);
}

struct bcc_c_module *open_source(const struct args *args, struct source *source, uint32_t flags)
{
	struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
					   .flags = flags,
					   .dialect = dialect_of(source) };
	struct bcc_c_module *mod;

	if (!args->rest_cnt)
		args_fail("a FILE is missing");
	for (int i = 0; i < args->command_cnt; i++)
		args_append(&source->cflags, args->command[i]);
	opts.name = strcmp(args->rest[0], "-") ? args->rest[0] : "<stdin>";
	opts.cflags = (const char *const *)source->cflags.items;
	opts.cflags_cnt = source->cflags.cnt;
	mod = make_module(args->rest[0], &opts);
	args_clear(&source->cflags);
	return mod;
}
