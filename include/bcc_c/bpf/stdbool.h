/* SPDX-License-Identifier: BSD-2-Clause */
/* For probe source. Where vmlinux.h comes first, its bool, true and false are types and enumerators already. */
#ifndef __BCC_C_STDBOOL_H
#define __BCC_C_STDBOOL_H
#ifndef __VMLINUX_H__
#define bool _Bool
#define true 1
#define false 0
#endif
#endif
