// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of opensnoop: one at the start of all system calls that open files by name, one at
 * their end. What a call was given is kept from its start to its end; the path itself is read at the
 * end, when the kernel has brought its page into memory. What else the arguments mean is left to the
 * user's side.
 *
 * A relative path is completed here, from the process's current directory or the given directory
 * descriptor, because only here these are sure to be those of the call.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "opensnoop.h"

#define AT_FDCWD -100
#define RESOLVE_IN_ROOT 0x10
#define ENAMETOOLONG 36

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64); /* process and thread */
	__type(value, struct open_call);
} calls SEC(".maps");

/* Too big for the stack. A tracepoint's program is neither interrupted by itself nor moved to
 * another CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct open_event);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 512 * 1024);
} events SEC(".maps");

/* The numbers of system calls, below zero where the machine hasn't got them. */
const volatile __s32 nr_openat = -1;
const volatile __s32 nr_openat2 = -1;

const volatile __u32 own_pid = 0;           /* whose calls are left out */
const volatile __u32 only_pid = 0;          /* 0: every process */
const volatile __u32 only_uid = 0xffffffff; /* 0xffffffff: every user */
const volatile bool only_failed = false;

__u64 lost = 0; /* events for which there was no room */

#ifdef BY_NAME
const volatile __u32 name_size = 0;
const volatile char name_part[OPEN_COMM_SIZE] = {};

/* Unrolled, these loops would take most of the time that compiling takes. */
static __noinline bool has_name_part(const char *comm)
{
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < OPEN_COMM_SIZE; i++) {
#pragma clang loop unroll(disable)
		for (__u32 j = 0; i + j < OPEN_COMM_SIZE; j++) {
			if (j >= name_size)
				return true;
			if (comm[i + j] != name_part[j])
				break;
		}
	}
	return false;
}

static __always_inline bool has_wanted_name(void)
{
	char comm[OPEN_COMM_SIZE] = {};

	bpf_get_current_comm(comm, sizeof(comm));
	return has_name_part(comm);
}
#else
static __always_inline bool has_wanted_name(void)
{
	return true;
}
#endif

static __always_inline bool is_wanted(__u32 pid)
{
	if (pid == own_pid || (only_pid && pid != only_pid))
		return false;
	if (only_uid != 0xffffffff && only_uid != (__u32)bpf_get_current_uid_gid())
		return false;
	return has_wanted_name();
}

/* Attached to the other calls too, as leave() is. */
SEC("tracepoint/syscalls/sys_enter_openat")
int enter(struct trace_event_raw_sys_enter *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct open_call call;

	if (!is_wanted(id >> 32))
		return 0;
	/* Not by plain C: what reads four arguments cannot be attached to calls that have two. */
	bpf_probe_read_kernel(&call, sizeof(call), &ctx->id);
	if (bpf_map_update_elem(&calls, &id, &call, BPF_ANY))
		__sync_fetch_and_add(&lost, 1);
	return 0;
}

/* Reads a field of the kernel's, to zero if it can't be read. */
#define READ(to, from, field) bpf_probe_read_kernel(to, sizeof(*(to)), &(from)->field)

static __always_inline void find_descriptor(struct task_struct *task, __u32 fd, struct path *place)
{
	struct files_struct *files;
	struct fdtable *table;
	struct file **fds, *file;
	unsigned int max_fds;

	READ(&files, task, files);
	READ(&table, files, fdt);
	READ(&fds, table, fd);
	READ(&max_fds, table, max_fds);
	if (fd >= max_fds)
		return;
	bpf_probe_read_kernel(&file, sizeof(file), &fds[fd]);
	READ(place, file, f_path);
}

/* From the root of a mount to where it is mounted. Returns false at the top of the tree. */
static __always_inline bool leave_mount(struct path *place)
{
	struct mount *mount = container_of(place->mnt, struct mount, mnt);
	struct mount *parent;

	READ(&parent, mount, mnt_parent);
	if (!parent || parent == mount)
		return false;
	READ(&place->dentry, mount, mnt_mountpoint);
	place->mnt = &parent->mnt;
	return true;
}

