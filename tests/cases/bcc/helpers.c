// SPDX-License-Identifier: BSD-2-Clause
/* Helpers that say where a program runs, and for whom. */

struct namespace
{
	u64 device, inode;
};

BPF_ARRAY(results, u64, 16);
BPF_HASH(namespaces, int, struct namespace);

static void store(int index, u64 value)
{
	results.update(&index, &value);
}

int ask(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bpf_pidns_info info = {};
	struct namespace *namespace;
	int zero = 0;
	u64 *left;

	store(1, bpf_get_current_uid_gid());
	store(2, bpf_get_smp_processor_id() < bpf_num_cpus());
	store(3, bpf_get_current_cgroup_id());
	store(4, bpf_get_numa_node_id());
	store(5, task->tgid);
	namespace = namespaces.lookup(&zero);
	if (namespace &&
	    !bpf_get_ns_current_pid_tgid(namespace->device, namespace->inode, &info, sizeof(info)))
		store(6, info.tgid);
	left = results.lookup(&zero);
	if (left) {
		__sync_fetch_and_sub(left, 3);
		__sync_fetch_and_add(left, 1);
	}
	return 0;
}
