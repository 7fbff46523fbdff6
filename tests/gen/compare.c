// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs pairs of programs that generate.py made, and compares what they found.
 *
 * compare BASE...
 *
 * BASE.plain.c and BASE.explicit.c are a pair; the base's name starts with the kind of its programs.
 * A line of TAP for each program: its two forms gave the same sums for all choices, and for each the
 * plain one made no more calls that read memory than the explicit one, which reads a field a call.
 * Each form runs twice, as it is and with its calls counted.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bcc_c/bcc_c.h>

#include "count.h"

#define CHOICES 4
#define NOT_RUN 0xdeadbeefdeadbeefULL

/* What programs gave for each choice: their sums, and the calls they made for them. */
struct found {
	uint64_t sums[CHOICES][MOST_PROGRAMS], reads[CHOICES][MOST_PROGRAMS];
};

enum { AS_IT_IS, COUNTED, WAYS };

struct form {
	struct bcc_c_module *mods[WAYS];
	struct found found[WAYS];
	size_t insns[MOST_PROGRAMS];
	char why[4096]; /* it can't be run */
};

static int number;
static bool failed;
static struct {
	size_t insns, reads;
} total[2];

static void report(bool ok, const char *name, const char *why)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++number, name);
	if (!ok)
		printf("#   %s\n", why);
	failed |= !ok;
}

static bool fail(struct form *form, struct bcc_c_module *mod)
{
	snprintf(form->why, sizeof(form->why), "%.3000s", bcc_c_module__errmsg(mod));
	return false;
}

/* The same object once more, with calls that are counted. A module that is loaded has it no more. */
static bool open_counted(struct form *form)
{
	size_t size;
	const void *elf = bcc_c_module__elf(form->mods[AS_IT_IS], &size);

	form->mods[COUNTED] = bcc_c_module__new(NULL);
	return !bcc_c_module__open_elf(form->mods[COUNTED], elf, size) ||
	       fail(form, form->mods[COUNTED]);
}

static bool load_counted(struct form *form)
{
	int err;

	count__turn(true);
	err = bcc_c_module__load(form->mods[COUNTED]);
	count__turn(false);
	for (int i = 0; !err && i < MOST_PROGRAMS; i++)
		form->insns[i] = count__insns(i);
	return !err || fail(form, form->mods[COUNTED]);
}

static bool prepare(struct form *form, const char *base, const char *what)
{
	struct bcc_c_module *mod = form->mods[AS_IT_IS] = bcc_c_module__new(NULL);
	char path[512];

	snprintf(path, sizeof(path), "%s.%s.c", base, what);
	if (bcc_c_module__compile_file(mod, path, NULL))
		return fail(form, mod);
	if (!open_counted(form))
		return false;
	if (bcc_c_module__load(mod))
		return fail(form, mod);
	return load_counted(form);
}

static void set(struct bcc_c_module *mod, const char *map, int key, uint64_t value)
{
	struct bcc_c_map *found = bcc_c_module__find_map(mod, map);

	bcc_c_map__update(found, &key, sizeof(key), &value, bcc_c_map__value_size(found), 0);
}

static bool run_raw(struct bcc_c_prog *prog)
{
	uint64_t args[2] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

	return !bpf_prog_test_run_opts(bcc_c_prog__fd(prog), &opts);
}

static bool run_iter(struct bcc_c_prog *prog)
{
	union bpf_iter_link_info info = { .task.pid = (uint32_t)getpid() };
	LIBBPF_OPTS(bpf_link_create_opts, opts, .iter_info = &info, .iter_info_len = sizeof(info));
	int link = bpf_link_create(bcc_c_prog__fd(prog), 0, BPF_TRACE_ITER, &opts);
	int iter = bpf_iter_create(link);
	char nothing[64];
	bool ok = iter >= 0 && !read(iter, nothing, sizeof(nothing));

	close(iter);
	close(link);
	return ok;
}

/* Makes a program give its sum; one at a kprobe does by a system call. */
static bool run_one(struct bcc_c_prog *prog, const char *kind)
{
	if (!strncmp(kind, "kprobe", 6))
		return true;
	return strncmp(kind, "iter", 4) ? run_raw(prog) : run_iter(prog);
}

static bool run(struct form *form, struct bcc_c_module *mod, const char *kind)
{
	struct bcc_c_prog *prog = NULL;

	while ((prog = bcc_c_module__next_prog(mod, prog)))
		if (!run_one(prog, kind)) {
			snprintf(form->why, sizeof(form->why), "%s can't be run",
				 bcc_c_prog__name(prog));
			return false;
		}
	syscall(SYS_getpriority, 0, 0);
	return true;
}

