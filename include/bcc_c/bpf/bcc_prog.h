/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The macros that programs in BCC's dialect start with, and those that get at what a program is
 * handed. What a program is attached to is in its function's name, such as tracepoint__C__E.
 */
#ifndef BCC_C_BCC_PROG_H
#define BCC_C_BCC_PROG_H

/* ---- programs */

/* The body has args, a pointer to the struct that tracefs describes. */
#define TRACEPOINT_PROBE(category, event)                                                          \
	int tracepoint__##category##__##event(struct tracepoint__##category##__##event *args)

/* The body has ctx, whose args are the tracepoint's arguments. */
#define RAW_TRACEPOINT_PROBE(event) int raw_tracepoint__##event(struct bpf_raw_tracepoint_args *ctx)

/*
 * A program that gets an array of 64-bit arguments, with a body that has ctx, this array, and
 * arguments of its own types. The result of the function, where there is one, is the last of them.
 */
#undef BPF_PROG
#define BPF_PROG(name, args...)                                                                    \
	int name(unsigned long long *ctx);                                                         \
	static inline                                                                              \
		__attribute__((always_inline)) int ____##name(unsigned long long *ctx, ##args);    \
	int name(unsigned long long *ctx)                                                          \
	{                                                                                          \
		_Pragma("clang diagnostic push");                                                  \
		_Pragma("clang diagnostic ignored \"-Wint-conversion\"");                          \
		return ____##name(___bpf_ctx_cast(args));                                          \
		_Pragma("clang diagnostic pop");                                                   \
	}                                                                                          \
	static inline __attribute__((always_inline)) int ____##name(unsigned long long *ctx, ##args)

