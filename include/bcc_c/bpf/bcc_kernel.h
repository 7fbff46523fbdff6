/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's headers have and BTF has not: constants that are macros, and functions that are
 * inline. Behind vmlinux.h, so that nothing here gets at names in the kernel's types.
 *
 * A macro that programs test by #ifdef, to tell kernels apart, is here only if current kernels have
 * it: REQ_WRITE, REQ_OP_SHIFT and INIT_PID_LINK, for instance, they have no more.
 */
#ifndef BCC_C_BCC_KERNEL_H
#define BCC_C_BCC_KERNEL_H

/* ---- the language */

#ifndef NULL
#define NULL ((void *)0)
#endif
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __bitwise
#define __maybe_unused __attribute__((unused))
#define __packed __attribute__((packed))
#define __aligned(size) __attribute__((aligned(size)))
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
/* A constant, which libbpf's is not for every compiler. */
#undef offsetof
#define offsetof(type, member) __builtin_offsetof(type, member)
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define memcpy(to, from, size) __builtin_memcpy(to, from, size)
#define memmove(to, from, size) __builtin_memmove(to, from, size)
#define memset(to, byte, size) __builtin_memset(to, byte, size)
#define memcmp(a, b, size) __builtin_memcmp(a, b, size)

/* ---- the kernel's configuration: options that are set are macros with the value 1 */

#define IS_ENABLED(option) (IS_BUILTIN(option) || IS_MODULE(option))
#define IS_BUILTIN(option) BCC_C_IS_ONE(option)
#define IS_MODULE(option) BCC_C_IS_ONE(option##_MODULE)
/* A 1 puts an argument in front of the other two; the second one of all is the answer. */
#define BCC_C_IS_ONE(x) BCC_C_IS_ONE_PASTE(x)
#define BCC_C_IS_ONE_PASTE(x) BCC_C_SECOND(BCC_C_SHIFT_##x 1, 0, )
#define BCC_C_SHIFT_1 0,
#define BCC_C_SECOND(args...) BCC_C_SECOND_OF(args)
#define BCC_C_SECOND_OF(_1, second, ...) second

/* ---- arithmetic */

#define min(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) min_a_ = (a);                                                        \
		__typeof__(b) min_b_ = (b);                                                        \
		min_a_ < min_b_ ? min_a_ : min_b_;                                                 \
	})
#define max(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) max_a_ = (a);                                                        \
		__typeof__(b) max_b_ = (b);                                                        \
		max_a_ > max_b_ ? max_a_ : max_b_;                                                 \
	})
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(x, low, high) min((__typeof__(x))max(x, low), high)
#define DIV_ROUND_UP(n, by) (((n) + (by)-1) / (by))
#define roundup(n, to) (DIV_ROUND_UP(n, to) * (to))
#define round_up(n, to) ((((n)-1) | ((__typeof__(n))(to)-1)) + 1)
#define round_down(n, to) ((n) & ~((__typeof__(n))(to)-1))
#define ALIGN(n, to) round_up(n, to)
#define roundup_pow_of_two(n) ((n) < 2 ? 1UL : 1UL << (64 - __builtin_clzll((n)-1)))
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define div_u64(a, b) ((u64)(a) / (u32)(b))
#define div64_u64(a, b) ((u64)(a) / (u64)(b))
#define do_div(n, by)                                                                              \
	({                                                                                         \
		u32 rest_ = (u64)(n) % (u32)(by);                                                  \
		(n) = (u64)(n) / (u32)(by);                                                        \
		rest_;                                                                             \
	})
#define U8_MAX ((u8)~0U)
#define U16_MAX ((u16)~0U)
#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)
#define INT_MAX ((int)(~0U >> 1))
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (~0U)
#define LONG_MAX ((long)(~0UL >> 1))
#define ULONG_MAX (~0UL)
#define LLONG_MAX ((long long)(~0ULL >> 1))
#define ULLONG_MAX (~0ULL)

/* ---- byte order */

