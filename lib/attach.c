/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links: attaching programs to what their sections or calls name. Every link is a descriptor; none
 * is a text in tracefs, which would outlive the process. Places in programs' code are uprobe.c's.
 */
#include <assert.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "internal.h"

static_assert(sizeof(struct bcc_c_kprobe_opts) == sizeof(size_t) + 16,
	      "padding in bcc_c_kprobe_opts");
static_assert(sizeof(struct bcc_c_perf_event_opts) == sizeof(size_t) + 24,
	      "padding in bcc_c_perf_event_opts");

static void destroy_links(struct bpf_link **links, size_t cnt)
{
	for (size_t i = 0; i < cnt; i++)
		bpf_link__destroy(links[i]);
}

struct bcc_c_link *bcc_c__new_link(struct bcc_c_module *mod, struct bpf_link **links, size_t cnt)
{
	struct bcc_c_link *link = calloc(1, sizeof(*link) + cnt * sizeof(*links));

	if (!link) {
		destroy_links(links, cnt);
		bcc_c__fail(mod, -ENOMEM, NULL, "attach: %m");
		return NULL;
	}
	link->mod = mod;
	link->cnt = cnt;
	memcpy(link->links, links, cnt * sizeof(*links));
	link->next = mod->links;
	mod->links = link;
	return link;
}

void bcc_c_link__free(struct bcc_c_link *link)
{
	int saved = errno;
	struct bcc_c_link **at;

	if (!link)
		return;
	for (at = &link->mod->links; *at; at = &(*at)->next) {
		if (*at == link) {
			*at = link->next;
			break;
		}
	}
	bcc_c__capture_libbpf(link->mod);
	destroy_links(link->links, link->cnt);
	bcc_c__capture_libbpf(NULL);
	free(link);
	errno = saved;
}

void bcc_c_module__detach(struct bcc_c_module *mod)
{
	while (mod->links)
		bcc_c_link__free(mod->links);
}

int bcc_c__check_attachable(struct bcc_c_prog *prog, const char *step, enum bpf_prog_type type)
{
	struct bcc_c_module *mod = prog->mod;

	bcc_c__begin(mod);
	bcc_c__buf_clear(&mod->log);
	if (mod->state != MODULE_LOADED)
		return bcc_c__fail(mod, -EINVAL, "load the module first",
				   "%s: program '%s' is not loaded", step, bcc_c_prog__name(prog));
	if (type != BPF_PROG_TYPE_UNSPEC && bpf_program__type(prog->prog) != type)
		return bcc_c__fail(mod, -EINVAL, NULL, "%s: program '%s' is of type %s, not %s",
				   step, bcc_c_prog__name(prog), bcc_c_prog__type_name(prog),
				   libbpf_bpf_prog_type_str(type));
	return 0;
}

/* ---- kprobes */

static bool kernel_has_kprobes(void)
{
	return !access("/sys/bus/event_source/devices/kprobe/type", F_OK);
}

static int fail_kprobe(struct bcc_c_module *mod, int err, const char *func,
		       const struct bcc_c_kprobe_opts *opts)
{
	const char *kind = opts->retprobe ? "kretprobe" : "kprobe";

	if (!kernel_has_kprobes())
		return bcc_c__fail(
			mod, -EOPNOTSUPP, "bcc_c info shows what it has",
			"attach %s '%s': this kernel has no kprobes (CONFIG_KPROBE_EVENTS)", kind,
			func);
	if (err == -ENOENT)
		return bcc_c__fail(mod, err, "/proc/kallsyms lists them",
				   "attach %s '%s': the kernel has no such function", kind, func);
	if (err == -EADDRNOTAVAIL || err == -EINVAL || err == -EILSEQ)
		return bcc_c__fail(
			mod, err, NULL,
			"attach %s '%s'+0x%llx: no probe can be placed there (inlined, forbidden, or between "
			"instructions)",
			kind, func, (unsigned long long)opts->offset);
	return bcc_c__fail(mod, err,
			   err == -EPERM || err == -EACCES ? bcc_c__missing_rights() : NULL,
			   "attach %s '%s': %m", kind, func);
}

