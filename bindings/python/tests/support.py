# SPDX-License-Identifier: BSD-2-Clause
"""What the live tests share: the probe, the system calls that it sees, and running tests as TAP."""
import contextlib
import ctypes
import os
import platform
import traceback

import bcc_c

COMM = b"bccc-python"
PROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "probe.bpf.c")
GETPPID = {"x86_64": 110, "aarch64": 173}[platform.machine()]


class Pair(ctypes.Structure):
    _fields_ = [("a", ctypes.c_uint32), ("b", ctypes.c_uint64)]


def call(times):
    """Makes a known number of system calls that the probe sees."""
    for _ in range(times):
        os.getppid()


def raises(kind, function, *arguments, **keywords):
    """Gives the exception of that kind that the call must raise."""
    try:
        function(*arguments, **keywords)
    except kind as error:
        return error
    raise AssertionError(f"{function} raised no {kind.__name__}")


def open_fds():
    return len(os.listdir("/proc/self/fd"))


@contextlib.contextmanager
def one_cpu():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    yield
    os.sched_setaffinity(0, before)


@contextlib.contextmanager
def loaded(attach=True):
    """The probe, compiled once, loaded and attached."""
    if not hasattr(loaded, "elf"):
        with bcc_c.Module.from_file(PROBE) as module:
            loaded.elf = module.elf
    with bcc_c.Module.from_elf(loaded.elf) as module:
        module.set_global("wanted_comm", COMM.ljust(16, b"\0"))
        module.set_global("wanted_nr", ctypes.c_uint64(GETPPID))
        module.load()
        if attach:
            module.prog("on_call").attach()
        yield module


def main(tests):
    """Runs the functions among a module's globals that are tests. Returns 1 if one failed."""
    ctypes.CDLL(None).prctl(15, COMM, 0, 0, 0)  # PR_SET_NAME
    tests = [(name, test) for name, test in tests.items() if name.startswith("test_")]
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - python_{name[5:]}", flush=True)
        except Exception:
            failed = 1
            print(f"not ok {number} - python_{name[5:]}")
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    print(f"1..{len(tests)}")
    return failed
