/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The texts are taken at build time: the bpf/ ones from the libbpf that this is built with, errno.h
 * from the kernel's user-space headers, the others from include/bcc_c/bpf/. The build turns each into C string literals.
 */
#include "headers.h"

#include <string.h>

#include "../util.h"

static const char bpf_helpers[] =
#include "bpf_helpers.h.inc"
	;
static const char bpf_core_read[] =
#include "bpf_core_read.h.inc"
	;
static const char bpf_tracing[] =
#include "bpf_tracing.h.inc"
	;
static const char bpf_endian[] =
#include "bpf_endian.h.inc"
	;
static const char usdt[] =
#include "usdt.bpf.h.inc"
	;
static const char errno_numbers[] =
#include "errno.h.inc"
	;
static const char std_bool[] =
#include "stdbool.h.inc"
	;
static const char std_def[] =
#include "stddef.h.inc"
	;
static const char std_int[] =
#include "stdint.h.inc"
	;
static const char std_arg[] =
#include "stdarg.h.inc"
	;
static const char bcc_packet[] =
#include "bcc_packet.h.inc"
	;
static const char bcc_proto[] =
#include "bcc_proto.h.inc"
	;
static const char bcc[] =
#include "bcc.h.inc"
	;
static const char bcc_kernel[] =
#include "bcc_kernel.h.inc"
	;
static const char bcc_helpers[] =
#include "bcc_helpers.h.inc"
	;
static const char bcc_prog[] =
#include "bcc_prog.h.inc"
	;
static const char bcc_sock[] =
#include "bcc_sock.h.inc"
	;
static const char bcc_table[] =
#include "bcc_table.h.inc"
	;
static const char bcc_method[] =
#include "bcc_method.h.inc"
	;

const struct header_file headers[] = {
	{ HEADERS_DIR "/bpf/bpf_helpers.h", bpf_helpers },
	{ HEADERS_DIR "/bpf/bpf_core_read.h", bpf_core_read },
	{ HEADERS_DIR "/bpf/bpf_tracing.h", bpf_tracing },
	{ HEADERS_DIR "/bpf/bpf_endian.h", bpf_endian },
	{ HEADERS_DIR "/bpf/usdt.bpf.h", usdt },
	{ HEADERS_DIR "/bcc_c/bpf/bcc.h", bcc },
	{ HEADERS_DIR "/bcc_c/bpf/bcc_kernel.h", bcc_kernel },
	{ HEADERS_DIR "/bcc_c/bpf/bcc_helpers.h", bcc_helpers },
	{ HEADERS_DIR "/bcc_c/bpf/bcc_packet.h", bcc_packet },
	{ HEADERS_DIR "/bcc_c/bpf/bcc_prog.h", bcc_prog },
	{ HEADERS_DIR "/bcc_c/bpf/bcc_table.h", bcc_table },
	{ HEADERS_DIR "/bcc_c/bpf/bcc_method.h", bcc_method },
	{ HEADERS_DIR "/bcc/proto.h", bcc_proto },
	/* All that include net/sock.h, as far as sources include them. */
	{ HEADERS_DIR "/net/sock.h", bcc_sock },
	{ HEADERS_DIR "/net/inet_sock.h", bcc_sock },
	{ HEADERS_DIR "/net/inet_connection_sock.h", bcc_sock },
	{ HEADERS_DIR "/net/inet_hashtables.h", bcc_sock },
	{ HEADERS_DIR "/net/inet_timewait_sock.h", bcc_sock },
	{ HEADERS_DIR "/net/request_sock.h", bcc_sock },
	{ HEADERS_DIR "/net/tcp.h", bcc_sock },
	{ HEADERS_DIR "/net/udp.h", bcc_sock },
	{ HEADERS_DIR "/net/ip.h", bcc_sock },
	{ HEADERS_DIR "/net/ipv6.h", bcc_sock },
	{ HEADERS_DIR "/net/icmp.h", bcc_sock },
	{ HEADERS_DIR "/net/route.h", bcc_sock },
	{ HEADERS_DIR "/net/af_unix.h", bcc_sock },
	{ HEADERS_DIR "/linux/tcp.h", bcc_sock },
	{ HEADERS_DIR "/linux/udp.h", bcc_sock },
	{ HEADERS_DIR "/linux/ipv6.h", bcc_sock },
	{ HEADERS_DIR "/linux/icmpv6.h", bcc_sock },
	{ HEADERS_DIR "/errno.h", errno_numbers },
	{ HEADERS_DIR "/linux/errno.h", errno_numbers },
	{ HEADERS_DIR "/asm/errno.h", errno_numbers },
	{ HEADERS_DIR "/stdbool.h", std_bool },
	{ HEADERS_DIR "/stddef.h", std_def },
	{ HEADERS_DIR "/stdint.h", std_int },
	{ HEADERS_DIR "/stdarg.h", std_arg },
	{ 0 },
};

static const char *const kernel_folders[] = {
	"linux", "uapi",  "asm",  "asm-generic", "net", "trace", "crypto", "scsi",
	"rdma",  "sound", "drm",  "video",       "xen", "kvm",   "media",  "acpi",
	"bcc",   "misc",  "keys", "ras",         "soc", "vdso",  "target", "generated",
};

static bool is_kernels(const char *name)
{
	size_t len = strcspn(name, "/");

	for (size_t i = 0; i < sizeof(kernel_folders) / sizeof(kernel_folders[0]); i++)
		if (strlen(kernel_folders[i]) == len && !memcmp(kernel_folders[i], name, len))
			return true;
	return false;
}

const char *headers__resolve(const char *path)
{
	size_t len = strlen(path);

	if (!bcc_c__starts_with(path, HEADERS_DIR "/"))
		return path;
	for (const struct header_file *file = headers; file->path; file++)
		if (!strcmp(path, file->path))
			return path;
	if (!is_kernels(path + strlen(HEADERS_DIR "/")))
		return path;
	return !strcmp(path + len - 2, ".h") ? HEADERS_VMLINUX : HEADERS_DIR;
}

const char *const headers_types[] = {
	"__u8",   "__u16",  "__u32",  "__u64",  "__s8",   "__s16",  "__s32", "__s64", "__be16",
	"__be32", "__be64", "__le16", "__le32", "__le64", "__wsum", "bool",  NULL,
};
