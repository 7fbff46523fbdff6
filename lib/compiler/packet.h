/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to packets through header records such as those of <bcc/proto.h>.
 *
 * A pointer to such a record is an offset into the packet. pass_packet() turns what is done with its
 * fields into calls of functions that exist nowhere, which the optimiser can move and merge but not
 * look into; pass_packet_lower() puts helpers or instructions in their place, when everything is
 * inlined and it is known which program's context to give them.
 *
 *   i64 PACKET_LOAD<n>(ptr at)         n bytes, 1 to 8, as a number whose first byte is the highest
 *   void PACKET_STORE<n>(ptr at, i64)  the same, stored
 *   ptr PACKET_AT(ptr at)              a field's address that somebody else wants: the argument
 *   i64 PACKET_CSUM_L3(i64, ...)       bpf_l3_csum_replace() and bpf_l4_csum_replace() without their
 *   i64 PACKET_CSUM_L4(i64, ...)       context; the dialect's headers call them
 *
 * Bits are counted as protocols do, from the highest of the first byte on.
 */
#ifndef BCC_C__PACKET_H
#define BCC_C__PACKET_H

#include <llvm-c/Core.h>
#include <stdbool.h>

#define PACKET_PREFIX "__bcc_c_packet_"
#define PACKET_LOAD PACKET_PREFIX "load"
#define PACKET_STORE PACKET_PREFIX "store"
#define PACKET_AT PACKET_PREFIX "at"
#define PACKET_CSUM_L3 PACKET_PREFIX "csum_l3"
#define PACKET_CSUM_L4 PACKET_PREFIX "csum_l4"

/* Most bytes that one call loads or stores. */
#define PACKET_MOST 8

/* What marks a record, in its debug information: __attribute__((btf_decl_tag(PACKET_TAG))). */
#define PACKET_TAG "bcc_c:packet"

/* ---- stand-ins; they are built where the builder is, in a module's function */

/* Most bits that can be loaded or stored at a time. */
#define PACKET_MOST_BITS 128

/* Bits of the packet behind an offset. */
struct packet_bits {
	LLVMValueRef at;
	unsigned int first;
	unsigned int cnt;
};

/* Loads bits, which become a number of 64 or 128 bits. */
LLVMValueRef packet__load(LLVMBuilderRef build, const struct packet_bits *bits);

/* Stores the lowest bits of a number of any size. */
void packet__store(LLVMBuilderRef build, const struct packet_bits *bits, LLVMValueRef value);

/* An offset that can be computed with, but at which nothing is. */
LLVMValueRef packet__at(LLVMBuilderRef build, LLVMValueRef at);

/* ---- to find them again */

/* Whether it is a call of a function whose name starts so. */
bool packet__is(LLVMValueRef inst, const char *start);

/* How many bytes a call of a stand-in is for; 0 for other instructions. */
unsigned int packet__load_bytes(LLVMValueRef inst);
unsigned int packet__store_bytes(LLVMValueRef inst);

/* The same for load_byte(), load_half() and load_word(), which stand for instructions. */
unsigned int packet__instruction_bytes(LLVMValueRef inst);

/* Whether there may be any of these in a module. */
bool packet__is_used(LLVMModuleRef module);

#endif
