/* SPDX-License-Identifier: BSD-2-Clause */
#include "section.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	enum section_kind kind;
} table[] = {
	/* These have a buffer that they may write. */
	{ "raw_tp.w", SECTION_TYPED },
	{ "raw_tracepoint.w", SECTION_TYPED },
	{ "kprobe", SECTION_KPROBE },
	{ "kretprobe", SECTION_KPROBE },
	{ "ksyscall", SECTION_KPROBE },
	{ "kretsyscall", SECTION_KPROBE },
	{ "uprobe", SECTION_UPROBE },
	{ "uretprobe", SECTION_UPROBE },
	{ "usdt", SECTION_UPROBE },
	{ "raw_tp", SECTION_RAW_TP },
	{ "raw_tracepoint", SECTION_RAW_TP },
	{ "tracepoint", SECTION_EVENT },
	{ "tp", SECTION_EVENT },
	{ "perf_event", SECTION_EVENT },
	{ "syscall", SECTION_EVENT },
	{ "tp_btf", SECTION_TYPED },
	{ "fentry", SECTION_TYPED },
	{ "fexit", SECTION_TYPED },
	{ "fmod_ret", SECTION_TYPED },
	{ "lsm", SECTION_TYPED },
	{ "lsm_cgroup", SECTION_TYPED },
	{ "iter", SECTION_TYPED },
	{ "struct_ops", SECTION_TYPED },
	{ "socket", SECTION_PACKET },
	{ "classifier", SECTION_PACKET },
	{ "action", SECTION_PACKET },
	{ "tc", SECTION_PACKET },
	{ "tcx", SECTION_PACKET },
	{ "netkit", SECTION_PACKET },
	{ "xdp", SECTION_PACKET },
	{ "cgroup", SECTION_PACKET },
	{ "cgroup_skb", SECTION_PACKET },
	{ "sk_skb", SECTION_PACKET },
	{ "sk_msg", SECTION_PACKET },
	{ "sockops", SECTION_PACKET },
	{ "sk_reuseport", SECTION_PACKET },
	{ "sk_lookup", SECTION_PACKET },
	{ "flow_dissector", SECTION_PACKET },
	{ "lwt_in", SECTION_PACKET },
	{ "lwt_out", SECTION_PACKET },
	{ "lwt_xmit", SECTION_PACKET },
	{ "lwt_seg6local", SECTION_PACKET },
	{ "netfilter", SECTION_PACKET },
};

enum section_kind section__kind(const char *section)
{
	size_t len;

	if (!section)
		return SECTION_OTHER;
	section += *section == '?'; /* not to be loaded by itself */
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		len = strlen(table[i].name);
		if (!strncmp(table[i].name, section, len) && strchr("/.", section[len]))
			return table[i].kind;
	}
	return SECTION_OTHER;
}
