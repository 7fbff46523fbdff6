// SPDX-License-Identifier: BSD-2-Clause
/* XDP: packets are read directly, and redirected. */
#include <uapi/linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>

BPF_CPUMAP(processors, 2);
BPF_DEVMAP(devices, 2);
BPF_XSKMAP(sockets, 2);
BPF_PERCPU_ARRAY(lengths, u64, 1);

int redirect(struct xdp_md *ctx)
{
	return processors.redirect_map(0, 0);
}

int redirect_nowhere(struct xdp_md *ctx)
{
	return devices.redirect_map(1, 0);
}

/* To a socket of user space, where there is one. */
int redirect_up(struct xdp_md *ctx)
{
	int index = ctx->rx_queue_index;

	if (!sockets.lookup(&index))
		return XDP_DROP;
	return sockets.redirect_map(index, 0);
}

int redirect_up_or_pass(struct xdp_md *ctx)
{
	return sockets.redirect_map(ctx->rx_queue_index, XDP_PASS);
}

int count_ip(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);
	int zero = 0;
	u64 *sum;

	if ((void *)(ip + 1) > end || eth->h_proto != htons(ETH_P_IP))
		return XDP_PASS;
	sum = lengths.lookup(&zero);
	if (sum)
		*sum += ntohs(ip->tot_len);
	eth->h_dest[0] = 0xee;
	return XDP_TX;
}
