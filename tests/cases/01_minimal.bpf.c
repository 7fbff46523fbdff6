/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel types by the name of one of its own headers. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int my_pid = 0;

SEC("tracepoint/syscalls/sys_enter_write")
int handle_write(void *ctx)
{
	int pid = bpf_get_current_pid_tgid() >> 32;

	if (pid == my_pid)
		bpf_printk("write by %d", pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
