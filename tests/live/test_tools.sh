#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# test_tools.sh: opensnoop, mallocstat and bcc_c on the running kernel, as root, from the top folder.
#
# BUILD (default build) is where they were built. Prints TAP. Nothing waits a fixed time for
# something to happen: each wait has a condition and a deadline, as an emulated machine is slow.
# shellcheck disable=SC2016 # programs for awk stand in single quotes
set -u
PATH=$PATH:/usr/sbin:/sbin
case ${BUILD:=build} in /*) ;; *) BUILD=$PWD/$BUILD ;; esac
bin=$BUILD/bin
programs=$PWD/tests/live/programs
deadline=${DEADLINE:-120}
. tests/live/commands.sh
jobs=

if [ "$(id -u)" -ne 0 ]; then
	echo "1..0 # SKIP not root"
	exit 0
fi
mount | grep -q tracefs || mount -t tracefs tracefs /sys/kernel/tracing
t=$(mktemp -d /tmp/test_tools.XXXXXX)
chmod 755 "$t"
trap 'kill -9 $jobs 2>/dev/null; rm -rf "$t"' EXIT
export BCC_C_CACHE="$t/cache"

# ---- reporting and waiting

# within COMMAND...: repeats it until it succeeds.
within() {
	left=$((deadline * 5))
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.2
	done
}

# start COMMAND...: in the background, its output in $t/out and $t/err, its number in $pid.
start() {
	: >"$t/out"
	: >"$t/err"
	"$@" >"$t/out" 2>"$t/err" </dev/null 9>&- &
	pid=$!
	jobs="$jobs $pid"
}

# children PID [NAME]: processes it has started and that are still there.
children() {
	cat /proc/[0-9]*/status 2>/dev/null | awk -v parent="$1" -v name="${2:-}" '
		/^Name:/ { comm = $2 }
		/^Pid:/ { pid = $2 }
		/^PPid:/ && $2 == parent && (name == "" || comm == name) { print pid; n++ }
		END { exit !n }'
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

# finish STATUS: waits for the last started to end with it.
finish() {
	within gone_or_zombie "$pid" || return 1
	wait "$pid"
	status=$?
	[ "$status" -eq "$1" ] || { echo "exit code $status, not $1"; return 1; }
}

gone_or_zombie() {
	gone "$1" || grep -q '^State:.Z' "/proc/$1/status"
}

# start_snoop OPTIONS...: opensnoop, once it is attached (with --json: once it shows something).
start_snoop() {
	start "$bin/opensnoop" "$@"
	case " $* " in
	*" --json "*) within touch_until_seen ;;
	*) within has_line '^.*PID .*PATH' ;;
	esac
}

touch_until_seen() {
	cat "$t/tick"
	[ -s "$t/out" ]
}

stop() {
	kill -INT "$pid"
	finish 0
}

# ---- what the kernel holds

# Programs, maps and links that a process has descriptors of, as lines of kind and number.
kernel_objects() {
	cat "/proc/$1/fdinfo/"* | sed -n 's/^\(prog\|map\|link\)_id:[[:space:]]*/\1 /p' | sort -u
}

# The kernel has none of those listed in $t/objects any more.
objects_gone() {
	while read -r kind number; do
		if bpftool "$kind" show id "$number" >/dev/null 2>&1; then
			echo "$kind $number is still there"
			return 1
		fi
	done <"$t/objects"
}

# ---- opensnoop

build_programs() {
	for name in allocs opener; do
		cc -O1 -fno-builtin -pthread -o "$t/$name" "$programs/$name.c" || return 1
	done
	cc -O1 -fno-builtin -shared -fPIC -o "$t/nested.so" "$programs/nested_alloc.c"
}

# shown PID COMM ERR PATH: there is this line.
shown() {
	awk -v pid="$1" -v comm="$2" -v err="$3" -v path="$4" \
		'$1 == pid && $2 == comm && $4 == err && substr($0, length($0) - length(path)) == " " path { n++ }
		END { exit !n }' "$t/out"
}

