// SPDX-License-Identifier: BSD-2-Clause
/* Functions of the kernel by fentry and fexit: arguments have their types, reads are direct. */
#include <linux/fs.h>

struct opened {
	u32 pid, flags;
	char name[32];
};

BPF_HASH(target, int, u32);
BPF_HASH(hits, u32, u64);
BPF_HASH(opens, u32, struct opened);

static bool is_target(void)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero);

	return pid && *pid == bpf_get_current_pid_tgid() >> 32;
}

KFUNC_PROBE(vfs_open, const struct path *path, struct file *file)
{
	if (is_target())
		hits.increment(0, path->dentry->d_name.len);
	return 0;
}

KRETFUNC_PROBE(vfs_open, const struct path *path, struct file *file, int ret)
{
	struct opened opened = {};
	u32 key = 1;

	if (!is_target())
		return 0;
	hits.increment(1, 1 + ret);
	opened.flags = file->f_flags;
	opened.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_probe_read_kernel_str(&opened.name, sizeof(opened.name),
				  file->f_path.dentry->d_name.name);
	opens.update(&key, &opened);
	return 0;
}

/* Without the trailing arguments. */
KRETFUNC_PROBE(vfs_read, struct file *file)
{
	if (is_target())
		hits.increment(2);
	return 0;
}

/* By module; the kernel proper counts as one. */
MODULE_KFUNC_PROBE(vmlinux, vfs_read, struct file *file, char *buffer, size_t count)
{
	if (is_target())
		hits.increment(3, count);
	return 0;
}

MODULE_KRETFUNC_PROBE(vmlinux, security_file_open, struct file *file, int ret)
{
	if (is_target())
		hits.increment(4, file->f_path.dentry->d_name.len + ret);
	return 0;
}
