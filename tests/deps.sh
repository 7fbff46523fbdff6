#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the Debian packages that building and testing need. Does nothing, and at once, when all
# are there. Needs root only when one is missing.
set -eu

build='gcc g++ libc6-dev pkg-config libbpf-dev libelf-dev zlib1g-dev llvm-19-dev libclang-19-dev
libclang-cpp19 libpolly-19-dev lld-19 libzstd-dev libxml2-dev libedit-dev'
older='llvm-14-dev libclang-14-dev libclang-cpp14 libpolly-14-dev'
tests='check util-linux bpfcc-tools bpftool jq luajit python3-minimal libpython3-stdlib binutils groff'
guest='qemu-system-x86 busybox-static kmod cpio xz-utils'

missing=$(for package in $build $older $tests $guest; do
	dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null |
		grep -q '^install ok installed$' || echo "$package"
done)
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of words
apt-get install -q -y --no-install-recommends $missing