test_opensnoop_lines() {
	mkdir "$t/folder"
	echo text >"$t/folder/file"
	start_snoop
	sh -c 'echo $$ >"$0/pid"; exec cat "$0/folder/file"' "$t" >"$t/said"
	cat_pid=$(cat "$t/pid")
	ok "opensnoop shows a file that another process opens" within shown "$cat_pid" cat 0 "$t/folder/file"
	(cd "$t/folder" && sh -c 'echo $$ >../pid; exec cat ./file') >"$t/said"
	ok "opensnoop completes a relative path" within shown "$(cat "$t/pid")" cat 0 "$t/folder/file"
	(cd "$t" && sh -c 'echo $$ >pid; exec cat missing' 2>"$t/said")
	ok "opensnoop shows why a call failed" within shown "$(cat "$t/pid")" cat 2 "$t/missing"
	for call in open creat openat openat2 in_root; do
		folder="$t/folder"
		case $call in open | creat) cd "$folder" && folder= ;; esac
		# shellcheck disable=SC2086 # there may be no folder
		sh -c 'echo $$ >"$0/pid"; exec "$0/opener" "$@"' "$t" $call file $folder
		status=$?
		cd "$OLDPWD" 2>/dev/null || :
		if [ "$status" -eq 3 ]; then
			skip "opensnoop shows the call $call" "this machine has none"
		else
			ok "opensnoop shows the call $call" within shown "$(cat "$t/pid")" opener 0 "$t/folder/file"
		fi
	done
	kill -INT "$pid"
	ok "opensnoop ends with Ctrl-C" finish 0
	ok "and sums up on stderr" has_line 'opensnoop: [0-9]* calls shown, [0-9]* of them failed' err
	ok "opensnoop leaves itself out" sh -c "! grep '^$pid ' '$t/out'"
}

only_pid() {
	awk -v pid="$1" 'NR > 1 && $1 != pid { bad = 1 } END { exit bad || NR < 2 }' "$t/out"
}

test_opensnoop_filters() {
	(while :; do cat "$t/tick"; done >/dev/null) &
	noise=$!
	(while :; do cat "$t/tick"; read -r _ <"$t/folder/file"; done >/dev/null) &
	wanted=$!
	jobs="$jobs $noise $wanted"

	start_snoop -p $wanted
	within has_text "$t/folder/file"
	stop
	ok "opensnoop -p shows that process only" only_pid $wanted
	start_snoop -x
	(cd "$t" && cat missing) 2>"$t/said"
	within has_text "$t/missing"
	stop
	ok "opensnoop -x shows the failed only" awk 'NR > 1 && $3 != -1 { bad = 1 } END { exit bad || NR < 2 }' "$t/out"
	cp "$(command -v cat)" "$t/a_kitten_cat"
	start_snoop -n kitten
	"$t/a_kitten_cat" "$t/tick"
	within has_text "$t/tick"
	stop
	ok "opensnoop -n shows by part of the command's name" \
		awk 'NR > 1 && $2 != "a_kitten_cat" { bad = 1 } END { exit bad || NR < 2 }' "$t/out"
	start_snoop -U -u nobody
	setpriv --reuid=nobody --clear-groups cat "$t/tick" 2>"$t/said"
	within has_text "$t/tick"
	stop
	ok "opensnoop -u shows that user only" \
		awk -v uid="$(id -u nobody)" 'NR > 1 && $1 != uid { bad = 1 } END { exit bad || NR < 2 }' "$t/out"
	ok "opensnoop -d ends by itself" status_of 0 "$bin/opensnoop" -T -d 0.5
	ok "opensnoop -T has a column for the time" has_line '^TIME(s) .*PID '
	ok "opensnoop ends when nobody reads it" \
		sh -c "timeout -s KILL $deadline '$bin/opensnoop' 2>'$t/err' | head -n 1 >'$t/out'; test -s '$t/out' && ! test -s '$t/err'"
	ok "opensnoop ends when its output finds no room" \
		sh -c "timeout -s KILL $deadline '$bin/opensnoop' >/dev/full 2>'$t/err'; test \$? -eq 1 && grep -q stdout '$t/err'"
	kill $wanted
	ok "opensnoop -p names a process that isn't there" status_of 1 "$bin/opensnoop" -p 2147483647
	sleep 600 &
	watched=$!
	start_snoop -p $watched
	kill $watched
	ok "opensnoop -p ends with the process" finish 0
	kill $noise
}

