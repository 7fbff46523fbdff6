/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the library speaks: error texts, the caller's log function, libbpf's messages; and the check
 * of options.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* A log that nobody reads must not grow for ever. */
#define CAPTURE_LIMIT (1u << 20)

const char *bcc_c_version(void)
{
	return VERSION; /* the build takes it from bcc_c/common.h */
}

void bcc_c__begin(struct bcc_c_module *mod)
{
	bcc_c__buf_clear(&mod->errmsg);
}

__attribute__((format(printf, 2, 0))) static void vappend(struct bcc_c__buf *buf, const char *fmt,
							  va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, args) < 0) {
		buf->failed = true;
		return;
	}
	bcc_c__buf_append(buf, text, strlen(text));
	free(text);
}

/* libbpf has errors of its own from here on, which strerror(3) does not know. */
#define FIRST_LIBBPF_ERRNO 4000

__attribute__((format(printf, 4, 0))) static void set_message(struct bcc_c_module *mod, int err,
							      const char *advice, const char *fmt,
							      va_list args)
{
	const char *name = strerrorname_np(-err);

	bcc_c__buf_clear(&mod->errmsg);
	errno = -err; /* for %m */
	vappend(&mod->errmsg, fmt, args);
	bcc_c__buf_printf(&mod->errmsg, " (%s)", name ? name : "unknown error");
	if (advice && advice[0])
		bcc_c__buf_printf(&mod->errmsg, "; %s", advice);
	bcc_c__buf_str(&mod->errmsg);
}

int bcc_c__fail(struct bcc_c_module *mod, int err, const char *advice, const char *fmt, ...)
{
	va_list args;

	if (err <= -FIRST_LIBBPF_ERRNO)
		err = -EINVAL;
	va_start(args, fmt);
	set_message(mod, err, advice, fmt, args);
	va_end(args);
	bcc_c__log(mod, BCC_C_LOG_ERROR, "%s", bcc_c_module__errmsg(mod));
	errno = -err;
	return err;
}

int bcc_c__miss(struct bcc_c_module *mod, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set_message(mod, -ENOENT, NULL, fmt, args);
	va_end(args);
	errno = ENOENT;
	return -ENOENT;
}

void bcc_c__log(struct bcc_c_module *mod, int level, const char *fmt, ...)
{
	autobuf text = { 0 };
	va_list args;

	if (!mod->opts.log)
		return;
	va_start(args, fmt);
	vappend(&text, fmt, args);
	va_end(args);
	mod->opts.log(mod->opts.log_ctx, level, bcc_c__buf_str(&text));
}

const char *bcc_c_module__errmsg(const struct bcc_c_module *mod)
{
	if (mod->errmsg.failed)
		return "out of memory (ENOMEM)";
	return mod->errmsg.size ? mod->errmsg.data : "";
}

const char *bcc_c_module__log(const struct bcc_c_module *mod)
{
	return mod->log.size && !mod->log.failed ? mod->log.data : "";
}

/*
 * libbpf has one print function for the whole process and writes to standard error by default,
 * which a library must not do. The one below is put in its place once. It keeps what this library's
 * own calls cause, in the thread that makes them, and hands everything else to whichever function
 * there was before.
 */
static _Thread_local struct bcc_c_module *capturing;
static libbpf_print_fn_t previous_print;
static bool print_installed;
static pthread_once_t print_once = PTHREAD_ONCE_INIT;

__attribute__((format(printf, 2, 0))) static int print(enum libbpf_print_level level,
						       const char *fmt, va_list args)
{
	int saved = errno;

	if (!capturing)
		return previous_print ? previous_print(level, fmt, args) : 0;
	if (level == LIBBPF_WARN && capturing->log.size < CAPTURE_LIMIT) {
		vappend(&capturing->log, fmt, args);
		bcc_c__buf_str(&capturing->log);
	}
	errno = saved;
	return 0;
}

static void install_print(void)
{
	previous_print = libbpf_set_print(print);
	print_installed = true;
}

/* A library that is unloaded must not leave its function behind. */
__attribute__((destructor)) static void uninstall_print(void)
{
	libbpf_print_fn_t current;

	if (!print_installed)
		return;
	current = libbpf_set_print(previous_print);
	if (current != print)
		libbpf_set_print(current);
}

void bcc_c__capture_libbpf(struct bcc_c_module *mod)
{
	pthread_once(&print_once, install_print);
	capturing = mod;
}

int bcc_c__copy_opts(void *copy, size_t copy_size, const void *opts)
{
	size_t size = copy_size;

	memset(copy, 0, copy_size);
	if (!opts)
		return 0;
	memcpy(&size, opts, sizeof(size));
	if (size < sizeof(size))
		return -EINVAL;
	for (size_t i = copy_size; i < size; i++)
		if (((const char *)opts)[i])
			return -EINVAL;
	memcpy(copy, opts, size < copy_size ? size : copy_size);
	return 0;
}
