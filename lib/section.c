/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaching by section: what the text behind the first slash of a section's name says, for each
 * kind. Kinds that this library has no call for are left to libbpf, which knows many.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* Sets *end to the +OFFSET at the end of a target, if there is one, and *offset to its number. */
static bool split_offset(char *target, uint64_t *offset)
{
	char *plus = strrchr(target, '+');
	char *end;

	*offset = 0;
	if (!plus)
		return true;
	*offset = strtoull(plus + 1, &end, 0);
	if (end == plus + 1 || *end)
		return false;
	*plus = '\0';
	return true;
}

static void *fail_target(struct bcc_c_prog *prog, const char *form)
{
	bcc_c__fail(prog->mod, -EINVAL, NULL,
		    "attach program '%s': section '%s' is not of the form %s",
		    bcc_c_prog__name(prog), bcc_c_prog__section(prog), form);
	return NULL;
}

static struct bcc_c_link *attach_kprobe(struct bcc_c_prog *prog, char *target, bool retprobe)
{
	struct bcc_c_kprobe_opts opts = { .sz = sizeof(opts), .retprobe = retprobe };

	if (!split_offset(target, &opts.offset) || (retprobe && opts.offset))
		return fail_target(prog,
				   retprobe ? "kretprobe/FUNCTION" : "kprobe/FUNCTION+OFFSET");
	return bcc_c_prog__attach_kprobe(prog, target, &opts);
}

static struct bcc_c_link *attach_uprobe(struct bcc_c_prog *prog, char *target, bool retprobe)
{
	struct bcc_c_uprobe_opts opts = { .sz = sizeof(opts), .retprobe = retprobe };
	char *colon = strrchr(target, ':');

	if (!colon || !split_offset(colon + 1, &opts.offset) || (retprobe && opts.offset))
		return fail_target(prog, retprobe ? "uretprobe/BINARY:FUNCTION"
						  : "uprobe/BINARY:FUNCTION+OFFSET");
	*colon = '\0';
	opts.symbol = colon + 1;
	return bcc_c_prog__attach_uprobe(prog, target, &opts);
}

static struct bcc_c_link *attach_usdt(struct bcc_c_prog *prog, char *target, bool unused)
{
	char *name = strrchr(target, ':');
	char *provider;

	if (name)
		*name++ = '\0';
	provider = name ? strrchr(target, ':') : NULL;
	if (!provider)
		return fail_target(prog, "usdt/BINARY:PROVIDER:NAME");
	*provider++ = '\0';
	return bcc_c_prog__attach_usdt(prog, target, provider, name, NULL);
}

static struct bcc_c_link *attach_tracepoint(struct bcc_c_prog *prog, char *target, bool unused)
{
	char *slash = strchr(target, '/');

	if (!slash)
		return fail_target(prog, "tracepoint/CATEGORY/NAME");
	*slash = '\0';
	return bcc_c_prog__attach_tracepoint(prog, target, slash + 1);
}

static struct bcc_c_link *attach_raw_tracepoint(struct bcc_c_prog *prog, char *target, bool unused)
{
	return bcc_c_prog__attach_raw_tracepoint(prog, target);
}

/* The kinds with a call of their own; "uprobe.s" and "kprobe.multi" are others. */
static const struct kind {
	const char *prefix;
	struct bcc_c_link *(*attach)(struct bcc_c_prog *prog, char *target, bool retprobe);
	bool retprobe;
} kinds[] = {
	{ "kprobe/", attach_kprobe, false },
	{ "kretprobe/", attach_kprobe, true },
	{ "uprobe/", attach_uprobe, false },
	{ "uretprobe/", attach_uprobe, true },
	{ "uprobe.s/", attach_uprobe, false },
	{ "uretprobe.s/", attach_uprobe, true },
	{ "usdt/", attach_usdt, false },
	{ "tracepoint/", attach_tracepoint, false },
	{ "tp/", attach_tracepoint, false },
	{ "raw_tracepoint/", attach_raw_tracepoint, false },
	{ "raw_tp/", attach_raw_tracepoint, false },
};

static const struct kind *find_kind(const char *section)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strncmp(section, kinds[i].prefix, strlen(kinds[i].prefix)))
			return &kinds[i];
	return NULL;
}

/* Returns NULL with EOPNOTSUPP, and no message, for kinds that sections do not attach. */
static struct bcc_c_link *attach_by_libbpf(struct bcc_c_prog *prog)
{
	struct bcc_c_module *mod = prog->mod;
	struct bpf_link *link;
	int err;

	bcc_c__capture_libbpf(mod);
	link = bpf_program__attach(prog->prog);
	err = link ? 0 : -errno;
	bcc_c__capture_libbpf(NULL);
	if (link)
		return bcc_c__new_link(mod, &link, 1);
	if (err == -EOPNOTSUPP || !err) {
		/*
		 * Said of kinds without a target; a kind that fails to attach says something to
		 * libbpf's log as well.
		 */
		bcc_c__buf_clear(&mod->log);
		errno = EOPNOTSUPP;
		return NULL;
	}
	bcc_c__fail(mod, err, mod->log.size ? "the log has the details" : NULL,
		    "attach program '%s' to '%s': %m", bcc_c_prog__name(prog),
		    bcc_c_prog__section(prog));
	return NULL;
}

static struct bcc_c_link *attach(struct bcc_c_prog *prog)
{
	const char *section = bcc_c_prog__section(prog);
	const struct kind *kind = find_kind(section);
	autofree char *target = NULL;

	if (bcc_c__check_attachable(prog, "attach", BPF_PROG_TYPE_UNSPEC))
		return NULL;
	if (!kind)
		return attach_by_libbpf(prog);
	target = strdup(section + strlen(kind->prefix));
	if (!target) {
		bcc_c__fail(prog->mod, -ENOMEM, NULL, "attach: %m");
		return NULL;
	}
	return kind->attach(prog, target, kind->retprobe);
}

struct bcc_c_link *bcc_c_prog__attach(struct bcc_c_prog *prog)
{
	struct bcc_c_link *link = attach(prog);

	if (!link && !prog->mod->errmsg.size)
		bcc_c__fail(prog->mod, -EINVAL, "use one of the bcc_c_prog__attach_*() functions",
			    "attach program '%s': section '%s' names no target",
			    bcc_c_prog__name(prog), bcc_c_prog__section(prog));
	return link;
}

/* Frees the links in front of one that was there before. */
static void free_newer_links(struct bcc_c_module *mod, const struct bcc_c_link *older)
{
	while (mod->links != older)
		bcc_c_link__free(mod->links);
}

int bcc_c_module__attach(struct bcc_c_module *mod)
{
	const struct bcc_c_link *older = mod->links;
	int cnt = 0;

	bcc_c__begin(mod);
	if (mod->state != MODULE_LOADED)
		return bcc_c__fail(mod, -EINVAL, NULL, "attach: load the module first");
	for (size_t i = 0; i < mod->prog_cnt; i++) {
		if (attach(&mod->progs[i])) {
			cnt++;
		} else if (mod->errmsg.size) {
			int err = -errno;

			free_newer_links(mod, older);
			errno = -err;
			return err;
		}
	}
	return cnt;
}
