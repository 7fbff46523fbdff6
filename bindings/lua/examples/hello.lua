-- SPDX-License-Identifier: BSD-2-Clause
--
-- Counts system calls by command for some seconds (3, or as the argument says). Needs root.

local bcc_c = require("bcc_c")

local SOURCE = [[
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 10240);
	__type(key, char[16]);
	__type(value, __u64);
} calls SEC(".maps");

SEC("raw_tracepoint/sys_enter")
int count_call(void *ctx)
{
	char comm[16] = {};
	__u64 zero = 0, *count;

	bpf_get_current_comm(comm, sizeof(comm));
	bpf_map_update_elem(&calls, comm, &zero, BPF_NOEXIST);
	count = bpf_map_lookup_elem(&calls, comm);
	if (count)
		__sync_fetch_and_add(count, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
]]

local seconds = tonumber(arg[1]) or 3
local module = bcc_c.new():compile(SOURCE):load()
module:attach()
print(("Counting system calls for %g seconds ..."):format(seconds))
io.flush()
os.execute("sleep " .. seconds)

local rows = {}
for comm, count in module:map("calls", {key = "char[16]", value = "uint64_t"}):pairs() do
	rows[#rows + 1] = {comm = comm, count = tonumber(count)}
end
table.sort(rows, function(a, b) return a.count > b.count end)
for i = 1, math.min(#rows, 10) do
	print(("%10d %s"):format(rows[i].count, rows[i].comm))
end
module:free()
