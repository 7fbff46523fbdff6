// SPDX-License-Identifier: BSD-2-Clause
/*
 * Functions of the kernel, by every kind of probe. The target opens a file with given flags, asks
 * for a priority that it names, and sends itself a signal.
 */
#include <uapi/linux/ptrace.h>
#include <linux/fs.h>
#include <linux/sched.h>

struct opened {
	u32 pid, flags;
	char name[32];
};

BPF_HASH(target, int, u32);
BPF_HASH(hits, u32, u64);
BPF_HASH(opens, u32, struct opened);
BPF_HASH(current_file, u32, struct file *);

static bool is_target(void)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero);

	return pid && *pid == bpf_get_current_pid_tgid() >> 32;
}

static int note(u32 key, struct file *file)
{
	struct opened opened = {};
	struct qstr name = file->f_path.dentry->d_name;

	opened.pid = bpf_get_current_pid_tgid() >> 32;
	opened.flags = file->f_flags;
	bpf_probe_read_kernel_str(&opened.name, sizeof(opened.name), name.name);
	opens.update(&key, &opened);
	return 0;
}

/* 0: attached by its name. */
int kprobe__vfs_open(struct pt_regs *ctx, const struct path *path, struct file *file)
{
	u32 key = 0;

	if (!is_target())
		return 0;
	hits.increment(0);
	current_file.update(&key, &file);
	return 0;
}

/* 1: the pointer kept at the entry, now that the file is open. */
int kretprobe__vfs_open(struct pt_regs *ctx)
{
	u32 key = 0;
	struct file **file = current_file.lookup(&key);

	if (!is_target() || !file)
		return 0;
	hits.increment(1, 1 + PT_REGS_RC(ctx));
	return note(1, *file);
}

/* 2: a system call's arguments, whatever wrapper the kernel has around it. */
int syscall__getpriority(struct pt_regs *ctx, int which, int who)
{
	if (is_target())
		hits.increment(2, which * 1000 + who);
	return 0;
}

/* 3: the fourth argument of a system call is in another register than a function's. */
int syscall__rt_sigqueueinfo(struct pt_regs *ctx, pid_t pid, int sig, siginfo_t __user *info)
{
	if (is_target())
		hits.increment(3, sig);
	return 0;
}

int syscall__pread64(struct pt_regs *ctx, unsigned int fd, char __user *buf, size_t count,
		     loff_t pos)
{
	if (is_target())
		hits.increment(4, count * 1000 + pos);
	return 0;
}

/* 5: the same by hand. */
int by_macros(struct pt_regs *ctx)
{
	struct pt_regs *regs = PT_REGS_SYSCALL_CTX(ctx);

	if (is_target())
		hits.increment(5, PT_REGS_PARM3_SYSCALL(regs) * 1000 + PT_REGS_PARM4_SYSCALL(regs));
	return 0;
}

/* 6: up to the last argument of one with six. */
int of_six(struct pt_regs *ctx)
{
	struct pt_regs *regs = PT_REGS_SYSCALL_CTX(ctx);

	if (is_target())
		hits.increment(6, PT_REGS_PARM5_SYSCALL(regs) * 1000 + PT_REGS_PARM6_SYSCALL(regs));
	return 0;
}

/* 7: a system call's function by the name that it had once. */
int kprobe__sys_getpgid(struct pt_regs *ctx)
{
	if (is_target())
		hits.increment(7, PT_REGS_PARM1_SYSCALL(PT_REGS_SYSCALL_CTX(ctx)));
	return 0;
}

/* 8: the same function by its name on this machine, whose parameters are the call's arguments. */
int kprobe____x64_sys_getpgid(struct pt_regs *ctx, pid_t pid)
{
	if (is_target())
		hits.increment(8, pid);
	return 0;
}
