/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A check of BTF for those who would follow its type ids and names without a look, as libbpf does.
 */
#ifndef BCC_C__BTF_CHECK_H
#define BCC_C__BTF_CHECK_H

#include <stddef.h>

/*
 * Whether BTF can be handed to libbpf, which trusts every number in it. Returns NULL if so, else
 * what is wrong.
 */
const char *bcc_c__check_btf(const void *data, size_t size);

#endif
