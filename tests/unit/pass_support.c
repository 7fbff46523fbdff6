/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit_pass.h"

#include <bpf/libbpf.h>

static const struct bcc_c_compile_opts bcc = { .sz = sizeof(bcc), .dialect = BCC_C_DIALECT_BCC };

struct bcc_c_module *compiled_bcc(const char *source)
{
	struct bcc_c_module *mod = new_module();

	assert_ok(mod, bcc_c_module__compile(mod, source, &bcc));
	return mod;
}

void assert_bcc_fails(const char *source, const char *text, unsigned int line, unsigned int column)
{
	struct bcc_c_module *mod = new_module();
	const struct bcc_c_diag *diag;

	assert_fails(mod, EBADMSG, text, bcc_c_module__compile(mod, source, &bcc));
	diag = bcc_c_module__next_diag(mod, NULL);
	ck_assert_ptr_nonnull(diag);
	ck_assert_int_eq(diag->severity, BCC_C_ERROR);
	ck_assert_msg(diag->line == line && diag->column == column, "at %u:%u, not %u:%u",
		      diag->line, diag->column, line, column);
	ck_assert_ptr_nonnull(strstr(diag->text, text));
	ck_assert_ptr_nonnull(strstr(source, diag->source_line));
	bcc_c_module__free(mod);
}

static struct bpf_program *open_prog(struct bcc_c_module *mod, const char *name,
				     struct bpf_object **object)
{
	struct bpf_program *prog;
	size_t size;
	const void *data = bcc_c_module__elf(mod, &size);

	*object = bpf_object__open_mem(data, size, NULL);
	prog = *object ? bpf_object__find_program_by_name(*object, name) : NULL;
	ck_assert_msg(prog != NULL, "no program '%s'", name);
	return prog;
}

static bool is_call(const struct bpf_insn *insn, int helper)
{
	return insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == helper;
}

size_t calls_of(struct bcc_c_module *mod, const char *name, int helper)
{
	struct bpf_object *object;
	struct bpf_program *prog = open_prog(mod, name, &object);
	size_t cnt = 0;

	for (size_t i = 0; i < bpf_program__insn_cnt(prog); i++)
		cnt += is_call(&bpf_program__insns(prog)[i], helper);
	bpf_object__close(object);
	return cnt;
}

/* Where an instruction leads to; returns how many there are of these. */
static size_t leads_to(const struct bpf_insn *insn, size_t at, size_t to[2])
{
	int class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	to[0] = at + 1;
	if ((class != BPF_JMP && class != BPF_JMP32) || op == BPF_CALL)
		return 1;
	to[op != BPF_JA] = at + 1 + (size_t)insn->off;
	return op == BPF_EXIT ? 0 : op == BPF_JA ? 1 : 2;
}

/* From each instruction on, better and better, until it gets no better. */
static bool improve(const struct bpf_insn *insns, size_t cnt, int helper, size_t *least)
{
	bool better = false;

	for (size_t i = cnt; i-- > 0;) {
		size_t to[2], ways = leads_to(&insns[i], i, to), found = ways ? SIZE_MAX : 0;

		for (size_t way = 0; way < ways; way++)
			if (least[to[way]] < found)
				found = least[to[way]];
		if (found != SIZE_MAX && found + is_call(&insns[i], helper) < least[i]) {
			least[i] = found + is_call(&insns[i], helper);
			better = true;
		}
	}
	return better;
}

size_t least_calls_of(struct bcc_c_module *mod, const char *name, int helper)
{
	struct bpf_object *object;
	struct bpf_program *prog = open_prog(mod, name, &object);
	size_t cnt = bpf_program__insn_cnt(prog), result;
	size_t *least = malloc((cnt + 1) * sizeof(*least));

	ck_assert_ptr_nonnull(least);
	for (size_t i = 0; i <= cnt; i++)
		least[i] = SIZE_MAX;
	while (improve(bpf_program__insns(prog), cnt, helper, least))
		;
	result = least[0];
	free(least);
	bpf_object__close(object);
	return result;
}
