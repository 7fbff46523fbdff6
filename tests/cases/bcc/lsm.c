// SPDX-License-Identifier: BSD-2-Clause
/* A security module of one function: the target may open each file twice. */
#include <linux/fs.h>

BPF_HASH(target, int, u32);
BPF_INODE_STORAGE(opened, u64);

LSM_PROBE(file_open, struct file *file)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero);
	u64 *count;

	if (!pid || *pid != bpf_get_current_pid_tgid() >> 32)
		return 0;
	count = opened.inode_storage_get(file->f_inode, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!count)
		return 0;
	(*count)++;
	if (*count < 3)
		return 0;
	opened.inode_storage_delete(file->f_inode);
	return -EPERM; /* each third time */
}