/* Appends one name to the event's text. Returns false if there is no room for it. */
static __always_inline bool add_name(struct open_event *event, struct dentry *dentry)
{
	const unsigned char *name;
	__u32 start = event->path_size + event->dirs_size;
	long size;

	if (start >= OPEN_TEXT_SIZE || event->dirs_size >= OPEN_DIRS_SIZE)
		return false;
	bpf_probe_read_kernel(&name, sizeof(name), &dentry->d_name.name);
	size = bpf_probe_read_kernel_str(event->text + start, OPEN_NAME_SIZE, name);
	if (size > 0)
		event->dirs_size += size;
	return size > 0;
}

/* The way from a directory up to the process's root. */
struct walk {
	struct open_event *event;
	struct path place, root;
	bool done;
};

/* One step of it. Returns 1 where it ends. */
static long step_up(__u32 index, struct walk *walk)
{
	struct dentry *dentry = walk->place.dentry, *parent, *top;

	walk->done = dentry == walk->root.dentry && walk->place.mnt == walk->root.mnt;
	if (walk->done)
		return 1;
	READ(&parent, dentry, d_parent);
	READ(&top, walk->place.mnt, mnt_root);
	if (dentry == parent || dentry == top) {
		if (leave_mount(&walk->place))
			return 0;
		walk->event->notes |= OPEN_OUTSIDE;
		walk->done = true;
		return 1;
	}
	walk->place.dentry = parent;
	return !add_name(walk->event, dentry);
}

/*
 * Appends the names of a directory, from inside to outside. The verifier looks at the body of
 * bpf_loop() once or twice; at a loop in C as often as it may run, which would take most of the time
 * that the tool takes to start.
 */
static __always_inline void add_dirs(struct open_event *event, struct fs_struct *fs,
				     const struct path *place)
{
	struct walk walk = { .event = event, .place = *place };

	READ(&walk.root, fs, root);
	bpf_loop(OPEN_MAX_DIRS, step_up, &walk, 0);
	if (!walk.done)
		event->notes |= OPEN_DIRS_CUT;
}

static __always_inline void read_path(struct open_event *event)
{
	const struct open_call *call = &event->call;
	bool is_openat2 = call->nr == nr_openat2, is_at = is_openat2 || call->nr == nr_openat;
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 text = is_at ? call->args[1] : call->args[0];
	struct path place = {};
	struct fs_struct *fs;
	long size = bpf_probe_read_user_str(event->text, OPEN_PATH_SIZE, (const void *)text);

	if (is_openat2)
		bpf_probe_read_user(&event->how, sizeof(event->how), (const void *)call->args[2]);
	if (size < 0) {
		event->notes |= OPEN_UNREADABLE;
		return;
	}
	if (size == 0) { /* so Linux 6.1 tells of an empty string; 6.18 says 1 */
		event->text[0] = '\0';
		size = 1;
	}
	event->path_size = size;
	if (size == OPEN_PATH_SIZE && event->result == -ENAMETOOLONG)
		event->notes |= OPEN_CUT;
	if (event->text[0] == '\0')
		return;
	if (event->text[0] == '/' && !(is_openat2 && event->how.resolve & RESOLVE_IN_ROOT))
		return;
	READ(&fs, task, fs);
	if (!is_at || (__s32)call->args[0] == AT_FDCWD)
		READ(&place, fs, pwd);
	else
		find_descriptor(task, call->args[0], &place);
	if (!place.dentry)
		return;
	event->notes |= OPEN_RELATIVE;
	add_dirs(event, fs, &place);
}

static __always_inline void report(const struct open_call *call, __u64 id, long result)
{
	__u32 zero = 0, size;
	struct open_event *event = bpf_map_lookup_elem(&scratch, &zero);

	if (!event)
		return;
	event->time = bpf_ktime_get_ns();
	event->call = *call;
	event->pid = id >> 32;
	event->tid = id;
	event->uid = bpf_get_current_uid_gid();
	event->result = result;
	event->notes = 0;
	event->path_size = 0;
	event->dirs_size = 0;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	read_path(event);
	size = __builtin_offsetof(struct open_event, text) + event->path_size + event->dirs_size;
	if (size > sizeof(*event))
		size = sizeof(*event);
	if (bpf_ringbuf_output(&events, event, size, 0))
		__sync_fetch_and_add(&lost, 1);
}

SEC("tracepoint/syscalls/sys_exit_openat")
int leave(struct trace_event_raw_sys_exit *ctx)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct open_call *call = bpf_map_lookup_elem(&calls, &id);

	if (!call)
		return 0;
	if (!only_failed || ctx->ret < 0)
		report(call, id, ctx->ret);
	bpf_map_delete_elem(&calls, &id);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
