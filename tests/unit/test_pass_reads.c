/* SPDX-License-Identifier: BSD-2-Clause */
/* Which loads the compiler has helpers make, and which helpers. */
#include "unit_pass.h"

/* Compiles a program "prog" and asserts how often it has a helper read for it. */
static void try_calls(struct bcc_c_module *mod, int helper, size_t cnt)
{
	static const int all[] = { BPF_FUNC_probe_read, BPF_FUNC_probe_read_kernel,
				   BPF_FUNC_probe_read_user };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		size_t want = all[i] == helper ? cnt : 0, got = calls_of(mod, "prog", all[i]);

		ck_assert_msg(got == want, "%zu calls of helper %d, not %zu", got, all[i], want);
	}
	bcc_c_module__free(mod);
}

static void try_bcc(const char *source, size_t cnt)
{
	try_calls(compiled_bcc(source), BPF_FUNC_probe_read, cnt);
}

static void try_libbpf(const char *source, int helper, size_t cnt)
{
	try_calls(compiled(source), helper, cnt);
}

#define OBJECTS                                                                                    \
	"struct o { int a, b; struct o *next; char text[16]; char *name; int far[100]; int end; "  \
	"};\n"

/* ---- the BCC dialect */

START_TEST(bcc_one_call_a_step)
{
	skip_without_types();
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o) { return o->a; }\n", 1);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o) { return o->next->a; }\n", 2);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o) { return *o->next->name; }\n",
		3);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o, int i)\n"
			"{ return o->text[i & 15]; }\n",
		1);
}
END_TEST

START_TEST(bcc_neighbours_are_read_together)
{
	skip_without_types();
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			"{ return o->a + o->b + o->text[3]; }\n",
		1);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			"{ int a = o->a; u64 now = bpf_ktime_get_ns(); return a + o->b + now; }\n",
		1);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o) { return o->a + o->end; }\n",
		2);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o, struct o *p)\n"
			"{ return o->a + p->b; }\n",
		2);
}
END_TEST

START_TEST(bcc_order_is_kept)
{
	skip_without_types();
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			"{ int a = o->a; bpf_probe_write_user(o, &a, 4); return a + o->b; }\n",
		2);
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			"{ int a = *(volatile int *)&o->a; return a + *(volatile int *)&o->a; }\n",
		2);
}
END_TEST

START_TEST(bcc_own_memory_is_loaded)
{
	skip_without_types();
	try_bcc("BPF_HASH(table, u32, u64);\n"
		"int prog(struct pt_regs *ctx)\n"
		"{ u32 key = ctx->di, *at = &key; u64 *value;\n"
		"  bpf_get_current_comm(at, sizeof(key));\n"
		"  value = table.lookup(at); return value ? *value + *at : ctx->si; }\n",
		0);
	try_bcc("BPF_RINGBUF_OUTPUT(ring, 8);\n"
		"int prog(struct pt_regs *ctx)\n"
		"{ u64 *record = ring.ringbuf_reserve(8);\n"
		"  if (!record) return 0;\n"
		"  *record = 5; (*record)++; ring.ringbuf_submit(record, 0); return 0; }\n",
		0);
}
END_TEST

START_TEST(bcc_pointers_out_of_maps)
{
	skip_without_types();
	try_bcc("BPF_HASH(table, u32, struct task_struct *);\n"
		"int prog(struct pt_regs *ctx)\n"
		"{ u32 key = 0; struct task_struct **task = table.lookup(&key);\n"
		"  return task ? (*task)->pid : 0; }\n",
		1);
}
END_TEST

START_TEST(bcc_copies)
{
	skip_without_types();
	try_bcc("struct big { char text[200]; };\n"
		"BPF_ARRAY(table, struct big, 1);\n"
		"int prog(struct pt_regs *ctx, struct big *from)\n"
		"{ int key = 0; struct big *to = table.lookup(&key);\n"
		"  if (to) *to = *from; return 0; }\n",
		1);
}
END_TEST

/* The verifier follows members of structs, not other pointers. */
START_TEST(bcc_typed_context)
{
	skip_without_types();
	try_bcc("SEC(\"tp_btf/sched_switch\") int prog(u64 *ctx)\n"
		"{ struct task_struct *task = (void *)ctx[1]; return task->real_parent->pid; }\n",
		0);
	try_bcc("SEC(\"tp_btf/sched_switch\") int prog(u64 *ctx)\n"
		"{ struct task_struct *task = (void *)ctx[1];\n"
		"  return *task->fs->pwd.dentry->d_sb->s_type->name; }\n",
		1);
}
END_TEST

/* This one may be NULL, and the verifier knows. */
START_TEST(bcc_typed_pointers_without_a_check)
{
	skip_without_types();
	try_bcc("SEC(\"tp_btf/kfree_skb\") int prog(u64 *ctx)\n"
		"{ struct sk_buff *skb = (void *)ctx[0];\n"
		"  return skb->sk->__sk_common.skc_family; }\n",
		2);
	try_bcc("SEC(\"tp_btf/kfree_skb\") int prog(u64 *ctx)\n"
		"{ struct sock *sk = ((struct sk_buff *)ctx[0])->sk;\n"
		"  return sk ? sk->__sk_common.skc_family : 0; }\n",
		0);
}
END_TEST

