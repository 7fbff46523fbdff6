// SPDX-License-Identifier: BSD-2-Clause
/*
 * Behind each call of bpf_probe_read*() a program gets instructions that add one to its counter. A
 * call leaves nothing in r1 to r5, so that these are free to do it with. The counters lie in the one
 * element of an array: such has an address that instructions can name.
 *
 * libbpf lets handlers of sections change the instructions when all but loading is done with them.
 * They take the place of libbpf's own, which do little for the kinds of programs that are made here.
 */
#include "count.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int counters = -1;
static bool counting;
static size_t sizes[MOST_PROGRAMS];

static bool is_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL);
}

/* Calls of bpf_probe_read*(). */
static bool is_read(const struct bpf_insn *insn)
{
	static const int reads[] = { BPF_FUNC_probe_read,          BPF_FUNC_probe_read_str,
				     BPF_FUNC_probe_read_user,     BPF_FUNC_probe_read_kernel,
				     BPF_FUNC_probe_read_user_str, BPF_FUNC_probe_read_kernel_str };

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		if (is_call(insn) && !insn->src_reg && insn->imm == reads[i])
			return true;
	return false;
}

static bool is_jump(const struct bpf_insn *insn)
{
	int class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP && op != BPF_CALL && op != BPF_EXIT) ||
	       (class == BPF_JMP32 && op != BPF_JA);
}

/* Long jumps, calls of the program's own functions and their addresses: imm is how far on it is. */
static bool is_reference(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP32 | BPF_JA) ||
	       (is_call(insn) && insn->src_reg == BPF_PSEUDO_CALL) ||
	       (insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg == BPF_PSEUDO_FUNC);
}

enum { ADDED = 4 };

/* r1 = the counter's address; r2 = 1; lock *r1 += r2 */
static void write_count(struct bpf_insn *to, int index)
{
	const struct bpf_insn insns[ADDED] = {
		{ .code = BPF_LD | BPF_IMM | BPF_DW,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_VALUE,
		  .imm = counters },
		{ .imm = index * (int)sizeof(uint64_t) },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2, .imm = 1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW,
		  .dst_reg = BPF_REG_1,
		  .src_reg = BPF_REG_2,
		  .imm = BPF_ADD },
	};

	memcpy(to, insns, sizeof(insns));
}

/* Where the instructions go, and behind the last one where they end. */
static void place(const struct bpf_insn *insns, size_t cnt, size_t *places)
{
	size_t at = 0;

	for (size_t i = 0; i < cnt; i++) {
		places[i] = at;
		at += is_read(&insns[i]) ? 1 + ADDED : 1;
	}
	places[cnt] = at;
}

/* How far on something is that was so far on, or back, from an instruction. */
static long distance(const size_t *places, size_t i, long was)
{
	return (long)places[(long)i + 1 + was] - (long)places[i] - 1;
}

static bool write_all(const struct bpf_insn *insns, size_t cnt, const size_t *places, int index,
		      struct bpf_insn *to)
{
	for (size_t i = 0; i < cnt; i++) {
		struct bpf_insn *insn = &to[places[i]];

		*insn = insns[i];
		if (is_read(insn))
			write_count(insn + 1, index);
		else if (is_reference(insn))
			insn->imm = (int)distance(places, i, insn->imm);
		else if (is_jump(insn))
			insn->off = (short)distance(places, i, insns[i].off);
		if (is_jump(insn) && insn->off != distance(places, i, insns[i].off))
			return false;
		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW)) {
			i++;
			insn[1] = insns[i];
		}
	}
	return true;
}

static int add_counting(struct bpf_program *prog)
{
	const struct bpf_insn *insns = bpf_program__insns(prog);
	size_t cnt = bpf_program__insn_cnt(prog);
	size_t *places = calloc(cnt + 1, sizeof(*places));
	struct bpf_insn *to = NULL;
	int index = count__index(bpf_program__name(prog)), err = -ENOMEM;

	sizes[index] = cnt;
	if (places) {
		place(insns, cnt, places);
		to = calloc(places[cnt], sizeof(*to));
	}
	if (to)
		err = write_all(insns, cnt, places, index, to)
			      ? bpf_program__set_insns(prog, to, places[cnt])
			      : -ERANGE;
	free(to);
	free(places);
	return err;
}

static int prepare(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	if (bpf_program__type(prog) == BPF_PROG_TYPE_TRACING) {
		int id = libbpf_find_vmlinux_btf_id("task", BPF_TRACE_ITER);

		if (id < 0)
			return id;
		opts->attach_btf_id = (uint32_t)id;
	}
	if (!counting)
		return 0;
	/* What these say of the instructions is right no longer. */
	opts->func_info_cnt = opts->line_info_cnt = 0;
	return add_counting(prog);
}

bool count__init(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = prepare);

	counters = bpf_map_create(BPF_MAP_TYPE_ARRAY, "counters", sizeof(int),
				  MOST_PROGRAMS * sizeof(uint64_t), 1, NULL);
	return counters >= 0 &&
	       libbpf_register_prog_handler("raw_tp", BPF_PROG_TYPE_RAW_TRACEPOINT, 0, &opts) >=
		       0 &&
	       libbpf_register_prog_handler("kprobe", BPF_PROG_TYPE_KPROBE, 0, &opts) >= 0 &&
	       libbpf_register_prog_handler("iter/task", BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER,
					    &opts) >= 0;
}

void count__turn(bool on)
{
	counting = on;
	if (on)
		memset(sizes, 0, sizeof(sizes));
}

int count__index(const char *prog)
{
	return strncmp(prog, "run_", 4) ? 0 : atoi(prog + 4) % MOST_PROGRAMS;
}

size_t count__insns(int index)
{
	return sizes[index];
}

bool count__take(uint64_t counts[MOST_PROGRAMS])
{
	static const uint64_t zeros[MOST_PROGRAMS];
	int key = 0;

	return !bpf_map_lookup_elem(counters, &key, counts) &&
	       !bpf_map_update_elem(counters, &key, zeros, BPF_ANY);
}
