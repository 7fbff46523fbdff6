/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to packets through header records such as those of <bcc/proto.h>.
 *
 * A pointer to such a record is an offset into the packet. pass_packet() turns what is done with its
 * fields into calls of functions that exist nowhere, which the optimiser can move and merge but not
 * look into; pass_packet_lower() puts helpers or instructions in their place, when everything is
 * inlined and it is known which program's context to give them.
 *
 *   i64 PACKET_LOAD<n>(ptr at)             n bytes, 1 to 8, as a number whose first byte is the highest
 *   void PACKET_STORE<n>(ptr at, i64)      the same, stored
 *   ptr PACKET_AT(ptr at)                  a field's address that somebody else wants: the argument
 *   i64 PACKET_CSUM_L3, _L4(i64, ...)      bpf_l3_csum_replace() and _l4_ without their context; the
 *                                          dialect's headers call them
 */
#ifndef BCC_C__PACKET_H
#define BCC_C__PACKET_H

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

#endif
