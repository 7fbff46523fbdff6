#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The programs of Debian's bpfcc-tools: the C of each, as its Python makes it for the arguments in
# the list "programs", compiles here. One test a program; those in the list "lost" must fail, for
# want of what that list says, and the kernel must really lack it.
#
#   test_corpus.sh [PROGRAM...]
set -u

build=${BUILD:-build}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=tests/tap.sh
. "$here/../tap.sh"

# has_lost KIND NAME: whether BTF has that type, or RECORD.MEMBER.
btf_has() {
	awk -v kind="$1" -v record="'${2%%.*}'" -v member="'${2#*.}'" '
		/^\[/ { inside = ($2 == "STRUCT" || $2 == "UNION") && $3 == record
			if (inside && kind == "type") found = 1 }
		inside && /^\t/ && $1 == member { found = 1 }
		END { exit !found }' "$BTF_TEXT"
}

# The texts of a program that did not compile.
failures_of() {
	for log in "$dir/c/$1"-*.err; do
		[ ! -s "$log" ] || echo "$log"
	done
}

explain() {
	for log in $1; do
		echo "arguments: $(sed -n "$(basename "$log" | sed 's/.*-\([0-9]*\)\..*/\1/')p" "$here/programs")"
		grep -E 'error' -A 2 "$log" | head -n 12
	done >"$dir/out"
}

# It fails, and each text for want of this.
lost() {
	program=$1 kind=$2 name=$3
	[ -n "$failures" ] || { echo "it compiles" >"$dir/out"; return 1; }
	for log in $failures; do
		grep -q "${name#*.}" "$log" || { explain "$log"; return 1; }
	done
	! btf_has "$kind" "$name" || { echo "the kernel has $kind $name" >"$dir/out"; return 1; }
}

if [ ! -e /usr/sbin/execsnoop-bpfcc ]; then
	skip corpus "the package bpfcc-tools is not installed"
	finish
fi
# Tracepoints are described there.
mountpoint -q /sys/kernel/tracing || mount -t tracefs tracefs /sys/kernel/tracing
export BTF_TEXT="$dir/btf"
bpftool btf dump file /sys/kernel/btf/vmlinux >"$BTF_TEXT"
mkdir "$dir/c"
python3 "$here/extract.py" "$here/programs" "$dir/c" "$@" 2>"$dir/out"
report 'the programs hand over their texts'

# An empty .err is a success. In parallel, as there are some hundreds.
# shellcheck disable=SC2016 # for the inner shell to expand
find "$dir/c" -name '*.c' -print0 | BCC_C_CACHE=off xargs -0 -P "$(nproc)" -I '{}' sh -c '
	text=$1
	# shellcheck disable=SC2046 # a list of flags
	"$2" compile "$text" -o /dev/null -- $(cat "${text%.c}.flags") 2>"${text%.c}.err" &&
		: >"${text%.c}.err"' sh '{}' "$build/bin/bcc_c"

# shellcheck disable=SC2046 # a list of words
[ $# -gt 0 ] || set -- $(sed -n 's/^\([a-z][^ ]*\).*/\1/p' "$here/programs" | uniq)
for program; do
	failures=$(failures_of "$program")
	want=$(grep "^$program " "$here/lost" | head -n 1)
	if [ -n "$want" ]; then
		# shellcheck disable=SC2086 # a list of words
		lost $want
		report "$program does not compile: this kernel lacks ${want##* }"
		continue
	fi
	missing=
	for log in "$dir/c/$program"-*.log; do
		[ -e "${log%.log}.1.c" ] || missing="$missing $log"
	done
	if [ -n "$missing" ]; then
		# shellcheck disable=SC2086
		tail -n 3 $missing >"$dir/out"
		false
	else
		explain "$failures"
		[ -z "$failures" ]
	fi
	report "$program compiles"
done
finish
