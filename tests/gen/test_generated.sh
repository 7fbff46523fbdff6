#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Programs that read kernel memory by plain C give what those give that read it by helpers, and make
# no more calls for it: some hundreds, made by chance from a seed. BCC_C_SEED names another one; under
# emulation there are fewer.
set -u

build=${BUILD:-build}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# make_pairs KIND COUNT PER_MODULE
make_pairs() {
	python3 "$here/generate.py" "$dir" --seed "${BCC_C_SEED:-1}" --kind "$1" --count "$2" \
		--per-module "$3" || exit 1
}

kprobes=/sys/bus/event_source/devices/kprobe/type
if [ -n "${BCC_C_EMULATED:-}" ]; then
	make_pairs raw 20 20
	make_pairs iter 8 8
	[ ! -e "$kprobes" ] || make_pairs kprobe 20 20
else
	make_pairs raw 500 20
	make_pairs iter 80 8
	[ ! -e "$kprobes" ] || make_pairs kprobe 100 20
fi
[ -e "$kprobes" ] || echo "ok 0 - kprobes # SKIP the kernel has no kprobes"

export BCC_C_CACHE=off
# shellcheck disable=SC2012,SC2046 # a list of paths without blanks
"$build/tests/compare" $(ls "$dir"/*.plain.c | sed 's/\.plain\.c$//')
