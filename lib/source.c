/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compiling: from a source text to an object, out of the cache or through the compiler.
 */
#include <assert.h>
#include <string.h>

#include "cache.h"
#include "internal.h"
#include "wire.h"

#define SOURCE_LIMIT (64u << 20)

static_assert(sizeof(struct bcc_c_compile_opts) == 4 * sizeof(void *) + 8,
	      "padding in bcc_c_compile_opts");

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
			err = bcc_c__add_diag(mod, &record);
		else if (record.tag == WIRE_ELF)
			bcc_c__buf_append(&mod->elf, record.data, record.size);
		else if (record.tag == WIRE_TIMES && bcc_c__wire_get_str(&record))
			bcc_c__log(mod, BCC_C_LOG_DEBUG, "compiler: %s", record.data);
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
		bcc_c__log_diag(mod, &mod->diags[i]);
	bcc_c__buf_str(&mod->log);
	if (status && message && message[0])
		return bcc_c__fail(mod, status, NULL, "compile '%s': %s", name, message);
	if (status)
		return bcc_c__fail_diags(mod, name);
	return bcc_c__open_object(mod, name, false);
}

/* Another kernel's types are no help in making an object for this one alone. */
static bool is_portable(const struct bcc_c_module *mod, const struct bcc_c_compile_opts *opts)
{
	return opts->flags & BCC_C_PORTABLE || mod->opts.btf;
}

/* All of the request that the reply depends on. */
static void write_material(struct bcc_c_module *mod, const char *source, const char *name,
			   const struct bcc_c_compile_opts *opts, struct bcc_c__buf *out)
{
	autobuf kernel = { 0 };

	bcc_c__wire_put_str(out, WIRE_MAGIC, bcc_c_version());
	bcc_c__wire_put_str(out, WIRE_NAME, name);
	if (mod->opts.btf)
		bcc_c__wire_put_str(out, WIRE_BTF, mod->opts.btf);
	if (!is_portable(mod, opts) && bcc_c__identify_kernel(&kernel))
		out->failed = true;
	else if (kernel.size)
		bcc_c__wire_put_str(out, WIRE_KERNEL, bcc_c__buf_str(&kernel));
	if (opts->dialect)
		bcc_c__wire_put(out, WIRE_DIALECT, &opts->dialect, sizeof(opts->dialect));
	for (size_t i = 0; i < opts->cflags_cnt; i++)
		bcc_c__wire_put_str(out, WIRE_CFLAG, opts->cflags[i]);
	bcc_c__wire_put_str(out, WIRE_SOURCE, source);
}

/* The rest of the request is of no account for the reply, unless it fails. */
static int run_compiler(struct bcc_c_module *mod, const struct bcc_c__buf *material)
{
	struct wire_limits limits = { .memory_mb = mod->opts.compiler_memory_mb,
				      .cpu_s = mod->opts.compiler_cpu_s };
	autobuf request = { 0 };

	bcc_c__buf_append(&request, material->data, material->size);
	bcc_c__wire_put(&request, WIRE_LIMITS, &limits, sizeof(limits));
	return bcc_c__run_compiler(mod, &request, &mod->reply);
}

static int get_reply(struct bcc_c_module *mod, const struct bcc_c_compile_opts *opts,
		     const struct bcc_c__buf *material, const char *name)
{
	autobuf key = { 0 };
	bool cached = !(mod->opts.flags & BCC_C_NO_CACHE);
	int err;

	if (cached && bcc_c__identify_answerer(mod, is_portable(mod, opts), &key))
		cached = false;
	bcc_c__buf_append(&key, material->data, material->size);
	if (cached && !key.failed && bcc_c__cache_get(mod, &key, &mod->reply))
		return take_reply(mod, name);
	err = run_compiler(mod, material);
	if (!err)
		err = take_reply(mod, name);
	if (!err && cached && !key.failed)
		bcc_c__cache_put(mod, &key, &mod->reply);
	return err;
}

static int check_opts(struct bcc_c_module *mod, const struct bcc_c_compile_opts *opts)
{
	if (opts->dialect > BCC_C_DIALECT_BCC || opts->flags & ~(uint32_t)BCC_C_PORTABLE)
		return bcc_c__fail(mod, -EINVAL, NULL, "compile: bad options");
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
	autobuf material = { 0 };
	const char *name;
	int err;

	err = bcc_c__begin_object(mod, "compile");
	if (err)
		return err;
	if (!source || bcc_c__copy_opts(&copy, sizeof(copy), opts))
		return bcc_c__fail(mod, -EINVAL, NULL, "compile: bad %s",
				   source ? "options" : "source");
	err = check_opts(mod, &copy);
	if (err)
		return err;
	if (copy.name && copy.name[0] && copy.name[strlen(copy.name) - 1] == '/')
		return bcc_c__fail(mod, -EINVAL, NULL, "compile '%s': the name is a folder's",
				   copy.name);
	/* To clang "-" is standard input. */
	name = copy.name && copy.name[0] && strcmp(copy.name, "-") ? copy.name : "probe.c";
	write_material(mod, source, name, &copy, &material);
	if (material.failed)
		return bcc_c__fail(mod, -ENOMEM, NULL, "compile '%s': %m", name);
	err = get_reply(mod, &copy, &material, name);
	/* Diagnostics are part of it; without any it need not be kept. */
	if (!mod->diag_cnt)
		bcc_c__buf_free(&mod->reply);
	return err;
}

int bcc_c_module__compile_file(struct bcc_c_module *mod, const char *path,
			       const struct bcc_c_compile_opts *opts)
{
	struct bcc_c_compile_opts copy;
	autobuf source = { 0 };
	const char *text;
	int err;

	err = bcc_c__begin_object(mod, "compile");
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
