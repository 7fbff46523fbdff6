/* SPDX-License-Identifier: BSD-2-Clause */
/* CO-RE: chains of reads, bit-fields, questions about the kernel's types, flavours. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));

u64 inode_number, size, start;
char name[64];
int flag, state;

SEC("raw_tp/sched_process_exec")
int on_exec(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct___old *old = (void *)task;
	struct file *file;

	start = BPF_CORE_READ(task, start_time);
	file = BPF_CORE_READ(task, mm, exe_file);
	inode_number = BPF_CORE_READ(file, f_inode, i_ino);
	BPF_CORE_READ_STR_INTO(&name, file, f_path.dentry, d_name.name);
	flag = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	size = bpf_core_type_size(struct task_struct);
	if (bpf_core_field_exists(old->state))
		state = BPF_CORE_READ(old, state);
	else
		state = BPF_CORE_READ(task, __state);
	if (bpf_core_enum_value_exists(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF))
		size += bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
