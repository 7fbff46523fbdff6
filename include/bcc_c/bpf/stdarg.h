/* SPDX-License-Identifier: BSD-2-Clause */
/* For probe source: enough for headers that declare functions with a va_list. */
#ifndef __BCC_C_STDARG_H
#define __BCC_C_STDARG_H
typedef __builtin_va_list va_list;
#endif
