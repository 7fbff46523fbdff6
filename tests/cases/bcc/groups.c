// SPDX-License-Identifier: BSD-2-Clause
/* Leaves that belong to the control group that the program is attached to. */

BPF_CGROUP_STORAGE(of_group, u64);
BPF_PERCPU_CGROUP_STORAGE(of_group_and_cpu, u64);

int count(struct __sk_buff *skb)
{
	u64 *count = of_group.get_local_storage(0);

	(*count)++;
	return *count >= 1;
}

int count_by_cpu(struct __sk_buff *skb)
{
	u64 *count = of_group_and_cpu.get_local_storage(0);

	*count += skb->len > 0 ? 5 : 0;
	return *count == 5;
}
