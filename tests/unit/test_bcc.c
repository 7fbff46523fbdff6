/* SPDX-License-Identifier: BSD-2-Clause */
/* BCC's dialect as far as the compiler alone can tell: what it takes, and what it says of the rest. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "unit.h"

/* Compiles and expects success. */
static struct bcc_c_module *take(const char *source)
{
	struct bcc_c_module *mod = new_module();
	int err = bcc_c_module__compile(mod, source, NULL);

	ck_assert_msg(!err, "%s\n%s\n%s", source, bcc_c_module__errmsg(mod),
		      bcc_c_module__log(mod));
	return mod;
}

/* Compiles and expects an error whose text has these. */
static void refuse(const char *source, const char *first, const char *second)
{
	struct bcc_c_module *mod = new_module();
	int err = bcc_c_module__compile(mod, source, NULL);
	const char *text = bcc_c_module__errmsg(mod);

	ck_assert_msg(err == -EBADMSG && strstr(text, first) && strstr(text, second), "%s\n%s",
		      source, text);
	bcc_c_module__free(mod);
}

#define PROGRAM(body) "int prog(struct pt_regs *ctx) { u32 k = 1; u64 v = 2; " body " return 0; }\n"

/* ---- tables */

static const struct {
	const char *declaration;
	enum bpf_map_type type;
	uint32_t key_size;
	uint32_t value_size;
	uint32_t max_entries;
	uint32_t flags;
} tables[] = {
	{ "BPF_HASH(t);", BPF_MAP_TYPE_HASH, 8, 8, 10240, 0 },
	{ "BPF_HASH(t, u32);", BPF_MAP_TYPE_HASH, 4, 8, 10240, 0 },
	{ "BPF_HASH(t, u32, u16);", BPF_MAP_TYPE_HASH, 4, 2, 10240, 0 },
	{ "BPF_HASH(t, u32, struct task_struct *, 7);", BPF_MAP_TYPE_HASH, 4, 8, 7, 0 },
	{ "BPF_PERCPU_HASH(t, u16);", BPF_MAP_TYPE_PERCPU_HASH, 2, 8, 10240, 0 },
	{ "BPF_LPM_TRIE(t);", BPF_MAP_TYPE_LPM_TRIE, 8, 8, 10240, BPF_F_NO_PREALLOC },
	{ "BPF_ARRAY(t);", BPF_MAP_TYPE_ARRAY, 4, 8, 10240, 0 },
	{ "BPF_ARRAY(t, u32);", BPF_MAP_TYPE_ARRAY, 4, 4, 10240, 0 },
	{ "BPF_ARRAY(t, u32, 2 + 1);", BPF_MAP_TYPE_ARRAY, 4, 4, 3, 0 },
	{ "BPF_PERCPU_ARRAY(t, u32, 3);", BPF_MAP_TYPE_PERCPU_ARRAY, 4, 4, 3, 0 },
	{ "BPF_HISTOGRAM(t);", BPF_MAP_TYPE_ARRAY, 4, 8, 64, 0 },
	{ "BPF_HISTOGRAM(t, unsigned int);", BPF_MAP_TYPE_HASH, 4, 8, 64, 0 },
	{ "struct k { int a, b; }; BPF_HISTOGRAM(t, struct k, 9);", BPF_MAP_TYPE_HASH, 8, 8, 9, 0 },
	{ "BPF_TABLE(\"hash\", u32, u8, t, 5);", BPF_MAP_TYPE_HASH, 4, 1, 5, 0 },
	{ "BPF_TABLE(\"lru_percpu_hash\", u32, u64, t, 5);", BPF_MAP_TYPE_LRU_PERCPU_HASH, 4, 8, 5,
	  0 },
	{ "BPF_TABLE(\"perf_array\", int, u32, t, 5);", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 5, 0 },
	{ "BPF_TABLE(\"histogram\", int, u64, t, 5);", BPF_MAP_TYPE_ARRAY, 4, 8, 5, 0 },
	{ "BPF_F_TABLE(\"hash\", u32, u8, t, 5, BPF_F_NO_PREALLOC);", BPF_MAP_TYPE_HASH, 4, 1, 5,
	  BPF_F_NO_PREALLOC },
	{ "BPF_TABLE_PUBLIC(\"hash\", u32, u8, t, 5);", BPF_MAP_TYPE_HASH, 4, 1, 5, 0 },
	{ "BPF_TABLE_SHARED(\"hash\", u32, u8, t, 5);", BPF_MAP_TYPE_HASH, 4, 1, 5, 0 },
	{ "BPF_TABLE_PINNED(\"hash\", u32, u8, t, 5, \"/sys/fs/bpf/t\");", BPF_MAP_TYPE_HASH, 4, 1,
	  5, 0 },
	{ "BPF_TABLE_PINNED(\"hash\", u32, u8, t, 5, \"/sys/fs/bpf/t\", 1);", BPF_MAP_TYPE_HASH, 4,
	  1, 5, 1 },
	{ "BPF_PERF_OUTPUT(t);", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 0, 0 },
	{ "BPF_PERF_ARRAY(t, 5);", BPF_MAP_TYPE_PERF_EVENT_ARRAY, 4, 4, 5, 0 },
	{ "BPF_RINGBUF_OUTPUT(t, 4);", BPF_MAP_TYPE_RINGBUF, 0, 0, 4, 0 },
	{ "BPF_STACK_TRACE(t, 1000);", BPF_MAP_TYPE_STACK_TRACE, 4, 1016, 1024, 0 },
	{ "BPF_STACK_TRACE(t, 1);", BPF_MAP_TYPE_STACK_TRACE, 4, 1016, 1, 0 },
	{ "BPF_STACK_TRACE_BUILDID(t, 128);", BPF_MAP_TYPE_STACK_TRACE, 4, 4064, 128,
	  BPF_F_STACK_BUILD_ID },
	{ "BPF_PROG_ARRAY(t, 5);", BPF_MAP_TYPE_PROG_ARRAY, 4, 4, 5, 0 },
	{ "BPF_CGROUP_ARRAY(t, 5);", BPF_MAP_TYPE_CGROUP_ARRAY, 4, 4, 5, 0 },
	{ "BPF_QUEUE(t, u16, 5);", BPF_MAP_TYPE_QUEUE, 0, 2, 5, 0 },
	{ "BPF_STACK(t, u16, 5, 0);", BPF_MAP_TYPE_STACK, 0, 2, 5, 0 },
	{ "BPF_QUEUESTACK(\"stack\", t, u16, 5, 0);", BPF_MAP_TYPE_STACK, 0, 2, 5, 0 },
	{ "BPF_DEVMAP(t, 5);", BPF_MAP_TYPE_DEVMAP, 4, 4, 5, 0 },
	{ "BPF_XDP_REDIRECT_MAP(\"devmap\", int, t, 5);", BPF_MAP_TYPE_DEVMAP, 4, 4, 5, 0 },
	{ "BPF_CPUMAP(t, 5);", BPF_MAP_TYPE_CPUMAP, 4, 4, 5, 0 },
	{ "BPF_XSKMAP(t, 5);", BPF_MAP_TYPE_XSKMAP, 4, 4, 5, 0 },
	{ "BPF_XSKMAP(t, 5, \"/sys/fs/bpf/t\");", BPF_MAP_TYPE_XSKMAP, 4, 4, 5, 0 },
	{ "BPF_SOCKMAP(t, 5);", BPF_MAP_TYPE_SOCKMAP, 4, 4, 5, 0 },
	{ "BPF_SOCKHASH(t);", BPF_MAP_TYPE_SOCKHASH, 4, 4, 10240, 0 },
	{ "BPF_SOCKHASH(t, u64, 5);", BPF_MAP_TYPE_SOCKHASH, 8, 4, 5, 0 },
	{ "BPF_SK_STORAGE(t, u64);", BPF_MAP_TYPE_SK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC },
	{ "BPF_INODE_STORAGE(t, u64);", BPF_MAP_TYPE_INODE_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC },
	{ "BPF_TASK_STORAGE(t, u64);", BPF_MAP_TYPE_TASK_STORAGE, 4, 8, 0, BPF_F_NO_PREALLOC },
	{ "BPF_CGROUP_STORAGE(t, u64);", BPF_MAP_TYPE_CGROUP_STORAGE, 16, 8, 0, 0 },
	{ "BPF_PERCPU_CGROUP_STORAGE(t, u64);", BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE, 16, 8, 0, 0 },
	{ "BPF_HASH(i); BPF_ARRAY_OF_MAPS(t, \"i\", 5);", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 5, 0 },
	{ "BPF_HASH(i); BPF_HASH_OF_MAPS(t, \"i\");", BPF_MAP_TYPE_HASH_OF_MAPS, 4, 4, 10240, 0 },
	{ "BPF_HASH(i); BPF_HASH_OF_MAPS(t, u64, \"i\");", BPF_MAP_TYPE_HASH_OF_MAPS, 8, 4, 10240,
	  0 },
	{ "BPF_HASH(i); BPF_HASH_OF_MAPS(t, u64, \"i\", 5);", BPF_MAP_TYPE_HASH_OF_MAPS, 8, 4, 5,
	  0 },
};

