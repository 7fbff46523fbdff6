/* SPDX-License-Identifier: BSD-2-Clause */
/* Constants, tests and small functions that the kernel's headers would give. */
#include "dialect.h"

#include <bcc_c/cache.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>

START_TEST(names_of_the_kernel_are_there)
{
	struct bcc_c_module *mod = load_case("kernel");
	const uint64_t want[] = {
		5, 1000, 3, 333, 10, 2, 0xe803, 1000, 'g', 8, (uint64_t)get_nprocs_conf(), 112
	};

	ck_assert_int_eq(run_raw(mod, "functions", 1000, 0), 0);
	for (uint64_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		ck_assert_msg(leaf_of(mod, "results", i) == want[i], "result %d: %llu, not %llu",
			      (int)i, (unsigned long long)leaf_of(mod, "results", i),
			      (unsigned long long)want[i]);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(bytes_are_put_in_order)
{
	const uint64_t value = 0x1122334455667788;
	const uint64_t want[] = { 0x8877, 0x88776655, 0x8877665544332211, 0x8877665544332211,
				  5ULL << 56 };
	struct bcc_c_module *mod = load_case("kernel");

	ck_assert_int_eq(run_raw(mod, "orders", value, 0), 0);
	for (uint64_t i = 0; i < 5; i++) {
		ck_assert_uint_eq(leaf_of(mod, "results", i), want[i]);
		ck_assert_uint_eq(leaf_of(mod, "results", i + 5), want[i]);
	}
	bcc_c_module__free(mod);
}
END_TEST

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

START_TEST(helpers_say_when)
{
	struct bcc_c_module *mod = load_case("helpers");
	uint64_t before = now(), after;

	ck_assert_int_eq(run_raw(mod, "ask", 0, 0), 0);
	after = now();
	ck_assert_uint_ge(leaf_of(mod, "results", 7), before);
	ck_assert_uint_le(leaf_of(mod, "results", 7), after);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(helpers_give_numbers_by_chance)
{
	struct bcc_c_module *mod = load_case("helpers");
	uint64_t some = 0, all = UINT64_MAX;

	for (int i = 0; i < 64; i++) {
		ck_assert_int_eq(run_raw(mod, "ask", 0, 0), 0);
		some |= leaf_of(mod, "results", 8);
		all &= leaf_of(mod, "results", 8);
	}
	ck_assert_uint_eq(some, UINT32_MAX); /* each bit is set now and then */
	ck_assert_uint_eq(all, 0);           /* and now and then is not */
	bcc_c_module__free(mod);
}
END_TEST

/* Whose process it is: its memory, its namespaces. */
START_TEST(helpers_know_the_process)
{
	struct bcc_c_module *mod = load_case("helpers");
	const char number[] = "12";
	struct stat own;

	ck_assert_int_eq(stat("/proc/self/ns/mnt", &own), 0);
	ck_assert_int_eq(run_raw(mod, "look", (uintptr_t)number, 0), 0);
	ck_assert_uint_eq(leaf_of(mod, "results", 9), (uint64_t)getpid());
	ck_assert_uint_eq(leaf_of(mod, "results", 10), own.st_ino);
	ck_assert_uint_eq(leaf_of(mod, "results", 11), '1' | '2' << 8);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(texts_are_compared)
{
	struct bcc_c_module *mod = load_case("helpers");

	ck_assert_int_eq(run_raw(mod, "compare", (uintptr_t) "same text", 0), 0);
	ck_assert_int_lt(run_raw(mod, "compare", (uintptr_t) "same", 0), 0);
	ck_assert_int_gt(run_raw(mod, "compare", (uintptr_t) "sane text", 0), 0);
	bcc_c_module__free(mod);
}
END_TEST

START_TEST(helpers_say_who_runs)
{
	struct bcc_c_module *mod = load_case("helpers");
	struct stat own;
	struct {
		uint64_t device, inode;
	} namespace;
	int zero = 0;

	ck_assert_int_eq(stat("/proc/self/ns/pid", &own), 0);
	namespace.device = own.st_dev;
	namespace.inode = own.st_ino;
	assert_ok(mod, bcc_c_map__update(map_of(mod, "namespaces"), &zero, sizeof(zero), &namespace,
					 sizeof(namespace), 0));
	set_leaf(mod, "results", 0, 10);
	ck_assert_int_eq(run_raw(mod, "ask", 0, 0), 0);
	ck_assert_uint_eq(leaf_of(mod, "results", 0), 8);
	ck_assert_uint_eq(leaf_of(mod, "results", 1), (uint64_t)getgid() << 32 | getuid());
	ck_assert_uint_eq(leaf_of(mod, "results", 2), 1);
	ck_assert_uint_gt(leaf_of(mod, "results", 3), 0);
	ck_assert_uint_lt(leaf_of(mod, "results", 4), 1024);
	ck_assert_uint_gt(leaf_of(mod, "results", 5), 0);
	ck_assert_uint_eq(leaf_of(mod, "results", 6), (uint64_t)getpid());
	bcc_c_module__free(mod);
}
END_TEST

/* A source may define what the kernel also has, and what the prelude gives. */
START_TEST(sources_may_define_names_anew)
{
	struct bcc_c_module *mod = load_bcc("#define KBUILD_MODNAME \"foo\"\n"
					    "#define min(a, b) 77\n"
					    "#define NULL 0\n"
					    "struct mnt_namespace { int x; };\n"
					    "struct nameidata { int y[2]; };\n"
					    "struct task_struct;\n"
					    "#include <linux/sched.h>\n"
					    "#include <linux/nsproxy.h>\n"
					    "int f(struct bpf_raw_tracepoint_args *ctx)\n"
					    "{\n"
					    "	struct nameidata n = { { 5, 6 } };\n"
					    "	return min(1, 2) + sizeof(struct mnt_namespace)\n"
					    "		+ n.y[ctx->args[0] & 1];\n"
					    "}\n");

	ck_assert_int_eq(run_raw(mod, "f", 1, 0), 77 + 4 + 6);
	bcc_c_module__free(mod);
}
END_TEST

/* In this process alone the machine is another. The C library counts once. */
static bool pretend_cpus(int cnt)
{
	char path[] = "/tmp/bcc_c-possible-XXXXXX";
	int fd = mkstemp(path);
	bool done;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(dprintf(fd, "0-%d\n", cnt - 1), 0);
	close(fd);
	done = own_mounts() &&
	       !mount(path, "/sys/devices/system/cpu/possible", NULL, MS_BIND, NULL);
	unlink(path);
	return done && get_nprocs_conf() == cnt;
}

#define NO_SUCH_MACHINE 99

/* Does something in a process with so many CPUs. Returns what that gave. */
static int on_machine(int cnt, int (*fn)(const char *arg), const char *arg)
{
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (!pid)
		_exit(pretend_cpus(cnt) ? fn(arg) : NO_SUCH_MACHINE);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define COUNTING "int count(struct bpf_raw_tracepoint_args *ctx) { return bpf_num_cpus(); }\n"

static int count_cpus(const char *source)
{
	struct bcc_c_module *mod = load_bcc(source);
	int cnt = run_raw(mod, "count", 0, 0);

	bcc_c_module__free(mod);
	return cnt;
}

START_TEST(another_number_of_cpus_is_another_object)
{
	char folder[] = "/tmp/bcc_c-cpus-XXXXXX";
	struct bcc_c_cache *cache;
	int cnt;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(setenv("BCC_C_CACHE", folder, 1), 0);
	cnt = on_machine(5, count_cpus, COUNTING);
	if (cnt != NO_SUCH_MACHINE) {
		ck_assert_int_eq(cnt, 5);
		ck_assert_int_eq(on_machine(7, count_cpus, COUNTING), 7);
		ck_assert_int_eq(on_machine(5, count_cpus, COUNTING), 5);
		cache = bcc_c_cache__open();
		ck_assert_ptr_nonnull(cache);
		ck_assert_int_eq(bcc_c_cache__clear(cache), 2);
		bcc_c_cache__free(cache);
	}
	rmdir(folder);
	skip_if(cnt == NO_SUCH_MACHINE, "can't have another number of CPUs");
}
END_TEST

static char object_path[] = "/tmp/bcc_c-object-XXXXXX";

static int write_object(const char *source)
{
	const struct bcc_c_compile_opts opts = { .sz = sizeof(opts), .dialect = BCC_C_DIALECT_BCC };
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	FILE *file = fopen(object_path, "w");
	const void *elf;
	size_t size;

	ck_assert_ptr_nonnull(file);
	assert_ok(mod, bcc_c_module__compile(mod, source, &opts));
	elf = bcc_c_module__elf(mod, &size);
	ck_assert_ptr_nonnull(elf);
	ck_assert_uint_eq(fwrite(elf, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
	return 0;
}

/* The text that it must be refused for; "": it must not. */
static int read_object(const char *text)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	int err = bcc_c_module__open_elf_file(mod, object_path);

	return !(text[0] ? err == -ENOEXEC && strstr(bcc_c_module__errmsg(mod), text) : !err);
}

START_TEST(objects_with_the_number_of_cpus_stay)
{
	int fd = mkstemp(object_path), status;

	ck_assert_int_ge(fd, 0);
	close(fd);
	status = on_machine(5, write_object, COUNTING);
	if (!status) {
		ck_assert_int_eq(on_machine(5, read_object, ""), 0);
		ck_assert_int_eq(on_machine(7, read_object, "another number of CPUs"), 0);
		/* What doesn't ask for it may go. */
		ck_assert_int_eq(on_machine(5, write_object, "int f(void *ctx) { return 0; }\n"),
				 0);
		ck_assert_int_eq(on_machine(7, read_object, ""), 0);
	}
	unlink(object_path);
	skip_if(status == NO_SUCH_MACHINE, "can't have another number of CPUs");
	ck_assert_int_eq(status, 0);
}
END_TEST

Suite *suite_bcc_kernel(void)
{
	Suite *suite = suite_create("bcc_kernel");
	TCase *tc = tcase_create("kernel");

	tcase_add_test(tc, names_of_the_kernel_are_there);
	tcase_add_test(tc, bytes_are_put_in_order);
	tcase_add_test(tc, helpers_say_who_runs);
	tcase_add_test(tc, helpers_say_when);
	tcase_add_test(tc, helpers_give_numbers_by_chance);
	tcase_add_test(tc, helpers_know_the_process);
	tcase_add_test(tc, texts_are_compared);
	tcase_add_test(tc, sources_may_define_names_anew);
	tcase_add_test(tc, another_number_of_cpus_is_another_object);
	tcase_add_test(tc, objects_with_the_number_of_cpus_stay);
	suite_add_tcase(suite, tc);
	return suite;
}
