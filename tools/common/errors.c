// SPDX-License-Identifier: BSD-2-Clause
/*
 * Messages of the tools. Data goes to stdout, all that stands here to stderr.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"

static void print_text(const char *format, va_list args)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void warn_text(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_text(format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_text(format, args);
	va_end(args);
	exit(EXIT_FAILED);
}

int module_failed(const struct bcc_c_module *mod)
{
	const char *text = bcc_c_module__log(mod);
	size_t size = text ? strlen(text) : 0;

	fflush(stdout);
	if (size) {
		fputs(text, stderr);
		if (text[size - 1] != '\n')
			fputc('\n', stderr);
	}
	/* last, as a verifier's log fills a screen */
	warn_text("%s", bcc_c_module__errmsg(mod));
	return EXIT_FAILED;
}

void print_log(void *ctx, int level, const char *text)
{
	if (level == BCC_C_LOG_WARN) /* errors come back from the call that failed */
		warn_text("%s", text);
}

static bool has_reader(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) <= 0 || !(out.revents & (POLLERR | POLLHUP));
}

void flush_output(void)
{
	int bad = fflush(stdout);

	if (!bad && !ferror(stdout))
		return;
	if (!has_reader())
		exit(EXIT_OK);
	/* a printf before may have met the error, and errno be that of something else by now */
	fprintf(stderr, "%s: cannot write to stdout: %s\n", program_invocation_short_name,
		bad ? strerror(errno) : "an error");
	exit(EXIT_FAILED);
}

int finish_output(int status)
{
	flush_output();
	return status;
}
