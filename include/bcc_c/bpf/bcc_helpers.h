/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions that BCC's dialect has beside the kernel's helpers.
 */
#ifndef BCC_C_BCC_HELPERS_H
#define BCC_C_BCC_HELPERS_H

#define BCC_C_INLINE static inline __attribute__((always_inline, nodebug, unused))

#define lock_xadd(ptr, value) ((void)__sync_fetch_and_add(ptr, value))

/* The place of the highest bit that is set, from 0; 0 for a value without any. */
#define BCC_C_HIGHEST_BIT(value, half_of_width)                                                    \
	unsigned int place = 0;                                                                    \
	_Pragma("unroll") for (unsigned int half = half_of_width; half; half /= 2)                 \
	{                                                                                          \
		unsigned int step = value >> half ? half : 0;                                      \
		value >>= step;                                                                    \
		place |= step;                                                                     \
	}                                                                                          \
	return place

#ifdef BCC_C_USES_bpf_log2
BCC_C_INLINE unsigned int bpf_log2(unsigned int value)
{
	BCC_C_HIGHEST_BIT(value, 16);
}
#endif

/* A value's slot in a histogram by powers of two: 1 for 0 and 1, 2 for 2 and 3, 3 for 4 to 7. */
#ifdef BCC_C_USES_bpf_log2l
BCC_C_INLINE unsigned int bcc_c_highest_bit(unsigned long value)
{
	BCC_C_HIGHEST_BIT(value, 32);
}
BCC_C_INLINE unsigned int bpf_log2l(unsigned long value)
{
	return bcc_c_highest_bit(value) + 1;
}
#endif

/* ---- byte order, beyond <bpf/bpf_endian.h> */

#define bpf_ntohll(x) bpf_be64_to_cpu(x)
#define bpf_htonll(x) bpf_cpu_to_be64(x)
#if defined(BCC_C_USES_bpf_ntoh128) || defined(BCC_C_USES_bpf_hton128)
BCC_C_INLINE unsigned __int128 bpf_ntoh128(unsigned __int128 value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (unsigned __int128)__builtin_bswap64(value) << 64 | __builtin_bswap64(value >> 64);
#else
	return value;
#endif
}
#endif
#define bpf_hton128(x) bpf_ntoh128(x)

/* How many processors the machine may have; the compiler knows. */
#define bpf_num_cpus() BCC_C_CPU_CNT

#endif
