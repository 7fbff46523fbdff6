/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the running kernel, this process's rights, and this build of the library can do.
 */
#ifndef BCC_C_KERNEL_H
#define BCC_C_KERNEL_H

#include <bcc_c/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Things a program may want to know of before it relies on them. */
enum bcc_c_feature {
	BCC_C_FEATURE_BPF = 0,   /* this process may load programs */
	BCC_C_FEATURE_BTF,       /* the kernel describes its types */
	BCC_C_FEATURE_TRACEFS,   /* tracefs is mounted: needed for tracepoints */
	BCC_C_FEATURE_KPROBE,    /* kprobes and kretprobes */
	BCC_C_FEATURE_UPROBE,    /* uprobes and uretprobes */
	BCC_C_FEATURE_RINGBUF,   /* ring buffers, since Linux 5.8 */
	BCC_C_FEATURE_PERF_LINK, /* links for perf events, since Linux 5.15 */
	BCC_C_FEATURE_COMPILER,  /* the compiler is installed */
	BCC_C_FEATURE_CNT,       /* how many there are; grows */
};

/*
 * The name of a feature, such as "ringbuf".
 *
 * @feature: one of enum bcc_c_feature
 *
 * Returns a constant string, or NULL for a number that is none. Since 0.1.
 */
BCC_C_API const char *bcc_c_feature__name(int feature);

/*
 * Finds out whether a feature can be used, by trying it where that leaves nothing behind.
 *
 * @feature: one of enum bcc_c_feature
 * @text, @size: receives a line saying what was found, or what is missing and what to do; may be
 * NULL and 0
 *
 * Returns 1 if so, 0 if not; or -EINVAL for a number that is none. Since 0.1.
 */
BCC_C_API int bcc_c_feature__probe(int feature, char *text, size_t size);

/*
 * Asks the compiler what it is.
 *
 * @text, @size: receives a line such as "clang 19.1.7, static, /usr/libexec/bcc_c-cc"
 *
 * Returns 0, or a negative errno with the reason in text. Since 0.1.
 */
BCC_C_API int bcc_c_compiler__describe(char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
