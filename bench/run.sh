#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Measures bcc_c side by side with its peers. BUILD names the build folder, build by default.
#
#   bench/run.sh [-n ROUNDS] [--json]
#
# All that this changes is in a mount namespace and a temporary folder of its own.
set -eu

here=$(dirname "$0")
build=$(cd "${BUILD:-build}" && pwd)
[ "${build#*\"}" = "$build" ] || { echo "the build folder's name has quotes" >&2; exit 1; }

if [ "$(id -u)" -ne 0 ]; then
	echo 'the bench loads programs into the kernel: run it as root (sudo make bench)' >&2
	exit 1
fi
# Where there is no leave for a namespace nothing is mounted, and what lacks it is reported so.
if [ -z "${BENCH_NAMESPACE:-}" ] && unshare -m true 2>/dev/null; then
	BENCH_NAMESPACE=1 exec unshare -m --propagation private sh "$0" "$@"
fi

dir=$(mktemp -d /tmp/bcc_c-bench.XXXXXX) # short: bpftrace cuts paths to 64 bytes
measuring=
# The measuring ends, and with it all that it has started.
trap '{ kill $measuring && wait $measuring; } 2>/dev/null || :; rm -rf "$dir"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Tracepoints are found there.
[ -d /sys/kernel/tracing/events ] || [ -z "${BENCH_NAMESPACE:-}" ] ||
	mount -t tracefs tracefs /sys/kernel/tracing

# BCC looks for the running kernel's headers. What is measured here depends on no layout, so that
# others will do where these aren't installed.
give_headers() {
	modules=/lib/modules/$(uname -r)
	[ ! -e "$modules/build" ] && [ -n "${BENCH_NAMESPACE:-}" ] || return 0
	headers=$(find /usr/src -maxdepth 1 -name 'linux-headers-*-amd64' | sort -V | tail -n 1)
	[ -n "$headers" ] && [ -d /lib/modules ] || return 0
	mount -t tmpfs tmpfs /lib/modules
	mkdir "$modules"
	ln -s "$headers" "$modules/build"
	ln -s "$(echo "$headers" | sed 's/-\(cloud-\|rt-\|\)amd64$/-common/')" "$modules/source"
}
give_headers

compile() {
	name=$1
	shift
	"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Wno-unused-parameter \
		-I"$here/../include" "$here/$name.c" -o "$dir/$name" "$@"
}
compile opener
compile timed
compile compiler_peak -DCOMPILER="\"$build/libexec/bcc_c-cc\"" -DPEAK_FILE="\"$dir/peak\""
compile snoop -L"$build/lib" -Wl,-rpath,"$build/lib" -lbcc_c
compile phases -L"$build/lib" -Wl,-rpath,"$build/lib" -lbcc_c

# Python for the measuring and for BCC: the distribution's, which has BCC's module.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
"$python" -B "$here/bench.py" --build "$build" --dir "$dir" --python "$python" "$@" &
measuring=$!
status=0
wait "$measuring" || status=$?
measuring=
exit "$status"
