// SPDX-License-Identifier: BSD-2-Clause
/* A function's arguments as parameters behind the context, and by macros. */
#include <uapi/linux/ptrace.h>

struct point {
	int x;
	short y;
	char name[10];
};

struct six {
	u64 a;
	u32 b;
	int c;
	short d;
	u8 e;
	u8 pad;
	int x;
};

BPF_HASH(parameters, u32, struct six);
BPF_HASH(registers, u32, u64);

int on_six(struct pt_regs *ctx, u64 a, u32 b, int c, short d, u8 e, struct point *point)
{
	struct six six = { .a = a, .b = b, .c = c, .d = d, .e = e };
	u32 key = 0;

	six.x = point->x + point->y + point->name[1]; /* the program's memory */
	parameters.update(&key, &six);
	return 0;
}

int on_six_by_macros(struct pt_regs *ctx)
{
	u64 values[] = { PT_REGS_PARM1(ctx), PT_REGS_PARM2(ctx), PT_REGS_PARM3(ctx),
			 PT_REGS_PARM4(ctx), PT_REGS_PARM5(ctx), PT_REGS_PARM6(ctx),
			 PT_REGS_IP(ctx),    PT_REGS_SP(ctx),    PT_REGS_RET(ctx),
			 PT_REGS_FP(ctx) };

#pragma unroll
	for (int i = 0; i < 10; i++) {
		u32 key = i;

		registers.update(&key, &values[i]);
	}
	return 0;
}

int on_return(struct pt_regs *ctx)
{
	u32 key = 100;
	u64 result = PT_REGS_RC(ctx);

	registers.update(&key, &result);
	return 0;
}

/* A static function that takes the context. */
static void count(void *ctx, u32 key)
{
	registers.increment(key);
}

int on_call(struct pt_regs *ctx, u64 unused, u32 b)
{
	if (b)
		count(ctx, 101);
	return 0;
}

int on_anything(void *ctx)
{
	count(ctx, 102);
	return 0;
}