START_TEST(tables_are_what_they_say)
{
	struct bcc_c_module *mod = take(tables[_i].declaration);
	const struct bpf_map *map = bpf_object__find_map_by_name(mod->obj, "t");
	uint32_t entries = tables[_i].max_entries;

	if (tables[_i].type == BPF_MAP_TYPE_RINGBUF)
		entries *= (uint32_t)getpagesize();
	ck_assert(map != NULL);
	ck_assert_int_eq(bpf_map__type(map), tables[_i].type);
	ck_assert_uint_eq(bpf_map__key_size(map), tables[_i].key_size);
	ck_assert_uint_eq(bpf_map__value_size(map), tables[_i].value_size);
	ck_assert_uint_eq(bpf_map__max_entries(map), entries);
	ck_assert_uint_eq(bpf_map__map_flags(map), tables[_i].flags);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tables_types_have_names)
{
	struct bcc_c_module *mod = take("struct key { u32 a; }; BPF_HASH(t, struct key, pid_t);");
	const struct bpf_map *map = bpf_object__find_map_by_name(mod->obj, "t");
	const struct btf *btf = bpf_object__btf(mod->obj);
	const struct btf_type *key = btf__type_by_id(btf, bpf_map__btf_key_type_id(map));
	const struct btf_type *leaf = btf__type_by_id(btf, bpf_map__btf_value_type_id(map));

	ck_assert_str_eq(btf__name_by_offset(btf, key->name_off), "key");
	ck_assert_str_eq(btf__name_by_offset(btf, leaf->name_off), "pid_t");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tables_that_are_wrong)
{
	refuse("BPF_TABLE(\"hsah\", u32, u64, t, 5);", "1:1", "no table has the type hsah");
	refuse("BPF_TABLE(\"queue\", u32, u64, t, 5);", "a queue has no keys", "use BPF_QUEUE");
	refuse("BPF_QUEUESTACK(\"hash\", t, u64, 5, 0);", "1:1", "of type queue or stack");
	refuse("BPF_HASH(t, struct no_such_struct);", "no_such_struct", "");
}
END_TEST

