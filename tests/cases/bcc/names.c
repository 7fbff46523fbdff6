// SPDX-License-Identifier: BSD-2-Clause
/* What a program is attached to, by its function's name; or its type, by its parameter. */
#include <uapi/linux/ptrace.h>
#include <uapi/linux/bpf_perf_event.h>
#include <linux/fs.h>
#include <linux/sched.h>

int kprobe__vfs_read(struct pt_regs *ctx, struct file *file)
{
	return 0;
}

void kretprobe__vfs_read(struct pt_regs *ctx)
{
}

int syscall__openat(struct pt_regs *ctx, int folder, const char __user *name)
{
	return 0;
}

TRACEPOINT_PROBE(sched, sched_process_exit)
{
	return args->pid;
}

RAW_TRACEPOINT_PROBE(sched_switch)
{
	return ctx->args[0] != 0;
}

KFUNC_PROBE(vfs_open, const struct path *path, struct file *file)
{
	return 0;
}

KRETFUNC_PROBE(vfs_open, const struct path *path, struct file *file, int ret)
{
	return 0;
}

KMOD_RET(security_file_open, struct file *file, int ret)
{
	return ret;
}

LSM_PROBE(file_open, struct file *file)
{
	return 0;
}

BPF_ITER(task)
{
	struct task_struct *task = ctx->task;

	return task ? 0 : 0;
}

int on_probe(struct pt_regs *ctx)
{
	return 0;
}

int on_anything(void *ctx)
{
	return 0;
}

int without(void)
{
	return 0;
}

BPF_PROG(on_list, struct task_struct *task)
{
	return task->pid;
}

int on_sample(struct bpf_perf_event_data *ctx)
{
	return 0;
}

int on_packet(struct xdp_md *ctx)
{
	return XDP_PASS;
}

int on_socket(struct __sk_buff *skb)
{
	return 0;
}

int on_raw(struct bpf_raw_tracepoint_args *ctx)
{
	return 0;
}

static int not_a_program(int number)
{
	return number;
}

int on_event(struct tracepoint__sched__sched_process_exit *args)
{
	return not_a_program(args->pid);
}
