/* SPDX-License-Identifier: BSD-2-Clause */
#include "prelude.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "headers.h"

/* The parts that cost too much to give to every source. */
static const char *const optional[] = {
	/* methods of tables */
	"lookup",
	"update",
	"insert",
	"delete",
	"lookup_or_try_init",
	"lookup_or_init",
	"increment",
	"atomic_increment",
	"get_stackid",
	"call",
	"perf_submit",
	"perf_submit_skb",
	"ringbuf_output",
	"ringbuf_reserve",
	"ringbuf_submit",
	"ringbuf_discard",
	"ringbuf_query",
	"perf_read",
	"perf_counter_value",
	"push",
	"pop",
	"peek",
	"check_current_task",
	"redirect_map",
	"sk_storage_get",
	"sk_storage_delete",
	"inode_storage_get",
	"inode_storage_delete",
	"task_storage_get",
	"task_storage_delete",
	"get_local_storage",
	"sock_map_update",
	"sock_hash_update",
	"msg_redirect_map",
	"msg_redirect_hash",
	"sk_redirect_map",
	"sk_redirect_hash",
	/* their other members */
	"key",
	"leaf",
	/* functions */
	"bpf_log2",
	"bpf_log2l",
	"bpf_ntoh128",
	"bpf_usdt_arg",
};

static const char *const always[] = {
	"-include",
	HEADERS_DIR "/bcc_c/bpf/bcc.h",
	"-D",
	"__KERNEL__",
	"-D",
	"KBUILD_MODNAME=\"bcc\"",
	"-D",
	"__BPF_TRACING__",
	/* Sources of this dialect believe that they are compiled for the machine. */
	"-U",
	"__bpf__",
#if defined(__x86_64__)
	"-D",
	"__x86_64__",
	"-D",
	"__x86_64",
	"-D",
	"__amd64__",
#elif defined(__aarch64__)
	"-D",
	"__aarch64__",
#endif
	/* A pointer that was followed may still be NULL: reading what it points to does not fault. */
	"-fno-delete-null-pointer-checks",
	/* What such sources are full of. */
	"-Wno-unknown-warning-option",
	"-Wno-deprecated-non-prototype", /* said of methods that there are not */
	"-Wno-error=int-conversion",
	"-Wno-pointer-sign",
	"-Wno-unused-value",
};

__attribute__((format(printf, 2, 3))) static void define(struct flags *flags, const char *fmt, ...)
{
	char text[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	flags__add(flags, "-D");
	flags__add(flags, text);
}

/* As the kernel's KERNEL_VERSION() computes it. */
static unsigned int version_code(void)
{
	unsigned int major = 0, minor = 0, patch = 0;
	struct utsname name;

	if (uname(&name))
		return 0;
	sscanf(name.release, "%u.%u.%u", &major, &minor, &patch);
	return (major << 16) + (minor << 8) + (patch > 255 ? 255 : patch);
}

void prelude__add(struct flags *flags)
{
	for (size_t i = 0; i < ARRAY_SIZE(always); i++)
		flags__add(flags, always[i]);
	define(flags, "LINUX_VERSION_CODE=%u", version_code());
	define(flags, "PAGE_SHIFT=%d", __builtin_ctz((unsigned int)getpagesize()));
	define(flags, "BCC_C_CPU_CNT=%ld", sysconf(_SC_NPROCESSORS_CONF));
}

void prelude__add_uses(struct flags *flags, const struct idents *ids)
{
	for (size_t i = 0; i < ARRAY_SIZE(optional); i++)
		if (idents__uses(ids, optional[i]) & IDENT_ORDINARY)
			define(flags, "BCC_C_USES_%s", optional[i]);
}
