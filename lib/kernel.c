/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this kernel and this process's rights allow. Everything is asked when it is needed and
 * nothing kept, so that an answer is never older than the call.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "internal.h"
#include "wire.h"

#define TRACEFS_MAGIC 0x74726163 /* linux/magic.h */

static bool has_cap(const struct __user_cap_data_struct *data, int cap)
{
	return data[cap / 32].effective & 1u << cap % 32;
}

const char *bcc_c__missing_rights(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data) || has_cap(data, CAP_SYS_ADMIN))
		return "";
	if (!has_cap(data, CAP_BPF) && !has_cap(data, CAP_PERFMON))
		return "run as root, or with CAP_BPF and CAP_PERFMON";
	if (!has_cap(data, CAP_BPF))
		return "CAP_BPF is missing";
	return has_cap(data, CAP_PERFMON) ? "" : "CAP_PERFMON is missing";
}

const char *bcc_c__tracefs(void)
{
	static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	struct statfs fs;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!statfs(places[i], &fs) && fs.f_type == TRACEFS_MAGIC)
			return places[i];
	return NULL;
}

int bcc_c__online_cpus(int **cpus)
{
	autobuf text = { 0 };
	autobuf list = { 0 };
	const char *at;
	int first, last, used;
	int err = bcc_c__read_file("/sys/devices/system/cpu/online", 1 << 16, &text);

	if (err)
		return err;
	/* Such as "0-3,8,10-11". */
	for (at = bcc_c__buf_str(&text); sscanf(at, "%d%n", &first, &used) == 1; at += *at == ',') {
		at += used;
		last = first;
		if (*at == '-' && sscanf(at, "-%d%n", &last, &used) == 1)
			at += used;
		for (int cpu = first; cpu <= last; cpu++)
			bcc_c__buf_append(&list, &cpu, sizeof(cpu));
	}
	if (list.failed || !list.size)
		return list.failed ? -ENOMEM : -ENODATA;
	*cpus = (int *)(void *)take_ptr(list.data);
	return (int)(list.size / sizeof(int));
}

/* ---- features */

static int say(char *text, size_t size, int found, const char *yes, const char *no)
{
	if (size)
		snprintf(text, size, "%s", found ? yes : no);
	return found;
}

static int try_prog(enum bpf_prog_type type)
{
	/* r0 = 0; exit */
	const struct bpf_insn insns[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K },
					  { .code = BPF_JMP | BPF_EXIT } };
	autoclose int fd = bpf_prog_load(type, "bcc_c_try", "GPL", insns, ARRAY_SIZE(insns), NULL);

	return fd < 0 ? -errno : 0;
}

static int probe_bpf(char *text, size_t size)
{
	int err = try_prog(BPF_PROG_TYPE_KPROBE);
	const char *rights = bcc_c__missing_rights();

	if (err && !rights[0])
		rights = err == -ENOSYS
				 ? "this kernel has no bpf system call (CONFIG_BPF_SYSCALL)"
				 : "the kernel refuses BPF programs to this process; lockdown?";
	return say(text, size, !err, "programs can be loaded", rights);
}

static int probe_btf(char *text, size_t size)
{
	return say(text, size, !access("/sys/kernel/btf/vmlinux", R_OK), "/sys/kernel/btf/vmlinux",
		   "the kernel does not describe its types (CONFIG_DEBUG_INFO_BTF)");
}

static int probe_tracefs(char *text, size_t size)
{
	const char *path = bcc_c__tracefs();

	return say(text, size, path != NULL, path,
		   "not mounted: mount -t tracefs tracefs /sys/kernel/tracing");
}

static int probe_kprobe(char *text, size_t size)
{
	return say(text, size, !access("/sys/bus/event_source/devices/kprobe/type", R_OK),
		   "through perf events", "this kernel has no kprobes (CONFIG_KPROBE_EVENTS)");
}

