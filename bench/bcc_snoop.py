# SPDX-License-Identifier: BSD-2-Clause
"""What snoop.c does, with BCC. With "headers" it includes two headers that many BCC tools do."""

import sys

from bcc import BPF

SOURCE = """
struct event {
	u32 pid;
	char comm[16];
	char path[128];
};
BPF_PERF_OUTPUT(events);
TRACEPOINT_PROBE(syscalls, sys_enter_openat)
{
	struct event event = { .pid = bpf_get_current_pid_tgid() >> 32 };

	bpf_get_current_comm(&event.comm, sizeof(event.comm));
	bpf_probe_read_user_str(&event.path, sizeof(event.path), args->filename);
	events.perf_submit(args, &event, sizeof(event));
	return 0;
}
"""
HEADERS = "#include <linux/sched.h>\n#include <linux/fs.h>\n"

bpf = BPF(text=(HEADERS if "headers" in sys.argv[1:] else "") + SOURCE)


def show(_cpu, data, _size):
    event = bpf["events"].event(data)
    print("%-7d %-16s %s" % (event.pid, event.comm.decode(errors="replace"),
                             event.path.decode(errors="replace")))


bpf["events"].open_perf_buffer(show)
while True:
    bpf.perf_buffer_poll()