/* ---- methods */

START_TEST(methods_that_there_are_not)
{
	refuse("BPF_HASH(t);\n" PROGRAM("t.push(&v, 0);"), "2:57", "BPF_HASH has lookup, update");
	refuse("BPF_PERF_OUTPUT(t);\n" PROGRAM("t.lookup(&k);"), "'lookup' is unavailable",
	       "BPF_PERF_OUTPUT has perf_submit");
	refuse("BPF_QUEUE(t, u64, 5);\n" PROGRAM("t.update(&k, &v);"), "'update' is unavailable",
	       "push, pop and peek");
	refuse("BPF_TABLE(\"hash\", u32, u64, t, 5);\n" PROGRAM("t.push(&v, 0);"),
	       "'push' is unavailable", "BPF_TABLE has no such method");
	refuse("BPF_PERF_OUTPUT(t);\n" PROGRAM("t.increment(k);"), "'increment' is unavailable",
	       "BPF_PERF_OUTPUT has perf_submit");
	refuse("BPF_PERF_OUTPUT(t);\n" PROGRAM("t.increment(k, 2);"), "is unavailable",
	       "BPF_PERF_OUTPUT has perf_submit");
	refuse("BPF_HASH(t);\n" PROGRAM("t.no_such_method(&v);"), "no_such_method", "t_table_t");
}
END_TEST

