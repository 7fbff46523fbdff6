/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a compiler's reply depends on besides the request: this library, the compiler, the kernel
 * and its types, the machine.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "cache.h"

#define KERNEL_BTF "/sys/kernel/btf/vmlinux"

static int identify_file(const char *path, struct bcc_c__buf *out)
{
	struct wire_dep dep;

	bcc_c__stat_dep(path, &dep);
	bcc_c__buf_append(out, &dep, sizeof(dep));
	return dep.kind == WIRE_DEP_FILE ? 0 : -ENOENT;
}

static void append_hex(struct bcc_c__buf *out, const char *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		bcc_c__buf_append(out, &digits[(uint8_t)data[i] >> 4], 1);
		bcc_c__buf_append(out, &digits[data[i] & 15], 1);
	}
}

/*
 * The running kernel by the build id in its notes, which changes with anything in it; by its
 * release and version where there are no notes.
 */
int bcc_c__identify_kernel(struct bcc_c__buf *out)
{
	autobuf notes = { 0 };
	struct utsname name;
	struct stat st;

	if (uname(&name))
		return -errno;
	bcc_c__buf_printf(out, "%s %s %s ", name.release, name.version, name.machine);
	if (!bcc_c__read_file("/sys/kernel/notes", 1 << 16, &notes))
		append_hex(out, notes.data, notes.size);
	if (!stat(KERNEL_BTF, &st))
		bcc_c__buf_printf(out, " %lld", (long long)st.st_size);
	return out->failed ? -ENOMEM : 0;
}

static int append_cpus(struct bcc_c__buf *out)
{
	bcc_c__buf_printf(out, WIRE_CPUS_FORMAT, bcc_c__cpu_cnt());
	return out->failed ? -ENOMEM : 0;
}

int bcc_c__identify_machine(struct bcc_c__buf *out)
{
	int err = bcc_c__identify_kernel(out);

	return err ? err : append_cpus(out);
}

int bcc_c__identify_answerer(const struct bcc_c_module *mod, bool kernel, struct bcc_c__buf *out)
{
	autofree char *compiler = bcc_c__compiler_path(mod);
	int err;

	if (!compiler)
		return -ENOMEM;
	bcc_c__buf_printf(out, "%s %s ", bcc_c_version(), compiler);
	err = identify_file(compiler, out);
	if (!err && mod->opts.btf)
		err = identify_file(mod->opts.btf, out);
	if (err)
		return err;
	return kernel ? bcc_c__identify_machine(out) : append_cpus(out);
}
