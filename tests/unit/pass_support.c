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

size_t calls_of(struct bcc_c_module *mod, const char *name, int helper)
{
	size_t size, cnt = 0;
	const void *data = bcc_c_module__elf(mod, &size);
	struct bpf_object *object = bpf_object__open_mem(data, size, NULL);
	struct bpf_program *prog = object ? bpf_object__find_program_by_name(object, name) : NULL;

	ck_assert_msg(prog != NULL, "no program '%s'", name);
	for (size_t i = 0; i < bpf_program__insn_cnt(prog); i++) {
		const struct bpf_insn *insn = &bpf_program__insns(prog)[i];

		cnt += insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm == helper;
	}
	bpf_object__close(object);
	return cnt;
}
