/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Access to packets in the BCC dialect: the parts that need no header records.
 */
#ifndef BCC_C_BCC_PACKET_H
#define BCC_C_BCC_PACKET_H

/*
 * Marks a record as the header of a protocol: a pointer to it is an offset into the packet, its fields
 * are in the order of the protocol's bits, and are read and written in the machine's order of bytes.
 */
#define BPF_PACKET_HEADER                                                                          \
	__attribute__((packed, preserve_access_index, btf_decl_tag("bcc_c:packet")))

/* Gives the place that the cursor is at, and moves it on. Computed in numbers: it points nowhere. */
#define cursor_advance(cursor, len)                                                                \
	({                                                                                         \
		void *bcc_c_at_ = (void *)(cursor);                                                \
		(cursor) = (__typeof__(cursor))((unsigned long)(cursor) +                          \
						(unsigned long)(len) * sizeof(*(cursor)));         \
		bcc_c_at_;                                                                         \
	})

/*
 * Bytes of the packet in the machine's order. What lies behind the packet's end ends the program with
 * 0.
 */
unsigned long long load_byte(void *ctx, unsigned long long offset) __asm__("llvm.bpf.load.byte");
unsigned long long load_half(void *ctx, unsigned long long offset) __asm__("llvm.bpf.load.half");
unsigned long long load_word(void *ctx, unsigned long long offset) __asm__("llvm.bpf.load.word");
#define load_dword(ctx, offset)                                                                    \
	({                                                                                         \
		unsigned long long bcc_c_offset_ = (offset);                                       \
		load_word(ctx, bcc_c_offset_) << 32 | load_word(ctx, bcc_c_offset_ + 4);           \
	})

/*
 * Correct a checksum for a field that changes from one value to another: that of an IPv4 header, or
 * of TCP or UDP, where is_pseudo says that the field is part of the pseudo-header. The size of "to"
 * is that of the field, and the values are in the machine's order of bytes.
 */
long __bcc_c_packet_csum_l3(unsigned long offset, unsigned long from, unsigned long to,
			    unsigned long flags);
long __bcc_c_packet_csum_l4(unsigned long offset, unsigned long from, unsigned long to,
			    unsigned long flags);

#define BCC_C_TO_WIRE(value, size)                                                                 \
	((size) == 2   ? __builtin_bswap16(value)                                                  \
	 : (size) == 4 ? __builtin_bswap32(value)                                                  \
		       : (unsigned long)(value))

#define incr_cksum_l3(csum, from, to)                                                              \
	__bcc_c_packet_csum_l3((unsigned long)(csum), BCC_C_TO_WIRE(from, sizeof(to)),             \
			       BCC_C_TO_WIRE(to, sizeof(to)), sizeof(to))
#define incr_cksum_l4(csum, from, to, is_pseudo)                                                   \
	__bcc_c_packet_csum_l4((unsigned long)(csum), BCC_C_TO_WIRE(from, sizeof(to)),             \
			       BCC_C_TO_WIRE(to, sizeof(to)), ((is_pseudo)&1) << 4 | sizeof(to))

#endif
