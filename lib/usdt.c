/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaching to static probes of programs (USDT): from binary, provider and name to a link.
 *
 * What the program needs to read the probe's arguments are two tables of <bpf/usdt.bpf.h>, which
 * libbpf fills. A program that reads none has no such tables, which libbpf would refuse: it is
 * attached to the probe's places like a uprobe.
 */
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

static_assert(sizeof(struct bcc_c_usdt_opts) == sizeof(size_t) + 16, "padding in bcc_c_usdt_opts");

/* How many of a file's other probes a message names. */
#define MOST_OTHERS 6

/* What is attached to. */
struct target {
	const char *path;
	const char *provider;
	const char *name;
	struct bcc_c_usdt_opts opts;
};

static int check_target(struct bcc_c_module *mod, const struct target *target, const char *binary)
{
	int pid = target->opts.pid;

	if (!binary || !binary[0] || !target->provider || !target->provider[0] || !target->name ||
	    !target->name[0])
		return bcc_c__fail(mod, -EINVAL, NULL, "attach usdt: no binary, provider or name");
	if (pid < 0)
		return bcc_c__fail(mod, -EINVAL, NULL, "attach usdt '%s:%s': bad options",
				   target->provider, target->name);
	if (pid && kill(pid, 0) && errno == ESRCH)
		return bcc_c__fail(mod, -ESRCH, NULL, "attach usdt '%s:%s': there is no process %d",
				   target->provider, target->name, pid);
	return 0;
}

/* ---- a probe that isn't there */

/* How much a probe is like the wanted one: 2 by its name, 1 by its provider alone, 0 not at all. */
static int likeness(const char *other, const struct target *target)
{
	const char *name = strchr(other, ':') + 1;
	size_t provider_len = strlen(target->provider), same = 0;
	bool same_provider = !strncmp(other, target->provider, provider_len) &&
			     other[provider_len] == ':';

	while (name[same] && name[same] == target->name[same])
		same++;
	if (same_provider)
		return same > strlen(target->name) / 2 ? 2 : 1;
	return !strcmp(name, target->name) ? 2 : 0;
}

static void list_others(const struct bcc_c__buf *others, const struct target *target,
			struct bcc_c__buf *text)
{
	const char *end = others->data + others->size;
	size_t listed = 0, left = 0;

	for (int like = 2; like >= 0; like--) {
		for (const char *other = others->data; other < end; other += strlen(other) + 1) {
			if (likeness(other, target) != like)
				continue;
			if (listed < MOST_OTHERS)
				bcc_c__buf_printf(text, "%s'%s'", listed++ ? ", " : "", other);
			else
				left++;
		}
	}
	if (left)
		bcc_c__buf_printf(text, " and %zu more", left);
}

static int fail_unknown(struct bcc_c_module *mod, const struct target *target,
			const struct bcc_c__buf *others)
{
	autobuf text = { 0 };

	if (!others->size)
		return bcc_c__fail(mod, -ENOENT, "readelf -n shows those of a file",
				   "attach usdt '%s:%s': '%s' has no static probes",
				   target->provider, target->name, target->path);
	list_others(others, target, &text);
	return bcc_c__fail(mod, -ENOENT, "readelf -n shows them",
			   "attach usdt '%s:%s': '%s' has no such static probe, but %s",
			   target->provider, target->name, target->path, bcc_c__buf_str(&text));
}

static int find_places(struct bcc_c_module *mod, const struct target *target,
		       struct bcc_c__buf *places)
{
	autobuf others = { 0 };
	const char *why;
	int err = bcc_c__elf_find_usdt(target->path, target->provider, target->name, places,
				       &others, &why);

	if (err && why[0])
		return bcc_c__fail(mod, err, NULL, "attach usdt '%s:%s': '%s': %s",
				   target->provider, target->name, target->path, why);
	if (err)
		return bcc_c__fail(mod, err, NULL, "attach usdt '%s:%s': read '%s': %m",
				   target->provider, target->name, target->path);
	return places->size ? 0 : fail_unknown(mod, target, &others);
}

/* ---- attaching */

/* libbpf has no error of its own for descriptions of arguments that it doesn't understand. */
static bool blames_argument(const char *log)
{
	static const char *const texts[] = { "unrecognized arg", "unrecognized register",
					     "unsupported arg", "too many USDT arguments" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strstr(log, texts[i]))
			return true;
	return false;
}

