/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of BCC's dialect, as the kernel has them: type, sizes, flags and name. */
#include "dialect.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <sys/sysinfo.h>

#define STACK_DEPTH 127
#define PAGE 4096

static const struct expected {
	const char *name;
	uint32_t type, key_size, value_size, max_entries, flags;
} tables[] = {
	{ "hash_1", BPF_MAP_TYPE_HASH, 8, 8, 10240, 0 },
	{ "hash_2", BPF_MAP_TYPE_HASH, 4, 8, 10240, 0 },
	{ "hash_3", BPF_MAP_TYPE_HASH, 16, 2, 10240, 0 },
	{ "hash_4", BPF_MAP_TYPE_HASH, 4, 16, 77, 0 },
	{ "pcpu_hash_1", BPF_MAP_TYPE_PERCPU_HASH, 8, 8, 10240, 0 },
	{ "pcpu_hash_2", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 10240, 0 },
	{ "pcpu_hash_3", BPF_MAP_TYPE_PERCPU_HASH, 1, 4, 10240, 0 },
	{ "pcpu_hash_4", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 7, 0 },
	{ "trie_1", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 10240, BPF_F_NO_PREALLOC },
	{ "trie_2", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 10240, BPF_F_NO_PREALLOC },
	{ "trie_3", BPF_MAP_TYPE_LPM_TRIE, 8, 4, 10240, BPF_F_NO_PREALLOC },
	{ "trie_4", BPF_MAP_TYPE_LPM_TRIE, 8, 4, 9, BPF_F_NO_PREALLOC },
	{ "array_1", BPF_MAP_TYPE_ARRAY, 4, 8, 10240, 0 },
	{ "array_2", BPF_MAP_TYPE_ARRAY, 4, 4, 10240, 0 },
	{ "array_3", BPF_MAP_TYPE_ARRAY, 4, 16, 33, 0 },
	{ "pcpu_array_1", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 10240, 0 },
	{ "pcpu_array_2", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 4, 10240, 0 },
	{ "pcpu_array_3", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 3, 0 },
	{ "hist_1", BPF_MAP_TYPE_ARRAY, 4, 8, 64, 0 },
	{ "hist_2", BPF_MAP_TYPE_HASH, 4, 8, 64, 0 },
	{ "hist_3", BPF_MAP_TYPE_ARRAY, 4, 8, 10, 0 },
	{ "hist_4", BPF_MAP_TYPE_HASH, 16, 8, 100, 0 },
	{ "traces", BPF_MAP_TYPE_STACK_TRACE, 4, 8 * STACK_DEPTH, 1024, 0 },
	{ "build_ids", BPF_MAP_TYPE_STACK_TRACE, 4, 32 * STACK_DEPTH, 1024, BPF_F_STACK_BUILD_ID },
	{ "events", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0, 0 },
	{ "counters", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 2, 0 },
	{ "ring", BPF_MAP_TYPE_RINGBUF, 0, 0, 8 * PAGE, 0 },
	{ "jumps", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 4, 0 },
	{ "groups", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 3, 0 },
	{ "queue_1", BPF_MAP_TYPE_QUEUE, 0, 4, 5, 0 },
	{ "queue_2", BPF_MAP_TYPE_QUEUE, 0, 16, 6, 0 },
	{ "stack_1", BPF_MAP_TYPE_STACK, 0, 2, 5, 0 },
	{ "stack_2", BPF_MAP_TYPE_STACK, 0, 4, 6, 0 },
	/* The kernel adds BPF_F_RDONLY_PROG to a DEVMAP. */
	{ "devices", BPF_MAP_TYPE_DEVMAP, 4, 4, 3, BPF_F_RDONLY_PROG },
	{ "processors", BPF_MAP_TYPE_CPUMAP, 4, 4, 2, 0 },
	{ "sockets_1", BPF_MAP_TYPE_XSKMAP, 4, 4, 4, 0 },
	{ "arrays", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 3, 0 },
	{ "hashes_1", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 10240, 0 },
	{ "hashes_2", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 10240, 0 },
	{ "hashes_3", BPF_MAP_TYPE_HASH_OF_MAPS, 8, 4, 4, 0 },
	{ "of_sockets", BPF_MAP_TYPE_SK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC },
	{ "of_tasks", BPF_MAP_TYPE_TASK_STORAGE, 4, 16, 0, BPF_F_NO_PREALLOC },
	{ "of_cgroups", BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0, 0 },
	{ "of_pcpu_cgroups", BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, 16, 4, 0, 0 },
	{ "sock_map", BPF_MAP_TYPE_SOCKMAP, 4, 4, 5, 0 },
	{ "sock_hash_1", BPF_MAP_TYPE_SOCKHASH, 4, 4, 10240, 0 },
	{ "sock_hash_2", BPF_MAP_TYPE_SOCKHASH, 8, 4, 10240, 0 },
	{ "sock_hash_3", BPF_MAP_TYPE_SOCKHASH, 8, 4, 9, 0 },
	{ "t_hash", BPF_MAP_TYPE_HASH, 4, 8, 11, 0 },
	{ "t_array", BPF_MAP_TYPE_ARRAY, 4, 8, 12, 0 },
	{ "t_pcpu_hash", BPF_MAP_TYPE_PERCPU_HASH, 4, 8, 13, 0 },
	{ "t_pcpu_array", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 8, 14, 0 },
	{ "t_lru_hash", BPF_MAP_TYPE_LRU_HASH, 4, 8, 15, 0 },
	{ "t_lru_pcpu", BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 16, 0 },
	{ "t_trie", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 17, BPF_F_NO_PREALLOC },
	{ "t_lazy", BPF_MAP_TYPE_HASH, 4, 4, 18, BPF_F_NO_PREALLOC },
	{ "t_prog", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 21, 0 },
	{ "t_traces", BPF_MAP_TYPE_STACK_TRACE, 4, 8 * STACK_DEPTH, 22, 0 },
	{ "t_groups", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 23, 0 },
	{ "t_hist", BPF_MAP_TYPE_ARRAY, 4, 8, 24, 0 },
	{ "t_queue", BPF_MAP_TYPE_QUEUE, 0, 4, 25, 0 },
	{ "t_public_queue", BPF_MAP_TYPE_QUEUE, 0, 4, 26, 0 },
	{ "t_shared_stack", BPF_MAP_TYPE_STACK, 0, 2, 27, 0 },
	{ "t_processors", BPF_MAP_TYPE_CPUMAP, 4, 4, 2, 0 },
	{ "tt_perf_output", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 29, 0 },
	{ "tt_arrays", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 6, 0 },
	{ "tt_hashes", BPF_MAP_TYPE_HASH_OF_MAPS, 8, 4, 7, 0 },
	{ "tt_perf_array", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 30, 0 },
	{ "tt_devmap", BPF_MAP_TYPE_DEVMAP, 4, 4, 31, BPF_F_RDONLY_PROG },
	{ "tt_cpumap", BPF_MAP_TYPE_CPUMAP, 4, 4, 2, 0 },
	{ "tt_xskmap", BPF_MAP_TYPE_XSKMAP, 4, 4, 33, 0 },
	{ "tt_sockmap", BPF_MAP_TYPE_SOCKMAP, 4, 4, 34, 0 },
	{ "tt_sockhash", BPF_MAP_TYPE_SOCKHASH, 8, 4, 35, 0 },
	{ "tt_cgroup_stor", BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0, 0 },
	{ "tt_percpu_cgro", BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, 16, 8, 0, 0 },
	{ "tt_sk_storage", BPF_MAP_TYPE_SK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC },
	{ "tt_task_storage", BPF_MAP_TYPE_TASK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC },
	{ "t_public", BPF_MAP_TYPE_HASH, 4, 8, 19, 0 },
	{ "t_shared", BPF_MAP_TYPE_HASH, 4, 8, 20, 0 },
};

