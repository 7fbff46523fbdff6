#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# test_cache.sh: the cache of compiled objects and objects for one kernel or for more, as root, from
# the top folder.
#
# BUILD (default build) is where the tools were built. BCC_C_PORTABLE_DIR names a folder of objects
# that bcc_c compile made on another kernel: any number with --portable, and one without. Prints TAP.
set -u
case ${BUILD:=build} in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
bcc_c=$BUILD/bin/bcc_c
. tests/live/commands.sh

if [ "$(id -u)" -ne 0 ]; then
	echo "1..0 # SKIP not root"
	exit 0
fi
t=$(mktemp -d /tmp/test_cache.XXXXXX)
trap 'rm -rf "$t"' EXIT
export BCC_C_CACHE="$t/cache"

silent() {
	[ ! -s "$t/err" ]
}

write_source() {
	cat >"$t/probe.bpf.c" <<-'END'
		#include "vmlinux.h"
		#include <bpf/bpf_helpers.h>
		#include <bpf/bpf_core_read.h>
		SEC("raw_tp/sched_process_exec")
		int on_exec(void *ctx)
		{
			struct task_struct *task = (void *)bpf_get_current_task();

			return BPF_CORE_READ(task, real_parent, tgid) == 12345;
		}
		char LICENSE[] SEC("license") = "GPL";
	END
}

# A compiler that notes each of its runs in $t/runs, and waits until there are as many as $t/wanted
# says.
write_compiler() {
	cat >"$t/noting-cc" <<-END
		#!/bin/sh
		PATH=/usr/bin:/bin
		echo >>"$t/runs"
		until [ "\$(wc -l <"$t/runs")" -ge "\$(cat "$t/wanted")" ]; do sleep 0.1; done
		exec "$BUILD/libexec/bcc_c-cc"
	END
	chmod 755 "$t/noting-cc"
	: >"$t/runs"
	export BCC_C_COMPILER="$t/noting-cc"
}

runs() {
	wc -l <"$t/runs"
}

# ---- at once

# Ten processes; none of their compilers begins before all are there.
run_ten() {
	echo 10 >"$t/wanted"
	for i in 0 1 2 3 4 5 6 7 8 9; do
		{
			"$bcc_c" check "$t/probe.bpf.c" >"$t/out.$i" 2>"$t/err.$i"
			echo $? >"$t/status.$i"
		} &
	done
	wait
	echo 0 >"$t/wanted"
}

# The ten have come to their end, and all to the same.
all_ten_worked() {
	for i in 0 1 2 3 4 5 6 7 8 9; do
		if [ "$(cat "$t/status.$i")" != 0 ] || [ -s "$t/err.$i" ] || ! cmp "$t/out.0" "$t/out.$i"; then
			cat "$t/err.$i"
			return 1
		fi
	done
	grep -q '^on_exec  *raw_tracepoint ' "$t/out.0"
}

one_entry() {
	expr "$(ls -A "$t/cache")" : '[0-9a-f]\{16\}\.bcc$'
}

