/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program of the BCC dialect whose context is a struct __sk_buff can be a socket filter or one for
 * traffic control, and nothing in the source says which. It is taken for a socket filter, unless it
 * does what the kernel allows to traffic control alone.
 */
#include <linux/bpf.h>
#include <stddef.h>
#include <string.h>

#include "ir.h"
#include "pass.h"

struct range {
	size_t start, size;
};

#define FIELD(name)                                                                                \
	{                                                                                          \
		offsetof(struct __sk_buff, name), sizeof(((struct __sk_buff *)0)->name)            \
	}

static bool is_in(int64_t offset, const struct range *ranges, size_t cnt)
{
	for (size_t i = 0; i < cnt; i++)
		if (offset >= (int64_t)ranges[i].start &&
		    offset < (int64_t)(ranges[i].start + ranges[i].size))
			return true;
	return false;
}

/* Fields of the context that socket filters can't see, or can't change. */
static bool is_controls_field(LLVMValueRef inst)
{
	static const struct range hidden[] = { FIELD(tc_classid), FIELD(data),   FIELD(data_end),
					       FIELD(data_meta),  FIELD(tstamp), FIELD(wire_len),
					       FIELD(hwtstamp) };
	static const struct range writable[] = { FIELD(cb) };
	bool store = LLVMIsAStoreInst(inst);
	LLVMValueRef fn = LLVMGetBasicBlockParent(LLVMGetInstructionParent(inst)), base;
	int64_t offset = 0;

	if (!store && !LLVMIsALoadInst(inst))
		return false;
	base = ir__strip(LLVMGetOperand(inst, store ? 1 : 0), ir__layout(inst), &offset);
	if (base != LLVMGetParam(fn, 0))
		return false;
	return is_in(offset, hidden, sizeof(hidden) / sizeof(hidden[0])) ||
	       (store && !is_in(offset, writable, sizeof(writable) / sizeof(writable[0])));
}

/* Helpers that change a packet or send it somewhere, and what goes with them. */
static bool is_controls_helper(LLVMValueRef inst)
{
	switch (LLVMIsACallInst(inst) ? ir__helper(inst) : 0) {
	case BPF_FUNC_skb_store_bytes:
	case BPF_FUNC_l3_csum_replace:
	case BPF_FUNC_l4_csum_replace:
	case BPF_FUNC_clone_redirect:
	case BPF_FUNC_get_cgroup_classid:
	case BPF_FUNC_skb_vlan_push:
	case BPF_FUNC_skb_vlan_pop:
	case BPF_FUNC_skb_get_tunnel_key:
	case BPF_FUNC_skb_set_tunnel_key:
	case BPF_FUNC_redirect:
	case BPF_FUNC_get_route_realm:
	case BPF_FUNC_csum_diff:
	case BPF_FUNC_skb_get_tunnel_opt:
	case BPF_FUNC_skb_set_tunnel_opt:
	case BPF_FUNC_skb_change_proto:
	case BPF_FUNC_skb_change_type:
	case BPF_FUNC_skb_under_cgroup:
	case BPF_FUNC_get_hash_recalc:
	case BPF_FUNC_skb_change_tail:
	case BPF_FUNC_skb_pull_data:
	case BPF_FUNC_csum_update:
	case BPF_FUNC_set_hash_invalid:
	case BPF_FUNC_skb_change_head:
	case BPF_FUNC_set_hash:
	case BPF_FUNC_skb_adjust_room:
	case BPF_FUNC_skb_get_xfrm_state:
	case BPF_FUNC_fib_lookup:
	case BPF_FUNC_skb_cgroup_id:
	case BPF_FUNC_skb_ancestor_cgroup_id:
	case BPF_FUNC_skb_ecn_set_ce:
	case BPF_FUNC_csum_level:
	case BPF_FUNC_redirect_neigh:
	case BPF_FUNC_redirect_peer:
	case BPF_FUNC_skb_set_tstamp:
		return true;
	default:
		return false;
	}
}

void pass_skb(LLVMModuleRef module, struct passes *passes)
{
	if (passes->dialect != BCC_C_DIALECT_BCC)
		return;
	ir_for_each_function(fn, next_fn, module) {
		const char *section = LLVMGetSection(fn);

		if (!section || strcmp(section, "socket") || !LLVMCountParams(fn))
			continue;
		ir_for_each_instruction(inst, next, fn) {
			if (is_controls_field(inst) || is_controls_helper(inst))
				LLVMSetSection(fn, "tc");
		}
	}
}
