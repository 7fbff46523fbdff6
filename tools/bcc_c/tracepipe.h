/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BCC_C_TRACEPIPE_H
#define BCC_C_TRACEPIPE_H

/* Opens the kernel's trace pipe, where bpf_printk() writes to, and drops what lies in it. Returns
 * -1 without one. */
int tracepipe_open(void);

/* Prints what is in the pipe. Does not wait. */
void tracepipe_print(int fd);

#endif
