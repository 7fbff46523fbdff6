/* SPDX-License-Identifier: BSD-2-Clause */
/* Pointers to the program's memory on one way and to the kernel's on another. */
#include "unit_pass.h"

#define OBJECTS "struct o { u32 a, b; struct o *next; };\n"

/* Asserts how many reads by helper a program "prog" has in it, and makes at least. */
static void try_reads(const char *source, size_t all, size_t least)
{
	struct bcc_c_module *mod = compiled_bcc(source);
	size_t got_all = calls_of(mod, "prog", BPF_FUNC_probe_read);
	size_t got_least = least_calls_of(mod, "prog", BPF_FUNC_probe_read);

	ck_assert_msg(got_all == all && got_least == least,
		      "%zu reads and at least %zu, not %zu and %zu, of\n%s", got_all, got_least,
		      all, least, source);
	bcc_c_module__free(mod);
}

START_TEST(either_a_variable)
{
	skip_without_types();
	/* Volatile, so that the optimiser doesn't make two loads of one. */
	try_reads(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			  "{ struct o local = { ctx->si, 2 }; volatile struct o *p = &local;\n"
			  "  if (ctx->dx) p = o; return p->b; }\n",
		  1, 0);
	try_reads(OBJECTS "static volatile struct o table[2] = { { 1, 2 }, { 3, 4 } };\n"
			  "int prog(struct pt_regs *ctx, volatile struct o *o)\n"
			  "{ if (ctx->dx) o = ctx->cx ? &table[0] : &table[1];\n"
			  "  return o->a + o->b; }\n",
		  2, 0);
	try_reads(OBJECTS "static struct o table[2] = { { 1, 2 }, { 3, 4 } };\n"
			  "int prog(struct pt_regs *ctx, struct o *o)\n"
			  "{ struct o copy; bool mine = ctx->dx;\n"
			  "  table[ctx->cx & 1].a = 7;\n"
			  "  __builtin_memcpy(&copy, mine ? &table[0] : o, sizeof(copy));\n"
			  "  bpf_trace_printk(\"%d\", 3, &copy); return copy.a; }\n",
		  1, 0);
}
END_TEST

START_TEST(either_a_value_of_a_table)
{
	skip_without_types();
	/* The optimiser makes one load of both. */
	try_reads(OBJECTS "BPF_ARRAY(table, u64, 1);\n"
			  "int prog(struct pt_regs *ctx, u64 *o)\n"
			  "{ int key = 0; u64 *mine = table.lookup(&key), value = 0;\n"
			  "  if (mine) { if (ctx->dx) value = *o; else value = *mine; }\n"
			  "  return value * 31; }\n",
		  1, 0);
	try_reads(OBJECTS "BPF_HASH(table, u32, struct o);\n"
			  "int prog(struct pt_regs *ctx, struct o *o)\n"
			  "{ u32 key = 0; struct o *mine = table.lookup(&key);\n"
			  "  volatile struct o *p = mine && ctx->dx ? mine : o;\n"
			  "  return p->b; }\n",
		  1, 0);
}
END_TEST

/* What the verifier would refuse on the way to the program's memory. */
START_TEST(either_outside_of_the_memory)
{
	skip_without_types();
	try_reads(OBJECTS "int prog(struct pt_regs *ctx, struct o *o)\n"
			  "{ u64 local = ctx->si; volatile struct o *p = (void *)&local;\n"
			  "  if (ctx->dx) p = o; return (u64)p->next; }\n",
		  1, 1);
	try_reads(OBJECTS "BPF_ARRAY(table, u64, 1);\n"
			  "int prog(struct pt_regs *ctx, struct o *o)\n"
			  "{ int key = 0; volatile struct o *p = (void *)table.lookup(&key);\n"
			  "  if (!p) return o->a;\n"
			  "  if (ctx->dx) p = o; return (u64)p->next; }\n",
		  2, 1);
}
END_TEST

/* A pointer that the verifier knows must not be calculated with: it is read as a number. */
START_TEST(either_memory_that_holds_pointers)
{
	skip_without_types();
	try_reads(OBJECTS
		  "int prog(struct pt_regs *ctx, struct o *o)\n"
		  "{ struct o local = { 1, 2, (void *)ctx }; volatile struct o *p = &local;\n"
		  "  if (ctx->dx) p = o; return (u64)p->next * 3; }\n",
		  1, 1);
}
END_TEST

SUITE(pass_either, either_a_variable, either_a_value_of_a_table, either_outside_of_the_memory,
      either_memory_that_holds_pointers)
