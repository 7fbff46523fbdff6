// SPDX-License-Identifier: BSD-2-Clause
/* Every kind of table, in every form of its macro. */

struct leaf {
	u64 a;
	u32 b;
	char c[3];
};

struct prefix {
	u32 bits;
	u8 address[4];
};

BPF_HASH(hash_1);
BPF_HASH(hash_2, u32);
BPF_HASH(hash_3, struct leaf, u16);
BPF_HASH(hash_4, u32, struct leaf, 77);

BPF_PERCPU_HASH(pcpu_hash_1);
BPF_PERCPU_HASH(pcpu_hash_2, u32);
BPF_PERCPU_HASH(pcpu_hash_3, u8, u32);
BPF_PERCPU_HASH(pcpu_hash_4, u32, u64, 7);

BPF_LPM_TRIE(trie_1);
BPF_LPM_TRIE(trie_2, struct prefix);
BPF_LPM_TRIE(trie_3, struct prefix, u32);
BPF_LPM_TRIE(trie_4, struct prefix, u32, 9);

BPF_ARRAY(array_1);
BPF_ARRAY(array_2, u32);
BPF_ARRAY(array_3, struct leaf, 33);

BPF_PERCPU_ARRAY(pcpu_array_1);
BPF_PERCPU_ARRAY(pcpu_array_2, u32);
BPF_PERCPU_ARRAY(pcpu_array_3, u64, 3);

BPF_HISTOGRAM(hist_1);
BPF_HISTOGRAM(hist_2, u32);
BPF_HISTOGRAM(hist_3, int, 10);
BPF_HISTOGRAM(hist_4, struct leaf, 100);

BPF_STACK_TRACE(traces, 1000);
BPF_STACK_TRACE_BUILDID(build_ids, 1024);
BPF_PERF_OUTPUT(events);
BPF_PERF_ARRAY(counters, 2);
BPF_RINGBUF_OUTPUT(ring, 8);
BPF_PROG_ARRAY(jumps, 4);
BPF_CGROUP_ARRAY(groups, 3);
BPF_QUEUE(queue_1, u32, 5);
BPF_QUEUE(queue_2, struct leaf, 6, 0);
BPF_STACK(stack_1, u16, 5);
BPF_STACK(stack_2, u32, 6, 0);
BPF_DEVMAP(devices, 3);
BPF_CPUMAP(processors, 2);
BPF_XSKMAP(sockets_1, 4);
BPF_ARRAY_OF_MAPS(arrays, "hash_4", 3);
BPF_HASH_OF_MAPS(hashes_1, "array_3");
BPF_HASH_OF_MAPS(hashes_2, u32, "array_3");
BPF_HASH_OF_MAPS(hashes_3, u64, "array_3", 4);
BPF_SK_STORAGE(of_sockets, u64);
BPF_TASK_STORAGE(of_tasks, struct leaf);
BPF_CGROUP_STORAGE(of_cgroups, u64);
BPF_PERCPU_CGROUP_STORAGE(of_pcpu_cgroups, u32);
BPF_SOCKMAP(sock_map, 5);
BPF_SOCKHASH(sock_hash_1);
BPF_SOCKHASH(sock_hash_2, struct prefix);
BPF_SOCKHASH(sock_hash_3, struct prefix, 9);

/* By the names of their types. */
BPF_TABLE("hash", u32, u64, t_hash, 11);
BPF_TABLE("array", int, u64, t_array, 12);
BPF_TABLE("percpu_hash", u32, u64, t_pcpu_hash, 13);
BPF_TABLE("percpu_array", int, u64, t_pcpu_array, 14);
BPF_TABLE("lru_hash", u32, u64, t_lru_hash, 15);
BPF_TABLE("lru_percpu_hash", u32, u64, t_lru_pcpu, 16);
BPF_F_TABLE("lpm_trie", struct prefix, u64, t_trie, 17, BPF_F_NO_PREALLOC);
BPF_F_TABLE("hash", u32, u32, t_lazy, 18, BPF_F_NO_PREALLOC);
BPF_TABLE("prog", int, u32, t_prog, 21);
BPF_TABLE("stacktrace", int, struct bpf_stacktrace, t_traces, 22);
BPF_TABLE("cgroup_array", int, u32, t_groups, 23);
BPF_TABLE("histogram", int, u64, t_hist, 24);
BPF_QUEUESTACK("queue", t_queue, u32, 25, 0);
BPF_QUEUESTACK_PUBLIC("queue", t_public_queue, u32, 26, 0);
BPF_QUEUESTACK_SHARED("stack", t_shared_stack, u16, 27, 0);
BPF_XDP_REDIRECT_MAP("cpumap", u32, t_processors, 2);
BPF_TABLE("perf_output", int, u32, tt_perf_output, 29);
BPF_TABLE("perf_array", int, u32, tt_perf_array, 30);
BPF_TABLE("array_of_maps$array_3", int, int, tt_arrays, 6);
BPF_TABLE("hash_of_maps$array_3", u64, int, tt_hashes, 7);
BPF_TABLE("devmap", int, int, tt_devmap, 31);
BPF_TABLE("cpumap", int, int, tt_cpumap, 2);
BPF_TABLE("xskmap", int, int, tt_xskmap, 33);
BPF_TABLE("sockmap", u32, int, tt_sockmap, 34);
BPF_TABLE("sockhash", u64, int, tt_sockhash, 35);
BPF_TABLE("cgroup_storage", struct bpf_cgroup_storage_key, u64, tt_cgroup_stor, 0);
BPF_TABLE("percpu_cgroup_storage", struct bpf_cgroup_storage_key, u64, tt_percpu_cgro, 0);
BPF_F_TABLE("sk_storage", int, u64, tt_sk_storage, 0, BPF_F_NO_PREALLOC);
BPF_F_TABLE("task_storage", int, u64, tt_task_storage, 0, BPF_F_NO_PREALLOC);
BPF_TABLE_PUBLIC("hash", u32, u64, t_public, 19);
BPF_TABLE_SHARED("hash", u32, u64, t_shared, 20);

int nothing(void *ctx)
{
	return 0;
}
