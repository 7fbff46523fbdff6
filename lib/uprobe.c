/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaching to places in programs' code: from binary, symbol and offset to a link.
 */
#include <assert.h>
#include <signal.h>
#include <string.h>

#include "internal.h"

static_assert(sizeof(struct bcc_c_uprobe_opts) == 2 * sizeof(void *) + 16,
	      "padding in bcc_c_uprobe_opts");

static int check_opts(struct bcc_c_module *mod, const char *binary,
		      const struct bcc_c_uprobe_opts *opts, struct bcc_c_uprobe_opts *copy)
{
	if (!binary || !binary[0] || bcc_c__copy_opts(copy, sizeof(*copy), opts) || copy->pid < 0)
		return bcc_c__fail(mod, -EINVAL, NULL, "attach uprobe: bad %s",
				   binary ? "options" : "binary");
	if (!copy->symbol && !copy->offset)
		return bcc_c__fail(mod, -EINVAL, "give a symbol or an offset",
				   "attach uprobe to '%s': no place named", binary);
	if (copy->symbol && copy->retprobe && copy->offset)
		return bcc_c__fail(mod, -EINVAL, NULL,
				   "attach uretprobe to '%s:%s': takes no offset", binary,
				   copy->symbol);
	if (copy->pid && kill(copy->pid, 0) && errno == ESRCH)
		return bcc_c__fail(mod, -ESRCH, NULL,
				   "attach uprobe to '%s': there is no process %d", binary,
				   copy->pid);
	return 0;
}

/* The offset in the file of the place that symbol and offset name. */
static int find_place(struct bcc_c_module *mod, const char *path,
		      const struct bcc_c_uprobe_opts *opts, uint64_t *place)
{
	const char *why = "";
	int err;

	*place = opts->offset;
	if (!opts->symbol)
		return 0;
	err = bcc_c__elf_find_func(path, opts->symbol, place, &why);
	*place += opts->offset;
	if (!err)
		return 0;
	if (err == -ENOENT && !why[0])
		return bcc_c__fail(mod, err, "nm -D lists those it exports, nm all",
				   "attach uprobe: '%s' has no function '%s' in its symbol tables",
				   path, opts->symbol);
	if (why[0])
		return bcc_c__fail(mod, err, NULL, "attach uprobe: '%s' in '%s': %s", opts->symbol,
				   path, why);
	return bcc_c__fail(mod, err, NULL, "attach uprobe: read '%s': %m", path);
}

static void fail_attach(struct bcc_c_module *mod, int err, const char *path,
			const struct bcc_c_uprobe_opts *opts)
{
	const char *kind = opts->retprobe ? "uretprobe" : "uprobe";
	const char *symbol = opts->symbol ? opts->symbol : "";

	if (err == -ESRCH)
		bcc_c__fail(mod, err, NULL, "attach %s to '%s:%s': there is no process %d", kind,
			    path, symbol, opts->pid);
	else if (err == -EPERM || err == -EACCES)
		bcc_c__fail(mod, -EPERM, bcc_c__missing_rights(), "attach %s to '%s:%s': %m", kind,
			    path, symbol);
	else if (access("/sys/bus/event_source/devices/uprobe/type", F_OK))
		bcc_c__fail(mod, -EOPNOTSUPP, NULL,
			    "attach %s: this kernel has no uprobes (CONFIG_UPROBE_EVENTS)", kind);
	else
		bcc_c__fail(mod, err, NULL, "attach %s to '%s:%s'+0x%llx: %m", kind, path, symbol,
			    (unsigned long long)opts->offset);
}

static struct bcc_c_link *attach_at(struct bcc_c_prog *prog, const char *path, uint64_t place,
				    const struct bcc_c_uprobe_opts *opts)
{
	LIBBPF_OPTS(bpf_uprobe_opts, uopts, .retprobe = opts->retprobe);
	struct bcc_c_module *mod = prog->mod;
	struct bpf_link *link;
	int err;

	bcc_c__capture_libbpf(mod);
	link = bpf_program__attach_uprobe_opts(prog->prog, opts->pid ? opts->pid : -1, path, place,
					       &uopts);
	err = link ? 0 : -errno;
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, &link, 1);
	fail_attach(mod, err, path, opts);
	return NULL;
}

struct bcc_c_link *bcc_c_prog__attach_uprobe(struct bcc_c_prog *prog, const char *binary,
					     const struct bcc_c_uprobe_opts *opts)
{
	struct bcc_c_uprobe_opts copy;
	autofree char *path = NULL;
	uint64_t place;

	if (bcc_c__check_attachable(prog, "attach uprobe", BPF_PROG_TYPE_KPROBE) ||
	    check_opts(prog->mod, binary, opts, &copy) ||
	    bcc_c__find_binary(prog->mod, binary, copy.pid, &path) ||
	    find_place(prog->mod, path, &copy, &place))
		return NULL;
	return attach_at(prog, path, place, &copy);
}
