// SPDX-License-Identifier: BSD-2-Clause
/* A program that decides what a function of the kernel gives: the target opens a file once. */
#include <linux/fs.h>

BPF_HASH(target, int, u32);
BPF_ARRAY(opens, u64, 1);

KMOD_RET(security_file_open, struct file *file, int ret)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero);
	u64 *count = opens.lookup(&zero);

	if (ret || !count || !pid || *pid != bpf_get_current_pid_tgid() >> 32)
		return ret;
	return ++*count > 1 ? -EACCES : 0;
}
