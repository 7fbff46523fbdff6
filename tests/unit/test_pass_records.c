/* SPDX-License-Identifier: BSD-2-Clause */
/* Which types of records are noted, by what tables are given in all kinds of way. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "unit_pass.h"
#include "wire.h"

#define TYPES                                                                                      \
	"struct inner { u32 a, b, c; };\n"                                                         \
	"typedef struct { u64 first; struct inner inner, two[2]; u8 bytes[8]; } outer_t;\n"        \
	"typedef struct inner *inner_p;\n"                                                         \
	"union either { u64 number; struct { u32 low, high; } halves; };\n"                        \
	"static struct inner global;\n"                                                            \
	"static struct inner *get(void) { return &global; }\n"

static const struct {
	const char *variables;
	const char *data, *size; /* arguments of perf_submit(); i is not a constant */
	const char *type;        /* "": none is known */
} table[] = {
	/* variables */
	{ "struct inner v = {};", "&v", "sizeof(v)", "struct inner" },
	{ "const struct inner v = {};", "(void *)&v", "sizeof(v)", "struct inner" },
	{ "outer_t v = {};", "&v", "sizeof(v)", "outer_t" },
	{ "outer_t v = {};", "&v", "i", "outer_t" },
	{ "union either v = {};", "&v", "sizeof(v)", "union either" },
	{ "u64 v = 1;", "&v", "sizeof(v)", "u64" },
	{ "u64 v = 1;", "&v", "i", "" },
	{ "u64 v = 1;", "&v", "0", "" },
	{ "u8 v = 1;", "&v", "i", "" },
	{ "void *v = ctx;", "&v", "sizeof(v)", "void*" },
	{ "enum { RED, BLUE = 1 } v = BLUE;", "&v", "sizeof(v)", "enum " },
	{ "", "&global", "sizeof(global)", "struct inner" },
	{ "static u32 v;", "&v", "sizeof(v)", "u32" },
	/* arrays, and parts of them */
	{ "char v[16] = {};", "v", "sizeof(v)", "char[16]" },
	{ "char v[16] = {};", "&v", "sizeof(v)", "char[16]" },
	{ "char v[16] = {};", "v", "i", "char[16]" },
	{ "char v[16] = {};", "v", "4", "char[4]" },
	{ "u16 v[4] = {};", "&v[0]", "sizeof(v)", "u16[4]" },
	{ "u16 v[4] = {};", "&v[i & 3]", "sizeof(v[0])", "u16" },
	{ "u16 v[4] = {};", "v + 1", "4", "u16[2]" },
	{ "u16 v[2][4] = {};", "v", "sizeof(v)", "u16[2][4]" },
	{ "struct inner v[2] = {};", "&v[1]", "sizeof(v[0])", "struct inner" },
	{ "struct inner v[2] = {};", "&v->a", "sizeof(v->a)", "u32" },
	/* members */
	{ "outer_t v = {};", "&v.first", "sizeof(v.first)", "u64" },
	{ "outer_t v = {};", "&v.inner", "sizeof(v.inner)", "struct inner" },
	{ "outer_t v = {};", "&v.inner.b", "4", "u32" },
	{ "outer_t v = {};", "v.bytes", "sizeof(v.bytes)", "u8[8]" },
	{ "outer_t v = {};", "&v.two[1].c", "sizeof(u32)", "u32" },
	{ "union either v = {};", "&v.halves.high", "sizeof(u32)", "" },
	/* pointers */
	{ "struct inner *v = &global;", "v", "sizeof(*v)", "struct inner" },
	{ "const struct inner *const v = &global;", "(void *)v", "sizeof(*v)", "struct inner" },
	{ "inner_p v = &global;", "v", "sizeof(*v)", "struct inner" },
	{ "struct inner *v = &global;", "v", "2 * sizeof(*v)", "struct inner[2]" },
	{ "struct inner *v = &global;", "v + 1", "sizeof(*v)", "struct inner" },
	{ "struct inner *v = &global, **w = &v;", "*w", "sizeof(**w)", "struct inner" },
	{ "struct { inner_p p; } v = { &global };", "v.p", "sizeof(*v.p)", "struct inner" },
	{ "inner_p v[2] = { &global };", "v[0]", "sizeof(**v)", "struct inner" },
	{ "u64 v = 1, *w = &v;", "w", "sizeof(v)", "u64" },
	{ "u64 v[2] = {}, *w = v;", "w", "sizeof(v)", "u64[2]" },
	{ "u64 v = 1, *w = &v;", "w", "i", "" },
	{ "struct inner v = {}; void *w = &v;", "w", "sizeof(v)", "" },
	{ "struct inner v = {}; void *w = &v;", "(struct inner *)w", "sizeof(v)", "" },
	{ "", "ctx", "sizeof(*ctx)", "" },
	/* what is in no variable */
	{ "", "get()", "sizeof(struct inner)", "" },
	{ "", "(&(struct inner){ 1 })", "sizeof(struct inner)", "" },
	{ "struct inner v = {}, w = {};", "(i ? &v : &w)", "sizeof(v)", "" },
};

static struct bcc_c_module *compile_table(void)
{
	autobuf source = { 0 };

