/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of a .BTF.ext section; format: https://docs.kernel.org/bpf/btf.html
 */
#ifndef BCC_C__BTF_EXT_H
#define BCC_C__BTF_EXT_H

#include <stdint.h>

struct btf_ext_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t hdr_len;
	/* in bytes, from the end of this header */
	uint32_t func_info_off;
	uint32_t func_info_len;
	uint32_t line_info_off;
	uint32_t line_info_len;
	uint32_t core_relo_off;
	uint32_t core_relo_len;
};

/* What a section of code has of one kind of record: this, and then the records. */
struct btf_ext_part {
	uint32_t section; /* its name */
	uint32_t cnt;
};

#endif