#define KFUNC_PROBE(function, args...) BPF_PROG(kfunc__vmlinux__##function, ##args)
#define KRETFUNC_PROBE(function, args...) BPF_PROG(kretfunc__vmlinux__##function, ##args)
/* A name can't tell a module's function from another's; the section does. */
#define MODULE_KFUNC_PROBE(module, function, args...)                                              \
	int kfunc__##module##__##function(unsigned long long *ctx)                                 \
		__attribute__((section("fentry/" #function)));                                     \
	BPF_PROG(kfunc__##module##__##function, ##args)
#define MODULE_KRETFUNC_PROBE(module, function, args...)                                           \
	int kretfunc__##module##__##function(unsigned long long *ctx)                              \
		__attribute__((section("fexit/" #function)));                                      \
	BPF_PROG(kretfunc__##module##__##function, ##args)
#define KMOD_RET(function, args...) BPF_PROG(kmod_ret__##function, ##args)
#define LSM_PROBE(hook, args...) BPF_PROG(lsm__##hook, ##args)

#define BPF_ITER(target) int bpf_iter__##target(struct bpf_iter__##target *ctx)

/*
 * The license is "GPL" unless the source defines BPF_LICENSE, which is not known yet up here; the
 * compiler has looked for it.
 */
#ifdef BCC_C_LICENSE
#define BCC_C_TEXT(x) BCC_C_TEXT_OF(x)
#define BCC_C_TEXT_OF(x) #x
char _license[] __attribute__((section("license"), used)) = BCC_C_TEXT(BCC_C_LICENSE);
#endif

/* ---- what programs are handed */

/* The sixth argument of a function, which libbpf's header may be too old for. */
#ifndef PT_REGS_PARM6
#if defined(__TARGET_ARCH_x86)
#define PT_REGS_PARM6(regs) ((regs)->r9)
#elif defined(__TARGET_ARCH_arm64)
#define PT_REGS_PARM6(regs) ((regs)->regs[5])
#endif
#endif
#ifndef PT_REGS_PARM6_SYSCALL
#define PT_REGS_PARM6_SYSCALL(regs) PT_REGS_PARM6(regs)
#endif

/* The registers that a system call's function got, which current kernels hand it a pointer to. */
#define PT_REGS_SYSCALL_CTX(regs) PT_REGS_SYSCALL_REGS(regs)

/*
 * The type of a tracepoint's field: the type that it has in the kernel's source, or if the field is
 * of another size an integer of that size.
 */
#define BCC_C_SIZED(type, size)                                                                    \
	__typeof__(__builtin_choose_expr(sizeof(type) == size, *(type *)0,                         \
					 __builtin_choose_expr(BCC_C_IS_SIGNED(type),              \
							       BCC_C_INTEGER(s, size),             \
							       BCC_C_INTEGER(u, size))))
#define BCC_C_IS_SIGNED(type)                                                                      \
	_Generic(*(type *)0, char : 1, signed char : 1, short : 1, int : 1, long : 1,              \
		 long long : 1, default : 0)
#define BCC_C_INTEGER(sign, size)                                                                  \
	__builtin_choose_expr(                                                                     \
		size == 8, (sign##64)0,                                                            \
		__builtin_choose_expr(size == 4, (sign##32)0,                                      \
				      __builtin_choose_expr(size == 2, (sign##16)0, (sign##8)0)))

/* Address spaces of the kernel's own, which the types of some fields have. */
#define __seg_gs
#define __seg_fs

#include <bcc_c/bpf/tracepoints.h>

/* Fields of a tracepoint of changing size: data_loc_NAME has the offset and, above it, the size. */
#define TP_DATA_LOC_READ_CONST(dst, field, size)                                                   \
	bpf_probe_read_kernel((void *)(dst), size,                                                 \
			      (char *)args + (unsigned short)args->data_loc_##field)
/* As much as the field holds and there is room for: the kernel wants to see an end to it. */
#define TP_DATA_LOC_READ(dst, field)                                                               \
	({                                                                                         \
		u64 size_ = (unsigned int)args->data_loc_##field >> 16;                            \
		if (size_ > BCC_C_ROOM_AT(dst))                                                    \
			size_ = BCC_C_ROOM_AT(dst);                                                \
		TP_DATA_LOC_READ_CONST(dst, field, size_);                                         \
	})
/*
 * By the object that is known to be there, else by the type: an array, or what a pointer points to.
 * Nothing is known of plain bytes, and the kernel refuses the read rather than that it is cut short.
 */
#define BCC_C_ROOM_AT(to)                                                                          \
	(__builtin_object_size(to, 1) != (size_t)-1 ? __builtin_object_size(to, 1)                 \
	 : !__builtin_types_compatible_p(__typeof__(to), __typeof__(&*(to))) ? sizeof(to)          \
	 : sizeof(*(to)) > 1                                                 ? sizeof(*(to))       \
									     : 0xffff)
#define TP_DATA_LOC_READ_STR(dst, field, size)                                                     \
	bpf_probe_read_kernel_str((void *)(dst), size,                                             \
				  (char *)args + (unsigned short)args->data_loc_##field)

/* The argument of a USDT probe, of which the first is 1; to a variable of any size. */
#define bpf_usdt_readarg(number, ctx, to)                                                          \
	({                                                                                         \
		long usdt_value_ = 0;                                                              \
		int usdt_err_ = bpf_usdt_arg(ctx, (number)-1, &usdt_value_);                       \
		if (!usdt_err_)                                                                    \
			*(to) = (__typeof__(*(to)))usdt_value_;                                    \
		usdt_err_;                                                                         \
	})
/* What the argument points to. */
#define bpf_usdt_readarg_p(number, ctx, to, size)                                                  \
	({                                                                                         \
		long usdt_value_ = 0;                                                              \
		int usdt_err_ = bpf_usdt_arg(ctx, (number)-1, &usdt_value_);                       \
		usdt_err_ ?: bpf_probe_read_user(to, size, (void *)usdt_value_);                   \
	})
#ifdef BCC_C_USES_bpf_usdt_arg
#include <bpf/usdt.bpf.h>
#endif

/* ---- a line of text for the kernel's trace pipe, from a literal format and up to 3 values */

#define bpf_trace_printk(format, ...)                                                              \
	({                                                                                         \
		char text_[] = format;                                                             \
		((long (*)(const char *, unsigned int, ...))6)(text_, sizeof(text_),               \
							       ##__VA_ARGS__);                     \
	})
#undef bpf_printk
#define bpf_printk bpf_trace_printk

#endif
