#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# The README's promises: its C example compiles, runs and counts, its probe compiles, and the demo
# shows what it says, in short. Prints TAP. Needs root and a build.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The C in the README, block by block.
awk -v dir="$dir" '/^```c$/ { file = dir "/" ++blocks ".c"; next }
	/^```$/ { file = "" }
	file { print > file }' README.md
mv "$dir/1.c" "$dir/hello.c"
${CC:-cc} -Wall -Wextra -Werror -Iinclude "$dir/hello.c" -o "$dir/hello" -L"$build/lib" -lbcc_c \
	-Wl,-rpath,"$PWD/$build/lib" >"$dir/out" 2>&1
report readme_example_compiles

lines=$(wc -l <"$dir/hello.c")
[ "$lines" -le 45 ]
report "readme_example_is_short ($lines lines)"

LD_LIBRARY_PATH="$build/lib" "$dir/hello" >"$dir/out" 2>&1 && grep -qE '^hello +[0-9]+$' "$dir/out"
report readme_example_counts_system_calls

"$build/bin/bcc_c" compile "$dir/2.c" -o "$dir/probe.o" >"$dir/out" 2>&1
report readme_probe_compiles

DEMO_SECONDS=3 sh tools/demo.sh >"$dir/out" 2>&1
report demo_ends_well

grep -qE '^[0-9]+ +cat +[0-9]+ +0 +/etc/hostname$' "$dir/out"
report demo_shows_a_file_opened
grep -qE '^[0-9]+ +cat +-1 +2 +/no/such/file$' "$dir/out"
report demo_shows_a_failed_open
grep -q malloc "$dir/out"
report demo_shows_the_heap

finish
