/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a module: new, compile or open, free. What it holds then is in object.c, loading in
 * load.c, links in attach.c.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"
#include "wire.h"

#define DEFAULT_MEMORY_MB 1024
#define DEFAULT_CPU_S 30
#define DEFAULT_WALL_MS 60000
#define SOURCE_LIMIT (64u << 20)
#define ELF_LIMIT (256u << 20)

static_assert(sizeof(struct bcc_c_module_opts) == 5 * sizeof(void *) + 16,
	      "padding in bcc_c_module_opts");
static_assert(sizeof(struct bcc_c_compile_opts) == 4 * sizeof(void *),
	      "padding in bcc_c_compile_opts");

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

static int take_opts(struct bcc_c_module *mod, const struct bcc_c_module_opts *opts)
{
	struct bcc_c_module_opts copy;

	if (bcc_c__copy_opts(&copy, sizeof(copy), opts) || copy.reserved)
		return -EINVAL;
	mod->opts = copy;
	mod->opts.compiler = copy.compiler ? strdup(copy.compiler) : NULL;
	mod->opts.btf = copy.btf ? strdup(copy.btf) : NULL;
	mod->opts.compiler_memory_mb = or_default(copy.compiler_memory_mb, DEFAULT_MEMORY_MB);
	mod->opts.compiler_cpu_s = or_default(copy.compiler_cpu_s, DEFAULT_CPU_S);
	mod->opts.compiler_wall_ms = or_default(copy.compiler_wall_ms, DEFAULT_WALL_MS);
	if ((copy.compiler && !mod->opts.compiler) || (copy.btf && !mod->opts.btf))
		return -ENOMEM;
	return 0;
}

struct bcc_c_module *bcc_c_module__new(const struct bcc_c_module_opts *opts)
{
	struct bcc_c_module *mod = calloc(1, sizeof(*mod));
	int err = mod ? take_opts(mod, opts) : -ENOMEM;

	if (err) {
		bcc_c_module__free(mod);
		errno = -err;
		return NULL;
	}
	return mod;
}

static void forget_diags(struct bcc_c_module *mod)
{
	free(mod->diags);
	mod->diags = NULL;
	mod->diag_cnt = 0;
	bcc_c__buf_free(&mod->reply);
}

void bcc_c_module__free(struct bcc_c_module *mod)
{
	int saved = errno;

	if (!mod)
		return;
	bcc_c__free_all_events(mod);
	bcc_c_module__detach(mod);
	bcc_c__close_object(mod);
	forget_diags(mod);
	bcc_c__buf_free(&mod->errmsg);
	bcc_c__buf_free(&mod->log);
	free((char *)mod->opts.compiler);
	free((char *)mod->opts.btf);
	free(mod);
	errno = saved;
}

/* ---- diagnostics */

const struct bcc_c_diag *bcc_c_module__next_diag(const struct bcc_c_module *mod,
						 const struct bcc_c_diag *prev)
{
	size_t next = prev ? (size_t)(prev - mod->diags) + 1 : 0;

	return next < mod->diag_cnt ? &mod->diags[next] : NULL;
}

static int add_diag(struct bcc_c_module *mod, const struct wire_record *record)
{
	size_t cnt = mod->diag_cnt;
	struct bcc_c_diag *diags = mod->diags;
	struct wire_diag diag;
	const char *strings[3];

	if (!(cnt & (cnt - 1))) /* room for the next power of two */
		diags = realloc(diags, (cnt ? 2 * cnt : 1) * sizeof(*diags));
	if (!diags)
		return -ENOMEM;
	mod->diags = diags;
	if (bcc_c__wire_get_diag(record, &diag, strings))
		return -EBADMSG;
	mod->diags[mod->diag_cnt++] = (struct bcc_c_diag){
		.severity = diag.severity <= BCC_C_ERROR ? (int)diag.severity : BCC_C_ERROR,
		.line = diag.line,
		.column = diag.column,
		.file = strings[0],
		.text = strings[1],
		.source_line = strings[2],
	};
	return 0;
}

