/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of BCC's dialect where they belong: at functions, tracepoints and samples. */
#include "dialect.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define CALLS 20

struct point {
	int x;
	short y;
	char name[10];
};

/* The function that the probes are at. */
__attribute__((noinline)) uint64_t six_arguments(uint64_t a, uint32_t b, int c, short d, uint8_t e,
						 const struct point *point)
{
	__asm__ volatile("" : "+r"(a));
	return a + b + (uint64_t)c + (uint64_t)d + e + (uint64_t)point->x;
}

static struct bcc_c_link *attach(struct bcc_c_module *mod, const char *prog, bool at_return)
{
	const struct bcc_c_uprobe_opts opts = { .sz = sizeof(opts),
						.symbol = "six_arguments",
						.retprobe = at_return };
	struct bcc_c_link *link = bcc_c_prog__attach_uprobe(prog_of(mod, prog), own_path(), &opts);

	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	return link;
}

START_TEST(parameters_are_the_arguments)
{
	const struct point point = { 1000000, -1000, "xyz" };
	struct bcc_c_module *mod = load_case("arguments");
	struct {
		uint64_t a;
		uint32_t b;
		int c;
		short d;
		uint8_t e, pad;
		int x;
	} six;
	uint32_t key = 0;
	uint64_t result;

	attach(mod, "on_six", false);
	attach(mod, "on_six_by_macros", false);
	attach(mod, "on_return", true);
	attach(mod, "on_call", false);
	attach(mod, "on_anything", false);
	result = six_arguments(0x123456789abcULL, 0xfedcba98, -5, -6, 200, &point);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "parameters"), &key, sizeof(key), &six,
					 sizeof(six)));
	ck_assert_uint_eq(six.a, 0x123456789abcULL);
	ck_assert_uint_eq(six.b, 0xfedcba98);
	ck_assert_int_eq(six.c, -5);
	ck_assert_int_eq(six.d, -6);
	ck_assert_uint_eq(six.e, 200);
	ck_assert_int_eq(six.x, 1000000 - 1000 + 'y');
	ck_assert_uint_eq(leaf_of(mod, "registers", 0), 0x123456789abcULL);
	ck_assert_uint_eq((uint32_t)leaf_of(mod, "registers", 1), 0xfedcba98);
	ck_assert_int_eq((int)leaf_of(mod, "registers", 2), -5);
	ck_assert_int_eq((short)leaf_of(mod, "registers", 3), -6);
	ck_assert_int_eq((uint8_t)leaf_of(mod, "registers", 4), 200);
	ck_assert_uint_eq(leaf_of(mod, "registers", 5), (uintptr_t)&point);
	ck_assert_uint_eq(leaf_of(mod, "registers", 6) & 0xfff, (uintptr_t)six_arguments & 0xfff);
	ck_assert_uint_lt(leaf_of(mod, "registers", 7), (uintptr_t)&point); /* the stack */
	ck_assert_uint_eq(leaf_of(mod, "registers", 8), leaf_of(mod, "registers", 7));
	ck_assert(has_leaf(mod, "registers", 9));
	ck_assert_uint_eq(leaf_of(mod, "registers", 100), result);
	ck_assert_uint_eq(leaf_of(mod, "registers", 101), 1);
	ck_assert_uint_eq(leaf_of(mod, "registers", 102), 1);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(tracepoints_give_their_fields)
{
	struct bcc_c_module *mod;
	struct {
		int flags;
		char name[64];
	} opened;
	struct {
		uint32_t pid, length;
		char name[64], start[4], head[6], whole[64];
	} executed;
	uint32_t pid = (uint32_t)getpid(), child;
	uint64_t stack, frames[127] = {};
	int status, zero = 0;

	want_tracefs();
	mod = load_case("tracepoints");
	ck_assert_int_eq(bcc_c_module__attach(mod), 4);
	set_leaf(mod, "target", 0, pid);
	for (int i = 0; i < CALLS; i++)
		syscall(SYS_getpriority, 0x1234567, 0);
	syscall(SYS_openat, AT_FDCWD, "/no/such/file/at/all", O_RDWR | O_DIRECTORY);
	child = (uint32_t)vfork();
	if (!child) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid((pid_t)child, &status, 0), (pid_t)child);
	bcc_c_module__detach(mod);
	ck_assert_uint_eq(leaf_of(mod, "calls", SYS_getpriority), CALLS);
	ck_assert_uint_eq(leaf_of(mod, "by_register", 0x1234567), CALLS);
	stack = leaf_of(mod, "stack_of", SYS_getpriority);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "stacks"), &stack, 4, frames, sizeof(frames)));
	ck_assert_uint_ne(frames[0], 0);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "opens"), &pid, sizeof(pid), &opened,
					 sizeof(opened)));
	ck_assert_str_eq(opened.name, "/no/such/file/at/all");
	ck_assert_int_eq(opened.flags, O_RDWR | O_DIRECTORY);
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "executions"), &child, sizeof(child),
					 &executed, sizeof(executed)));
	ck_assert_uint_eq(executed.pid, child);
	ck_assert_str_eq(executed.name, "/bin/true");
	ck_assert_uint_eq(executed.length, sizeof("/bin/true"));
	ck_assert_mem_eq(executed.start, "/bin", 4);
	ck_assert_mem_eq(executed.head, "/bin/t", 6);
	ck_assert_str_eq(executed.whole, "/bin/true");
	/* Whoever was the last to start a program. */
	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "last"), &zero, sizeof(zero), &executed,
					 sizeof(executed)));
	ck_assert_int_ne(executed.whole[0], 0);
	bcc_c_module__free(mod);
}
END_TEST

