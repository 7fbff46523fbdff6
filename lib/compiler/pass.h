/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the passes have in common: their list, in the order in which they run, and how they report.
 *
 * Pointers have types in LLVM 14 and none in 19. Code that casts where types differ works with both:
 * such a cast is nothing where they don't.
 */
#ifndef BCC_C__PASS_H
#define BCC_C__PASS_H

#include "passes.h"

/* ---- before optimisation, for the BCC dialect */

/* The types of the records that tables are given are noted for BTF. */
void pass_records(LLVMModuleRef module, struct passes *passes);

/* Finds the programs, gives them sections; inlines all else; adds the licence. */
void pass_programs(LLVMModuleRef module, struct passes *passes);

/* Parameters behind the context become what the probed function was called with. */
void pass_args(LLVMModuleRef module, struct passes *passes);

/* Callers of lookup_or_init() return 0 when it gives NULL. */
void pass_return(LLVMModuleRef module, struct passes *passes);

/* Fields of packet headers are read and written by stand-ins for pass_packet_lower(). */
void pass_packet(LLVMModuleRef module, struct passes *passes);

/* ---- after optimisation */

/* What takes packet headers for memory is an error. */
void pass_packet_check(LLVMModuleRef module, struct passes *passes);

/* The stand-ins become what gets at the packet in the program's kind. */
void pass_packet_lower(LLVMModuleRef module, struct passes *passes);

/* What a socket filter can't do makes a program one for traffic control; BCC dialect only. */
void pass_skb(LLVMModuleRef module, struct passes *passes);

/* Addresses inside what may be NULL are computed behind the check for it. */
void pass_null(LLVMModuleRef module, struct passes *passes);

/* Of reads either from a variable or by a helper there are two, and a branch to one of them. */
void pass_either(LLVMModuleRef module, struct passes *passes);

/* Loads and copies from memory that programs may not touch are made by helpers. */
void pass_reads(LLVMModuleRef module, struct passes *passes);

/* Of 64-bit values that only the lower half is used of, that half is loaded; BCC dialect only. */
void pass_narrow(LLVMModuleRef module, struct passes *passes);

/* Elements of variables on the stack have addresses that the verifier can follow. */
void pass_stack(LLVMModuleRef module, struct passes *passes);

/* Constants lie in the section that BTF says. */
void pass_constants(LLVMModuleRef module, struct passes *passes);

/* Programs that give nothing give 0; BCC dialect only. */
void pass_result(LLVMModuleRef module, struct passes *passes);

/* ---- for their use */

/* Reports an error at the place in the source that an instruction comes from. */
__attribute__((format(printf, 3, 4))) void pass__error(struct passes *passes,
						       LLVMValueRef instruction, const char *format,
						       ...);

/* The same at the head of a function. */
__attribute__((format(printf, 3, 4))) void pass__error_at_function(struct passes *passes,
								   LLVMValueRef function,
								   const char *format, ...);

#endif