#define TABLES ((int)(sizeof(tables) / sizeof(tables[0])))

/* One module for all, as to load it takes a while; each test has a process of its own. */
static struct bcc_c_module *module;

static void load_tables(void)
{
	module = load_case("tables");
}

static void free_tables(void)
{
	bcc_c_module__free(module);
}

START_TEST(tables_are_as_written)
{
	for (int i = 0; i < TABLES; i++) {
		const struct expected *want = &tables[i];
		struct bpf_map_info info = {};
		uint32_t size = sizeof(info), entries = want->max_entries;
		int err = bpf_obj_get_info_by_fd(bcc_c_map__fd(map_of(module, want->name)), &info,
						 &size);

		if (!strcmp(want->name, "events")) /* one place for each processor there can be */
			entries = (uint32_t)get_nprocs_conf();
		ck_assert_int_eq(err, 0);
		ck_assert_msg(!strcmp(info.name, want->name), "%s is called %s", want->name,
			      info.name);
		ck_assert_msg(info.type == want->type, "%s: type %u", want->name, info.type);
		ck_assert_msg(info.key_size == want->key_size, "%s: key size %u", want->name,
			      info.key_size);
		ck_assert_msg(info.value_size == want->value_size, "%s: value size %u", want->name,
			      info.value_size);
		ck_assert_msg(info.max_entries == entries, "%s: %u entries", want->name,
			      info.max_entries);
		ck_assert_msg(info.map_flags == want->flags, "%s: flags %x", want->name,
			      info.map_flags);
	}
}
END_TEST