#define ntohs(x) bpf_ntohs(x)
#define htons(x) bpf_htons(x)
#define ntohl(x) bpf_ntohl(x)
#define htonl(x) bpf_htonl(x)
#define be16_to_cpu(x) bpf_ntohs(x)
#define cpu_to_be16(x) bpf_htons(x)
#define be32_to_cpu(x) bpf_ntohl(x)
#define cpu_to_be32(x) bpf_htonl(x)
#define be64_to_cpu(x) bpf_be64_to_cpu(x)
#define cpu_to_be64(x) bpf_cpu_to_be64(x)
#define __constant_htons(x) bpf_htons(x)
#define __constant_htonl(x) bpf_htonl(x)
#define __constant_ntohs(x) bpf_ntohs(x)
#define __constant_ntohl(x) bpf_ntohl(x)

/* ---- errors in pointers */

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)
#define IS_ERR(ptr) IS_ERR_VALUE((unsigned long)(ptr))
#define IS_ERR_OR_NULL(ptr) (!(ptr) || IS_ERR(ptr))
#define PTR_ERR(ptr) ((long)(ptr))
#define ERR_PTR(error) ((void *)(long)(error))

/* ---- memory */

#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#if defined(__x86_64__)
#define __PAGE_OFFSET_BASE_L4 0xffff888000000000UL
#define __PAGE_OFFSET_BASE_L5 0xff11000000000000UL
/* Where the kernel moves it at start, programs take one of these two instead. */
#define PAGE_OFFSET __PAGE_OFFSET_BASE_L4
#endif

/* ---- tasks and time */

#define PF_IDLE 0x00000002
#define PF_EXITING 0x00000004
#define PF_WQ_WORKER 0x00000020
#define PF_FORKNOEXEC 0x00000040
#define PF_MEMALLOC 0x00000800
#define PF_KTHREAD 0x00200000
#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define MAX_RT_PRIO 100
#define MAX_PRIO 140
#define CAP_OPT_NONE 0
#define MSEC_PER_SEC 1000L
#define USEC_PER_MSEC 1000L
#define USEC_PER_SEC 1000000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC 1000000000L

/* ---- files and blocks */

#define NAME_MAX 255
#define PATH_MAX 4096
/* The room for a short name in a struct dentry. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define DNAME_INLINE_LEN ((int)sizeof(union shortname_store))
#else
#define DNAME_INLINE_LEN ((int)sizeof(((struct dentry *)0)->d_iname))
#endif
#define DISK_NAME_LEN 32
#define READ 0
#define WRITE 1
#define REQ_OP_BITS 8
#define REQ_OP_MASK ((1 << REQ_OP_BITS) - 1)
#define SECTOR_SHIFT 9
#define SECTOR_SIZE (1 << SECTOR_SHIFT)
#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev)&MINORMASK))
#define MKDEV(major, minor) ((major) << MINORBITS | (minor))
#define FMODE_READ 0x1
#define FMODE_WRITE 0x2
#define FMODE_EXEC 0x20
#define FMODE_CREATED 0x100000
#define O_ACCMODE 00000003
#define O_RDONLY 00000000
#define O_WRONLY 00000001
#define O_RDWR 00000002
#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_NOCTTY 00000400
#define O_TRUNC 00001000
#define O_APPEND 00002000
#define O_NONBLOCK 00004000
#define O_DSYNC 00010000
#define O_CLOEXEC 02000000
#define O_PATH 010000000
#if defined(__aarch64__)
#define O_DIRECTORY 00040000
#define O_NOFOLLOW 00100000
#define O_DIRECT 00200000
#else
#define O_DIRECT 00040000
#define O_DIRECTORY 00200000
#define O_NOFOLLOW 00400000
#endif
#define __O_TMPFILE 020000000
#define O_TMPFILE (__O_TMPFILE | O_DIRECTORY)
#define S_IFMT 00170000
#define S_IFSOCK 0140000
#define S_IFLNK 0120000
#define S_IFREG 0100000
#define S_IFBLK 0060000
#define S_IFDIR 0040000
#define S_IFCHR 0020000
#define S_IFIFO 0010000
#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)
#define S_ISLNK(mode) (((mode)&S_IFMT) == S_IFLNK)
#define S_ISREG(mode) (((mode)&S_IFMT) == S_IFREG)
#define S_ISBLK(mode) (((mode)&S_IFMT) == S_IFBLK)
#define S_ISDIR(mode) (((mode)&S_IFMT) == S_IFDIR)
#define S_ISCHR(mode) (((mode)&S_IFMT) == S_IFCHR)
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)
#define file_inode(file) ((file)->f_inode)

/* ---- lists of buffers: the lowest bits of a link say what it is */

