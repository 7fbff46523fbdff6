/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a source in BCC's dialect finds without including anything. The compiler reads it before the
 * first line of the source, which may include it as well, to no effect.
 *
 * Only macros, and what costs little, are here whatever the source uses. A function, or a method of
 * tables, is defined if the compiler defined BCC_C_USES_ and its name, which it does for the names
 * in its list (lib/compiler/prelude.c) that the source uses.
 */
#ifndef BCC_C_BCC_H
#define BCC_C_BCC_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include <errno.h>
#include <bcc_c/bpf/bcc_kernel.h>
#include <bcc_c/bpf/bcc_helpers.h>
#include <bcc_c/bpf/bcc_packet.h>
#include <bcc_c/bpf/bcc_prog.h>
#include <bcc_c/bpf/bcc_table.h>

#endif