START_TEST(there_are_no_other_maps)
{
	struct bcc_c_map *map = NULL;
	int cnt = 0;

	while ((map = bcc_c_module__next_map(module, map)))
		cnt++;
	ck_assert_int_eq(cnt, TABLES);
}
END_TEST

static uint32_t map_id(struct bcc_c_module *mod, const char *name)
{
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);

	ck_assert_int_eq(bpf_obj_get_info_by_fd(bcc_c_map__fd(map_of(mod, name)), &info, &size), 0);
	return info.id;
}

/* Two modules that name the same path have the same table. */
START_TEST(pinned_tables_are_shared)
{
	static const char source[] =
		"BPF_XSKMAP(sockets, 4, \"/sys/fs/bpf/bcc_c-test/sockets\");\n"
		"BPF_QUEUESTACK_PINNED(\"queue\", waiting, u64, 4, 0, \"/sys/fs/bpf/bcc_c-test/waiting\");\n"
		"BPF_TABLE_PINNED(\"hash\", u64, u64, pinned, 10, \"/sys/fs/bpf/bcc_c-test/pinned\");\n"
		"int put(struct bpf_raw_tracepoint_args *ctx)\n"
		"{ u64 key = ctx->args[0], leaf = ctx->args[1]; return pinned.update(&key, &leaf); }\n";
	struct bcc_c_module *one, *other;

	/* A file system of this process alone: the machine's own may not be mounted. */
	skip_if(!own_bpf_fs(), "no BPF file system: %s", strerror(errno));
	one = load_bcc(source);
	other = load_bcc(source);
	ck_assert_int_eq(run_raw(one, "put", 5, 50), 0);
	ck_assert_uint_eq(leaf_of(other, "pinned", 5), 50);
	ck_assert_uint_eq(map_id(one, "sockets"), map_id(other, "sockets"));
	ck_assert_uint_eq(map_id(one, "waiting"), map_id(other, "waiting"));
	bcc_c_module__free(other);
	bcc_c_module__free(one);
	ck_assert_int_eq(access("/sys/fs/bpf/bcc_c-test/pinned", F_OK), 0);
	ck_assert_int_eq(access("/sys/fs/bpf/bcc_c-test/sockets", F_OK), 0);
}
END_TEST

/* As programs leave out what belongs to other containers: by tables that others fill. */
START_TEST(pinned_tables_filter)
{
	static const char source[] =
		"BPF_TABLE_PINNED(\"hash\", u64, u64, groups, 4, \"/sys/fs/bpf/bcc_c-test/groups\");\n"
		"static inline int container_should_be_filtered()\n"
		"{ u64 id = bpf_get_current_cgroup_id(); return groups.lookup(&id) == NULL; }\n"
		"int filter(struct bpf_raw_tracepoint_args *ctx)\n"
		"{ if (container_should_be_filtered()) return 1; return 2; }\n"
		"int add(struct bpf_raw_tracepoint_args *ctx)\n"
		"{ u64 id = bpf_get_current_cgroup_id(); return groups.update(&id, &id); }\n";
	struct bcc_c_module *one, *other;

	skip_if(!own_bpf_fs(), "no BPF file system: %s", strerror(errno));
	one = load_bcc(source);
	other = load_bcc(source);
	ck_assert_int_eq(run_raw(one, "filter", 0, 0), 1);
	ck_assert_int_eq(run_raw(other, "add", 0, 0), 0);
	ck_assert_int_eq(run_raw(one, "filter", 0, 0), 2);
	bcc_c_module__free(other);
	bcc_c_module__free(one);
}
END_TEST

Suite *suite_bcc_tables(void)
{
	Suite *suite = suite_create("bcc_tables");
	TCase *tc = tcase_create("tables");

	tcase_add_checked_fixture(tc, load_tables, free_tables);
	tcase_add_test(tc, tables_are_as_written);
	tcase_add_test(tc, there_are_no_other_maps);
	suite_add_tcase(suite, tc);
	tc = tcase_create("pinned");
	tcase_add_test(tc, pinned_tables_are_shared);
	tcase_add_test(tc, pinned_tables_filter);
	suite_add_tcase(suite, tc);
	return suite;
}
