// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of mallocstat: one at the entry and one at the return of each function that
 * allocates, one at the entry of free. A call is counted when it returns, as only then it is known
 * whether it succeeded.
 *
 * Only what the program itself calls counts: an allocator's functions call each other (realloc of a
 * null pointer is malloc in glibc), and one piece of code may have several names. So each thread's
 * outermost call is kept, and what begins inside it is left out.
 */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include "mallocstat.h"

#define NO_SIZE (~0ULL) /* of a calloc whose product is no number */
#define MAX_NESTED 64   /* more than any allocator does in one call */

struct call {
	__u64 stack;    /* stack pointer at entry */
	__u64 caller;   /* where it returns to */
	__u64 size;     /* bytes asked for */
	__u64 address;  /* realloc: of the old block; posix_memalign: of the new one's */
	__u64 old_size; /* realloc: of the old block, NO_SIZE if unknown */
	__u32 func;
	__u32 nested; /* calls inside it */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64); /* process and thread */
	__type(value, struct call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 8 * 1024 * 1024);
	__type(key, struct block_key);
	__type(value, __u64); /* its size */
} blocks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32); /* process */
	__type(value, struct holder);
} holders SEC(".maps");

const volatile bool every_process = false;
const volatile __u32 own_pid = 0; /* whose calls are left out */

struct alloc_stats stats = {};

static __always_inline void add(__u64 *number, __u64 amount)
{
	__sync_fetch_and_add(number, amount);
}

static __always_inline __u32 log2_of(__u64 value)
{
	__u32 log = 0;

#pragma unroll
	for (int bits = 32; bits; bits >>= 1) {
		if (value >> bits) {
			value >>= bits;
			log += bits;
		}
	}
	return log;
}

/* On x86 a call leaves its return address on the stack, elsewhere in a register. */
static __always_inline __u64 caller_of(struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	__u64 caller = 0;

	bpf_probe_read_user(&caller, sizeof(caller), (const void *)PT_REGS_SP(ctx));
	return caller;
#else
	return PT_REGS_RET(ctx);
#endif
}

static __always_inline bool is_return_of(const struct call *call, struct pt_regs *ctx)
{
#if defined(__TARGET_ARCH_x86)
	return PT_REGS_SP(ctx) == call->stack + sizeof(__u64);
#else
	return PT_REGS_SP(ctx) == call->stack;
#endif
}

/*
 * Whether a call that begins now is part of one that began before in this thread. The outer one may
 * also be a left-over: a signal handler that jumps out of an allocator makes its return be missed.
 * Then the stack pointer tells, sooner or later; where it doesn't, the number of calls does.
 *
 * With an equal stack pointer the outer function either jumped to this one, which then has its
 * return address replaced by the kernel's return probe; or both are names of the same code; or the
 * outer one is a left-over.
 */
static __always_inline bool is_nested(struct call *outer, __u32 func, __u64 stack, __u64 caller)
{
	if (stack > outer->stack || ++outer->nested > MAX_NESTED)
		return false;
	if (stack < outer->stack || caller != outer->caller)
		return true;
	if (func == outer->func)
		return false;
	if (func < outer->func)
		outer->func = func;
	return true;
}

static __always_inline struct holder *holder_of(__u32 pid)
{
	struct holder *holder = bpf_map_lookup_elem(&holders, &pid);
	struct holder fresh = {};

	if (holder)
		return holder;
	fresh.born = bpf_ktime_get_ns() >> 10;
	bpf_map_update_elem(&holders, &pid, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&holders, &pid);
}

static __always_inline void drop(struct holder *holder, __u64 size)
{
	add(&holder->held, -size);
	add(&holder->blocks, -1);
	add(&stats.held, -size);
	add(&stats.blocks, -1);
}

/* Forgets a block that is about to be freed. Returns its size, NO_SIZE if it was allocated before
 * the start. */
static __always_inline __u64 take_block(__u32 pid, __u64 address)
{
	struct holder *holder = bpf_map_lookup_elem(&holders, &pid);
	struct block_key key = { .address = address, .pid = pid };
	__u64 *found, size;

	if (!holder)
		return NO_SIZE;
	key.born = holder->born;
	found = bpf_map_lookup_elem(&blocks, &key);
	if (!found)
		return NO_SIZE;
	size = *found;
	if (bpf_map_delete_elem(&blocks, &key))
		return NO_SIZE;
	drop(holder, size);
	return size;
}

static __always_inline void add_block(__u32 pid, __u64 address, __u64 size)
{
	struct holder *holder = holder_of(pid);
	struct block_key key = { .address = address, .pid = pid };
	__u64 *known, held;

	if (!holder) {
		add(&stats.untracked, 1);
		return;
	}
	key.born = holder->born;
	known = bpf_map_lookup_elem(&blocks, &key);
	if (known) /* freed in a way we don't see */
		drop(holder, *known);
	if (bpf_map_update_elem(&blocks, &key, &size, BPF_ANY)) {
		add(&stats.untracked, 1);
		return;
	}
	add(&holder->held, size);
	add(&holder->blocks, 1);
	add(&stats.held, size);
	add(&stats.blocks, 1);
	held = stats.held;
	if (held > stats.peak)
		stats.peak = held;
}

