// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs pairs of programs that generate.py made, and compares what they found.
 *
 * compare BASE...
 *
 * BASE.plain.c and BASE.explicit.c are a pair; the base's name starts with the kind of its programs.
 * A line of TAP for each program: its two forms gave the same sums for all choices, and the plain
 * one makes no more calls that read memory than the explicit one, which reads a field a call. Where
 * there is a loop calls are not compared: how many are made is not seen from the instructions.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bcc_c/bcc_c.h>

#define MOST 100
#define CHOICES 4
#define NOT_RUN 0xdeadbeefdeadbeefULL

struct cost {
	size_t insns, reads;
	bool loops;
};

struct form {
	struct bcc_c_module *mod;
	struct cost costs[MOST];
	uint64_t results[CHOICES][MOST];
	char why[4096]; /* it can't be run */
};

static int number;
static bool failed;
static struct cost total[2];

static void report(bool ok, const char *name, const char *why)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", ++number, name);
	if (!ok)
		printf("#   %s\n", why);
	failed |= !ok;
}

/* Calls of bpf_probe_read*(). */
static bool is_read(const struct bpf_insn *insn)
{
	static const int reads[] = { BPF_FUNC_probe_read,          BPF_FUNC_probe_read_str,
				     BPF_FUNC_probe_read_user,     BPF_FUNC_probe_read_kernel,
				     BPF_FUNC_probe_read_user_str, BPF_FUNC_probe_read_kernel_str };

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == reads[i])
			return true;
	return false;
}

static bool is_jump(const struct bpf_insn *insn)
{
	int class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT;
}

/*
 * The reads of a run: those on the way that has most, as the compiler may write code twice for two
 * ways through it. Without a loop all jumps go on, so that the ways are known from the end on.
 */
static struct cost cost_of(const struct bpf_program *prog)
{
	const struct bpf_insn *insns = bpf_program__insns(prog);
	struct cost cost = { .insns = bpf_program__insn_cnt(prog) };
	size_t *most = calloc(cost.insns + 1, sizeof(*most));

	for (size_t i = cost.insns; i-- > 0 && !cost.loops;) {
		const struct bpf_insn *insn = &insns[i];
		bool leaves = BPF_OP(insn->code) == BPF_EXIT && BPF_CLASS(insn->code) == BPF_JMP;
		size_t next = leaves ? 0 : most[i + 1];

		if (is_jump(insn)) {
			size_t there = i + 1 + (size_t)insn->off;

			cost.loops = insn->off < 0;
			if (cost.loops)
				break;
			if (insn->code == (BPF_JMP | BPF_JA) || most[there] > next)
				next = most[there];
		}
		most[i] = next + is_read(insn);
	}
	cost.reads = most[0];
	free(most);
	return cost;
}

/* The number in run_NUMBER; 0 for the one iterator. */
static int index_of(const char *prog)
{
	return strncmp(prog, "run_", 4) ? 0 : atoi(prog + 4) % MOST;
}

static void count_costs(struct form *form)
{
	size_t size;
	const void *elf = bcc_c_module__elf(form->mod, &size);
	struct bpf_object *object = bpf_object__open_mem(elf, size, NULL);
	struct bpf_program *prog;

	if (!object)
		return;
	bpf_object__for_each_program(prog, object)
		form->costs[index_of(bpf_program__name(prog))] = cost_of(prog);
	bpf_object__close(object);
}

static bool prepare(struct form *form, const char *base, const char *what)
{
	char path[512];
	int err;

	snprintf(path, sizeof(path), "%s.%s.c", base, what);
	form->mod = bcc_c_module__new(NULL);
	err = bcc_c_module__compile_file(form->mod, path, NULL);
	if (!err) {
		count_costs(form);
		err = bcc_c_module__load(form->mod);
	}
	if (err)
		snprintf(form->why, sizeof(form->why), "%.3000s", bcc_c_module__errmsg(form->mod));
	return !err;
}

static void set(struct form *form, const char *map, int key, uint64_t value)
{
	struct bcc_c_map *found = bcc_c_module__find_map(form->mod, map);

	bcc_c_map__update(found, &key, sizeof(key), &value, bcc_c_map__value_size(found), 0);
}

static bool run_raw(struct form *form, struct bcc_c_prog *prog)
{
	uint64_t args[2] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

	return !bpf_prog_test_run_opts(bcc_c_prog__fd(prog), &opts);
}

