// SPDX-License-Identifier: BSD-2-Clause
/* Programs that run at samples of an event. */
#include <uapi/linux/ptrace.h>
#include <uapi/linux/bpf_perf_event.h>

BPF_STACK_TRACE(traces, 1024);
BPF_HASH(target, int, u32);
BPF_ARRAY(counts, u64, 4);

int on_fault(struct bpf_perf_event_data *ctx)
{
	int zero = 0;
	u32 *pid = target.lookup(&zero);

	if (!pid || *pid != bpf_get_current_pid_tgid() >> 32)
		return 0;
	counts.increment(0);
	if (PT_REGS_IP(&ctx->regs) != 0)
		counts.increment(1);
	if (traces.get_stackid(&ctx->regs, BPF_F_USER_STACK) >= 0)
		counts.increment(2);
	counts.atomic_increment(3, ctx->sample_period);
	return 0;
}
