/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header of a .BTF.ext section; format: https://docs.kernel.org/bpf/btf.html
 */
#ifndef BCC_C__BTF_EXT_H
#define BCC_C__BTF_EXT_H

#include <stddef.h>
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

/* Told of each record. Returns 0, or another number to end the walk. */
typedef int (*btf_ext_fn)(void *ctx, char *record);

/*
 * Walks the records of one kind: their size, then for each section of code a part.
 *
 * @at, @size: all that there is of the kind
 * @least: no record may be smaller
 *
 * Returns 0; what the function returned if that is not 0; -EINVAL if these are no such records.
 */
int btf_ext__walk(char *at, size_t size, size_t least, btf_ext_fn fn, void *ctx);

#endif
