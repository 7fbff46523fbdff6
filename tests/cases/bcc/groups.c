// SPDX-License-Identifier: BSD-2-Clause
/* A leaf that belongs to the control group that the program is attached to. */

BPF_CGROUP_STORAGE(of_group, u64);

int count(struct __sk_buff *skb)
{
	u64 *count = of_group.get_local_storage(0);

	(*count)++;
	return *count >= 1;
}
