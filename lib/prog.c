/* SPDX-License-Identifier: BSD-2-Clause */
/* What there is to know of a program. */
#include "internal.h"

const char *bcc_c_prog__name(const struct bcc_c_prog *prog)
{
	return bpf_program__name(prog->prog);
}

const char *bcc_c_prog__section(const struct bcc_c_prog *prog)
{
	return bpf_program__section_name(prog->prog);
}

const char *bcc_c_prog__type_name(const struct bcc_c_prog *prog)
{
	const char *name = libbpf_bpf_prog_type_str(bpf_program__type(prog->prog));

	return name && bpf_program__type(prog->prog) != BPF_PROG_TYPE_UNSPEC ? name : "unknown";
}

size_t bcc_c_prog__insn_cnt(const struct bcc_c_prog *prog)
{
	return bpf_program__insn_cnt(prog->prog);
}

int bcc_c_prog__fd(const struct bcc_c_prog *prog)
{
	int fd = bpf_program__fd(prog->prog);

	bcc_c__begin(prog->mod);
	if (prog->mod->state == MODULE_LOADED && fd >= 0)
		return fd;
	return bcc_c__fail(prog->mod, -EINVAL, "load the module first",
			   "get descriptor of program '%s': it is not loaded",
			   bcc_c_prog__name(prog));
}