struct bcc_c_link *bcc_c_prog__attach_kprobe(struct bcc_c_prog *prog, const char *func,
					     const struct bcc_c_kprobe_opts *opts)
{
	LIBBPF_OPTS(bpf_kprobe_opts, kopts);
	struct bcc_c_module *mod = prog->mod;
	struct bcc_c_kprobe_opts copy;
	struct bpf_link *link;
	int err;

	if (bcc_c__check_attachable(prog, "attach kprobe", BPF_PROG_TYPE_KPROBE))
		return NULL;
	if (!func || bcc_c__copy_opts(&copy, sizeof(copy), opts) ||
	    (copy.retprobe && copy.offset)) {
		bcc_c__fail(mod, -EINVAL, NULL, "attach kprobe: bad %s",
			    func ? "options" : "function");
		return NULL;
	}
	if (!kernel_has_kprobes()) {
		fail_kprobe(mod, -EOPNOTSUPP, func, &copy);
		return NULL;
	}
	kopts.offset = copy.offset;
	kopts.retprobe = copy.retprobe;
	bcc_c__capture_libbpf(mod);
	link = bpf_program__attach_kprobe_opts(prog->prog, func, &kopts);
	err = link ? 0 : -errno;
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, &link, 1);
	fail_kprobe(mod, err, func, &copy);
	return NULL;
}

/* ---- tracepoints */

static void fail_tracepoint(struct bcc_c_module *mod, int err, const char *category,
			    const char *name)
{
	if (!bcc_c__tracefs())
		bcc_c__fail(mod, -ENOTSUP, "mount -t tracefs tracefs /sys/kernel/tracing",
			    "attach tracepoint '%s:%s': tracefs is not mounted", category, name);
	else if (err == -EACCES || err == -EPERM)
		bcc_c__fail(mod, -EPERM, bcc_c__missing_rights(), "attach tracepoint '%s:%s': %m",
			    category, name);
	else if (err == -ENOENT)
		bcc_c__fail(mod, err, NULL, "attach tracepoint '%s:%s': none such below %s/events",
			    category, name, bcc_c__tracefs());
	else
		bcc_c__fail(mod, err, NULL, "attach tracepoint '%s:%s': %m", category, name);
}

struct bcc_c_link *bcc_c_prog__attach_tracepoint(struct bcc_c_prog *prog, const char *category,
						 const char *name)
{
	struct bcc_c_module *mod = prog->mod;
	struct bpf_link *link;
	int err;

	if (bcc_c__check_attachable(prog, "attach tracepoint", BPF_PROG_TYPE_TRACEPOINT))
		return NULL;
	if (!category || !name || strchr(category, '/') || strchr(name, '/')) {
		bcc_c__fail(mod, -EINVAL, NULL, "attach tracepoint: bad category or name");
		return NULL;
	}
	bcc_c__capture_libbpf(mod);
	link = bpf_program__attach_tracepoint(prog->prog, category, name);
	err = link ? 0 : -errno;
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, &link, 1);
	fail_tracepoint(mod, err, category, name);
	return NULL;
}

struct bcc_c_link *bcc_c_prog__attach_raw_tracepoint(struct bcc_c_prog *prog, const char *name)
{
	struct bcc_c_module *mod = prog->mod;
	struct bpf_link *link;
	int err;

	if (bcc_c__check_attachable(prog, "attach raw tracepoint", BPF_PROG_TYPE_RAW_TRACEPOINT))
		return NULL;
	if (!name) {
		bcc_c__fail(mod, -EINVAL, NULL, "attach raw tracepoint: no name");
		return NULL;
	}
	bcc_c__capture_libbpf(mod);
	link = bpf_program__attach_raw_tracepoint(prog->prog, name);
	err = link ? 0 : -errno;
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, &link, 1);
	if (err == -ENOENT)
		bcc_c__fail(mod, err, NULL, "attach raw tracepoint '%s': the kernel has none such",
			    name);
	else
		bcc_c__fail(mod, err, err == -EPERM ? bcc_c__missing_rights() : NULL,
			    "attach raw tracepoint '%s': %m", name);
	return NULL;
}