#define sg_is_chain(sg) ((sg)->page_link & 1UL)
#define sg_is_last(sg) ((sg)->page_link & 2UL)
#define sg_chain_ptr(sg) ((struct scatterlist *)((sg)->page_link & ~3UL))

/* ---- network */

#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_LOCAL 1
#define AF_INET 2
#define AF_INET6 10
#define AF_NETLINK 16
#define AF_PACKET 17
#define AF_VSOCK 40
#define AF_XDP 44
#define PF_UNIX AF_UNIX
#define PF_INET AF_INET
#define PF_INET6 AF_INET6
#define PF_NETLINK AF_NETLINK
#define PF_PACKET AF_PACKET
#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define IFNAMSIZ 16
#define ETH_ALEN 6
#define ETH_HLEN 14
#define VLAN_HLEN 4
#define ETH_P_ALL 0x0003
#define ETH_P_IP 0x0800
#define ETH_P_ARP 0x0806
#define ETH_P_8021Q 0x8100
#define ETH_P_IPV6 0x86dd
#define ETH_P_8021AD 0x88a8
#define ETH_P_LLDP 0x88cc
#define IPPROTO_HOPOPTS 0
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_ICMPV6 58
#define IPPROTO_NONE 59
#define IPPROTO_DSTOPTS 60
#define TC_ACT_UNSPEC (-1)
#define TC_ACT_OK 0
#define TC_ACT_RECLASSIFY 1
#define TC_ACT_SHOT 2
#define TC_ACT_PIPE 3
#define TC_ACT_STOLEN 4
#define TC_ACT_REDIRECT 7

/* A socket's structs begin with that of the protocol below. */
#define inet_sk(sk) ((struct inet_sock *)(sk))
#define inet_csk(sk) ((struct inet_connection_sock *)(sk))
#define inet_rsk(req) ((struct inet_request_sock *)(req))
#define inet6_sk(sk) (inet_sk(sk)->pinet6)
#define tcp_sk(sk) ((struct tcp_sock *)(sk))
#define udp_sk(sk) ((struct udp_sock *)(sk))
#define unix_sk(sk) ((struct unix_sock *)(sk))

#define skb_network_header(skb) ((unsigned char *)((skb)->head + (skb)->network_header))
#define skb_transport_header(skb) ((unsigned char *)((skb)->head + (skb)->transport_header))
#define skb_mac_header(skb) ((unsigned char *)((skb)->head + (skb)->mac_header))
#define skb_headlen(skb) ((skb)->len - (skb)->data_len)
#define skb_rx_queue_recorded(skb) ((skb)->queue_mapping != 0)
#define skb_get_rx_queue(skb) ((skb)->queue_mapping - 1)
#define eth_hdr(skb) ((struct ethhdr *)skb_mac_header(skb))
#define ip_hdr(skb) ((struct iphdr *)skb_network_header(skb))
#define ipv6_hdr(skb) ((struct ipv6hdr *)skb_network_header(skb))
#define tcp_hdr(skb) ((struct tcphdr *)skb_transport_header(skb))
#define udp_hdr(skb) ((struct udphdr *)skb_transport_header(skb))
#define tcp_flag_byte(tcp) (((unsigned char *)(tcp))[13])

#endif
