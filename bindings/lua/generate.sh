#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# generate.sh INCLUDE_DIR OUT.lua: writes the public headers as a Lua module that returns the text
# for ffi.cdef.
#
# The headers are plain declarations, so the preprocessor is all that is needed. Empty stand-ins for
# the standard headers keep libc's own declarations out: LuaJIT knows size_t, uint32_t, bool and the
# like by itself.
set -eu

[ $# -eq 2 ] || {
	echo "usage: generate.sh INCLUDE_DIR OUT.lua" >&2
	exit 2
}
include=$1
out=$2

stand_ins=$(mktemp -d)
trap 'rm -rf "$stand_ins" "$out.new"' EXIT
for name in stddef stdint stdbool; do
	: >"$stand_ins/$name.h"
done

# The assignment, unlike a pipe, ends the script if the preprocessor fails. CC may hold options.
text=$(${CC:-cc} -E -P -x c -nostdinc -DBCC_C_API= -I "$stand_ins" -I "$include" \
	"$include/bcc_c/bcc_c.h")

{
	echo "-- Generated from the headers of bcc_c by generate.sh. Changes here are lost."
	echo "return [["
	printf '%s\n' "$text"
	echo "]]"
} >"$out.new"
mv "$out.new" "$out"
