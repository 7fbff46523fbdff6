# SPDX-License-Identifier: BSD-2-Clause
syscalls = {0: b"read", 1: b"write", 39: b"getpid"}


def syscall_name(number):
    return syscalls.get(number, b"[unknown]")