/* All of them at the function of one system call. */
static bool attach(struct form *form, struct bcc_c_module *mod)
{
	struct bcc_c_prog *prog = NULL;

	while ((prog = bcc_c_module__next_prog(mod, prog)))
		if (!bcc_c_prog__attach_kprobe(prog, "__x64_sys_getpriority", NULL))
			return fail(form, mod);
	return true;
}

static bool run_choice(struct form *form, int way, const char *kind, int choice)
{
	struct bcc_c_module *mod = form->mods[way];
	struct bcc_c_map *results = bcc_c_module__find_map(mod, "results");
	int cnt = (int)bcc_c_map__max_entries(results);
	struct found *found = &form->found[way];

	set(mod, "choices", 0, (uint64_t)choice & 1);
	set(mod, "choices", 1, (uint64_t)choice >> 1);
	for (int i = 0; i < cnt; i++)
		set(mod, "results", i, NOT_RUN);
	if (!count__take(found->reads[choice]) || !run(form, mod, kind) ||
	    !count__take(found->reads[choice]))
		return false;
	for (int i = 0; i < cnt; i++)
		bcc_c_map__lookup(results, &i, sizeof(i), &found->sums[choice][i],
				  sizeof(uint64_t));
	return true;
}

static bool run_way(struct form *form, int way, const char *kind)
{
	struct bcc_c_module *mod = form->mods[way];

	if (!strncmp(kind, "kprobe", 6) && !attach(form, mod))
		return false;
	set(mod, "target", 0, (uint64_t)getpid());
	for (int choice = 0; choice < CHOICES; choice++)
		if (!run_choice(form, way, kind, choice))
			return false;
	bcc_c_module__detach(mod);
	return true;
}

static bool run_all(struct form *form, const char *kind)
{
	return run_way(form, AS_IT_IS, kind) && run_way(form, COUNTED, kind);
}

static bool compare_choice(const struct form *plain, const struct form *explicit, int i, int choice,
			   char *why, size_t size)
{
	uint64_t one = plain->found[AS_IT_IS].sums[choice][i];
	uint64_t other = explicit->found[AS_IT_IS].sums[choice][i];
	uint64_t one_counted = plain->found[COUNTED].sums[choice][i];
	uint64_t other_counted = explicit->found[COUNTED].sums[choice][i];
	uint64_t one_reads = plain->found[COUNTED].reads[choice][i];
	uint64_t other_reads = explicit->found[COUNTED].reads[choice][i];

	snprintf(why, size,
		 "choice %d: %" PRIx64 " plainly, %" PRIx64 " explicitly; counted %" PRIx64
		 " with %" PRIu64 " reads, %" PRIx64 " with %" PRIu64,
		 choice, one, other, one_counted, one_reads, other_counted, other_reads);
	return one != NOT_RUN && one == other && one == one_counted && other == other_counted &&
	       one_reads <= other_reads;
}

static void compare_program(const struct form *plain, const struct form *explicit, const char *base,
			    int i)
{
	char name[256], why[256];
	bool ok = true;

	snprintf(name, sizeof(name), "%s program %d", base, i);
	for (int choice = 0; ok && choice < CHOICES; choice++)
		ok = compare_choice(plain, explicit, i, choice, why, sizeof(why));
	report(ok, name, why);
}

static void add_costs(const struct form *form, int cnt, int which)
{
	for (int i = 0; i < cnt; i++) {
		total[which].insns += form->insns[i];
		for (int choice = 0; choice < CHOICES; choice++)
			total[which].reads += form->found[COUNTED].reads[choice][i];
	}
}

static void compare(const char *base)
{
	static struct form forms[2];
	struct form *plain = &forms[0], *explicit = &forms[1];
	const char *name = strrchr(base, '/') ? strrchr(base, '/') + 1 : base;

	memset(forms, 0, sizeof(forms));
	if (prepare(plain, base, "plain") && prepare(explicit, base, "explicit") &&
	    run_all(plain, name) && run_all(explicit, name)) {
		struct bcc_c_map *results = bcc_c_module__find_map(plain->mods[0], "results");
		int cnt = (int)bcc_c_map__max_entries(results);

		for (int i = 0; i < cnt; i++)
			compare_program(plain, explicit, name, i);
		add_costs(plain, cnt, 0);
		add_costs(explicit, cnt, 1);
	} else {
		report(false, name, plain->why[0] ? plain->why : explicit->why);
	}
	for (int i = 0; i < 2 * WAYS; i++)
		bcc_c_module__free(forms[i / WAYS].mods[i % WAYS]);
}

int main(int argc, char **argv)
{
	libbpf_set_print(NULL);
	if (!count__init()) {
		perror("calls can't be counted");
		return 1;
	}
	for (int i = 1; i < argc; i++)
		compare(argv[i]);
	printf("1..%d\n", number);
	printf("# %zu instructions and %zu reads plainly, %zu and %zu explicitly\n", total[0].insns,
	       total[0].reads, total[1].insns, total[1].reads);
	return failed;
}
