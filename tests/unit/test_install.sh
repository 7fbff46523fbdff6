#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# make install and uninstall, into a folder of the test's own: what is installed is whole, a program
# builds against it through pkg-config, and nothing stays. Prints TAP. Needs no privilege.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh

build=${BUILD:-build}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The places are those of the build: others would have parts of it built again.
root=$dir/root
prefix=$(cut -d' ' -f1 "$build/places")
libdir=$root$(cut -d' ' -f2 "$build/places")
make -s install DESTDIR="$root" PREFIX="$prefix" BUILD="$build" >"$dir/out" 2>&1
report install

cat >"$dir/user.c" <<'END'
#include <bcc_c/bcc_c.h>
#include <stdio.h>

int main(void)
{
	struct bcc_c_module *mod = bcc_c_module__new(NULL);
	int err = bcc_c_module__compile(mod, "int x;", NULL);

	puts(err ? bcc_c_module__errmsg(mod) : bcc_c_version());
	bcc_c_module__free(mod);
	return err != 0;
}
END
pkg_config() {
	PKG_CONFIG_SYSROOT_DIR="$root" \
		PKG_CONFIG_PATH="$libdir/pkgconfig" pkg-config "$@" bcc_c
}
version=$(pkg_config --modversion 2>"$dir/out")
# shellcheck disable=SC2046 # several flags
${CC:-cc} "$dir/user.c" -o "$dir/user" $(pkg_config --cflags --libs) >"$dir/out" 2>&1
report program_builds_with_pkg_config

said=$(LD_LIBRARY_PATH="$libdir" "$dir/user" 2>&1)
echo "$said" >"$dir/out"
[ -n "$version" ] && [ "$said" = "$version" ]
report installed_library_finds_its_compiler

# shellcheck disable=SC2046 # several flags
${CC:-cc} "$dir/user.c" -o "$dir/static" $(pkg_config --cflags) "$libdir/libbcc_c.a" \
	-lbpf -lelf -lz >"$dir/out" 2>&1 && [ "$(BCC_C_COMPILER="$root$prefix/libexec/bcc_c-cc" \
	"$dir/static")" = "$version" ]
report program_builds_with_the_archive

ldd "$libdir/libbcc_c.so" >"$dir/out" 2>&1 && grep -q libbpf "$dir/out" &&
	! grep -qiE 'llvm|clang|stdc\+\+' "$dir/out"
report library_needs_no_llvm_nor_cxx

make -s uninstall DESTDIR="$root" PREFIX="$prefix" BUILD="$build" >"$dir/out" 2>&1
find "$root" ! -type d >>"$dir/out" 2>&1
[ ! -s "$dir/out" ]
report uninstall_leaves_nothing

finish