/* Appends a diagnostic to the log, as compilers write them. */
static void log_diag(struct bcc_c_module *mod, const struct bcc_c_diag *diag)
{
	static const char *const names[] = {
		[BCC_C_NOTE] = "note", [BCC_C_WARNING] = "warning", [BCC_C_ERROR] = "error"
	};
	struct bcc_c__buf *log = &mod->log;

	bcc_c__buf_printf(log, "%s:", diag->file);
	if (diag->line)
		bcc_c__buf_printf(log, "%u:%u:", diag->line, diag->column);
	bcc_c__buf_printf(log, " %s: %s\n", names[diag->severity], diag->text);
	if (!diag->source_line[0])
		return;
	bcc_c__buf_printf(log, "%s\n", diag->source_line);
	if (!diag->column || diag->column > strlen(diag->source_line) + 1)
		return;
	for (uint32_t i = 0; i + 1 < diag->column; i++)
		bcc_c__buf_append(log, diag->source_line[i] == '\t' ? "\t" : " ", 1);
	bcc_c__buf_printf(log, "^\n");
}

static int fail_diags(struct bcc_c_module *mod, const char *name)
{
	const struct bcc_c_diag *first = NULL;
	const char *advice;
	size_t errors = 0;

	for (size_t i = 0; i < mod->diag_cnt; i++) {
		if (mod->diags[i].severity != BCC_C_ERROR)
			continue;
		if (!errors++)
			first = &mod->diags[i];
	}
	if (!first)
		return bcc_c__fail(mod, -EBADMSG, NULL, "compile '%s': the compiler gave no reason",
				   name);
	advice = errors > 1 ? "there are more errors, see the log" : NULL;
	if (!first->line)
		return bcc_c__fail(mod, -EBADMSG, advice, "compile '%s': %s", name, first->text);
	return bcc_c__fail(mod, -EBADMSG, advice, "compile '%s': %s:%u:%u: %s", name, first->file,
			   first->line, first->column, first->text);
}

/* ---- compiling */

static int read_reply(struct bcc_c_module *mod, int32_t *status, const char **message)
{
	struct wire_reader reader = { .data = mod->reply.data, .size = mod->reply.size };
	struct wire_record record;
	int err;

	while ((err = bcc_c__wire_next(&reader, &record)) == 1) {
		err = 0;
		if (record.tag == WIRE_STATUS && record.size == sizeof(*status))
			memcpy(status, record.data, sizeof(*status));
		else if (record.tag == WIRE_MESSAGE)
			*message = bcc_c__wire_get_str(&record);
		else if (record.tag == WIRE_DIAG)
			err = add_diag(mod, &record);
		else if (record.tag == WIRE_ELF)
			bcc_c__buf_append(&mod->elf, record.data, record.size);
		if (err)
			return err;
	}
	return err ? err : mod->elf.failed ? -ENOMEM : 0;
}

static int take_reply(struct bcc_c_module *mod, const char *name)
{
	const char *message = NULL;
	int32_t status = -EBADMSG;
	int err = read_reply(mod, &status, &message);

	if (!err && (status > 0 || status < -4095))
		err = -EBADMSG;
	if (err || status)
		bcc_c__buf_free(&mod->elf);
	if (err)
		return bcc_c__fail(mod, err == -ENOMEM ? err : -ECANCELED, NULL,
				   "compile '%s': the compiler's reply is no reply", name);
	for (size_t i = 0; i < mod->diag_cnt; i++)
		log_diag(mod, &mod->diags[i]);
	bcc_c__buf_str(&mod->log);
	if (status && message && message[0])
		return bcc_c__fail(mod, status, NULL, "compile '%s': %s", name, message);
	if (status)
		return fail_diags(mod, name);
	return bcc_c__open_object(mod, name);
}

static void write_request(struct bcc_c_module *mod, const char *source, const char *name,
			  const struct bcc_c_compile_opts *opts, struct bcc_c__buf *request)
{
	struct wire_limits limits = { .memory_mb = mod->opts.compiler_memory_mb,
				      .cpu_s = mod->opts.compiler_cpu_s };

	bcc_c__wire_put(request, WIRE_MAGIC, NULL, 0);
	bcc_c__wire_put(request, WIRE_LIMITS, &limits, sizeof(limits));
	bcc_c__wire_put_str(request, WIRE_NAME, name);
	if (mod->opts.btf)
		bcc_c__wire_put_str(request, WIRE_BTF, mod->opts.btf);
	for (size_t i = 0; i < opts->cflags_cnt; i++)
		bcc_c__wire_put_str(request, WIRE_CFLAG, opts->cflags[i]);
	bcc_c__wire_put_str(request, WIRE_SOURCE, source);
}