# Each line is JSON in UTF-8, and each of the names was seen; path_hex has what path cannot say.
json_has_names() {
	python3 - "$t" <<-'END'
		import json, os, sys
		folder = os.fsencode(sys.argv[1]) + b"/names/"
		seen = set()
		for line in open(folder + b"../out", "rb").read().decode("utf-8").splitlines():
		    event = json.loads(line)
		    assert event["pid"] > 0 and event["tid"] > 0 and event["timestamp"] > 1e9, event
		    assert event["err"] == 0 or event["fd"] == -1, event
		    if event["path"] is not None:
		        exact = event.get("path_hex")
		        seen.add(bytes.fromhex(exact) if exact else event["path"].encode("utf-8"))
		for name in os.listdir(folder):
		    assert folder + name in seen, name
	END
}

test_opensnoop_json() {
	mkdir "$t/names"
	for name in 'quote"s' 'back\slash' 'line
feed' "$(printf 'latin-\344')" "$(printf 'utf-\303\244')" "$(printf 'cut-\342\202')" "$(printf 'esc-\033-\001-\177')" \
		"$(printf 'surrogate-\355\240\200')" 'a  b'; do
		echo >"$t/names/$name"
	done
	start_snoop --json
	cat "$t"/names/* >"$t/said"
	within json_has_names
	stop
	ok "opensnoop --json gives JSON, whatever the names are" json_has_names
	start_snoop
	cat "$t"/names/* >"$t/said"
	within has_text 'esc-\x1b-\x01-\x7f'
	ok "opensnoop keeps control characters from the terminal" has_text 'line\nfeed'
	stop
}

# ---- mallocstat

# last_json EXPRESSION: a condition on the last object, a Python dict named o; all are l.
last_json() {
	python3 -c 'import json, sys
l = [json.loads(x) for x in open(sys.argv[1])]
o = l[-1]
print(o)
assert eval("(" + sys.argv[2] + ")")' "$t/out" "$1"
}

known_counts='(o["malloc"], o["calloc"], o["realloc"], o["free"]) == (1000, 11, 3, 1005)'

test_mallocstat_exact() {
	ok "mallocstat runs a command" status_of 0 "$bin/mallocstat" --json -- "$t/allocs" known
	ok "and counts its calls exactly" last_json "$known_counts"
	ok "other allocating functions too" last_json '(o["posix_memalign"], o["aligned_alloc"], o["failed"]) == (1, 1, 1)'
	ok "and the bytes asked for" last_json 'o["bytes"] == 501862'
	ok "and what is outstanding, and the peak" \
		last_json '(o["outstanding"], o["blocks"], o["peak"]) == (9987, 11, 500500)'
	ok "and the sizes" last_json '[x["count"] for x in o["histogram"]] == [1, 2, 4, 8, 16, 33, 76, 130, 256, 489] and
		o["histogram"][2] == {"from": 4, "to": 7, "count": 4}'
	status_of 0 "$bin/mallocstat" -- "$t/allocs" known
	ok "mallocstat prints a table" has_line '^malloc  *1000  *0  *500500$'
	ok "with what is outstanding" has_text 'outstanding at the end: 9987 bytes in 11 blocks; at the peak: 500500 bytes'
	ok "and a histogram" has_line '^ *512 -> 1023 *: 489 *|\*\{40\}|$'
	status_of 0 "$bin/mallocstat" --json -- "$t/allocs" threads
	ok "mallocstat counts all threads" last_json 'o["malloc"] == 10000 and o["free"] >= 10000 and
		[x["count"] for x in o["histogram"] if x["from"] == 32] == [10000]'
	status_of 0 "$bin/mallocstat" --json -- "$t/allocs" fail
	ok "a block stays outstanding when its realloc fails" \
		last_json '(o["malloc"], o["realloc"], o["failed"], o["outstanding"]) == (1, 1, 1, 10)'
	status_of 0 "$bin/mallocstat" --json -- "$t/allocs" exec
	ok "an exec ends what is outstanding" \
		last_json '(o["malloc"], o["realloc"], o["outstanding"], o["peak"]) == (2, 1, 10, 1000)'
	status_of 0 env LD_PRELOAD="$t/nested.so" "$bin/mallocstat" --json -l "$t/nested.so" -- "$t/allocs" known
	ok "mallocstat -l counts another allocator, and no call inside another" last_json "$known_counts"
}

test_mallocstat_process() {
	mkfifo "$t/word"
	"$t/allocs" known wait <"$t/word" &
	watched=$!
	jobs="$jobs $watched"
	exec 9>"$t/word"
	start "$bin/mallocstat" -p $watched --json 0.2
	within has_text '"type":"interval"'
	printf x >&9
	within last_json 'sum(x["free"] for x in l) == 1005'
	printf x >&9
	ok "mallocstat -p ends with the process" finish 0
	exec 9>&-
	ok "having counted it exactly" last_json "$known_counts"
	ok "its intervals add up to the whole" last_json 'o["type"] == "total" and
		all(x["type"] == "interval" for x in l[:-1]) and
		all(sum(x[k] for x in l[:-1]) <= o[k] for k in ("malloc", "calloc", "realloc", "free", "bytes"))'

	start "$bin/mallocstat" 0.2 -- "$t/allocs" loop
	within has_line '^[0-9][0-9]:'
	child=$(children "$pid")
	jobs="$jobs $child"
	kill -INT "$pid"
	ok "mallocstat ends with Ctrl-C" finish 0
	ok "with a summary" has_line '^malloc  *[1-9][0-9]* '
	ok "and leaves the command alone" kill "$child"
	ok "mallocstat ends after COUNT intervals" status_of 0 "$bin/mallocstat" --json 0.1 3
	ok "having printed so many" last_json '[x["type"] for x in l] == ["interval"] * 3 + ["total"]'
	status_of 0 "$bin/mallocstat" -o "$t/report" --json -- echo printed
	ok "mallocstat -o keeps its report from the command's output" \
		sh -c "test \"\$(cat '$t/out')\" = printed && grep -q '\"malloc\":' '$t/report'"
}

test_mallocstat_bad() {
	ok "mallocstat -p names a process that isn't there" status_of 1 "$bin/mallocstat" -p 2147483647
	ok "with a message" has_text 'there is no process 2147483647' err
	ok "mallocstat names a command that isn't there" status_of 1 "$bin/mallocstat" -- "$t/no such command"
	ok "with a message" has_text "$t/no such command: No such file" err
	ok "mallocstat names a library that isn't there" status_of 1 "$bin/mallocstat" -l nosuchlib -- true
	ok "with a message" has_text nosuchlib err
	ok "mallocstat tells of a library without malloc" status_of 1 "$bin/mallocstat" -l m -- true
	echo text >"$t/text"
	ok "mallocstat tells of a file that is no library" status_of 1 "$bin/mallocstat" -l "$t/text" -- true
	ok "a wrong interval is a mistake in usage" status_of 2 "$bin/mallocstat" soon
	ok "-p and a command together, too" status_of 2 "$bin/mallocstat" -p 1 -- true
	ok "mallocstat tells of a command that failed" status_of 0 "$bin/mallocstat" -- sh -c 'exit 3'
	ok "with its exit code" has_text 'exit code 3' err
}

# ---- both

kill_it() {
	kernel_objects "$pid" >"$t/objects"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
}

test_kill() {
	start_snoop
	kill_it
	ok "a running opensnoop has programs, maps and links" \
		sh -c "grep -q prog '$t/objects' && grep -q map '$t/objects' && grep -q link '$t/objects'"
	ok "kill -9 of opensnoop leaves none" within objects_gone
	start "$bin/mallocstat" 1 -- sleep 601
	within has_line '^TIME'
	within children "$pid" sleep
	child=$(children "$pid" sleep)
	kill_it
	ok "a running mallocstat has programs, maps and links" \
		sh -c "grep -q prog '$t/objects' && grep -q map '$t/objects' && grep -q link '$t/objects'"
	ok "kill -9 of mallocstat leaves none" within objects_gone
	ok "and the command running" kill "$child"

	# ended while it compiles, its child still waiting to become the command
	start env BCC_C_CACHE=off "$bin/mallocstat" -- "$t/allocs" loop
	within children "$pid"
	children=$(children "$pid")
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	for child in $children; do
		if [ "$(readlink "/proc/$child/exe")" = "$t/allocs" ]; then
			kill "$child"
			skip "kill -9 before the start leaves no child" "it had started"
		else
			ok "kill -9 before the start leaves no child" within gone_or_zombie "$child"
		fi
	done
}

test_usage() {
	for tool in opensnoop mallocstat "bcc_c compile" "bcc_c check" "bcc_c cache" "bcc_c info"; do
		# shellcheck disable=SC2086
		set -- $tool
		ok "$tool --help" status_of 0 "$bin/$1" ${2:+"$2"} --help
		ok "is on stdout" has_text "Usage: $tool"
		ok "$tool: a wrong option" status_of 2 "$bin/$1" ${2:+"$2"} --wrong
		ok "is told of on stderr" has_text wrong err
	done
	ok "bcc_c: a wrong command" status_of 2 "$bin/bcc_c" wrong
	ok "bcc_c: no command" status_of 2 "$bin/bcc_c"
	ok "opensnoop: a name longer than any" status_of 2 "$bin/opensnoop" -n 0123456789abcdef
	ok "opensnoop: a bad number" status_of 2 "$bin/opensnoop" -p 12x
	ok "opensnoop: --version" status_of 0 "$bin/opensnoop" --version
	cp -r "$BUILD/lib" "$BUILD/libexec" "$BUILD/bin" "$t/" 2>/dev/null
	ok "opensnoop without rights" status_of 1 setpriv --reuid=nobody --clear-groups --inh-caps=-all "$t/bin/opensnoop" -d 1
	ok "says what is missing" has_text CAP_BPF err
}

# ---- bcc_c

write_sources() {
	cat >"$t/good.bpf.c" <<-'END'
		#include "vmlinux.h"
		#include <bpf/bpf_helpers.h>
		struct seen { __u32 pid; char comm[16]; };
		struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, struct seen); } table SEC(".maps");
		struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); __type(value, struct seen); } events SEC(".maps");
		SEC("raw_tp/sched_process_exec")
		int on_exec(void *ctx)
		{
			struct seen seen = { .pid = bpf_get_current_pid_tgid() >> 32 };
			__u32 key = LIMIT;

			bpf_get_current_comm(seen.comm, sizeof(seen.comm));
			bpf_map_update_elem(&table, &key, &seen, BPF_ANY);
			bpf_ringbuf_output(&events, &seen, sizeof(seen), 0);
			bpf_printk("exec seen %d", seen.pid);
			return 0;
		}
		SEC("kprobe")
		int nowhere(void *ctx)
		{
			return 0;
		}
		char LICENSE[] SEC("license") = "GPL";
	END
	cat >"$t/sent.c" <<-'END'
		struct seen { u32 pid; char comm[16]; };
		BPF_PERF_OUTPUT(sent);
		BPF_HASH(calls, u32, u64);
		RAW_TRACEPOINT_PROBE(sched_process_exec)
		{
			struct seen seen = { .pid = bpf_get_current_pid_tgid() >> 32 };

			bpf_get_current_comm(seen.comm, sizeof(seen.comm));
			calls.increment(7);
			sent.perf_submit(ctx, &seen, sizeof(seen));
			return 0;
		}
	END
	printf '#include "vmlinux.h"\nint broken(void)\n{\n\treturn nonsense;\n}\n' >"$t/broken.bpf.c"
	cat >"$t/refused.bpf.c" <<-'END'
		#include "vmlinux.h"
		#include <bpf/bpf_helpers.h>
		SEC("raw_tp/sched_process_exec")
		int refused(void *ctx)
		{
			return *(volatile int *)0;
		}
		char LICENSE[] SEC("license") = "GPL";
	END
	{ printf '\177ELF'; head -c 5000 /dev/urandom; } >"$t/random.o"
}

test_bcc_c() {
	write_sources
	ok "bcc_c compile" status_of 0 "$bin/bcc_c" compile "$t/good.bpf.c" -o "$t/good.o" -D LIMIT=7
	ok "gives a BPF object" sh -c "readelf -h '$t/good.o' | grep -qi 'machine:.*bpf'"
	ok "bcc_c compile --help says whom the object is for" status_of 0 "$bin/bcc_c" compile --help
	ok "and how to make one for others" has_text "for the running kernel alone, and others refuse"
	ok "bcc_c compile --portable" \
		status_of 0 "$bin/bcc_c" compile --portable "$t/good.bpf.c" -o "$t/portable.o" -D LIMIT=7
	ok "gives an object that this kernel takes, too" status_of 0 "$bin/bcc_c" check "$t/portable.o"
	ok "bcc_c compile takes the standard input and flags behind --" \
		sh -c "'$bin/bcc_c' compile - -o - -- -DLIMIT=7 <'$t/good.bpf.c' >'$t/piped.o' && test -s '$t/piped.o'"
	ok "bcc_c check of source" status_of 0 "$bin/bcc_c" check "$t/good.bpf.c" -DLIMIT=7
	ok "prints each program with type and size" has_line '^on_exec  *raw_tracepoint  *[1-9][0-9]* instructions$'
	ok "and no more" sh -c "test \$(wc -l <'$t/out') -eq 2"
	ok "bcc_c check of an object" status_of 0 "$bin/bcc_c" check "$t/good.o"
	ok "prints the same" has_line '^nowhere  *kprobe  *[1-9][0-9]* instructions$'
	ok "bcc_c check of a broken source" status_of 1 "$bin/bcc_c" check "$t/broken.bpf.c"
	ok "has file, line and column" has_text "$t/broken.bpf.c:4:9: error" err
	ok "bcc_c compile of a broken source" status_of 1 "$bin/bcc_c" compile "$t/broken.bpf.c" -o "$t/broken.o"
	ok "writes nothing" sh -c "! test -e '$t/broken.o'"
	ok "bcc_c check of what the verifier refuses" status_of 1 "$bin/bcc_c" check "$t/refused.bpf.c"
	ok "has its log" has_line 'R[0-9] .*mem access' err
	ok "bcc_c check of random bytes as ELF" status_of 1 "$bin/bcc_c" check "$t/random.o"
	ok "says so" test -s "$t/err"
	ok "bcc_c check of a file that isn't there" status_of 1 "$bin/bcc_c" check "$t/none.bpf.c"
	ok "bcc_c compile without -o" status_of 2 "$bin/bcc_c" compile "$t/good.bpf.c"

	start "$bin/bcc_c" run "$t/good.bpf.c" -DLIMIT=7
	ok "bcc_c run attaches" within has_text '1 attached' err
	ok "and prints what comes while it runs" \
		within sh -c "true; /bin/true; grep -q '^events: ' '$t/out' && grep -q 'exec seen' '$t/out'"
	kill -INT "$pid"
	ok "and ends with Ctrl-C" finish 0
	ok "bcc_c run prints events by their type" has_line '^events: .*pid.*comm'
	ok "and what bpf_printk wrote" has_line 'bpf_trace_printk: exec seen [0-9]'
	ok "and its maps at the end" has_line '^  7: .*pid'
	ok "and tells of programs without a target" has_text "nowhere: its section 'kprobe'" err
	start "$bin/bcc_c" run "$t/sent.c" --json
	ok "bcc_c run takes BCC's dialect" within has_text '1 attached' err
	ok "and prints its records while it runs" \
		within sh -c "true; /bin/true; grep -q '\"map\": \"sent\"' '$t/out'"
	kill -INT "$pid"
	ok "and ends with Ctrl-C as well" finish 0
	ok "bcc_c run --json prints an object in each line" last_json 'all("value" in one for one in l)'
	ok "records by the type that was handed over" \
		last_json 'any(one["map"] == "sent" and one["value"]["pid"] > 0 and one["value"]["comm"] == "true" and one["cpu"] >= 0 for one in l)'
	ok "and its maps at the end" last_json 'o["map"] == "calls" and o["key"] == 7 and o["value"] > 0'
	ok "bcc_c run -d ends by itself" status_of 0 "$bin/bcc_c" run "$t/good.o" -d 0.3

	ok "bcc_c info" status_of 0 "$bin/bcc_c" info
	ok "shows what the kernel can do" has_line '^ringbuf  *\(yes\|no\)'
	ok "bcc_c info --json" status_of 0 "$bin/bcc_c" info --json
	ok "gives JSON" last_json 'o["features"]["btf"]["usable"] in (True, False) and o["kernel"]'
}

ok "programs for these tests compile" build_programs
: >"$t/tick"
test_opensnoop_lines
test_opensnoop_filters
test_opensnoop_json
test_mallocstat_exact
test_mallocstat_process
test_mallocstat_bad
test_kill
test_usage
test_bcc_c
echo "1..$cnt"
[ "$failed" -eq 0 ]