/* ---- perf events */

static int open_perf_event(uint32_t type, uint64_t config, const struct bcc_c_perf_event_opts *opts,
			   int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = type,
		.config = config,
		.freq = opts->frequency != 0,
		.sample_freq = opts->frequency ? opts->frequency : opts->period,
	};
	int pid = opts->pid ? opts->pid : -1;
	int fd = (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static int attach_cpu(struct bcc_c_prog *prog, uint32_t type, uint64_t config,
		      const struct bcc_c_perf_event_opts *opts, int cpu, struct bpf_link **link)
{
	autoclose int fd = open_perf_event(type, config, opts, cpu);

	if (fd < 0)
		return fd;
	*link = bpf_program__attach_perf_event(prog->prog, fd);
	if (!*link)
		return -errno;
	take_fd(&fd); /* the link closes it */
	return 0;
}

static struct bcc_c_link *attach_cpus(struct bcc_c_prog *prog, uint32_t type, uint64_t config,
				      const struct bcc_c_perf_event_opts *opts, const int *cpus,
				      size_t cnt)
{
	autofree struct bpf_link **links = calloc(cnt, sizeof(*links));
	struct bcc_c_module *mod = prog->mod;
	int err = links ? 0 : -ENOMEM;
	size_t done = 0;

	bcc_c__capture_libbpf(mod);
	for (; !err && done < cnt; done += !err)
		err = attach_cpu(prog, type, config, opts, cpus[done], &links[done]);
	if (err && links)
		destroy_links(links, done);
	bcc_c__capture_libbpf(NULL);
	if (!err)
		return bcc_c__new_link(mod, links, cnt);
	if (err == -ESRCH)
		bcc_c__fail(mod, err, NULL, "attach perf event %u:%llu: there is no process %d",
			    type, (unsigned long long)config, opts->pid);
	else if (err == -ENOENT || err == -EOPNOTSUPP || err == -ENODEV)
		bcc_c__fail(mod, err, NULL,
			    "attach perf event %u:%llu: this machine has no such event", type,
			    (unsigned long long)config);
	else
		bcc_c__fail(mod, err,
			    err == -EPERM || err == -EACCES ? bcc_c__missing_rights() : NULL,
			    "attach perf event %u:%llu: %m", type, (unsigned long long)config);
	return NULL;
}

struct bcc_c_link *bcc_c_prog__attach_perf_event(struct bcc_c_prog *prog, uint32_t type,
						 uint64_t config,
						 const struct bcc_c_perf_event_opts *opts)
{
	struct bcc_c_module *mod = prog->mod;
	struct bcc_c_perf_event_opts copy;
	autofree int *cpus = NULL;
	int any = -1;
	int cnt;

	if (bcc_c__check_attachable(prog, "attach perf event", BPF_PROG_TYPE_PERF_EVENT))
		return NULL;
	if (bcc_c__copy_opts(&copy, sizeof(copy), opts) || !copy.frequency == !copy.period ||
	    copy.pid < 0 || copy.cpu_plus_1 < 0) {
		bcc_c__fail(mod, -EINVAL, "give either a frequency or a period",
			    "attach perf event: bad options");
		return NULL;
	}
	if (copy.cpu_plus_1) {
		any = copy.cpu_plus_1 - 1;
		return attach_cpus(prog, type, config, &copy, &any, 1);
	}
	/* An event of one process follows it from CPU to CPU. */
	if (copy.pid)
		return attach_cpus(prog, type, config, &copy, &any, 1);
	cnt = bcc_c__online_cpus(&cpus);
	if (cnt < 0) {
		bcc_c__fail(mod, cnt, NULL, "attach perf event: can't list the CPUs: %m");
		return NULL;
	}
	return attach_cpus(prog, type, config, &copy, cpus, (size_t)cnt);
}
