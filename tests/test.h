/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the unit and the live tests share: Check, and a way to say why a test can't run here.
 */
#ifndef TEST_H
#define TEST_H

#include <check.h>
#include <stdio.h>

/*
 * Ends the test as skipped, for tests/run.sh to count and show. Check has no such notion, so the
 * line is matched with the test's name.
 */
#define skip(...)                                                                                  \
	do {                                                                                       \
		printf("# SKIP %.*s: ", (int)sizeof(__func__) - 4, __func__); /* without "_fn" */  \
		printf(__VA_ARGS__);                                                               \
		printf("\n");                                                                      \
		fflush(stdout);                                                                    \
		return;                                                                            \
	} while (0)

#define skip_if(condition, ...)                                                                    \
	do {                                                                                       \
		if (condition)                                                                     \
			skip(__VA_ARGS__);                                                         \
	} while (0)

/* Asserts that a call gave 0, and shows the module's message if not. */
#define assert_ok(mod, call)                                                                       \
	do {                                                                                       \
		int ret_ = (call);                                                                 \
		ck_assert_msg(ret_ >= 0, "%s: %d: %.1000s\n%.4000s", #call, ret_,                  \
			      bcc_c_module__errmsg(mod), bcc_c_module__log(mod));                  \
	} while (0)

/* Asserts that a call failed with an errno, and that the message holds a text. */
#define assert_fails(mod, err, text, call)                                                         \
	do {                                                                                       \
		int ret_ = (call);                                                                 \
		ck_assert_msg(ret_ == -(err), "%s: %d, not %d: %s", #call, ret_, -(err),           \
			      bcc_c_module__errmsg(mod));                                          \
		ck_assert_msg(strstr(bcc_c_module__errmsg(mod), text),                             \
			      "%s: message '%s' lacks '%s'", #call, bcc_c_module__errmsg(mod),     \
			      text);                                                               \
	} while (0)

/* The same for a call that gives a pointer, and sets errno. */
#define assert_null(mod, err, text, call)                                                          \
	do {                                                                                       \
		errno = 0;                                                                         \
		ck_assert_msg(!(call), "%s: did not fail", #call);                                 \
		ck_assert_msg(errno == (err), "%s: errno %d, not %d: %s", #call, errno, err,       \
			      bcc_c_module__errmsg(mod));                                          \
		ck_assert_msg(strstr(bcc_c_module__errmsg(mod), text),                             \
			      "%s: message '%s' lacks '%s'", #call, bcc_c_module__errmsg(mod),     \
			      text);                                                               \
	} while (0)

#endif
