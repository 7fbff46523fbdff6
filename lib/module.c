/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a module: new, compile or open, free. What it holds then is in object.c, loading in
 * load.c, links in attach.c.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

#define DEFAULT_MEMORY_MB 1024
#define DEFAULT_CPU_S 30
#define DEFAULT_WALL_MS 60000
#define ELF_LIMIT (256u << 20)

static_assert(sizeof(struct bcc_c_module_opts) == 6 * sizeof(void *) + 16,
	      "padding in bcc_c_module_opts");

static uint32_t or_default(uint32_t value, uint32_t fallback)
{
	return value ? value : fallback;
}

static int take_opts(struct bcc_c_module *mod, const struct bcc_c_module_opts *opts)
{
	struct bcc_c_module_opts copy;

	if (bcc_c__copy_opts(&copy, sizeof(copy), opts) ||
	    copy.flags & ~(uint32_t)(BCC_C_NO_CACHE | BCC_C_IN_PROCESS))
		return -EINVAL;
	mod->opts = copy;
	mod->opts.compiler = copy.compiler ? strdup(copy.compiler) : NULL;
	mod->opts.btf = copy.btf ? strdup(copy.btf) : NULL;
	mod->opts.table_ns = copy.table_ns ? strdup(copy.table_ns) : NULL;
	mod->opts.compiler_memory_mb = or_default(copy.compiler_memory_mb, DEFAULT_MEMORY_MB);
	mod->opts.compiler_cpu_s = or_default(copy.compiler_cpu_s, DEFAULT_CPU_S);
	mod->opts.compiler_wall_ms = or_default(copy.compiler_wall_ms, DEFAULT_WALL_MS);
	if ((copy.compiler && !mod->opts.compiler) || (copy.btf && !mod->opts.btf) ||
	    (copy.table_ns && !mod->opts.table_ns))
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

void bcc_c_module__free(struct bcc_c_module *mod)
{
	int saved = errno;

	if (!mod)
		return;
	bcc_c__free_all_events(mod);
	bcc_c_module__detach(mod);
	bcc_c__close_object(mod);
	bcc_c__forget_diags(mod);
	bcc_c__buf_free(&mod->errmsg);
	bcc_c__buf_free(&mod->log);
	free((char *)mod->opts.compiler);
	free((char *)mod->opts.btf);
	free((char *)mod->opts.table_ns);
	free(mod);
	errno = saved;
}

/* What every compile and open starts with. */
int bcc_c__begin_object(struct bcc_c_module *mod, const char *step)
{
	bcc_c__begin(mod);
	bcc_c__buf_clear(&mod->log);
	if (mod->state != MODULE_NEW)
		return bcc_c__fail(mod, -EINVAL, "make a new module for it",
				   "%s: the module already holds an object", step);
	bcc_c__forget_diags(mod);
	return 0;
}

/* ---- ready objects */

static int open_elf(struct bcc_c_module *mod, const void *data, size_t size, const char *name)
{
	bcc_c__buf_append(&mod->elf, data, size);
	if (mod->elf.failed) {
		bcc_c__buf_free(&mod->elf);
		return bcc_c__fail(mod, -ENOMEM, NULL, "open '%s': %m", name);
	}
	return bcc_c__open_object(mod, name, true);
}

int bcc_c_module__open_elf(struct bcc_c_module *mod, const void *data, size_t size)
{
	int err = bcc_c__begin_object(mod, "open object");

	if (err)
		return err;
	if (!data)
		return bcc_c__fail(mod, -EINVAL, NULL, "open object: no data");
	return open_elf(mod, data, size, "object");
}

int bcc_c_module__open_elf_file(struct bcc_c_module *mod, const char *path)
{
	autobuf elf = { 0 };
	int err = bcc_c__begin_object(mod, "open object");

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