START_TEST(methods_used_wrongly)
{
	refuse("BPF_HASH(t, u32);\n" PROGRAM("t.lookup(&k, &v);"), "too many arguments", "");
	refuse("struct s { u64 a, b; }; BPF_HASH(t, u32, struct s);\n" PROGRAM("t.increment(k);"),
	       "leaf_is_no_integer", "");
	refuse("struct s { u64 a, b; }; BPF_HASH(t, u32, struct s);\n" PROGRAM(
		       "t.increment(k, 2);"),
	       "leaf_is_no_integer", "");
	refuse("struct s { u64 a, b; }; BPF_HASH(t, struct s);\n" PROGRAM("t.increment(k);"),
	       "struct s", "");
}
END_TEST

/* Methods that another table makes sense of don't trouble those that can't have them. */
START_TEST(methods_of_different_tables)
{
	bcc_c_module__free(
		take("struct s { u64 a, b; u8 c; }; BPF_HASH(a, u32, struct s);"
		     "BPF_HASH(b, struct s, u8); BPF_HASH(c, u32, unsigned __int128);"
		     "BPF_QUEUE(q, struct s, 4); BPF_PERF_OUTPUT(e);" PROGRAM(
			     "struct s s = {}; b.increment(s); c.increment(k, 3);"
			     "a.lookup(&k); q.push(&s, 0); e.perf_submit(ctx, &s, 8);")));
}
END_TEST

/* ---- the rest */

static void count_rounds(void *ctx, int level, const char *text)
{
	for (const char *at = strstr(text, "front end"); at; at = strstr(at + 1, "front end"))
		++*(int *)ctx;
}