static __always_inline int enter(struct pt_regs *ctx, __u32 func, __u64 size, __u64 address)
{
	__u64 id = bpf_get_current_pid_tgid();
	struct call *outer = bpf_map_lookup_elem(&calls, &id);
	struct call call = {
		.stack = PT_REGS_SP(ctx),
		.caller = caller_of(ctx),
		.func = func,
		.size = size,
		.address = address,
		.old_size = NO_SIZE,
	};

	if (id >> 32 == own_pid)
		return 0;
	if (outer && is_nested(outer, func, call.stack, call.caller))
		return 0;
	if (func == ALLOC_REALLOC && address)
		call.old_size = take_block(id >> 32, address);
	if (bpf_map_update_elem(&calls, &id, &call, BPF_ANY))
		add(&stats.missed, 1);
	return 0;
}

static __always_inline void count(__u32 func, __u64 size, bool failed)
{
	add(&stats.calls[func], 1);
	if (failed)
		add(&stats.failed[func], 1);
	if (size == NO_SIZE)
		return;
	add(&stats.bytes[func], size);
	add(&stats.sizes[log2_of(size) & (ALLOC_SLOTS - 1)], 1);
}

static __always_inline int leave(struct pt_regs *ctx, __u32 func)
{
	__u64 id = bpf_get_current_pid_tgid(), block = PT_REGS_RC(ctx);
	struct call *outer = bpf_map_lookup_elem(&calls, &id);
	struct call call;

	if (!outer || outer->func != func || !is_return_of(outer, ctx))
		return 0;
	call = *outer;
	bpf_map_delete_elem(&calls, &id);
	if (func == ALLOC_POSIX_MEMALIGN) {
		bool failed = (int)block;

		block = 0;
		if (!failed)
			bpf_probe_read_user(&block, sizeof(block), (const void *)call.address);
	}
	count(func, call.size,
	      !block && call.size); /* nothing is a good answer to who asks for nothing */
	if (block)
		add_block(id >> 32, block, call.size == NO_SIZE ? 0 : call.size);
	else if (func == ALLOC_REALLOC && call.size && call.old_size != NO_SIZE)
		add_block(id >> 32, call.address, call.old_size);
	return 0;
}

#define ENTER(name, func, size, address)                                                           \
	SEC("uprobe")                                                                              \
	int enter_##name(struct pt_regs *ctx)                                                      \
	{                                                                                          \
		return enter(ctx, func, (__u64)(size), (__u64)(address));                          \
	}

#define LEAVE(name, func)                                                                          \
	SEC("uretprobe")                                                                           \
	int leave_##name(struct pt_regs *ctx)                                                      \
	{                                                                                          \
		return leave(ctx, func);                                                           \
	}

ENTER(malloc, ALLOC_MALLOC, PT_REGS_PARM1(ctx), 0)
LEAVE(malloc, ALLOC_MALLOC)
ENTER(realloc, ALLOC_REALLOC, PT_REGS_PARM2(ctx), PT_REGS_PARM1(ctx))
LEAVE(realloc, ALLOC_REALLOC)
ENTER(posix_memalign, ALLOC_POSIX_MEMALIGN, PT_REGS_PARM3(ctx), PT_REGS_PARM1(ctx))
LEAVE(posix_memalign, ALLOC_POSIX_MEMALIGN)
ENTER(aligned_alloc, ALLOC_ALIGNED_ALLOC, PT_REGS_PARM2(ctx), 0)
LEAVE(aligned_alloc, ALLOC_ALIGNED_ALLOC)
ENTER(memalign, ALLOC_MEMALIGN, PT_REGS_PARM2(ctx), 0)
LEAVE(memalign, ALLOC_MEMALIGN)
ENTER(valloc, ALLOC_VALLOC, PT_REGS_PARM1(ctx), 0)
LEAVE(valloc, ALLOC_VALLOC)
ENTER(pvalloc, ALLOC_PVALLOC, PT_REGS_PARM1(ctx), 0)
LEAVE(pvalloc, ALLOC_PVALLOC)
LEAVE(calloc, ALLOC_CALLOC)

SEC("uprobe")
int enter_calloc(struct pt_regs *ctx)
{
	__u64 many = PT_REGS_PARM1(ctx), each = PT_REGS_PARM2(ctx), size = many * each;

	barrier_var(
		size); /* or clang makes the check a multiplication of 128 bits, which BPF hasn't */
	if (each && size / each != many)
		size = NO_SIZE;
	return enter(ctx, ALLOC_CALLOC, size, 0);
}

SEC("uprobe")
int enter_free(struct pt_regs *ctx)
{
	__u64 id = bpf_get_current_pid_tgid(), address = PT_REGS_PARM1(ctx);
	struct call *outer = bpf_map_lookup_elem(&calls, &id);

	if (id >> 32 == own_pid ||
	    (outer && is_nested(outer, ALLOC_FREE, PT_REGS_SP(ctx), caller_of(ctx))))
		return 0;
	add(&stats.calls[ALLOC_FREE], 1);
	if (address)
		take_block(id >> 32, address);
	return 0;
}

/* All memory of a process is gone. Its blocks stay in the map until the user side has swept it. */
static __always_inline void forget(__u32 pid)
{
	struct holder *holder = bpf_map_lookup_elem(&holders, &pid);

	if (!holder)
		return;
	add(&stats.held, -holder->held);
	add(&stats.blocks, -holder->blocks);
	add(&stats.dead, holder->blocks);
	bpf_map_delete_elem(&holders, &pid);
}

SEC("raw_tp/sched_process_exec")
int process_exec(void *ctx)
{
	forget(bpf_get_current_pid_tgid() >> 32);
	return 0;
}

/* What a single process holds at its end is what it never freed, so that stays to be reported. */
SEC("raw_tp/sched_process_exit")
int thread_exit(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 id = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&calls, &id);
	if (every_process && BPF_CORE_READ(task, signal, live.counter) == 0)
		forget(id >> 32);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