/* Only the base of an array is read as a number, for the index may be any. */
START_TEST(bcc_arrays_behind_typed_pointers)
{
	skip_without_types();
	try_bcc("SEC(\"tp_btf/sched_switch\") int prog(u64 *ctx)\n"
		"{ struct task_struct *task = (void *)ctx[1];\n"
		"  return task->mm->saved_auxv[ctx[0]]; }\n",
		2);
	try_bcc("char text[64];\n"
		"SEC(\"tp_btf/sched_switch\") int prog(u64 *ctx) { return text[ctx[0]]; }\n",
		0);
}
END_TEST

START_TEST(bcc_packets_are_loaded)
{
	skip_without_types();
	try_bcc("int prog(struct xdp_md *ctx)\n"
		"{ char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;\n"
		"  return data + 1 <= end ? data[0] : 0; }\n",
		0);
}
END_TEST

START_TEST(bcc_atomic_loads)
{
	skip_without_types();
	try_bcc(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			"{ return __atomic_load_n(&o->a, __ATOMIC_RELAXED); }\n",
		1);
	try_bcc("BPF_ARRAY(table, u64, 1);\n"
		"int prog(struct pt_regs *ctx)\n"
		"{ int key = 0; u64 *value = table.lookup(&key);\n"
		"  if (!value) return 0;\n"
		"  __atomic_store_n(value, 1, __ATOMIC_RELAXED);\n"
		"  return __atomic_load_n(value, __ATOMIC_RELAXED); }\n",
		0);
}
END_TEST

/* ---- stores */

START_TEST(bcc_stores_are_errors)
{
	skip_without_types();
	assert_bcc_fails("int prog(struct pt_regs *ctx, struct task_struct *task)\n"
			 "{\n"
			 "	task->pid = 1;\n"
			 "	return 0;\n"
			 "}\n",
			 "writes to kernel memory", 3, 12);
	assert_bcc_fails("int prog(struct pt_regs *ctx, u64 *value)\n"
			 "{\n"
			 "	__sync_fetch_and_add(value, 1); return 0;\n"
			 "}\n",
			 "writes to kernel memory", 3, 2);
	assert_bcc_fails("struct two { u64 a, b; };\n"
			 "int prog(struct pt_regs *ctx, struct two *to, struct two *from)\n"
			 "{\n"
			 "	*to = *from;\n"
			 "	return 0; }\n",
			 "writes to kernel memory", 4, 8);
}
END_TEST

START_TEST(bcc_stores_in_inlined_functions)
{
	skip_without_types();
	assert_bcc_fails("static void set(int *to)\n"
			 "{\n"
			 "	*to = 5;\n"
			 "}\n"
			 "int prog(struct pt_regs *ctx, int *to) { set(to); return 0; }\n",
			 "use bpf_probe_write_user()", 3, 6);
}
END_TEST

/* ---- the libbpf dialect */

#define READ "struct o { int a; struct o *next; };\n"

START_TEST(libbpf_helper_by_context)
{
	static const char body[] = "int prog(u64 *ctx) { return ((struct o *)ctx[3])->next->a; }\n";
	static const struct {
		const char *section;
		int helper;
	} table[] = {
		{ "kprobe/f", BPF_FUNC_probe_read_kernel },
		{ "raw_tp/f", BPF_FUNC_probe_read_kernel },
		{ "uprobe", BPF_FUNC_probe_read_user },
		{ "usdt", BPF_FUNC_probe_read_user },
		{ "tracepoint/a/b", BPF_FUNC_probe_read },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct bcc_c__buf source = { 0 };

		bcc_c__buf_printf(&source, PRELUDE READ "SEC(\"%s\") %s", table[i].section, body);
		try_libbpf(bcc_c__buf_str(&source), table[i].helper, 2);
		bcc_c__buf_free(&source);
	}
}
END_TEST

START_TEST(libbpf_leaves_what_the_verifier_may_take)
{
	static const char *const sources[] = {
		"SEC(\"tp_btf/f\") int prog(u64 *ctx) { return ((struct o *)ctx[1])->next->a; }\n",
		"__attribute__((noinline)) int sub(struct o *o) { return o ? o->a : 0; }\n"
		"SEC(\"kprobe/f\") int prog(void *ctx) { struct o o = { 5 }; return sub(&o); }\n",
		"SEC(\"freplace/f\") int prog(struct o **ctx) { return (*ctx)->a; }\n",
		"SEC(\"xdp\") int prog(u32 *ctx) { return *(int *)(long)ctx[0]; }\n",
		"struct { __uint(type, 1); __uint(max_entries, 1); __type(key, u32);\n"
		"  __type(value, u64); } map SEC(\".maps\");\n"
		"SEC(\"kprobe/f\") int prog(void *ctx)\n"
		"{ u32 key = 0; u64 *v = ((void *(*)(void *, void *))1)(&map, &key);\n"
		"  return v ? *v : 0; }\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		struct bcc_c__buf source = { 0 };

		bcc_c__buf_printf(&source, PRELUDE READ "%s", sources[i]);
		try_libbpf(bcc_c__buf_str(&source), 0, 0);
		bcc_c__buf_free(&source);
	}
}
END_TEST

SUITE(pass_reads, bcc_one_call_a_step, bcc_neighbours_are_read_together, bcc_order_is_kept,
      bcc_own_memory_is_loaded, bcc_pointers_out_of_maps, bcc_copies, bcc_typed_context,
      bcc_typed_pointers_without_a_check, bcc_arrays_behind_typed_pointers, bcc_packets_are_loaded,
      bcc_atomic_loads, bcc_stores_are_errors, bcc_stores_in_inlined_functions,
      libbpf_helper_by_context, libbpf_leaves_what_the_verifier_may_take)