#define PAGES 50

START_TEST(samples_are_taken)
{
	const struct bcc_c_perf_event_opts opts = { .sz = sizeof(opts),
						    .period = 1,
						    .pid = getpid() };
	struct bcc_c_module *mod = load_case("sampling");
	struct rusage before, after;
	struct bcc_c_link *link;
	uint64_t faults, seen;
	char *memory = mmap(NULL, PAGES * 4096UL, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(memory, PAGES * 4096UL, MADV_NOHUGEPAGE);
	set_leaf(mod, "target", 0, (uint64_t)getpid());
	link = bcc_c_prog__attach_perf_event(prog_of(mod, "on_fault"), BCC_C_PERF_SOFTWARE,
					     BCC_C_PERF_PAGE_FAULTS, &opts);
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < PAGES; i++)
		memory[i * 4096] = 1;
	getrusage(RUSAGE_SELF, &after);
	bcc_c_link__free(link);
	faults = (uint64_t)(after.ru_minflt - before.ru_minflt);
	ck_assert_uint_ge(faults, PAGES);
	seen = leaf_of(mod, "counts", 0);
	ck_assert_uint_ge(seen, faults);
	ck_assert_uint_le(seen, faults + 50); /* attaching and detaching fault too */
	ck_assert_uint_eq(leaf_of(mod, "counts", 1), seen);
	ck_assert_uint_eq(leaf_of(mod, "counts", 2), seen);
	ck_assert_uint_eq(leaf_of(mod, "counts", 3), seen);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(iterators_walk)
{
	struct bcc_c_module *mod = load_case("iterator");
	char nothing[64];
	int link, iter;

	set_leaf(mod, "target", 0, (uint64_t)getpid());
	/* The library has no call for this yet. */
	link = bpf_link_create(bcc_c_prog__fd(prog_of(mod, "bpf_iter__task")), 0, BPF_TRACE_ITER,
			       NULL);
	ck_assert_int_ge(link, 0);
	iter = bpf_iter_create(link);
	ck_assert_int_ge(iter, 0);
	ck_assert_int_eq(read(iter, nothing, sizeof(nothing)), 0);
	ck_assert_uint_eq(leaf_of(mod, "found", (uint64_t)getpid()), (uint64_t)getppid());
	close(iter);
	close(link);
	bcc_c_module__free(mod);
}
END_TEST

/* A file that is opened once only: those of an overlay are opened again below it. */
static int open_file(int flags)
{
	return open("/proc/self/status", flags);
}

struct opened {
	uint32_t pid, flags;
	char name[32];
};

static void check_opened(struct bcc_c_module *mod, uint32_t key, uint32_t flags)
{
	struct opened opened;

	assert_ok(mod, bcc_c_map__lookup(map_of(mod, "opens"), &key, sizeof(key), &opened,
					 sizeof(opened)));
	ck_assert_str_eq(opened.name, "status");
	ck_assert_int_eq((int)opened.pid, getpid());
	ck_assert_uint_eq(opened.flags & (O_APPEND | O_NONBLOCK), flags);
}

static struct bcc_c_link *attach_syscall(struct bcc_c_module *mod, const char *name,
					 const char *prog)
{
	struct bcc_c_link *link;
	char func[64];

	snprintf(func, sizeof(func), "__x64_sys_%s", name);
	link = bcc_c_prog__attach_kprobe(prog_of(mod, prog), func, NULL);
	ck_assert_msg(link != NULL, "%s", bcc_c_module__errmsg(mod));
	return link;
}

START_TEST(kprobes_follow_pointers)
{
	struct bcc_c_module *mod;
	char buffer[16];
	int fd;

	skip_if(!kernel_has_kprobes(), "the kernel has no kprobes");
	mod = load_case("probes");
	ck_assert_int_eq(bcc_c_module__attach(mod), 4);
	attach_syscall(mod, "getpriority", "syscall__getpriority");
	attach_syscall(mod, "rt_sigqueueinfo", "syscall__rt_sigqueueinfo");
	attach_syscall(mod, "pread64", "syscall__pread64");
	attach_syscall(mod, "pread64", "by_macros");
	attach_syscall(mod, "copy_file_range", "of_six");
	set_leaf(mod, "target", 0, (uint64_t)getpid()); /* attaching opens files too */
	fd = open_file(O_RDONLY | O_NONBLOCK);
	ck_assert_int_ge(fd, 0);
	syscall(SYS_getpriority, 2, 7);
	syscall(SYS_getpgid, 1);
	syscall(SYS_rt_sigqueueinfo, getpid(), 1234, buffer);
	ck_assert_int_ge(pread(fd, buffer, 3, 5), 0);
	syscall(SYS_copy_file_range, -1, NULL, -1, NULL, 8, 9);
	close(fd);
	bcc_c_module__detach(mod);
	ck_assert_uint_eq(leaf_of(mod, "hits", 0), 1);
	ck_assert_uint_eq(leaf_of(mod, "hits", 1), 1);
	ck_assert_uint_eq(leaf_of(mod, "hits", 2), 2007);
	ck_assert_uint_eq(leaf_of(mod, "hits", 3), 1234);
	ck_assert_uint_eq(leaf_of(mod, "hits", 4), 3005);
	ck_assert_uint_eq(leaf_of(mod, "hits", 5), 3005);
	ck_assert_uint_eq(leaf_of(mod, "hits", 6), 8009);
	ck_assert_uint_eq(leaf_of(mod, "hits", 7), 1);
	ck_assert_uint_eq(leaf_of(mod, "hits", 8), 1);
	check_opened(mod, 1, O_NONBLOCK);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(trampolines_read_directly)
{
	struct bcc_c_module *mod;
	char buffer[16];
	int fd;

	skip_if(!kernel_has_kprobes(), "the kernel has no fentry");
	mod = load_case("trampolines");
	ck_assert_int_eq(bcc_c_module__attach(mod), 5);
	set_leaf(mod, "target", 0, (uint64_t)getpid());
	fd = open_file(O_RDONLY | O_APPEND);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(read(fd, buffer, sizeof(buffer)), 0);
	close(fd);
	bcc_c_module__detach(mod);
	ck_assert_uint_eq(leaf_of(mod, "hits", 0), strlen("status"));
	ck_assert_uint_eq(leaf_of(mod, "hits", 1), 1);
	ck_assert_uint_eq(leaf_of(mod, "hits", 2), 1);
	ck_assert_uint_eq(leaf_of(mod, "hits", 3), sizeof(buffer));
	ck_assert_uint_eq(leaf_of(mod, "hits", 4), strlen("status"));
	check_opened(mod, 1, O_APPEND);
	bcc_c_module__free(mod);
}
END_TEST

/* Of the module through which a guest has its files. */
START_TEST(trampolines_in_modules)
{
	struct bcc_c_module *mod;

	skip_if(!kernel_has_kprobes() || access("/sys/kernel/btf/9pnet", R_OK),
		"no fentry, or not the module 9pnet");
	mod = load_bcc("BPF_ARRAY(hits, u64, 2);\n"
		       "MODULE_KFUNC_PROBE(9pnet, p9_client_walk)\n"
		       "{ hits.atomic_increment(0); return 0; }\n"
		       "MODULE_KRETFUNC_PROBE(9pnet, p9_client_walk)\n"
		       "{ hits.atomic_increment(1); return 0; }\n");
	ck_assert_int_eq(bcc_c_module__attach(mod), 2);
	ck_assert_int_eq(access("/usr/no-such-file", F_OK), -1);
	bcc_c_module__detach(mod);
	ck_assert_uint_gt(leaf_of(mod, "hits", 0), 0);
	ck_assert_uint_gt(leaf_of(mod, "hits", 1), 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(programs_change_results)
{
	struct bcc_c_module *mod;
	int fd;

	skip_if(!kernel_has_kprobes(), "the kernel has no fmod_ret");
	mod = load_case("results");
	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	set_leaf(mod, "target", 0, (uint64_t)getpid());
	fd = open_file(O_RDONLY);
	ck_assert_int_ge(fd, 0);
	close(fd);
	errno = 0;
	ck_assert_int_eq(open_file(O_RDONLY), -1);
	ck_assert_int_eq(errno, EACCES);
	bcc_c_module__detach(mod);
	fd = open_file(O_RDONLY);
	ck_assert_int_ge(fd, 0);
	close(fd);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(programs_override_results)
{
	struct bcc_c_module *mod = compile_case("override");
	int err = bcc_c_module__load(mod);

	if (err) {
		assert_fails(mod, EINVAL, "bpf_override_return", err);
		bcc_c_module__free(mod);
		skip("the kernel lets no program do this (CONFIG_BPF_KPROBE_OVERRIDE), and says so");
	}
	assert_ok(mod, err);
	set_leaf(mod, "target", 0, (uint64_t)getpid());
	attach_syscall(mod, "getpriority", "syscall__getpriority");
	errno = 0;
	ck_assert_int_eq((int)syscall(SYS_getpriority, 0, 1234567), -1);
	ck_assert_int_eq(errno, ENODATA);
	ck_assert_int_ge((int)syscall(SYS_getpriority, 0, 0), 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(lsm_programs_decide)
{
	struct bcc_c_module *mod;
	int fd;

	skip_if(!kernel_has_kprobes(), "the kernel has no BPF security module");
	mod = load_case("lsm");
	ck_assert_int_eq(bcc_c_module__attach(mod), 1);
	set_leaf(mod, "target", 0, (uint64_t)getpid());
	for (int i = 0; i < 2; i++) {
		fd = open_file(O_RDONLY);
		ck_assert_int_ge(fd, 0);
		close(fd);
	}
	errno = 0;
	ck_assert_int_eq(open_file(O_RDONLY), -1);
	ck_assert_int_eq(errno, EPERM);
	fd = open_file(O_RDONLY); /* it has forgotten */
	ck_assert_int_ge(fd, 0);
	close(fd);
	bcc_c_module__detach(mod);
	bcc_c_module__free(mod);
}
END_TEST

Suite *suite_bcc_attached(void)
{
	Suite *suite = suite_create("bcc_attached");
	TCase *tc = tcase_create("attached");

	tcase_add_test(tc, parameters_are_the_arguments);
	tcase_add_test(tc, tracepoints_give_their_fields);
	tcase_add_test(tc, samples_are_taken);
	tcase_add_test(tc, iterators_walk);
	tcase_add_test(tc, kprobes_follow_pointers);
	tcase_add_test(tc, trampolines_read_directly);
	tcase_add_test(tc, trampolines_in_modules);
	tcase_add_test(tc, programs_change_results);
	tcase_add_test(tc, programs_override_results);
	tcase_add_test(tc, lsm_programs_decide);
	suite_add_tcase(suite, tc);
	return suite;
}
