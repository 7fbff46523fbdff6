/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every other header of bcc_c needs: the export mark, the version, the log callback.
 *
 * The headers below bcc_c/ hold plain C declarations only. Without their #include lines, and with
 * BCC_C_API defined as nothing, they are what LuaJIT's ffi.cdef and similar tools read.
 *
 * Conventions that hold for all of them:
 *
 * Errors. A function that returns int gives 0 (or a count) on success and a negative errno code on
 * failure; a function that returns a pointer gives NULL on failure. errno is set as well. Whatever
 * fails on a module or on something obtained from it leaves a line of text in
 * bcc_c_module__errmsg().
 *
 * Ownership. A module owns all that comes from it: programs, maps, links, readers, texts. Freeing
 * the module releases them. Programs, maps and strings are borrowed; links and event readers may be
 * freed early. Every function named free accepts NULL and keeps errno.
 *
 * Threads. A module and everything obtained from it may be used by one thread at a time. Different
 * modules may be used by different threads at the same time. The library has no other mutable
 * global state but the tables that modules make public, which have a lock.
 *
 * Options. A struct whose name ends in _opts starts with its size (.sz = sizeof(opts)); zero in any
 * other field means the default. A NULL pointer means all defaults. A size that is too small, or
 * bytes behind the fields this library knows that aren't zero, give -EINVAL.
 */
#ifndef BCC_C_COMMON_H
#define BCC_C_COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifndef BCC_C_API
#define BCC_C_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of these headers. It stands here and nowhere else; the build reads it from here. */
enum bcc_c_version_number {
	BCC_C_VERSION_MAJOR = 0,
	BCC_C_VERSION_MINOR = 1,
	BCC_C_VERSION_PATCH = 0,
};

/* How important a log text is. */
enum bcc_c_log_level {
	BCC_C_LOG_ERROR = 0,
	BCC_C_LOG_WARN = 1,
	BCC_C_LOG_INFO = 2,
	BCC_C_LOG_DEBUG = 3,
};

/*
 * Receives what the library has to say beyond its return values, one finished text a call, without
 * a newline at its end.
 *
 * @ctx: the pointer given with the function
 * @level: one of enum bcc_c_log_level
 * @text: valid during the call only
 *
 * Since 0.1.
 */
typedef void (*bcc_c_log_fn)(void *ctx, int level, const char *text);

/*
 * The version of the library in use, such as "0.1.0".
 *
 * Returns a constant string. Never fails. Since 0.1.
 */
BCC_C_API const char *bcc_c_version(void);

#ifdef __cplusplus
}
#endif

#endif
