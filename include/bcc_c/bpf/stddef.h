/* SPDX-License-Identifier: BSD-2-Clause */
/* For probe source. The types are the kernel's, so that vmlinux.h may repeat them. */
#ifndef __BCC_C_STDDEF_H
#define __BCC_C_STDDEF_H
typedef unsigned long size_t;
typedef long ptrdiff_t;
#ifndef NULL
#define NULL ((void *)0)
#endif
#ifndef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#endif
