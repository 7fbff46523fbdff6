# SPDX-License-Identifier: BSD-2-Clause
"""Writes the C texts that BCC's programs would compile, without BCC and without compiling.

extract.py LIST FOLDER [PROGRAM...]

LIST has a line for each set of arguments: a program of Debian's bpfcc-tools without its suffix,
features that the kernel shall not have (@kfunc, @raw_tp, @tp), then the arguments, quoted as in a
shell; PID stands for a process that exists, DISK for a disk. FOLDER receives PROGRAM-LINE.N.c, with the flags for
the compiler in PROGRAM-LINE.N.flags, and what the program said in PROGRAM-LINE.log.
"""
import builtins
import io
import os
import runpy
import shlex
import signal
import subprocess
import sys
import time
import types

sys.dont_write_bytecode = True
import bcc  # noqa: E402: the one beside this file

PLACES = ("/usr/sbin/%s-bpfcc", "/usr/sbin/%s")
# Modules that few programs want and machines often lack.
ABSENT = ("dnslib", "cachetools", "systemd", "curses")
# Data that some programs look up in /proc/kallsyms, where kernels often show functions only.
DATA = "".join("0000000000001000 d %s\n" % name for name in (
    "btrfs_file_operations", "ext4_file_operations", "vm_zone_stat"))


class Anything:
    """Has any attribute, and can be called with anything."""

    def __getattr__(self, name):
        return Anything()

    def __call__(self, *args, **kwargs):
        return Anything()


class Absent(types.ModuleType):
    """Any name of such a module is there, and calls what it is given, as curses.wrapper() does."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda first=None, *args, **kwargs: (
            first(Anything(), *args) if callable(first) else Anything())


def pretend():
    """This machine is one on which each program goes on until it compiles."""
    really_open, really_exist, really_run = open, os.path.exists, subprocess.check_output

    def pretend_open(path, *args, **kwargs):
        if path == "/proc/kallsyms":
            return io.StringIO(DATA)
        return really_open(path, *args, **kwargs)

    def pretend_run(command, *args, **kwargs):
        if "/proc/cpuinfo" in command:
            return b"vendor_id : GenuineIntel"
        return really_run(command, *args, **kwargs)

    builtins.open = pretend_open
    subprocess.check_output = pretend_run
    os.path.exists = lambda path: str(path).startswith(("/sys/", "b'/sys/")) or really_exist(path)
    time.sleep = lambda seconds: os._exit(0)  # it waits for what its programs do
    for name in ABSENT:
        sys.modules[name] = Absent(name)


def run(base, program, words, folder):
    stands_for = {"PID": str(os.getppid()), "DISK": sorted(os.listdir("/sys/block"))[0]}
    path = next((p for p in (place % program for place in PLACES) if os.path.exists(p)), None)
    if not path:
        sys.exit("no program " + program)
    bcc.start(folder, base, {word[1:] for word in words if word.startswith("@")})
    pretend()
    signal.alarm(10)
    sys.argv = [path] + [stands_for.get(word, word) for word in words if not word.startswith("@")]
    runpy.run_path(path, run_name="__main__")


def extract(base, program, words, folder):
    """In a process of its own, as the program may do with its process what it likes."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    log = os.open(os.path.join(folder, base + ".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    try:
        run(base, program, words, folder)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
    os._exit(0)


def main():
    listed, folder, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    bcc.read_symbols()
    with open(listed) as file:
        for number, line in enumerate(file, 1):
            words = shlex.split(line, comments=True)
            if words and (not wanted or words[0] in wanted):
                extract("%s-%d" % (words[0], number), words[0], words[1:], folder)


main()
