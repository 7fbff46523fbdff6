/* SPDX-License-Identifier: BSD-2-Clause */
#include "live.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

struct bcc_c_module *load_source(const char *source)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	int pid = getpid();

	ck_assert_ptr_nonnull(mod);
	assert_ok(mod, bcc_c_module__compile(mod, source, NULL));
	if (strstr(source, "int target;"))
		assert_ok(mod, bcc_c_module__set_global(mod, "target", &pid, sizeof(pid)));
	assert_ok(mod, bcc_c_module__load(mod));
	return mod;
}

struct bcc_c_prog *prog_of(struct bcc_c_module *mod, const char *name)
{
	struct bcc_c_prog *prog = bcc_c_module__find_prog(mod, name);

	ck_assert_msg(prog != NULL, "%s", bcc_c_module__errmsg(mod));
	return prog;
}

struct bcc_c_map *map_of(struct bcc_c_module *mod, const char *name)
{
	struct bcc_c_map *map = bcc_c_module__find_map(mod, name);

	ck_assert_msg(map != NULL, "%s", bcc_c_module__errmsg(mod));
	return map;
}

uint64_t hits_of(struct bcc_c_module *mod)
{
	uint64_t hits = 0;

	assert_ok(mod, bcc_c_module__get_global(mod, "hits", &hits, sizeof(hits)));
	return hits;
}

void call_getppid(int cnt)
{
	for (int i = 0; i < cnt; i++)
		syscall(SYS_getppid);
}

__attribute__((noinline)) int probe_me(int number)
{
	__asm__ volatile("" : "+r"(number));
	return 2 * number;
}

const char *own_path(void)
{
	static char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	ck_assert_int_gt(len, 0);
	path[len] = '\0';
	return path;
}

void want_tracefs(void)
{
	struct stat st;

	if (stat("/sys/kernel/tracing/events", &st))
		ck_assert_int_eq(mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL), 0);
}

bool own_mounts(void)
{
	return !unshare(CLONE_NEWNS) && !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

bool own_bpf_fs(void)
{
	return own_mounts() && !mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL);
}

pid_t fork_caller(void (*fn)(void), int *go)
{
	int fds[2];
	char byte;
	pid_t pid;

	ck_assert_int_eq(pipe(fds), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		close(fds[1]);
		if (read(fds[0], &byte, 1) == 1)
			fn();
		_exit(0);
	}
	close(fds[0]);
	*go = fds[1];
	return pid;
}

void run_caller(pid_t pid, int go)
{
	ck_assert_int_eq(write(go, "", 1), 1);
	close(go);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

bool kernel_has_kprobes(void)
{
	return !access("/sys/bus/event_source/devices/kprobe/type", F_OK);
}

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int cnt = -3; /* "." and ".." and the directory itself */

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		cnt++;
	closedir(dir);
	return cnt;
}

static int count_ids(int (*next)(uint32_t, uint32_t *))
{
	uint32_t id = 0;
	int cnt = 0;

	while (!next(id, &id))
		cnt++;
	return cnt;
}

int count_bpf_objects(void)
{
	return count_ids(bpf_prog_get_next_id) + count_ids(bpf_map_get_next_id);
}

void wait_for_objects(int most)
{
	for (int tries = 0; tries < 100 && count_bpf_objects() > most; tries++)
		usleep(50000);
	ck_assert_int_le(count_bpf_objects(), most);
}
