/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bcc_c: compile BPF programs from C source at run time, load them, attach them, read what they
 * find.
 *
 * This header includes the others; each can be included alone. bcc_c(3) has the overview.
 */
#ifndef BCC_C_BCC_C_H
#define BCC_C_BCC_C_H

#include <bcc_c/common.h>
#include <bcc_c/module.h>
#include <bcc_c/prog.h>
#include <bcc_c/map.h>
#include <bcc_c/events.h>
#include <bcc_c/kernel.h>
#include <bcc_c/cache.h>

#endif
