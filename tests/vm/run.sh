#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh [-t SECONDS] SERIES -- COMMAND [ARG...]: runs a command under a Debian kernel of SERIES.
#
# Boots that kernel (6.1 or 6.12) in an emulated machine which shares this one's root file system,
# and runs the command there as root, in the same folder and with the same environment; what it
# writes to files is lost. Its stdout and stderr both come out here on stdout, its exit status
# becomes that of run.sh. Status 125 says that there was none: no kernel, panic, or time over (600
# seconds unless -t is given). The first run downloads the kernel, to build/vm in the repository or
# where BCC_C_VM_DIR says. The command has no stdin, no terminal and no network.
set -eu

die() {
	echo "run.sh: $*" >&2
	exit 125
}

usage() {
	die "usage: run.sh [-t SECONDS] SERIES -- COMMAND [ARG...]"
}

# The argument as one word of shell, whatever it holds.
quote() {
	printf '%s\n' "$1" | sed "s/'/'\\\\''/g; 1s/^/'/; \$s/\$/'/"
}

# The job is an archive put before the initramfs proper: the kernel unpacks both.
write_job() {
	mkdir "$work/job"
	{
		echo "VM_MARK=$mark"
		echo "VM_TREE=$(quote "$dir/tree")"
	} >"$work/job/config"
	{
		export -p
		echo "cd $(quote "$PWD") || exit 125"
		printf exec
		for arg in "$@"; do
			printf ' %s' "$(quote "$arg")"
		done
		echo
	} >"$work/job/command"
	(cd "$work" && find job | cpio -o -H newc -R 0:0 --quiet) >"$work/initrd"
	cat "$dir/initramfs.cpio" >>"$work/initrd"
}

# One thread runs both processors in turns: with a thread each the emulator can run code that the
# guest's kernel has just patched, as it does for every jump label, and the guest dies of an int3.
#
# The first serial port is the kernel's console, the second takes the command's output. The fifo
# keeps qemu from making our own stdout non-blocking.
boot() {
	mkfifo "$work/output"
	cat "$work/output" &
	copier=$!
	timeout -k 5 "$limit" qemu-system-x86_64 \
		-nodefaults -no-user-config -display none -no-reboot \
		-M q35 -accel tcg,thread=single -cpu max -smp 2 -m 4G \
		-kernel "$dir/kernel" -initrd "$work/initrd" -append "$options" \
		-serial "file:$work/console" -serial stdio \
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=host,mount_tag=host \
		</dev/null >"$work/output" 2>"$work/qemu.log" &
	emulator=$!
	wait "$emulator" || emulator_status=$?
	emulator=
	wait "$copier" || :
}

limit=600
while getopts t: option; do
	case $option in
	t) limit=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
if [ $# -lt 3 ] || [ "$2" != -- ]; then
	usage
fi
series=$1
shift 2

here=$(cd "$(dirname "$0")" && pwd)
cache=${BCC_C_VM_DIR:-build/vm}
case $cache in
/*) dir=$cache/$series ;;
*) dir=$(cd "$here/../.." && pwd)/$cache/$series ;;
esac
"$here/kernel.sh" "$series" "$dir" >/dev/null || exit 125
"$here/initramfs.sh" "$dir" || exit 125

# Quiet and quick to boot; the BPF security module, which Debian leaves out, is there to be tested.
options="console=ttyS0 quiet panic=-1 printk.devkmsg=on mitigations=off lsm=bpf
 tsc=reliable no_timer_check cryptomgr.notests rcupdate.rcu_expedited=1"

emulator=
emulator_status=0
work=$(mktemp -d "${TMPDIR:-/tmp}/bcc_c-vm.XXXXXX")
mark=status-of-${work##*.}
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

write_job "$@"
boot
status=$(sed -n "s/.*$mark \([0-9]*\).*/\1/p" "$work/console" | tail -n 1)
[ -z "$status" ] || exit "$status"

tail -n 40 "$work/console" "$work/qemu.log" | tr -d '\r' >&2
[ "$emulator_status" -ne 124 ] || die "the guest did not end within $limit seconds"
die "the guest ended without an exit status (emulator: $emulator_status)"
