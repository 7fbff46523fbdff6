#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Shows the tools on real activity, a few seconds each. DEMO_SECONDS sets how many.
set -eu

build=${BUILD:-build}
seconds=${DEMO_SECONDS:-4}
dir=$(mktemp -d)
busy=
trap 'kill $busy 2>/dev/null || :; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

say() {
	printf '\n%s\n\n' "$*"
}

if [ "$(id -u)" -ne 0 ]; then
	echo 'the demo loads programs into the kernel: run it as root (sudo make demo)' >&2
	exit 1
fi
# Tracepoints are found there. Most systems have it mounted.
[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing

say "== What this kernel and this build can do: bcc_c info"
"$build/bin/bcc_c" info

say "== Who opens which files, for $seconds seconds: opensnoop -d $seconds
   Meanwhile this script reads a file each second, one of them through a path that isn't there."
(
	while sleep 1; do
		cat /etc/hostname /no/such/file "$dir/../$(basename "$dir")/notes" 2>/dev/null || :
	done
) >/dev/null 2>&1 &
busy=$!
echo 'a note' >"$dir/notes"
"$build/bin/opensnoop" -d "$seconds"
kill "$busy" 2>/dev/null || :
wait "$busy" 2>/dev/null || :
busy=

say "== How a program uses its heap, from its first instruction on: mallocstat -- sort FILE"
seq 200000 | sort -R >"$dir/numbers"
"$build/bin/mallocstat" -- sort -n -o "$dir/sorted" "$dir/numbers"

cat <<END

That was real: nothing was prepared but the two programs to look at. What to try next:

  $build/bin/opensnoop -x            failed opens only, until Ctrl-C
  $build/bin/opensnoop -n cat --json only commands named cat, an object a line
  $build/bin/mallocstat -p PID 1     a running process, a line each second
  $build/bin/bcc_c run FILE          a probe of your own; README.md has one, man/man7 the language
END
