#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Tests of the public headers: what other languages and strict compilers make of them, and that
# library, symbol map and manual hold what they declare. Prints TAP. Needs no privilege.
#
# shellcheck disable=SC2086 # the headers and the compilers' flags are lists of words
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

build=${BUILD:-build}
cc=${CC:-cc}
cxx=${CXX:-c++}
headers=$(ls include/bcc_c/*.h)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# same A B: whether two sorted lists are equal; the difference is the explanation.
same() {
	[ -s "$1" ] && diff "$1" "$2" >"$dir/out"
}

compiles() {
	printf '#include <bcc_c/%s>\n' "${header##*/}" >"$dir/one.$2"
	$1 -Iinclude -Wall -Wextra -Werror -pedantic-errors -fsyntax-only "$dir/one.$2" \
		>"$dir/out" 2>&1
}

for header in $headers; do
	compiles "$cc -std=c11" c
	report "header_${header##*/}_strict_c11"
	compiles "$cxx -std=c++17" cc
	report "header_${header##*/}_strict_cxx17"
done

# Other includes would pull in what an FFI can't read.
grep -hE '^[[:space:]]*#[[:space:]]*include' $headers |
	grep -vE '<(stddef|stdint|stdbool)\.h>|<bcc_c/[a-z]+\.h>' >"$dir/out"
[ ! -s "$dir/out" ]
report headers_include_only_plain_types

# A prototype is BCC_C_API, a type, a name, an opening bracket; it may go over several lines.
sed -n 's/^BCC_C_API.*[ *]\(bcc_c_[a-z_0-9]*\)(.*/\1/p' $headers | sort >"$dir/declared"
marked=$(cat $headers | grep -c '^BCC_C_API ')
[ "$marked" -gt 0 ] && [ "$(wc -l <"$dir/declared")" -eq "$marked" ]
report headers_prototypes_all_read

sed -n 's/^[[:space:]]*\(bcc_c_[a-z_0-9]*\);.*/\1/p' lib/bcc_c.map | sort >"$dir/mapped"
same "$dir/declared" "$dir/mapped"
report headers_equal_symbol_map

library=$build/lib/libbcc_c.so
if [ -e "$library" ]; then
	# The version node is a symbol of type A.
	nm -D --defined-only "$library" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' |
		sort >"$dir/exported"
	same "$dir/declared" "$dir/exported"
	report headers_equal_exported_symbols
else
	skip headers_equal_exported_symbols "no $library"
fi

# A page documents a function if it has it among its names or its synopsis.
while read -r name; do
	grep -qE "^\.(Fn|Fo) $name( |\$)" man/man3/*.3 || echo "no page documents $name"
done <"$dir/declared" >"$dir/out"
[ ! -s "$dir/out" ]
report headers_functions_have_a_page

if command -v luajit >/dev/null; then
	mkdir "$dir/bcc_c"
	bindings/lua/generate.sh include "$dir/bcc_c/cdef.lua" >"$dir/out" 2>&1 &&
		LUA_PATH="$dir/?.lua" luajit -e 'require("ffi").cdef(require("bcc_c.cdef"))' \
			>"$dir/out" 2>&1
	report headers_load_in_luajit
else
	skip headers_load_in_luajit "no luajit"
fi

# What ctypes and LuaJIT make of the structs is what C makes of them.
python3 bindings/python/generate.py include "$dir/decl.py" >"$dir/out" 2>&1
report headers_parse_for_ctypes
sed -n 's/^struct \(bcc_c_[a-z_]*\) {.*/\1/p' $headers | sort >"$dir/structs"
bindings/python/tests/layout.py "$dir/decl.py" "$dir/structs" c >"$dir/layout.c" 2>"$dir/out" &&
	$cc -Iinclude "$dir/layout.c" -o "$dir/layout" >"$dir/out" 2>&1 &&
	"$dir/layout" >"$dir/layout.expect" &&
	bindings/python/tests/layout.py "$dir/decl.py" "$dir/structs" >"$dir/layout.python" \
		2>"$dir/out" &&
	same "$dir/layout.expect" "$dir/layout.python"
report headers_structs_equal_in_python
if [ -e "$dir/bcc_c/cdef.lua" ]; then
	LUA_PATH="$dir/?.lua" luajit bindings/lua/tests/layout.lua "$dir/layout.expect" \
		>"$dir/out" 2>&1
	report headers_structs_equal_in_luajit
else
	skip headers_structs_equal_in_luajit "no luajit"
fi

# The ctypes generator ends the build over anything that it doesn't know.
mkdir -p "$dir/odd/bcc_c"
while read -r declaration; do
	printf '%s\n' "$declaration" >"$dir/odd/bcc_c/bcc_c.h"
	bindings/python/generate.py "$dir/odd" "$dir/odd.py" >/dev/null 2>&1 &&
		echo "taken: $declaration"
done >"$dir/out" <<'END'
union bcc_c_u { int a; };
struct bcc_c_s { unsigned int a : 3; };
struct bcc_c_s { long a; };
struct bcc_c_s { struct bcc_c_t a; };
struct bcc_c_s { int (*fn)(void *ctx); };
struct bcc_c_s { int a[N]; };
int bcc_c_f(int a, ...);
int bcc_c_f(const char *);
int bcc_c_f(enum bcc_c_e a);
static inline int bcc_c_f(void) { return 0; }
extern int bcc_c_v;
typedef uint32_t bcc_c_id;
enum bcc_c_e { A = 1 << 2 };
END
[ ! -s "$dir/out" ]
report ctypes_generator_refuses_the_unknown

finish