/* What the headers themselves need is known beforehand: finding out by errors takes a round more. */
START_TEST(sources_compile_at_once)
{
	int rounds = 0;
	struct bcc_c_module_opts opts = { .sz = sizeof(opts),
					  .log = count_rounds,
					  .log_ctx = &rounds };
	struct bcc_c_module *mod = bcc_c_module__new(&opts);

	ck_assert_int_eq(
		bcc_c_module__compile(mod, "BPF_HASH(t);\n" PROGRAM("t.increment(k);"), NULL), 0);
	ck_assert_int_eq(rounds, 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(sources_of_any_size)
{
	bcc_c_module__free(take(""));
	bcc_c_module__free(take("\n"));
	bcc_c_module__free(take("#include <uapi/linux/ptrace.h>\n#include <net/sock.h>\n"
				"#include <bcc/no_such.h>\n#include <linux/made_up.h>\n"));
}
END_TEST

START_TEST(facts_of_the_kernel)
{
	bcc_c_module__free(
		take("#if !defined(__KERNEL__) || defined(__bpf__) || "
		     "LINUX_VERSION_CODE < KERNEL_VERSION(5, 0, 0)\n#error\n#endif\n"
		     "_Static_assert(sizeof(KBUILD_MODNAME) == 4, \"\");\n"
		     "_Static_assert(DNAME_INLINE_LEN >= 32 && PAGE_SIZE >= 4096, \"\");\n"
		     "_Static_assert(ENOMEM == 12 && AF_INET6 == 10, \"\");\n"
		     "_Static_assert(!IS_ENABLED(CONFIG_NO_SUCH), \"\");\n"
		     "int f(struct sock *sk) { return 0; }"));
	/* Which current kernels have no more, and programs take for the sign of an old one. */
	bcc_c_module__free(
		take("#if defined(REQ_WRITE) || defined(REQ_OP_SHIFT) || "
		     "defined(INIT_PID_LINK) || !defined(CAP_OPT_NONE)\n#error\n#endif"));
}
END_TEST

START_TEST(names_that_are_the_sources_own)
{
	bcc_c_module__free(
		take("#include <linux/sched.h>\n"
		     "typedef struct { u32 a; u64 b; } pid_t;\n"
		     "enum mine { TASK_COMM_LEN = 7, IPPROTO_TCP };\n"
		     "struct list_head { int mine; };\n"
		     "BPF_HASH(TCP_CLOSE, pid_t);\n" PROGRAM(
			     "struct task_struct *t = (void *)bpf_get_current_task();"
			     "pid_t p = { t->prio, TASK_COMM_LEN }; struct list_head l = { 1 };"
			     "TCP_CLOSE.increment(p); l.mine = IPPROTO_TCP;")));
}
END_TEST

/* Names that only <net/sock.h> has are otherwise the source's to use. */
START_TEST(names_of_sockets)
{
	bcc_c_module__free(take("struct own { u8 sk_state; };" PROGRAM("struct own o = { 1 };")));
	bcc_c_module__free(take("#include <net/inet_sock.h>\n"
				"int f(struct pt_regs *ctx) { struct inet_sock *s = 0;"
				"return s->inet_dport + ((struct sock *)s)->sk_state; }"));
}
END_TEST

START_TEST(functions)
{
	bcc_c_module__free(take(PROGRAM("bpf_trace_printk(\"none\");"
					"bpf_trace_printk(\"%d %d %d\\n\", k, 2, 3);"
					"v = bpf_log2l(v) + bpf_log2(k) + min(k, 3U) + ntohs(k);"
					"lock_xadd(&v, 1); v += bpf_num_cpus();"
					"unsigned __int128 w = bpf_ntoh128(1);")));
	bcc_c_module__free(take("#define BPF_LICENSE Dual BSD/GPL\n" PROGRAM("")));
}
END_TEST

START_TEST(programs)
{
	bcc_c_module__free(
		take("RAW_TRACEPOINT_PROBE(sched_switch) { return ctx->args[1] != 0; }\n"
		     "KFUNC_PROBE(vfs_read, struct file *file) { return file != 0; }\n"
		     "KRETFUNC_PROBE(vfs_read, struct file *file, int ret) { return ret; }\n"
		     "MODULE_KFUNC_PROBE(nf, fn, int a) { return a + (ctx != 0); }\n"
		     "MODULE_KRETFUNC_PROBE(nf, fn) { return 0; }\n"
		     "KMOD_RET(update_socket_protocol, int a, int b) { return b; }\n"
		     "LSM_PROBE(bprm_check_security, struct linux_binprm *bprm) { return 0; }\n"
		     "BPF_ITER(task) { return ctx->task != 0; }\n"));
}
END_TEST

START_TEST(tracepoint_that_there_is_not)
{
	refuse("TRACEPOINT_PROBE(no_such, event) { return args->field; }", "no_such", "race");
}
END_TEST

Suite *bcc_suite(void);
Suite *bcc_suite(void)
{
	const TTest *tests[] = {
		tables_types_have_names,
		tables_that_are_wrong,
		methods_that_there_are_not,
		methods_used_wrongly,
		methods_of_different_tables,
		sources_of_any_size,
		sources_compile_at_once,
		facts_of_the_kernel,
		names_that_are_the_sources_own,
		names_of_sockets,
		functions,
		programs,
		tracepoint_that_there_is_not,
	};
	Suite *suite = make_suite("bcc", tests, ARRAY_SIZE(tests));
	TCase *tc = tcase_create("tables");

	tcase_add_loop_test(tc, tables_are_what_they_say, 0, ARRAY_SIZE(tables));
	suite_add_tcase(suite, tc);
	return suite;
}
