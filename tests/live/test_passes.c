/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler's passes promise of the BCC dialect, by what programs see that run. */
#include "live.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static struct bcc_c_module *load_bcc(const char *source, const char *cflag)
{
	struct bcc_c_compile_opts opts = { .sz = sizeof(opts),
					   .dialect = BCC_C_DIALECT_BCC,
					   .cflags = &cflag,
					   .cflags_cnt = cflag != NULL };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	bool is_file = !strchr(source, '\n');
	int pid = getpid();

	ck_assert_ptr_nonnull(mod);
	assert_ok(mod, is_file ? bcc_c_module__compile_file(mod, source, &opts)
			       : bcc_c_module__compile(mod, source, &opts));
	if (strstr(source, "int target;"))
		assert_ok(mod, bcc_c_module__set_global(mod, "target", &pid, sizeof(pid)));
	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

/* ---- reads */

#define READS "tests/live/sources/reads.c"
#define READ_CNT 24

struct result {
	uint64_t plain, hand, times;
};

static void check_reads(struct bcc_c_module *mod)
{
	struct bcc_c_map *map = map_of(mod, "results");

	for (int i = 0; i < READ_CNT; i++) {
		struct result result;

		assert_ok(mod, bcc_c_map__lookup(map, &i, sizeof(i), &result, sizeof(result)));
		ck_assert_msg(result.times, "read %d was never made", i);
		ck_assert_msg(result.plain == result.hand, "read %d: plain %#llx, by hand %#llx", i,
			      (unsigned long long)result.plain, (unsigned long long)result.hand);
	}
	bcc_c_module__free(mod);
}

static void try_reads(const char *cflag)
{
	struct bcc_c_module *mod = load_bcc(READS, cflag);

	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	for (int i = 0; i < 200; i++)
		usleep(100);
	check_reads(mod);
}

START_TEST(reads_from_current_task)
{
	try_reads("-DFROM_RAW_TP");
}
END_TEST

START_TEST(reads_from_typed_task)
{
	try_reads("-DFROM_CURRENT");
}
END_TEST

START_TEST(reads_from_typed_context)
{
	try_reads("-DFROM_TP_BTF");
}
END_TEST

START_TEST(reads_from_iterator)
{
	struct bcc_c_module *mod = load_bcc(READS, "-DFROM_ITER");
	int prog = bcc_c_prog__fd(prog_of(mod, "bpf_iter__task"));
	int link = bpf_link_create(prog, 0, BPF_TRACE_ITER, NULL), iter;
	char byte;

	ck_assert_int_ge(link, 0);
	iter = bpf_iter_create(link);
	ck_assert_int_ge(iter, 0);
	while (read(iter, &byte, 1) > 0)
		;
	close(iter);
	close(link);
	check_reads(mod);
}
END_TEST

/* ---- arguments */

/* For a uprobe. */
__attribute__((noipa)) static long six(int a, const char *b, unsigned char c, short d, bool e,
				       unsigned long f)
{
	asm volatile("");
	return a + b[0] + c + d + e + (long)f;
}

START_TEST(arguments_of_all_types)
{
	static const char source[] =
		"long got[6]; char text[8];\n"
		"int entry(struct pt_regs *ctx, int a, const char *b, unsigned char c, short d,\n"
		"          bool e, unsigned long f)\n"
		"{ got[0] = a; got[1] = b[0]; got[2] = c; got[3] = d; got[4] = e; got[5] = f;\n"
		"  for (int i = 0; i < 7; i++) text[i] = b[i];\n"
		"  return 0; }\n";
	const struct bcc_c_uprobe_opts opts = { .sz = sizeof(opts), .symbol = "six" };
	struct bcc_c_module *mod = load_bcc(source, NULL);
	char text[8];
	long got[6];

	ck_assert_ptr_nonnull(bcc_c_prog__attach_uprobe(prog_of(mod, "entry"), own_path(), &opts));
	six(-5, "letters", 200, -300, true, 0x8000000000000001);
	assert_ok(mod, bcc_c_module__get_global(mod, "got", got, sizeof(got)));
	assert_ok(mod, bcc_c_module__get_global(mod, "text", text, sizeof(text)));
	ck_assert_int_eq(got[0], -5);
	ck_assert_int_eq(got[1], 'l');
	ck_assert_int_eq(got[2], 200);
	ck_assert_int_eq(got[3], -300);
	ck_assert_int_eq(got[4], 1);
	ck_assert_uint_eq((unsigned long)got[5], 0x8000000000000001);
	ck_assert_str_eq(text, "letters");
	bcc_c_module__free(mod);
}
END_TEST

/* The kernel adds it; the C library has another idea of its value. */
#define LARGE_FILE 0100000

START_TEST(arguments_of_a_kernel_function)
{
	static const char source[] =
		"long got[5]; const volatile int target;\n"
		"int entry(struct pt_regs *ctx, int dfd, const char *name, struct open_how *how)\n"
		"{ if (bpf_get_current_pid_tgid() >> 32 != target) return 0;\n"
		"  got[0] = dfd; got[1] = name[0]; got[2] = name[6];\n"
		"  got[3] = how->flags; got[4] = how->mode; return 0; }\n";
	static const long want[5] = { -7, '/', 't', O_WRONLY | O_CREAT | LARGE_FILE, 0640 };
	struct bcc_c_module *mod;
	long got[5];

	skip_if(!kernel_has_kprobes(), "this kernel has no kprobes");
	mod = load_bcc(source, NULL);
	ck_assert_ptr_nonnull(
		bcc_c_prog__attach_kprobe(prog_of(mod, "entry"), "do_sys_openat2", NULL));
	ck_assert_int_lt(openat(-7, "/none/there", O_WRONLY | O_CREAT, 0640), 0);
	assert_ok(mod, bcc_c_module__get_global(mod, "got", got, sizeof(got)));
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(got[i], want[i]);
	bcc_c_module__free(mod);
}
END_TEST

#if defined(__x86_64__)
#define SYSCALL(name) "__x64_sys_" name
#else
#define SYSCALL(name) "__arm64_sys_" name
#endif

START_TEST(arguments_of_a_system_call)
{
	static const char source[] =
		"u64 got[6]; const volatile int target;\n"
		"int syscall__mmap(struct pt_regs *ctx, unsigned long addr, unsigned long len,\n"
		"                  int prot, int flags, int fd, unsigned long offset)\n"
		"{ if (bpf_get_current_pid_tgid() >> 32 != target || fd != -77) return 0;\n"
		"  got[0] = addr; got[1] = len; got[2] = prot; got[3] = flags; got[4] = fd;\n"
		"  got[5] = offset; return 0; }\n";
	static const long want[6] = { 0x10000, 12345, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
				      -77,     0x5000 };
	struct bcc_c_module *mod;
	long got[6];

	skip_if(!kernel_has_kprobes(), "this kernel has no kprobes");
	mod = load_bcc(source, NULL);
	ck_assert_ptr_nonnull(
		bcc_c_prog__attach_kprobe(prog_of(mod, "syscall__mmap"), SYSCALL("mmap"), NULL));
	mmap((void *)0x10000, 12345, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -77, 0x5000);
	assert_ok(mod, bcc_c_module__get_global(mod, "got", got, sizeof(got)));
	for (int i = 0; i < 6; i++)
		ck_assert_int_eq(got[i], want[i]);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- lookup_or_init */

#define TABLE                                                                                      \
	"struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, u32);\n"    \
	"  __type(value, u64); } hash __attribute__((section(\".maps\"), used));\n"                \
	"static u64 *__bcc_c_hash_lookup_or_init(u32 *key, u64 *value)\n"                          \
	"{ u64 *found = bpf_map_lookup_elem(&hash, key);\n"                                        \
	"  if (found) return found;\n"                                                             \
	"  bpf_map_update_elem(&hash, key, value, BPF_NOEXIST);\n"                                 \
	"  return bpf_map_lookup_elem(&hash, key); }\n"                                            \
	"static const struct { int pad; u64 *(*lookup_or_init)(u32 *, u64 *); } table =\n"         \
	"  { 0, __bcc_c_hash_lookup_or_init };\n"

START_TEST(lookup_or_init_leaves_the_function)
{
	static const char source[] = TABLE
		"u64 before, behind;\n"
		"static int add(u32 key, int more)\n"
		"{ u64 zero = 0; *table.lookup_or_init(&key, &zero) += more ? 2 : 1; behind++;\n"
		"  return 7; }\n"
		"int raw_tracepoint__sys_enter(void *ctx)\n"
		"{ before += add(1, 0) == 7 && add(2, 1) == 0 && (add(1, 1) || 1); return 0; }\n";
	struct bcc_c_module *mod = load_bcc(source, NULL);
	uint64_t before, behind;

	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	call_getppid(100);
	bcc_c_module__detach(mod);
	assert_ok(mod, bcc_c_module__get_global(mod, "before", &before, sizeof(before)));
	assert_ok(mod, bcc_c_module__get_global(mod, "behind", &behind, sizeof(behind)));
	ck_assert_uint_ge(before, 100);
	ck_assert_uint_ge(behind, 200);
	bcc_c_module__free(mod);
}
END_TEST

/* ---- pointers that may be NULL */

/* LLVM would compute the members' addresses ahead of the check. */
START_TEST(pointer_out_of_a_map_or_to_a_variable)
{
	static const char source[] =
		"struct v { int a, b, c; u64 d; };\n"
		"BPF_HASH(table, u32, struct v);\n"
		"u64 sum; const volatile int target;\n"
		"static void fill(struct v *v, struct task_struct *t)\n"
		"{ v->b += t->tgid; v->c += t->real_parent->tgid; v->d += v->b + v->c; }\n"
		"int raw_tracepoint__sys_enter(struct bpf_raw_tracepoint_args *ctx)\n"
		"{ u32 key = bpf_get_current_pid_tgid() >> 32;\n"
		"  struct v *v, none = {};\n"
		"  if (key != target) return 0;\n"
		"  v = table.lookup(&key);\n"
		"  if (!v) { v = &none; table.update(&key, &none); }\n"
		"  fill(v, (struct task_struct *)bpf_get_current_task());\n"
		"  sum = v->d; return 0; }\n";
	struct bcc_c_module *mod = load_bcc(source, NULL);
	uint64_t sum;

	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	call_getppid(1);
	bcc_c_module__detach(mod);
	assert_ok(mod, bcc_c_module__get_global(mod, "sum", &sum, sizeof(sum)));
	ck_assert_uint_eq(sum % (uint64_t)(getpid() + getppid()), 0);
	ck_assert_uint_gt(sum, 0);
	bcc_c_module__free(mod);
}
END_TEST

/* What the verifier knows of a value must last until it is used as an index. */
START_TEST(index_out_of_a_context)
{
	static const char source[] =
		"struct v { u64 hits[333]; };\n"
		"BPF_ARRAY(table, struct v, 1);\n"
		"u64 sum; const volatile int target;\n"
		"int raw_tracepoint__sys_enter(struct bpf_raw_tracepoint_args *ctx)\n"
		"{ u32 number = ctx->args[1]; int zero = 0; struct v *v;\n"
		"  if (bpf_get_current_pid_tgid() >> 32 != target || number >= 333) return 0;\n"
		"  v = table.lookup(&zero);\n"
		"  if (!v) return 0;\n"
		"  if (number < 333) v->hits[number]++;\n"
		"  return 0; }\n";
	struct bcc_c_module *mod = load_bcc(source, NULL);
	struct {
		uint64_t hits[333];
	} value;
	int zero = 0;

	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	call_getppid(100);
	bcc_c_module__detach(mod);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "table"), &zero, sizeof(zero), &value,
					 sizeof(value)));
	ck_assert_uint_eq(value.hits[SYS_getppid], 100);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_passes(void)
{
	Suite *suite = suite_create("passes");
	TCase *tc = tcase_create("passes");

	tcase_add_test(tc, reads_from_current_task);
	tcase_add_test(tc, reads_from_typed_task);
	tcase_add_test(tc, reads_from_typed_context);
	tcase_add_test(tc, reads_from_iterator);
	tcase_add_test(tc, arguments_of_all_types);
	tcase_add_test(tc, arguments_of_a_kernel_function);
	tcase_add_test(tc, arguments_of_a_system_call);
	tcase_add_test(tc, lookup_or_init_leaves_the_function);
	tcase_add_test(tc, pointer_out_of_a_map_or_to_a_variable);
	tcase_add_test(tc, index_out_of_a_context);
	suite_add_tcase(suite, tc);
	return suite;
}
