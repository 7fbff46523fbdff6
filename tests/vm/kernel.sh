#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kernel.sh SERIES DIR: fetches a Debian kernel of SERIES (like 6.1) into DIR, prints its release.
#
# Takes the newest signed amd64 image that apt knows and can download, falling back to the next one:
# the archive's index may name versions that are gone. The package is unpacked, never installed, and
# no root is needed. Leaves DIR/release (written last, so it marks a complete DIR), DIR/tree (the
# package's files) and DIR/kernel (the kernel to boot, uncompressed where possible: boots faster).
# Does not look for a newer kernel once DIR is complete: remove DIR for that. Does not run
# apt-get update, and does not guard against two runs on the same DIR at once.
set -eu
PATH=$PATH:/usr/sbin:/sbin

die() {
	echo "kernel.sh: $*" >&2
	exit 1
}

# All packages of the series, newest first, without the cloud and rt flavours and debug symbols.
candidates() {
	apt-cache pkgnames "linux-image-$series." |
		grep -E '^linux-image-[0-9]+\.[0-9]+\.[0-9][^-]*(-[0-9]+)?-amd64$' | sort -rV
}

download() {
	for package in $(candidates); do
		rm -f "$dir"/new/*.deb
		if (cd "$dir/new" && apt-get -q download "$package") >>"$dir/log" 2>&1; then
			release=${package#linux-image-}
			return 0
		fi
	done
	cat "$dir/log" >&2
	die "no linux-image package of series $series can be downloaded (is apt-get update due?)"
}

# Little-endian number of SIZE bytes at OFFSET of the boot image.
field() {
	od -An -t "u$2" -j "$1" -N "$2" "$image" | tr -d ' '
}

# The boot image holds the compressed ELF file; its header says where (x86 boot protocol 2.08). The
# payload's last four bytes are the unpacked size, no part of the compressed stream.
unpack_kernel() {
	image=$dir/new/tree/boot/vmlinuz-$release
	start=$((($(field 497 1) + 1) * 512 + $(field 584 4)))
	size=$(($(field 588 4) - 4))
	for tool in xz zstd gzip; do
		tail -c "+$((start + 1))" "$image" | head -c "$size" |
			"$tool" -dc >"$dir/new/kernel" 2>>"$dir/log" && return 0
	done
	cp "$image" "$dir/new/kernel"
}

[ $# -eq 2 ] || die "usage: kernel.sh SERIES DIR"
series=$1
dir=$2

if [ ! -e "$dir/release" ]; then
	rm -rf "$dir/new" "$dir/tree"
	mkdir -p "$dir/new"
	: >"$dir/log"
	download
	dpkg -x "$dir"/new/*.deb "$dir/new/tree"
	# Newer packages have only usr/lib, where depmod and modprobe don't look.
	[ -e "$dir/new/tree/lib" ] || ln -s usr/lib "$dir/new/tree/lib"
	depmod -b "$dir/new/tree" "$release"
	unpack_kernel
	mv "$dir/new/tree" "$dir/new/kernel" "$dir"
	echo "$release" >"$dir/new/release"
	mv "$dir/new/release" "$dir/release"
	rm -rf "$dir/new" "$dir/log"
fi
cat "$dir/release"
