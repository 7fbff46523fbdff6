/* SPDX-License-Identifier: BSD-2-Clause */
/* For 12_std.bpf.c, which finds it because it lies beside it. */
struct shared {
	uint64_t number;
	bool flag;
};

uint64_t total;
