/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel and user probes: registers, arguments, results. Loads everywhere, whatever can be attached. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

u64 bytes;
long result;
char path[128];

SEC("kprobe/vfs_read")
int BPF_KPROBE(on_read, struct file *file, char *buf, size_t count)
{
	bytes += count;
	bpf_probe_read_kernel_str(path, sizeof(path),
				  BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return 0;
}

SEC("kretprobe/vfs_read")
int BPF_KRETPROBE(on_read_done, ssize_t ret)
{
	result = ret;
	return 0;
}

SEC("uprobe/libc.so.6:malloc")
int BPF_KPROBE(on_malloc, size_t size)
{
	bytes += size;
	return 0;
}

SEC("kprobe")
int by_registers(struct pt_regs *ctx)
{
	bytes = PT_REGS_PARM1(ctx) + PT_REGS_PARM2_CORE(ctx) + PT_REGS_IP(ctx);
	return 0;
}

SEC("perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	bytes = PT_REGS_IP(&ctx->regs);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