static bool run_iter(struct form *form, struct bcc_c_prog *prog)
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
static bool run_one(struct form *form, struct bcc_c_prog *prog, const char *kind)
{
	if (!strncmp(kind, "kprobe", 6))
		return true;
	return strncmp(kind, "iter", 4) ? run_raw(form, prog) : run_iter(form, prog);
}

static bool run(struct form *form, const char *kind)
{
	struct bcc_c_prog *prog = NULL;

	while ((prog = bcc_c_module__next_prog(form->mod, prog)))
		if (!run_one(form, prog, kind)) {
			snprintf(form->why, sizeof(form->why), "%s can't be run",
				 bcc_c_prog__name(prog));
			return false;
		}
	syscall(SYS_getpriority, 0, 0);
	return true;
}

/* All of them at the function of one system call. */
static bool attach(struct form *form)
{
	struct bcc_c_prog *prog = NULL;

	while ((prog = bcc_c_module__next_prog(form->mod, prog)))
		if (!bcc_c_prog__attach_kprobe(prog, "__x64_sys_getpriority", NULL)) {
			snprintf(form->why, sizeof(form->why), "%.3000s",
				 bcc_c_module__errmsg(form->mod));
			return false;
		}
	return true;
}

static bool run_all(struct form *form, const char *kind)
{
	struct bcc_c_map *results = bcc_c_module__find_map(form->mod, "results");
	int cnt = (int)bcc_c_map__max_entries(results);

	if (!strncmp(kind, "kprobe", 6) && !attach(form))
		return false;
	set(form, "target", 0, (uint64_t)getpid());
	for (int choice = 0; choice < CHOICES; choice++) {
		set(form, "choices", 0, (uint64_t)choice & 1);
		set(form, "choices", 1, (uint64_t)choice >> 1);
		for (int i = 0; i < cnt; i++)
			set(form, "results", i, NOT_RUN);
		if (!run(form, kind))
			return false;
		for (int i = 0; i < cnt; i++)
			bcc_c_map__lookup(results, &i, sizeof(i), &form->results[choice][i],
					  sizeof(uint64_t));
	}
	bcc_c_module__detach(form->mod);
	return true;
}

static void compare_program(const struct form *plain, const struct form *explicit, const char *base,
			    int i)
{
	char name[256], why[256];

	snprintf(name, sizeof(name), "%s program %d", base, i);
	for (int choice = 0; choice < CHOICES; choice++) {
		uint64_t one = plain->results[choice][i], other = explicit->results[choice][i];

		snprintf(why, sizeof(why), "choice %d: %llx plainly, %llx explicitly", choice,
			 (unsigned long long)one, (unsigned long long)other);
		if (one != other || one == NOT_RUN)
			return report(false, name, why);
	}
	snprintf(why, sizeof(why), "%zu reads plainly, %zu explicitly", plain->costs[i].reads,
		 explicit->costs[i].reads);
	report(plain->costs[i].loops || explicit->costs[i].loops ||
		       plain->costs[i].reads <= explicit->costs[i].reads,
	       name, why);
}

/* Of those whose reads are known in both forms. */
static void add_costs(const struct form *form, const struct form *plain,
		      const struct form *explicit, struct cost *sum)
{
	for (int i = 0; i < MOST; i++) {
		if (plain->costs[i].loops || explicit->costs[i].loops)
			continue;
		sum->insns += form->costs[i].insns;
		sum->reads += form->costs[i].reads;
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
		struct bcc_c_map *results = bcc_c_module__find_map(plain->mod, "results");

		for (int i = 0; i < (int)bcc_c_map__max_entries(results); i++)
			compare_program(plain, explicit, name, i);
		add_costs(plain, plain, explicit, &total[0]);
		add_costs(explicit, plain, explicit, &total[1]);
	} else {
		report(false, name, plain->why[0] ? plain->why : explicit->why);
	}
	bcc_c_module__free(plain->mod);
	bcc_c_module__free(explicit->mod);
}

int main(int argc, char **argv)
{
	libbpf_set_print(NULL);
	for (int i = 1; i < argc; i++)
		compare(argv[i]);
	printf("1..%d\n", number);
	printf("# without loops: %zu instructions and %zu reads plainly, %zu and %zu explicitly\n",
	       total[0].insns, total[0].reads, total[1].insns, total[1].reads);
	return failed;
}
