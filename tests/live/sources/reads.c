/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads of kernel memory in the BCC dialect, each by plain C and by a helper: the same must come of
 * both. What is read stays as it is while a process runs. Compiled with one of FROM_RAW_TP, FROM_CURRENT, FROM_TP_BTF and FROM_ITER.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define MAP __attribute__((section(".maps"), used))

struct result {
	u64 plain;
	u64 hand;
	u64 times;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 24);
	__type(key, int);
	__type(value, struct result);
} results MAP;

struct kept {
	struct task_struct *task;
	struct file *file;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u64);
	__type(value, struct kept);
} kept MAP;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, u64);
	__type(value, struct task_struct *);
} tasks MAP;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct qstr);
} names MAP;

/* The first difference stays. */
static void put(int what, u64 plain, u64 hand)
{
	struct result *result = bpf_map_lookup_elem(&results, &what);

	if (result && result->plain == result->hand) {
		result->plain = plain;
		result->hand = hand;
		result->times++;
	}
}

static u64 hash(const char *bytes)
{
	u64 sum = 0;

	for (int i = 0; i < TASK_COMM_LEN; i++)
		sum = sum * 31 + bytes[i];
	return sum;
}

static u32 tgid_of(struct task_struct *task)
{
	return task->tgid;
}

static void values(struct task_struct *t)
{
	char comm[TASK_COMM_LEN], by_hand[TASK_COMM_LEN];
	unsigned __int128 big = *(unsigned __int128 *)&t->mm->start_code;
	struct task_struct **leader = &t->group_leader;
	const struct path *path = &t->mm->exe_file->f_path;

	bpf_probe_read_kernel(by_hand, sizeof(by_hand), t->comm);
	put(0, t->comm[2], by_hand[2]);
	for (int i = 0; i < TASK_COMM_LEN; i++)
		comm[i] = t->comm[i];
	put(1, hash(comm), hash(by_hand));
	__builtin_memcpy(comm, t->comm, sizeof(comm));
	put(2, hash(comm), hash(by_hand));
	put(3, t->in_execve * 4 + t->sched_reset_on_fork * 2 + t->no_cgroup_migration,
	    BPF_CORE_READ_BITFIELD_PROBED(t, in_execve) * 4 +
		    BPF_CORE_READ_BITFIELD_PROBED(t, sched_reset_on_fork) * 2 +
		    BPF_CORE_READ_BITFIELD_PROBED(t, no_cgroup_migration));
	put(4, *(volatile int *)&t->tgid, BPF_CORE_READ(t, tgid));
	put(5, __atomic_load_n(&t->tgid, __ATOMIC_RELAXED), BPF_CORE_READ(t, tgid));
	put(6, (u64)big + 3 * (u64)(big >> 64),
	    BPF_CORE_READ(t, mm, start_code) + 3 * BPF_CORE_READ(t, mm, end_code));
	put(7, (u64)path->dentry, (u64)BPF_CORE_READ(t, mm, exe_file, f_path.dentry));
	put(8, (*leader)->pid, BPF_CORE_READ(t, group_leader, pid));
	put(9, tgid_of(t->real_parent), BPF_CORE_READ(t, real_parent, tgid));
	put(10, t->start_time / 1000, BPF_CORE_READ(t, start_time) / 1000);
}

static void chains(struct task_struct *t)
{
	const unsigned char *name = BPF_CORE_READ(t, mm, exe_file, f_path.dentry, d_name.name);
	struct qstr copy = t->mm->exe_file->f_path.dentry->d_name;
	struct file *file = t->mm->exe_file;
	struct path pwd = t->fs->pwd, pwd_by_hand = BPF_CORE_READ(t, fs, pwd);
	struct files_struct *files = BPF_CORE_READ(t, files);
	struct file *open = NULL;
	unsigned char letter = 0;
	u32 fd = bpf_get_prandom_u32() & 1;

	put(11, t->real_parent->real_parent->pid, BPF_CORE_READ(t, real_parent, real_parent, pid));
	bpf_probe_read_kernel(&letter, 1, name + 1);
	put(12, t->mm->exe_file->f_path.dentry->d_name.name[1], letter);
	bpf_probe_read_kernel(&letter, 1, name);
	put(13, *t->mm->exe_file->f_path.dentry->d_name.name, letter);
	put(14, copy.len + (u64)copy.name,
	    BPF_CORE_READ(t, mm, exe_file, f_path.dentry, d_name.len) + (u64)name);
	put(15, (u64)pwd.dentry + 3 * (u64)pwd.mnt,
	    (u64)pwd_by_hand.dentry + 3 * (u64)pwd_by_hand.mnt);
	put(16, file->f_inode->i_nlink + 5 * file->f_inode->i_rdev,
	    BPF_CORE_READ(file, f_inode, i_nlink) + 5 * BPF_CORE_READ(file, f_inode, i_rdev));
	bpf_probe_read_kernel(&open, sizeof(open), &files->fd_array[fd]);
	put(17, t->files->fd_array[fd] ? t->files->fd_array[fd]->f_inode->i_ino : 0,
	    open ? BPF_CORE_READ(open, f_inode, i_ino) : 0);
}

