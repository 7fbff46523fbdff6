/* SPDX-License-Identifier: BSD-2-Clause */
#include "flags.h"

#include <string.h>

#include "headers.h"
#include "lines.h"

enum flag_kind {
	FLAG_KEEP,  /* handed on as it is */
	FLAG_VALUE, /* has a value, in the same argument or the next; handed on as two arguments */
	FLAG_CPU,   /* -mcpu=X is -target-cpu X */
	FLAG_FEATURES, /* -Xclang X: X handed on */
	FLAG_IGNORE,   /* has no meaning here, or is what always happens */
	FLAG_IGNORE_VALUE,
};

/* The first entry that matches counts: longer ones before those they start with. */
static const struct flag {
	const char *start;
	bool whole; /* the argument must be equal to start */
	enum flag_kind kind;
} table[] = {
	{ "-include", true, FLAG_VALUE },
	{ "-isystem", false, FLAG_VALUE },
	{ "-iquote", false, FLAG_VALUE },
	{ "-idirafter", false, FLAG_VALUE },
	{ "-D", false, FLAG_VALUE },
	{ "-U", false, FLAG_VALUE },
	{ "-I", false, FLAG_VALUE },
	{ "-std=", false, FLAG_KEEP },
	{ "-W", false, FLAG_KEEP },
	{ "-w", true, FLAG_KEEP },
	{ "-f", false, FLAG_KEEP },
	{ "-mcpu=", false, FLAG_CPU },
	{ "-Xclang", true, FLAG_FEATURES },
	{ "-target", true, FLAG_IGNORE_VALUE },
	{ "--target=bpf", false, FLAG_IGNORE },
	{ "-O", false, FLAG_IGNORE },
	{ "-g", false, FLAG_IGNORE },
	{ "-c", true, FLAG_IGNORE },
	{ "-pipe", true, FLAG_IGNORE },
	{ "-nostdinc", true, FLAG_IGNORE },
	{ "-emit-llvm", true, FLAG_IGNORE },
};

void flags__add(struct flags *flags, const char *arg)
{
	if (flags->cnt == flags->capacity) {
		size_t capacity = flags->capacity ? flags->capacity * 2 : 64;
		char **args = realloc(flags->args, capacity * sizeof(*args));

		if (!args) {
			flags->failed = true;
			return;
		}
		flags->args = args;
		flags->capacity = capacity;
	}
	flags->args[flags->cnt] = strdup(arg);
	if (flags->args[flags->cnt])
		flags->cnt++;
	else
		flags->failed = true;
}

/* Moves the last flag to a place further in front. */
static void move_last(struct flags *flags, size_t to)
{
	char *last = flags->args[flags->cnt - 1];

	memmove(&flags->args[to + 1], &flags->args[to],
		(flags->cnt - 1 - to) * sizeof(*flags->args));
	flags->args[to] = last;
}

void flags__define(struct flags *flags, const char *text)
{
	const char *const pair[] = { "-D", text };

	for (size_t i = 0; i < 2 && !flags->failed; i++) {
		flags__add(flags, pair[i]);
		if (flags->own_cnt && !flags->failed)
			move_last(flags, flags->own_cnt++);
	}
}

void flags__init(struct flags *flags)
{
	static const char *const always[] = {
		"-triple",
		"bpf",
		"-O2", /* at -O0 the front end marks functions as not to be optimised */
		"-disable-llvm-passes",
		"-disable-llvm-verifier", /* of what clang makes; a check of LLVM's own work */
		"-debug-info-kind=constructor", /* BTF is made from it; see also codegen.c */
		LINES_FLAGS,
		"-mframe-pointer=none",
		"-ferror-limit",
		"20",
		"-nobuiltininc",
		"-nostdsysteminc",
		"-internal-isystem",
		HEADERS_DIR,
#if defined(__x86_64__)
		"-D",
		"__TARGET_ARCH_x86",
#elif defined(__aarch64__)
		"-D",
		"__TARGET_ARCH_arm64",
#else
#error "bpf_tracing.h needs to know the registers of this architecture"
#endif
	};

	*flags = (struct flags){ .cpu = "v3" };
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		flags__add(flags, always[i]);
}

static const struct flag *find_flag(const char *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const struct flag *flag = &table[i];

		if (flag->whole ? !strcmp(arg, flag->start)
				: !strncmp(arg, flag->start, strlen(flag->start)))
			return flag;
	}
	return NULL;
}

/* The value behind a flag's start, or the next argument, which is then consumed. */
static const char *value_of(const struct flag *flag, const char *const *cflags, size_t cnt,
			    size_t *i)
{
	const char *rest = cflags[*i] + strlen(flag->start);

	if (rest[0])
		return rest;
	return *i + 1 < cnt ? cflags[++*i] : NULL;
}

static int add_valued(struct flags *flags, const struct flag *flag, const char *value,
		      struct bcc_c__buf *message)
{
	if (!value) {
		bcc_c__buf_printf(message, "compiler flag '%s': needs a value", flag->start);
		return -EINVAL;
	}
	if (flag->kind == FLAG_VALUE)
		flags__add(flags, flag->start);
	if (flag->kind != FLAG_IGNORE_VALUE)
		flags__add(flags, value);
	return 0;
}

int flags__add_user(struct flags *flags, const char *const *cflags, size_t cnt,
		    struct bcc_c__buf *message)
{
	int err = 0;

	flags->own_cnt = flags->cnt;
	for (size_t i = 0; !err && i < cnt; i++) {
		const struct flag *flag = find_flag(cflags[i]);

		if (!flag) {
			bcc_c__buf_printf(
				message,
				"compiler flag '%s': not known; see bcc_c(3) for those that are",
				cflags[i]);
			return -EINVAL;
		}
		switch (flag->kind) {
		case FLAG_KEEP:
			flags__add(flags, cflags[i]);
			break;
		case FLAG_CPU:
			flags->cpu = cflags[i] + strlen(flag->start);
			break;
		case FLAG_VALUE:
		case FLAG_FEATURES:
		case FLAG_IGNORE_VALUE:
			err = add_valued(flags, flag, value_of(flag, cflags, cnt, &i), message);
			break;
		case FLAG_IGNORE:
			break;
		}
	}
	flags__add(flags, "-target-cpu");
	flags__add(flags, flags->cpu);
	return err;
}

void flags__free(struct flags *flags)
{
	for (size_t i = 0; i < flags->cnt; i++)
		free(flags->args[i]);
	free(flags->args);
	*flags = (struct flags){ 0 };
}
