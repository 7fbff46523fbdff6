/* SPDX-License-Identifier: BSD-2-Clause */
/* Direct access to packets: XDP, traffic control, cgroups, a socket filter. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define ETH_P_IP 0x0800

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, u64);
} protocols SEC(".maps");

static __always_inline void count(u32 protocol)
{
	u64 *value = bpf_map_lookup_elem(&protocols, &protocol);

	if (value)
		*value += 1;
}

SEC("xdp")
int on_packet(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	count(ip->protocol);
	return ip->ttl > 1 ? XDP_PASS : XDP_DROP;
}

SEC("tc")
int on_skb(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > end)
		return 0;
	skb->mark = bpf_ntohs(eth->h_proto);
	return 0;
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	count(skb->protocol & 255);
	return 1;
}

SEC("socket")
int on_socket(struct __sk_buff *skb)
{
	u8 protocol = 0;

	bpf_skb_load_bytes(skb, 23, &protocol, 1);
	count(protocol);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
