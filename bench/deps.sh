#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Installs the Debian packages that make bench measures bcc_c against. Does nothing, and at once,
# when all are there. Needs root only when one is missing.
set -eu

peers='python3 bpfcc-tools python3-bpfcc bpftrace libbpf-tools bpftool'

installed() {
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

missing=$(for package in $peers; do
	installed "$package" || echo "$package"
done)
# BCC compiles against kernel headers. Any amd64 ones do: they needn't be the running kernel's.
installed 'linux-headers-[0-9]*-amd64' || missing="$missing linux-headers-amd64"
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of words
apt-get install -q -y --no-install-recommends $missing