	bcc_c__buf_printf(&source, TYPES);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		bcc_c__buf_printf(&source,
				  "BPF_PERF_OUTPUT(t%zu);\n"
				  "int p%zu(struct bpf_raw_tracepoint_args *ctx)\n"
				  "{\n"
				  "	u32 i = ctx->args[0];\n"
				  "	%s\n"
				  "	return t%zu.perf_submit(ctx, %s, %s);\n"
				  "}\n",
				  i, i, table[i].variables, i, table[i].data, table[i].size);
	return compiled_bcc(bcc_c__buf_str(&source));
}

/* The type of the longest records that have any. */
static void assert_type(struct bcc_c_module *mod, const char *map, const char *type)
{
	struct bcc_c_map *found = bcc_c_module__find_map(mod, map);
	char name[64] = "";
	int len = -ENOENT;

	for (size_t size = 128; size && len < 0; size--)
		len = bcc_c_map__record_type(found, size, name, sizeof(name));
	ck_assert_msg(!strcmp(name, type), "%s has '%s', not '%s'", map, name, type);
	ck_assert_int_eq(len, type[0] ? (int)strlen(type) : -ENOENT);
}

START_TEST(types_of_what_is_given)
{
	struct bcc_c_module *mod;
	char map[16];

	skip_without_types();
	mod = compile_table();
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		snprintf(map, sizeof(map), "t%zu", i);
		assert_type(mod, map, table[i].type);
	}
	bcc_c_module__free(mod);
}
END_TEST

/* How many variables an object has in the section; -1: it has no such section. */
static int noted_cnt(struct bcc_c_module *mod)
{
	size_t size;
	const void *data = bcc_c_module__elf(mod, &size);
	struct bpf_object *object = bpf_object__open_mem(data, size, NULL);
	const struct btf *btf = bpf_object__btf(object);
	int id = btf__find_by_name_kind(btf, WIRE_EVENTS_SECTION, BTF_KIND_DATASEC);
	int cnt = id > 0 ? btf_vlen(btf__type_by_id(btf, (uint32_t)id)) : -1;

	bpf_object__close(object);
	return cnt;
}

/* Also of functions that come later in LLVM's code, though not in the source. */
START_TEST(each_type_is_noted_once_in_order)
{
	struct bcc_c_module *mod;

	skip_without_types();
	mod = compiled_bcc("BPF_RINGBUF_OUTPUT(ring, 1);\n"
			   "BPF_RINGBUF_OUTPUT(other, 1);\n"
			   "struct one { u64 a; };\n"
			   "struct two { u64 a; };\n"
			   "static int give(struct one *one)\n"
			   "{\n"
			   "	return ring.ringbuf_output(one, sizeof(*one), 0);\n"
			   "}\n"
			   "int prog(void *ctx)\n"
			   "{\n"
			   "	struct two two = {}, again = {};\n"
			   "	struct one one = {};\n"
			   "	ring.ringbuf_output(&two, sizeof(two), 0);\n"
			   "	ring.ringbuf_output(&again, sizeof(again), 0);\n"
			   "	other.ringbuf_output(&again, sizeof(again), 0);\n"
			   "	return give(&one);\n"
			   "}\n");
	ck_assert_int_eq(noted_cnt(mod), 3);
	assert_type(mod, "ring", "struct one");
	assert_type(mod, "other", "struct two");
	bcc_c_module__free(mod);
}
END_TEST

/* LLVM has room for such a parameter in a register, or memory of the caller's. */
START_TEST(parameters_by_value_have_types)
{
	struct bcc_c_module *mod;

	skip_without_types();
	mod = compiled_bcc("BPF_PERF_OUTPUT(small);\n"
			   "BPF_PERF_OUTPUT(large);\n"
			   "struct small { u32 a, b; };\n"
			   "typedef struct { u64 a[6]; } large_t;\n"
			   "static int give(void *ctx, struct small one, const large_t two)\n"
			   "{\n"
			   "	small.perf_submit(ctx, &one, sizeof(one));\n"
			   "	return large.perf_submit(ctx, (void *)&two, sizeof(two));\n"
			   "}\n"
			   "int prog(struct pt_regs *ctx)\n"
			   "{\n"
			   "	struct small one = {};\n"
			   "	large_t two = {};\n"
			   "	return give(ctx, one, two);\n"
			   "}\n");
	assert_type(mod, "small", "struct small");
	assert_type(mod, "large", "large_t");
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(nothing_is_noted_of_other_methods)
{
	struct bcc_c_module *mod;

	skip_without_types();
	mod = compiled_bcc("BPF_HASH(ring, u32, u64);\n"
			   "BPF_RINGBUF_OUTPUT(unused, 1);\n"
			   "static int ringbuf_submit(void *data) { return data != 0; }\n"
			   "static int __bcc_c_ring__perf_submit(void) { return 1; }\n"
			   "int prog(void *ctx)\n"
			   "{\n"
			   "	u32 key = 1;\n"
			   "	u64 value = 1;\n"
			   "	ring.update(&key, &value);\n"
			   "	return ringbuf_submit(&value) + __bcc_c_ring__perf_submit();\n"
			   "}\n");
	ck_assert_int_eq(noted_cnt(mod), -1);
	bcc_c_module__free(mod);
}
END_TEST

SUITE(pass_records, types_of_what_is_given, parameters_by_value_have_types,
      each_type_is_noted_once_in_order, nothing_is_noted_of_other_methods)