static void walks(struct task_struct *t)
{
	struct task_struct *plain = t, *hand = t;
	int depth = 0, depth_by_hand = 0;

	for (int i = 0; i < 10 && plain->pid > 1; i++, depth++)
		plain = plain->real_parent;
	for (int i = 0; i < 10 && BPF_CORE_READ(hand, pid) > 1; i++, depth_by_hand++)
		hand = BPF_CORE_READ(hand, real_parent);
	put(18, depth + 100 * plain->pid, depth_by_hand + 100 * BPF_CORE_READ(hand, pid));
}

static void maps(struct task_struct *t)
{
	struct kept keep = { t, t->mm->exe_file }, *found;
	struct task_struct **task;
	u64 key = (u64)t;

	bpf_map_update_elem(&kept, &key, &keep, BPF_ANY);
	bpf_map_update_elem(&tasks, &key, &t, BPF_ANY);
	found = bpf_map_lookup_elem(&kept, &key);
	if (found)
		put(19, found->task->tgid + found->file->f_flags,
		    BPF_CORE_READ(t, tgid) + BPF_CORE_READ(keep.file, f_flags));
	task = bpf_map_lookup_elem(&tasks, &key);
	if (task)
		put(20, (*task)->tgid, BPF_CORE_READ(t, tgid));
	bpf_map_delete_elem(&kept, &key);
	bpf_map_delete_elem(&tasks, &key);
}

/* Pointers that are one thing or another. */
static void conditions(struct task_struct *t)
{
	const struct dentry *dentry = BPF_CORE_READ(t, mm, exe_file, f_path.dentry);
	struct path local = { .dentry = (void *)4 };
	const struct path *path;
	struct qstr *name = bpf_map_lookup_elem(&names, &(int){ 0 });
	const struct qstr *either;

	asm volatile("" ::"r"(&local) : "memory");
	path = bpf_get_prandom_u32() & 1 ? &local : &t->mm->exe_file->f_path;
	put(21, (u64)path->dentry, path == &local ? 4 : (u64)dentry);
	if (!name)
		return;
	name->len = 77;
	either = bpf_get_prandom_u32() & 1 ? name : &t->mm->exe_file->f_path.dentry->d_name;
	put(22, either->len, either == name ? 77 : BPF_CORE_READ(dentry, d_name.len));
	*name = t->mm->exe_file->f_path.dentry->d_name;
	put(23, (u64)name->name, (u64)BPF_CORE_READ(dentry, d_name.name));
}

static void look_at(struct task_struct *t)
{
	if (!t || !t->mm || !t->mm->exe_file)
		return;
	values(t);
	chains(t);
	walks(t);
	maps(t);
	conditions(t);
}

#if defined(FROM_RAW_TP)
int raw_tracepoint__sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	look_at((struct task_struct *)bpf_get_current_task());
	return 0;
}
#elif defined(FROM_CURRENT)
int raw_tracepoint__sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	look_at(bpf_get_current_task_btf());
	return 0;
}
#elif defined(FROM_TP_BTF)
SEC("tp_btf/sched_switch") int sched_switch(u64 *ctx)
{
	look_at((struct task_struct *)ctx[1]);
	return 0;
}
#elif defined(FROM_ITER)
int bpf_iter__task(struct bpf_iter__task *ctx)
{
	look_at(ctx->task);
	return 0;
}
#endif
