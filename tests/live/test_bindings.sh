#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Live tests of the Python and the Lua binding: their own tests, both hellos, and the example
# programs of the manual. Prints TAP. Needs root and a build.
#
# shellcheck disable=SC2317 # wait_for calls is_waiting
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

build=$PWD/${BUILD:-build}
case ${BUILD:-} in /*) build=$BUILD ;; esac
cc=${CC:-cc}
dir=$(mktemp -d)
child=
trap 'kill $child 2>/dev/null; rm -rf "$dir"' EXIT

export LD_LIBRARY_PATH="$build/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export PYTHONPATH="$build/bindings/python" PYTHONDONTWRITEBYTECODE=1
export LUA_PATH="$build/bindings/lua/?.lua;;"
export BCC_C_CACHE="$dir/cache"

# suite NAME COMMAND...: another program's TAP as part of this one's, with numbers that go on.
suite() {
	name=$1
	shift
	"$@" >"$dir/tap" 2>"$dir/out"
	sed '/^1\.\.[0-9]*$/d' "$dir/tap" | awk -v n="$number" '
		/^(not )?ok [0-9]+/ { sub(/ok [0-9]+/, "ok " ++n) }
		{ print }'
	number=$((number + $(grep -cE '^(not )?ok ' "$dir/tap")))
	! grep -q '^not ok' "$dir/tap" || failed=1
	# A suite that broke off has no plan.
	grep -q '^1\.\.[1-9]' "$dir/tap"
	report "${name}_ran_to_the_end"
}

# A process that makes the given number of system calls under a name of its own, when it is told to,
# and says so. Between the reads it makes just these; the last read, in which it then waits, is one
# more.
build_caller() {
	cat >"$dir/caller.c" <<-'END'
		#define _GNU_SOURCE
		#include <stdlib.h>
		#include <sys/prctl.h>
		#include <sys/syscall.h>
		#include <unistd.h>

		int main(int argc, char **argv)
		{
			long calls = atol(argv[1]);
			char byte;

			prctl(PR_SET_NAME, "bccc-caller");
			if (read(0, &byte, 1) != 1)
				return 1;
			for (long i = 0; i < calls - 2; i++)
				syscall(SYS_getppid);
			if (write(1, "d", 1) != 1 || read(0, &byte, 1) < 0)
				return 1;
			return 0;
		}
	END
	$cc -O1 "$dir/caller.c" -o "$dir/caller"
}

# A library with static probes, to be reached through the bindings' own foreign functions.
build_probes() {
	export BCC_C_TEST_PROBES="$dir/libprobes.so"
	$cc -O1 -shared -fPIC tests/live/static_probes.c -o "$BCC_C_TEST_PROBES"
}

# wait_for COMMAND...: until it succeeds, for a minute at most.
wait_for() {
	for _ in $(seq 600); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

# Whether the caller waits in a read: its own name is given after all else that it does at start.
is_waiting() {
	grep -q '^[0-9]* (bccc-caller) S ' "/proc/$child/stat"
}

uptime() {
	cut -d. -f1 /proc/uptime
}

# hello SECONDS COMMAND...: lets the caller make its calls while the hello counts. Returns 2 if they
# may have come late.
hello() {
	seconds=$1
	shift
	rm -f "$dir/go" "$dir/done" "$dir/out"
	mkfifo "$dir/go"
	"$dir/caller" 300000 <"$dir/go" >"$dir/done" &
	child=$!
	exec 9>"$dir/go"
	wait_for is_waiting || return 1
	start=$(uptime)
	"$@" "$seconds" >"$dir/out" 2>&1 &
	hello=$!
	wait_for grep -q 'Counting system calls' "$dir/out" || return 1
	echo >&9
	wait_for test -s "$dir/done" && wait_for is_waiting || return 1
	took=$(($(uptime) - start))
	exec 9>&-
	wait "$hello" || return 1
	[ "$took" -lt $((seconds - 1)) ] || return 2
}

# On a machine so busy that the calls came after the count, again with more time.
hello_counts() {
	for seconds in 3 12 48; do
		hello "$seconds" "$@"
		result=$?
		[ "$result" -eq 2 ] || break
	done
	[ "$result" -eq 0 ] && grep -qE '^ *300000 bccc-caller$' "$dir/out"
}

# The C program among a manual page's examples.
example_of() {
	sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$1" | sed '1,/^\.Bd/d; /^\.Ed/d; s/\\e/\\/g'
}

if [ "$(id -u)" -ne 0 ]; then
	echo "ok 1 - bindings # SKIP needs root"
	echo "1..1"
	exit 0
fi

build_caller >"$dir/out" 2>&1
report caller_builds
build_probes >"$dir/out" 2>&1
report probes_build

suite python_module python3 bindings/python/tests/live_module.py
suite python_data python3 bindings/python/tests/live_data.py
hello_counts python3 bindings/python/examples/hello.py
report python_hello_counts_exactly

if command -v luajit >/dev/null; then
	suite lua luajit bindings/lua/tests/live.lua bindings/python/tests/probe.bpf.c
	hello_counts luajit bindings/lua/examples/hello.lua
	report lua_hello_counts_exactly
else
	skip lua "no luajit"
fi

example_of man/man3/bcc_c.3 >"$dir/example.c"
$cc -std=c11 -Wall -Wextra -Werror -Iinclude "$dir/example.c" -L"$build/lib" -lbcc_c \
	-o "$dir/example" >"$dir/out" 2>&1 && "$dir/example" >"$dir/out" 2>&1 &&
	grep -qE '^ *[0-9]+ [0-9]+$' "$dir/out"
report manual_example_runs

example_of man/man7/bcc_c-dialects.7 >"$dir/example.bpf.c"
python3 -c 'import bcc_c, sys; bcc_c.Module.from_file(sys.argv[1]).load()' "$dir/example.bpf.c" \
	>"$dir/out" 2>&1
report manual_dialect_example_loads

finish
