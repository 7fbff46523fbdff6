#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# initramfs.sh DIR: builds DIR/initramfs.cpio for the kernel that kernel.sh put into DIR.
#
# It holds a static busybox, the init script next to this one, and, numbered in load order, only the
# modules that mounting the machine's root needs; the others are found there. Uncompressed, since
# the guest would be slower to unpack than to read it. Rebuilt only when an input is newer.
set -eu
PATH=$PATH:/usr/sbin:/sbin

[ $# -eq 1 ] || {
	echo "usage: initramfs.sh DIR" >&2
	exit 1
}
dir=$1
here=$(cd "$(dirname "$0")" && pwd)
release=$(cat "$dir/release")
busybox=$(command -v busybox)
out=$dir/initramfs.cpio

newer=$(find "$here/init" "$here/initramfs.sh" "$busybox" "$dir/release" -newer "$out" 2>&1) || :
[ -n "$newer" ] || exit 0

root=$dir/initramfs
rm -rf "$root"
mkdir -p "$root/bin" "$root/modules"
cp "$here/init" "$root/init"
cp "$busybox" "$root/bin/busybox"
ln -s busybox "$root/bin/sh"
chmod 755 "$root/init" "$root/bin/busybox"

number=10
modprobe -a -d "$dir/tree" -S "$release" --show-depends virtio_pci 9pnet_virtio 9p overlay |
	sed -n 's/^insmod \(.*\.ko[.xz]*\).*/\1/p' | awk '!seen[$0]++' |
	while read -r module; do
		name=$(basename "$module")
		case $name in
		*.xz) xz -dc "$module" >"$root/modules/$number-${name%.xz}" ;;
		*) cp "$module" "$root/modules/$number-$name" ;;
		esac
		number=$((number + 1))
	done
ls "$root"/modules/*-9p.ko >/dev/null

(cd "$root" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >"$out.new"
mv "$out.new" "$out"
rm -rf "$root"