static void fail_attach(struct bcc_c_module *mod, int err, const struct target *target,
			bool with_arguments)
{
	const char *provider = target->provider, *name = target->name;

	if (err == -ESRCH && target->opts.pid)
		bcc_c__fail(mod, err, NULL, "attach usdt '%s:%s': there is no process %d", provider,
			    name, target->opts.pid);
	else if (err == -EPERM || err == -EACCES)
		bcc_c__fail(mod, -EPERM, bcc_c__missing_rights(), "attach usdt '%s:%s': %m",
			    provider, name);
	else if (access("/sys/bus/event_source/devices/uprobe/type", F_OK))
		bcc_c__fail(mod, -EOPNOTSUPP, NULL,
			    "attach usdt: this kernel has no uprobes (CONFIG_UPROBE_EVENTS)");
	else if (blames_argument(bcc_c_module__log(mod)))
		bcc_c__fail(mod, -EINVAL, "the log says which; attach a program that reads none",
			    "attach usdt '%s:%s': libbpf can't read one of its arguments", provider,
			    name);
	else if (err == -E2BIG && with_arguments)
		bcc_c__fail(mod, err,
			    "compile with -DBPF_USDT_MAX_SPEC_CNT=N, which is 256 by default",
			    "attach usdt '%s:%s': no room for the arguments of its places",
			    provider, name);
	else
		bcc_c__fail(mod, err, mod->log.size ? "the log has the details" : NULL,
			    "attach usdt '%s:%s' in '%s': %m", provider, name, target->path);
}

static int pid_of(const struct target *target)
{
	return target->opts.pid ? target->opts.pid : -1;
}

static struct bcc_c_link *attach_with_arguments(struct bcc_c_prog *prog,
						const struct target *target)
{
	LIBBPF_OPTS(bpf_usdt_opts, uopts, .usdt_cookie = target->opts.cookie);
	struct bcc_c_module *mod = prog->mod;
	struct bpf_link *link;
	int err;

	bcc_c__capture_libbpf(mod);
	link = bpf_program__attach_usdt(prog->prog, pid_of(target), target->path, target->provider,
					target->name, &uopts);
	err = link ? 0 : -errno;
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, &link, 1);
	fail_attach(mod, err, target, true);
	return NULL;
}

static int attach_place(struct bcc_c_prog *prog, const struct target *target,
			const struct bcc_c__usdt_place *place, struct bpf_link **link)
{
	LIBBPF_OPTS(bpf_uprobe_opts, uopts, .ref_ctr_offset = place->semaphore,
		    .bpf_cookie = target->opts.cookie);

	*link = bpf_program__attach_uprobe_opts(prog->prog, pid_of(target), target->path,
						place->offset, &uopts);
	return *link ? 0 : -errno;
}

static struct bcc_c_link *attach_places(struct bcc_c_prog *prog, const struct target *target,
					const struct bcc_c__buf *found)
{
	const struct bcc_c__usdt_place *places = (const void *)found->data;
	size_t cnt = found->size / sizeof(*places), done = 0;
	autofree struct bpf_link **links = calloc(cnt, sizeof(*links));
	struct bcc_c_module *mod = prog->mod;
	int err = links ? 0 : -ENOMEM;

	bcc_c__capture_libbpf(mod);
	for (; !err && done < cnt; done += !err)
		err = attach_place(prog, target, &places[done], &links[done]);
	while (err && done)
		bpf_link__destroy(links[--done]);
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, links, cnt);
	fail_attach(mod, err, target, false);
	return NULL;
}

struct bcc_c_link *bcc_c_prog__attach_usdt(struct bcc_c_prog *prog, const char *binary,
					   const char *provider, const char *name,
					   const struct bcc_c_usdt_opts *opts)
{
	struct target target = { .provider = provider, .name = name };
	autofree char *path = NULL;
	autobuf places = { 0 };

	if (bcc_c__check_attachable(prog, "attach usdt", BPF_PROG_TYPE_KPROBE))
		return NULL;
	if (bcc_c__copy_opts(&target.opts, sizeof(target.opts), opts)) {
		bcc_c__fail(prog->mod, -EINVAL, NULL, "attach usdt: bad options");
		return NULL;
	}
	if (check_target(prog->mod, &target, binary) ||
	    bcc_c__find_binary(prog->mod, binary, target.opts.pid, &path))
		return NULL;
	target.path = path;
	if (find_places(prog->mod, &target, &places))
		return NULL;
	if (bpf_object__find_map_by_name(prog->mod->obj, "__bpf_usdt_specs"))
		return attach_with_arguments(prog, &target);
	return attach_places(prog, &target, &places);
}