test_at_once() {
	write_compiler
	run_ten
	ok "ten processes at once on an empty cache all work" all_ten_worked
	ok "and leave one entry and nothing else" one_entry
	ok "having compiled all at the same time" [ "$(runs)" -eq 10 ]
	ok "once more" status_of 0 "$bcc_c" check "$t/probe.bpf.c"
	ok "the compiler doesn't run" [ "$(runs)" -eq 10 ]
	ok "and the programs are the same" cmp "$t/out.0" "$t/out"
	for entry in "$t"/cache/*; do
		printf x | dd of="$entry" bs=1 seek=1000 conv=notrunc 2>/dev/null
	done
	ok "with a damaged entry bcc_c works" status_of 0 "$bcc_c" check "$t/probe.bpf.c"
	ok "and says so" has_text 'not used: damaged' err
	ok "having compiled" [ "$(runs)" -eq 11 ]
	ok "and mended it" status_of 0 "$bcc_c" check "$t/probe.bpf.c"
	ok "so that the next finds it" [ "$(runs)" -eq 11 ]
	unset BCC_C_COMPILER
}

# ---- bcc_c cache

test_command() {
	ok "bcc_c cache" status_of 0 "$bcc_c" cache
	ok "lists the entry" has_line '^[0-9a-f]\{16\}\.bcc  *[0-9.]* kB  used less than an hour ago$'
	ok "and sums up" has_line "^1 entry, [0-9.]* kB in $t/cache\$"
	ok "in two lines" [ "$(wc -l <"$t/out")" -eq 2 ]
	touch -d '30 hours ago' "$t"/cache/*
	ok "bcc_c cache, a day later" status_of 0 "$bcc_c" cache
	ok "tells the hours" has_text 'used 30 hours ago'
	touch -d '70 hours ago' "$t"/cache/*
	ok "bcc_c cache, days later" status_of 0 "$bcc_c" cache
	ok "tells the days" has_text 'used 2 days ago'
	ok "bcc_c cache --json" status_of 0 "$bcc_c" cache --json
	ok "gives JSON" python3 -c 'import json, sys
o = json.load(open(sys.argv[1]))
assert o["path"] == sys.argv[2] and len(o["entries"]) == 1, o
assert o["entries"][0]["size"] == o["size"] > 0 and o["entries"][0]["used"] > 1e9, o' "$t/out" "$t/cache"
	ok "bcc_c cache path" status_of 0 "$bcc_c" cache path
	ok "is the folder" [ "$(cat "$t/out")" = "$t/cache" ]
	ok "bcc_c cache clear" status_of 0 "$bcc_c" cache clear
	ok "says how many" has_text '1 entry removed'
	ok "and leaves an empty folder" [ -z "$(ls -A "$t/cache")" ]
	ok "bcc_c cache of an empty folder" status_of 0 "$bcc_c" cache
	ok "says so" has_text '0 entries, 0 B in '
	ok "bcc_c cache with another word is a mistake in usage" status_of 2 "$bcc_c" cache wrong
	ok "bcc_c cache clear --json, too" status_of 2 "$bcc_c" cache clear --json
	ok "bcc_c cache while it is off" status_of 1 env BCC_C_CACHE=off "$bcc_c" cache
	ok "says so" has_text 'it is off' err
	mkdir -m 777 "$t/open"
	ok "bcc_c cache of a folder that all may write to" status_of 1 env BCC_C_CACHE="$t/open" "$bcc_c" cache
	ok "says so" has_text 'others may write to it' err
	ok "bcc_c check with it" status_of 0 env BCC_C_CACHE="$t/open" "$bcc_c" check "$t/probe.bpf.c"
	ok "warns" has_text 'cache not used' err
	ok "and leaves it empty" [ -z "$(ls -A "$t/open")" ]
}

# ---- objects for one kernel, and for others

alter_mark() {
	release=$(uname -r)
	LC_ALL=C sed "s/$release /X${release#?} /" "$t/here.o" >"$t/there.o"
	! cmp -s "$t/here.o" "$t/there.o"
}

test_kernels() {
	ok "bcc_c compile" status_of 0 "$bcc_c" compile "$t/probe.bpf.c" -o "$t/here.o"
	ok "says nothing" silent
	ok "bcc_c check of its object on this kernel" status_of 0 "$bcc_c" check "$t/here.o"
	ok "the object says which kernel it is for" grep -q -F .bcc_c.kernel "$t/here.o"
	ok "its mark is altered" alter_mark
	ok "an object for another kernel is refused" status_of 1 "$bcc_c" check "$t/there.o"
	ok "with the cause" has_text 'compiled for another kernel alone' err
	ok "and advice" has_text 'bcc_c compile --portable' err
	ok "bcc_c compile --portable" status_of 0 "$bcc_c" compile --portable "$t/probe.bpf.c" -o "$t/any.o"
	ok "bcc_c check of its object" status_of 0 "$bcc_c" check "$t/any.o"
	ok "it says nothing of a kernel" sh -c "! grep -q -F .bcc_c.kernel '$t/any.o'"
}

# Those of another kernel are known by what they say.
test_other_kernels() {
	if [ -z "${BCC_C_PORTABLE_DIR:-}" ]; then
		skip "objects made on another kernel" "BCC_C_PORTABLE_DIR is not set"
		return
	fi
	portable=0
	bound=0
	for object in "$BCC_C_PORTABLE_DIR"/*.o; do
		if grep -q -F .bcc_c.kernel "$object"; then
			bound=$((bound + 1))
			ok "${object##*/}, for another kernel alone, is refused" status_of 1 "$bcc_c" check "$object"
			ok "with advice" has_text 'bcc_c compile --portable' err
		else
			portable=$((portable + 1))
			ok "${object##*/}, made on another kernel, loads" status_of 0 "$bcc_c" check "$object"
		fi
	done
	ok "there were portable objects" [ "$portable" -gt 0 ]
	ok "and one that isn't" [ "$bound" -eq 1 ]
}

write_source
test_at_once
test_command
test_kernels
test_other_kernels
echo "1..$cnt"
[ "$failed" -eq 0 ]
