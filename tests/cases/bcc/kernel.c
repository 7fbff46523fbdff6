// SPDX-License-Identifier: BSD-2-Clause
/* What the kernel's headers would give, of which its BTF knows nothing. */
#include <uapi/linux/ptrace.h>
#include <uapi/linux/limits.h>
#include <uapi/linux/in.h>
#include <linux/sched.h>
#include <linux/fs.h>
#include <linux/dcache.h>
#include <linux/blkdev.h>
#include <linux/nsproxy.h>
#include <linux/version.h>
#include <linux/no/such/header.h>
#include <net/sock.h>
#include <net/inet_sock.h>
#include <net/tcp.h>
#include <asm/anything.h>
#include <bcc/proto.h>

_Static_assert(AF_INET == 2 && AF_INET6 == 10 && IPPROTO_TCP == 6, "families");
_Static_assert(DNAME_INLINE_LEN >= 32 && DNAME_INLINE_LEN <= 40, "the name in a dentry");
_Static_assert(PF_KTHREAD == 0x200000 && TASK_RUNNING == 0, "tasks");
_Static_assert(DISK_NAME_LEN == 32 && REQ_OP_MASK == 255, "disks");
_Static_assert(NAME_MAX == 255 && PATH_MAX == 4096 && TASK_COMM_LEN == 16, "lengths");
_Static_assert(NSEC_PER_MSEC == 1000000 && NSEC_PER_USEC == 1000 && NSEC_PER_SEC == 1000000000,
	       "times");
_Static_assert(FMODE_CREATED == 0x100000 && WRITE == 1, "files");
#if IFNAMSIZ != 16
#error IFNAMSIZ is no macro
#endif
_Static_assert(SCM_RIGHTS == 1 && ENOMEM == 12 && EIO == 5, "numbers");
_Static_assert(PAGE_SIZE == 4096 && sizeof(NULL) == 8, "basics");
_Static_assert(offsetof(struct task_struct, tgid) == __builtin_offsetof(struct task_struct, tgid),
	       "offsets");
_Static_assert(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 4, 0), "versions");
_Static_assert(LINUX_VERSION_CODE < KERNEL_VERSION(20, 0, 0), "versions");
_Static_assert(S_ISREG(0100644) && !S_ISREG(0040755) && S_ISSOCK(0140000), "modes");
_Static_assert(ntohs(0x1234) == 0x3412 && htonl(0x12345678) == 0x78563412, "orders");
_Static_assert(bpf_ntohs(0x1234) == 0x3412 && bpf_htonl(0x12345678) == 0x78563412, "orders");

#ifndef __KERNEL__
#error __KERNEL__
#endif
#ifndef __BPF_TRACING__
#error __BPF_TRACING__
#endif
#ifndef KBUILD_MODNAME
#error KBUILD_MODNAME
#endif
#ifdef __bpf__
#error __bpf__
#endif
#if !defined(__x86_64__) && !defined(__aarch64__)
#error the machine
#endif
#ifndef CONFIG_NET_NS
#error CONFIG_NET_NS
#endif
#if defined(__x86_64__) && (!defined(CONFIG_X86_64) || !defined(CONFIG_ARCH_HAS_SYSCALL_WRAPPER))
#error CONFIG_X86_64
#endif
#ifndef CAP_OPT_NONE
#error CAP_OPT_NONE
#endif
#if defined(REQ_WRITE) || defined(REQ_OP_SHIFT) || defined(INIT_PID_LINK)
#error of old kernels
#endif
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error the order of bytes
#endif

BPF_ARRAY(results, u64, 32);

static __always_inline void store(int index, u64 value)
{
	results.update(&index, &value);
}

int functions(struct bpf_raw_tracepoint_args *ctx)
{
	u64 value = ctx->args[0], *counter;
	char here[8], there[8] = "abcdefg";
	int seven = 7;

	store(0, min(value, 5ULL));
	store(1, max(value, 5ULL));
	store(2, min_t(u32, value, 3));
	store(3, div_u64(value, 3));
	store(4, bpf_log2l(value));
	store(5, likely(value) + unlikely(value));
	store(6, ntohs((u16)value));
	counter = results.lookup(&seven);
	if (counter)
		lock_xadd(counter, value);
	__builtin_memcpy(here, there, sizeof(here));
	store(8, here[6]);
	store(9, roundup_pow_of_two(5));
	store(10, bpf_num_cpus());
	store(11, (u64)offsetof(struct pt_regs, di));
	return 0;
}

/* From the order of bytes in packets and back; on this machine that is the same. */
int orders(struct bpf_raw_tracepoint_args *ctx)
{
	u64 value = ctx->args[0];
	unsigned __int128 wide = (unsigned __int128)value << 64 | 5;

	store(0, bpf_ntohs((u16)value));
	store(1, bpf_ntohl((u32)value));
	store(2, bpf_ntohll(value));
	store(3, bpf_ntoh128(wide));
	store(4, bpf_ntoh128(wide) >> 64);
	store(5, bpf_htons((u16)value));
	store(6, bpf_htonl((u32)value));
	store(7, bpf_htonll(value));
	store(8, bpf_hton128(wide));
	store(9, bpf_hton128(wide) >> 64);
	return 0;
}

/* Inline functions and names of fields, of a socket that there is not. */
int of_sockets(struct pt_regs *ctx, struct sock *sk, struct sk_buff *skb)
{
	store(20, inet_sk(sk)->inet_dport + inet_sk(sk)->inet_daddr + inet_sk(sk)->inet_rcv_saddr);
	store(21, tcp_sk(sk)->srtt_us + inet_csk(sk)->icsk_retransmits + sk->sk_state);
	if (skb_rx_queue_recorded(skb))
		store(22, skb_get_rx_queue(skb));
	return 0;
}

int of_lists(struct pt_regs *ctx, struct scatterlist *sg)
{
	store(23, sg_is_last(sg) + sg_is_chain(sg) + (u64)sg_chain_ptr(sg));
	return 0;
}
