/* SPDX-License-Identifier: BSD-2-Clause */
#include "prelude.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "headers.h"

/* The parts that cost too much to give to every source. */
static const struct {
	const char *name;
	const char *names[6]; /* that it uses of the kernel, beyond types that all parts use */
} optional[] = {
	/* methods of tables */
	{ "lookup", { "bpf_map_lookup_elem" } },
	{ "update", { "bpf_map_update_elem" } },
	{ "insert", { "bpf_map_update_elem" } },
	{ "delete", { "bpf_map_delete_elem" } },
	{ "lookup_or_try_init", { "bpf_map_lookup_elem", "bpf_map_update_elem" } },
	{ "lookup_or_init", { "bpf_map_lookup_elem", "bpf_map_update_elem" } },
	{ "increment", { "bpf_map_lookup_elem", "bpf_map_update_elem" } },
	{ "atomic_increment", { "bpf_map_lookup_elem", "bpf_map_update_elem" } },
	{ "get_stackid", { "bpf_get_stackid" } },
	{ "call", { "bpf_tail_call" } },
	{ "perf_submit", { "bpf_perf_event_output" } },
	{ "perf_submit_skb", { "bpf_perf_event_output" } },
	{ "ringbuf_output", { "bpf_ringbuf_output" } },
	{ "ringbuf_reserve", { "bpf_ringbuf_reserve" } },
	{ "ringbuf_submit", { "bpf_ringbuf_submit" } },
	{ "ringbuf_discard", { "bpf_ringbuf_discard" } },
	{ "ringbuf_query", { "bpf_ringbuf_query" } },
	{ "perf_read", { "bpf_perf_event_read" } },
	{ "perf_counter_value", { "bpf_perf_event_read_value" } },
	{ "push", { "bpf_map_push_elem" } },
	{ "pop", { "bpf_map_pop_elem" } },
	{ "peek", { "bpf_map_peek_elem" } },
	{ "check_current_task", { "bpf_current_task_under_cgroup" } },
	{ "redirect_map", { "bpf_redirect_map" } },
	{ "sk_storage_get", { "bpf_sk_storage_get" } },
	{ "sk_storage_delete", { "bpf_sk_storage_delete" } },
	{ "inode_storage_get", { "bpf_inode_storage_get" } },
	{ "inode_storage_delete", { "bpf_inode_storage_delete" } },
	{ "task_storage_get", { "bpf_task_storage_get" } },
	{ "task_storage_delete", { "bpf_task_storage_delete" } },
	{ "get_local_storage", { "bpf_get_local_storage" } },
	{ "sock_map_update", { "bpf_sock_map_update" } },
	{ "sock_hash_update", { "bpf_sock_hash_update" } },
	{ "msg_redirect_map", { "bpf_msg_redirect_map" } },
	{ "msg_redirect_hash", { "bpf_msg_redirect_hash" } },
	{ "sk_redirect_map", { "bpf_sk_redirect_map" } },
	{ "sk_redirect_hash", { "bpf_sk_redirect_hash" } },
	/* their other members */
	{ .name = "key" },
	{ .name = "leaf" },
	/* functions */
	{ .name = "bpf_log2" },
	{ .name = "bpf_log2l" },
	{ .name = "bpf_ntoh128" },
	{ .name = "bpf_hton128" },
	{ "bpf_tail_call_", { "bpf_tail_call" } },
	{ "bpf_usdt_arg",
	  { "bpf_map_lookup_elem", "bpf_probe_read_kernel", "bpf_probe_read_user",
	    "bpf_get_attach_cookie", "BPF_MAP_TYPE_ARRAY", "BPF_MAP_TYPE_HASH" } },
};

/* Types that the header itself uses. */
static const char *const types[] = { "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64" };

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
	flags__define(flags, text);
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
	define(flags, "BCC_C_CPU_CNT=%ld", bcc_c__cpu_cnt());
}

void prelude__add_license(struct flags *flags, const char *license)
{
	define(flags, "BCC_C_LICENSE=%s", license);
}

void prelude__add_uses(struct flags *flags, struct idents *ids)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		idents__add(ids, types[i], strlen(types[i]), IDENT_ORDINARY);
	for (size_t i = 0; i < ARRAY_SIZE(optional); i++) {
		if (!(idents__uses(ids, optional[i].name) & IDENT_ORDINARY))
			continue;
		define(flags, "BCC_C_USES_%s", optional[i].name);
		for (size_t j = 0; j < ARRAY_SIZE(optional[i].names); j++) {
			const char *name = optional[i].names[j];

			if (name)
				idents__add(ids, name, strlen(name), IDENT_ORDINARY);
		}
	}
}
