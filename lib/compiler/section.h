/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the name of a program's section says about its context.
 */
#ifndef BCC_C__SECTION_H
#define BCC_C__SECTION_H

enum section_kind {
	SECTION_OTHER,  /* not known, or no program's */
	SECTION_KPROBE, /* a struct pt_regs of kernel code */
	SECTION_UPROBE, /* a struct pt_regs of a process */
	SECTION_RAW_TP, /* values of the kernel's, without types */
	SECTION_EVENT,  /* values of the kernel's or a process's: tracepoints, perf events, ... */
	SECTION_TYPED,  /* pointers whose types the verifier knows, and what they point to */
	SECTION_PACKET, /* packets, sockets, cgroups: contexts of their own with direct access */
};

/* The kind by the name up to the first slash or dot. NULL is SECTION_OTHER. */
enum section_kind section__kind(const char *section);

#endif