static int probe_uprobe(char *text, size_t size)
{
	return say(text, size, !access("/sys/bus/event_source/devices/uprobe/type", R_OK),
		   "through perf events", "this kernel has no uprobes (CONFIG_UPROBE_EVENTS)");
}

static int probe_ringbuf(char *text, size_t size)
{
	int page = (int)sysconf(_SC_PAGESIZE);
	autoclose int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "bcc_c_try", 0, 0, (uint32_t)page,
					  NULL);

	return say(text, size, fd >= 0, "since Linux 5.8",
		   errno == EPERM ? "can't be tried without rights"
				  : "Linux 5.8 or newer is needed");
}

static int probe_perf_link(char *text, size_t size)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);

	/*
	 * Descriptors that are none: a kernel that knows the request complains of them, others of
	 * the request.
	 */
	autoclose int fd = bpf_link_create(-1, -1, BPF_PERF_EVENT, &opts);

	return say(text, size, fd >= 0 || errno == EBADF, "since Linux 5.15",
		   errno == EPERM ? "can't be tried without rights"
				  : "Linux 5.15 or newer is needed");
}

static int probe_compiler(char *text, size_t size)
{
	int err = bcc_c_compiler__describe(text, size);

	return err ? 0 : 1;
}

static const struct {
	const char *name;
	int (*probe)(char *text, size_t size);
} features[BCC_C_FEATURE_CNT] = {
	[BCC_C_FEATURE_BPF] = { "bpf", probe_bpf },
	[BCC_C_FEATURE_BTF] = { "btf", probe_btf },
	[BCC_C_FEATURE_TRACEFS] = { "tracefs", probe_tracefs },
	[BCC_C_FEATURE_KPROBE] = { "kprobe", probe_kprobe },
	[BCC_C_FEATURE_UPROBE] = { "uprobe", probe_uprobe },
	[BCC_C_FEATURE_RINGBUF] = { "ringbuf", probe_ringbuf },
	[BCC_C_FEATURE_PERF_LINK] = { "perf_link", probe_perf_link },
	[BCC_C_FEATURE_COMPILER] = { "compiler", probe_compiler },
};

const char *bcc_c_feature__name(int feature)
{
	if (feature >= 0 && feature < BCC_C_FEATURE_CNT)
		return features[feature].name;
	errno = EINVAL;
	return NULL;
}

int bcc_c_feature__probe(int feature, char *text, size_t size)
{
	if (feature >= 0 && feature < BCC_C_FEATURE_CNT)
		return features[feature].probe(text, size);
	if (size)
		snprintf(text, size, "no feature has the number %d", feature);
	errno = EINVAL;
	return -EINVAL;
}

/* ---- compiler */

static const char *message_of(const struct bcc_c__buf *reply)
{
	struct wire_reader reader = { .data = reply->data, .size = reply->size };
	struct wire_record record;

	while (bcc_c__wire_next(&reader, &record) == 1)
		if (record.tag == WIRE_MESSAGE)
			return bcc_c__wire_get_str(&record);
	return NULL;
}

int bcc_c_compiler__describe(char *text, size_t size)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	autobuf request = { 0 };
	autobuf reply = { 0 };
	autofree char *path = mod ? bcc_c__compiler_path(mod) : NULL;
	const char *message;
	int err;

	if (!path) {
		bcc_c_module__free(mod);
		errno = ENOMEM;
		return -ENOMEM;
	}
	bcc_c__wire_put_str(&request, WIRE_MAGIC, bcc_c_version());
	bcc_c__wire_put(&request, WIRE_DESCRIBE, NULL, 0);
	err = bcc_c__run_compiler(mod, &request, &reply);
	message = err ? NULL : message_of(&reply);
	if (size && message)
		snprintf(text, size, "%s, %s", message, path);
	else if (size)
		snprintf(text, size, "%s", bcc_c_module__errmsg(mod));
	bcc_c_module__free(mod);
	if (err)
		errno = -err;
	return err;
}
