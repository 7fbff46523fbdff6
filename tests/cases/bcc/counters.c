// SPDX-License-Identifier: BSD-2-Clause
/* Counters of perf events, and the control group of the running task. */

BPF_PERF_ARRAY(clocks, 1);
BPF_CGROUP_ARRAY(groups, 2);
BPF_ARRAY(values, struct bpf_perf_event_value, 1);

int read_counter(struct bpf_raw_tracepoint_args *ctx)
{
	u64 count = clocks.perf_read(0);

	return (s64)count > 0;
}

int read_value(struct bpf_raw_tracepoint_args *ctx)
{
	struct bpf_perf_event_value value = {};
	int zero = 0, err = clocks.perf_counter_value(0, &value, sizeof(value));

	if (!err)
		values.update(&zero, &value);
	return err;
}

int in_group(struct bpf_raw_tracepoint_args *ctx)
{
	return groups.check_current_task(ctx->args[0]);
}