/* What every compile and open starts with. */
static int begin_object(struct bcc_c_module *mod, const char *step)
{
	bcc_c__begin(mod);
	bcc_c__buf_clear(&mod->log);
	if (mod->state != MODULE_NEW)
		return bcc_c__fail(mod, -EINVAL, "make a new module for it",
				   "%s: the module already holds an object", step);
	forget_diags(mod);
	return 0;
}

static int check_cflags(struct bcc_c_module *mod, const struct bcc_c_compile_opts *opts)
{
	if (opts->cflags_cnt && !opts->cflags)
		return bcc_c__fail(mod, -EINVAL, NULL, "compile: cflags_cnt without cflags");
	for (size_t i = 0; i < opts->cflags_cnt; i++)
		if (!opts->cflags[i])
			return bcc_c__fail(mod, -EINVAL, NULL, "compile: cflags[%zu] is NULL", i);
	return 0;
}

int bcc_c_module__compile(struct bcc_c_module *mod, const char *source,
			  const struct bcc_c_compile_opts *opts)
{
	struct bcc_c_compile_opts copy;
	autobuf request = { 0 };
	const char *name;
	int err;

	err = begin_object(mod, "compile");
	if (err)
		return err;
	if (!source || bcc_c__copy_opts(&copy, sizeof(copy), opts))
		return bcc_c__fail(mod, -EINVAL, NULL, "compile: bad %s",
				   source ? "options" : "source");
	err = check_cflags(mod, &copy);
	if (err)
		return err;
	/* To clang "-" is standard input. */
	name = copy.name && copy.name[0] && strcmp(copy.name, "-") ? copy.name : "probe.c";
	write_request(mod, source, name, &copy, &request);
	err = bcc_c__run_compiler(mod, &request, &mod->reply);
	return err ? err : take_reply(mod, name);
}

int bcc_c_module__compile_file(struct bcc_c_module *mod, const char *path,
			       const struct bcc_c_compile_opts *opts)
{
	struct bcc_c_compile_opts copy;
	autobuf source = { 0 };
	const char *text;
	int err;

	err = begin_object(mod, "compile");
	if (err)
		return err;
	if (!path || bcc_c__copy_opts(&copy, sizeof(copy), opts))
		return bcc_c__fail(mod, -EINVAL, NULL, "compile: bad %s",
				   path ? "options" : "path");
	err = bcc_c__read_file(path, SOURCE_LIMIT, &source);
	if (err)
		return bcc_c__fail(mod, err, NULL, "read source '%s': %m", path);
	text = bcc_c__buf_str(&source);
	if (strlen(text) != source.size)
		return bcc_c__fail(mod, -EINVAL, NULL,
				   "read source '%s': has a zero byte in it, is no text", path);
	copy.sz = sizeof(copy);
	if (!copy.name)
		copy.name = path;
	return bcc_c_module__compile(mod, text, &copy);
}

/* ---- ready objects */

static int open_elf(struct bcc_c_module *mod, const void *data, size_t size, const char *name)
{
	bcc_c__buf_append(&mod->elf, data, size);
	if (mod->elf.failed) {
		bcc_c__buf_free(&mod->elf);
		return bcc_c__fail(mod, -ENOMEM, NULL, "open '%s': %m", name);
	}
	return bcc_c__open_object(mod, name);
}

int bcc_c_module__open_elf(struct bcc_c_module *mod, const void *data, size_t size)
{
	int err = begin_object(mod, "open object");

	if (err)
		return err;
	if (!data)
		return bcc_c__fail(mod, -EINVAL, NULL, "open object: no data");
	return open_elf(mod, data, size, "object");
}

int bcc_c_module__open_elf_file(struct bcc_c_module *mod, const char *path)
{
	autobuf elf = { 0 };
	int err = begin_object(mod, "open object");

	if (err)
		return err;
	if (!path)
		return bcc_c__fail(mod, -EINVAL, NULL, "open object: no path");
	err = bcc_c__read_file(path, ELF_LIMIT, &elf);
	if (err)
		return bcc_c__fail(mod, err, NULL, "read object '%s': %m", path);
	return open_elf(mod, elf.data, elf.size, path);
}

const void *bcc_c_module__elf(struct bcc_c_module *mod, size_t *size)
{
	bcc_c__begin(mod);
	if (!mod->elf.size) {
		bcc_c__fail(mod, -EINVAL, NULL, "get object: %s",
			    mod->state == MODULE_NEW ? "nothing was compiled or opened"
						     : "the module is loaded");
		return NULL;
	}
	*size = mod->elf.size;
	return mod->elf.data;
}
