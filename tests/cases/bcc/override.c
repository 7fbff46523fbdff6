// SPDX-License-Identifier: BSD-2-Clause
/* A system call that fails for one process, without being made. */
#include <uapi/linux/ptrace.h>

BPF_ARRAY(target, u32, 1);

int syscall__getpriority(struct pt_regs *ctx, int which, int who)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero);

	if (pid && *pid == bpf_get_current_pid_tgid() >> 32 && who == 1234567)
		bpf_override_return(ctx, (u64)-ENODATA);
	return 0;
}
