# SPDX-License-Identifier: BSD-2-Clause
"""Who takes part, where it is to be found, and in which version."""

import os
import re
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
INSTALL = "install it with: make bench-deps"
BPFTRACE = (r'tracepoint:syscalls:sys_enter_openat '
            r'{ printf("%-7d %-16s %s\n", pid, comm, str(args->filename)); }')


class Contestant:
    """A command that shows opened files.

    cache is None where there is no cache, "fresh" for an empty one each time, "kept" for one that
    is filled before. missing says why it can't take part.
    """

    def __init__(self, name, argv, cache=None, missing=None):
        self.name = name
        self.argv = argv
        self.cache = cache
        self.missing = missing


def run_text(*argv):
    """The output of a command, or nothing."""
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              stdin=subprocess.DEVNULL, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def _missing_bcc(python):
    if not run_text(python, "-c", "from bcc import BPF; print(BPF)"):
        return "BCC's Python module is not installed; " + INSTALL
    if not os.path.isdir("/lib/modules/%s/build" % os.uname().release):
        return "BCC needs kernel headers; " + INSTALL
    return None


def _missing_command(path):
    return None if shutil.which(path) else path + " is not installed; " + INSTALL


def contestants(build, work, python):
    """All of them, those that are not installed too, in the order of their turns."""
    opensnoop = os.path.join(build, "bin/opensnoop")
    snoop = [os.path.join(work, "snoop"), os.path.join(HERE, "snoop.bpf.c")]
    bcc = [python, os.path.join(HERE, "bcc_snoop.py")]
    no_bcc = _missing_bcc(python)
    tool = "/usr/sbin/opensnoop"
    return [
        Contestant("bcc_c opensnoop, cold", [opensnoop], cache="fresh"),
        Contestant("bcc_c opensnoop, warm", [opensnoop], cache="kept"),
        Contestant("bcc_c small probe, cold", snoop, cache="fresh"),
        Contestant("bcc_c small probe, warm", snoop, cache="kept"),
        Contestant("bcc_c small probe, in process", snoop + ["in-process"]),
        Contestant("BCC", bcc, missing=no_bcc),
        Contestant("BCC, with linux/sched.h and fs.h", bcc + ["headers"], missing=no_bcc),
        Contestant("bpftrace", ["bpftrace", "-e", BPFTRACE], missing=_missing_command("bpftrace")),
        Contestant("libbpf-tools opensnoop", [tool], missing=_missing_command(tool)),
    ]


def _package(name):
    return run_text("dpkg-query", "-W", "-f", "${Version}", name) or "not installed"


def _llvm_of(package):
    found = re.search(r"libllvm(\d+)", run_text("dpkg-query", "-W", "-f", "${Depends}", package))
    return " (LLVM %s)" % found.group(1) if found else ""


def _cpu():
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            models = [line.split(":", 1)[1].strip() for line in file
                      if line.startswith(("model name", "Model"))]
    except OSError:
        models = []
    return "%s, %d online" % (models[0] if models else os.uname().machine, os.cpu_count() or 1)


def versions(build):
    """What was measured and on what, as pairs of name and text."""
    info = run_text(os.path.join(build, "bin/bcc_c"), "info")
    ours = dict(line.split(None, 1) for line in info.splitlines() if len(line.split(None, 1)) == 2)
    compiler = re.sub(r"^(yes|no) +|, /.*", "", ours.get("compiler", "compiler unknown"))
    build_at = os.path.realpath("/lib/modules/%s/build" % os.uname().release)
    headers = os.path.basename(build_at) if os.path.isdir(build_at) else "none"
    return [
        ("cpu", _cpu()),
        ("kernel", "%s %s" % (os.uname().release, os.uname().machine)),
        ("bcc_c", "%s (%s)" % (ours.get("version", "unknown"), compiler)),
        ("BCC", _package("python3-bpfcc") + _llvm_of("libbpfcc") + ", kernel headers: " + headers),
        ("bpftrace", _package("bpftrace") + _llvm_of("bpftrace")),
        ("libbpf-tools", _package("libbpf-tools")),
        ("bpftool", _package("bpftool")),
    ]
