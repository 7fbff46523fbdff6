// SPDX-License-Identifier: BSD-2-Clause
/* An iterator over all tasks. */
#include <linux/sched.h>

BPF_HASH(target, int, u32);
BPF_HASH(found, u32, u32);

BPF_ITER(task)
{
	struct task_struct *task = ctx->task;
	int zero = 0;
	u32 *pid = target.lookup(&zero), leaf, key;

	if (!task || !pid || task->pid != *pid)
		return 0;
	key = task->pid;
	leaf = task->real_parent->tgid;
	found.update(&key, &leaf);
	return 0;
}
