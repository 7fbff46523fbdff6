/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of types that the text never spells out: pasted, or only behind a helper's result. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define STRUCT(a, b) struct a##_##b
#define SELF() ((struct task_struct *)bpf_get_current_task())

int pid, level;
u64 cgroup;

SEC("raw_tp/sys_enter")
int on_enter(void *ctx)
{
	STRUCT(task, struct) *task = (void *)bpf_get_current_task();

	pid = BPF_CORE_READ(task, pid);
	level = BPF_CORE_READ(SELF(), nsproxy, pid_ns_for_children, level);
	pid += bpf_get_current_task_btf()->tgid;
	cgroup = bpf_get_current_cgroup_id();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
