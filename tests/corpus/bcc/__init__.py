# SPDX-License-Identifier: BSD-2-Clause
"""Stands in for BCC's module while one of its programs is asked for its C text.

BPF() writes the text that the program hands over to a file and compiles nothing. Questions about
the kernel that come before it get an answer; the first use of a loaded program ends the process.
"""
import os
import re

_symbols = {}     # of the kernel: name to type
_absent = set()   # features to be reported as absent: kfunc, raw_tp, tp
_base = None      # where the texts go: start of their paths
_written = 0


def read_symbols():
    """Once for all programs: it takes a while."""
    with open("/proc/kallsyms") as file:
        for line in file:
            part = line.split()
            if len(part) == 3:  # the kernel's own; a module's has its name behind
                _symbols[part[2].encode()] = part[1]


def start(folder, base, absent):
    """Before the program runs."""
    global _base, _absent
    _base, _absent = os.path.join(folder, base), absent


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()


def _text(text):
    return text.decode() if isinstance(text, bytes) else text


def _write(text, cflags):
    """One file for each text, and one for its flags."""
    global _written
    if not text.strip():
        return
    _written += 1
    base = "%s.%d" % (_base, _written)
    with open(base + ".c", "w") as file:
        file.write(text)
    with open(base + ".flags", "w") as file:
        file.write(" ".join(cflags) + "\n")


class PerfType:
    HARDWARE = 0
    SOFTWARE = 1


class PerfHWConfig:
    CACHE_REFERENCES = 2
    CACHE_MISSES = 3


class PerfSWConfig:
    CPU_CLOCK = 0
    TASK_CLOCK = 1


class USDTException(Exception):
    pass


# What reads one argument of a probe: here always the first register, as eight bytes.
_READER = """
static __always_inline int _bpf_readarg_%s_%d(struct pt_regs *ctx, void *dest, size_t len)
{
	if (len != sizeof(u64))
		return -1;
	*(u64 *)dest = (u64)ctx->di;
	return 0;
}
"""


class _Location:
    num_arguments = 6

    def get_argument(self, index):
        return "8@%rdi"


class _Probe:
    provider = b"provider"
    bin_path = b"/bin/sh"
    num_locations = 1
    num_arguments = 6

    def __init__(self, probe):
        self.name = _bytes(probe)

    def short_name(self):
        return "provider:" + _text(self.name)

    def get_location(self, index):
        return _Location()


class USDT:
    """A process with any probe that is asked for, each with six arguments in registers."""

    def __init__(self, pid=None, path=None):
        self.functions = {}

    def enable_probe(self, probe, fn_name):
        self.functions[_text(fn_name)] = probe

    enable_probe_or_bail = enable_probe

    def get_text(self):
        return "".join(["#include <uapi/linux/ptrace.h>\n"] +
                       [_READER % (fn, i) for fn in self.functions for i in range(1, 9)])

    def get_probe_arg_ctype(self, probe, index):
        return "u64"

    def enumerate_probes(self):
        return [_Probe("some__probe"), _Probe("other__probe")]

    def enumerate_active_probes(self):
        return []


class BPF:
    def __init__(self, text=None, src_file=None, usdt_contexts=(), cflags=(), **rest):
        if src_file:
            with open(src_file) as file:
                text = file.read()
        _write("".join([usdt.get_text() for usdt in usdt_contexts]) + _text(text or ""), cflags)

    # What a program does with its text once loaded: attach, read tables, poll.
    def __getattr__(self, used):
        os._exit(0)

    def __getitem__(self, table):
        os._exit(0)

    @staticmethod
    def get_kprobe_functions(pattern):
        pattern = _bytes(pattern)
        if pattern.startswith(b"zpl_"):  # a file system that is not part of the kernel
            return [b"zpl_iter_read"]
        whole = re.compile(b"^(?:" + pattern + b")$")
        return [symbol for symbol, kind in _symbols.items()
                if kind in "tT" and whole.match(symbol)]

    @staticmethod
    def ksymname(symbol):
        return 1 if _bytes(symbol) in _symbols else -1

    @staticmethod
    def kernel_struct_has_field(record, field):
        """From a text that bpftool made of the kernel's BTF."""
        with open(os.environ["BTF_TEXT"]) as file:
            found = re.search(r"^\[\d+\] STRUCT '%s' (.*\n(?:\t.*\n)*)" % _text(record),
                              file.read(), re.M)
        if not found:
            return -1
        return int("\t'%s' " % _text(field) in found.group(1))

    @staticmethod
    def get_syscall_prefix():
        return b"__x64_sys_"

    @staticmethod
    def get_syscall_fnname(call):
        return b"__x64_sys_" + _bytes(call)

    @staticmethod
    def tracepoint_exists(category, event):
        path = "/sys/kernel/tracing/events/%s/%s" % (_text(category), _text(event))
        return "tp" not in _absent and os.path.isdir(path)

    @staticmethod
    def get_tracepoints(pattern):
        return [b"sched:sched_switch"]

    @staticmethod
    def support_kfunc():
        return "kfunc" not in _absent

    @staticmethod
    def support_raw_tracepoint():
        return "raw_tp" not in _absent

    support_raw_tracepoint_in_module = support_raw_tracepoint

    @staticmethod
    def find_exe(command):
        return b"/bin/" + _bytes(command)

    @staticmethod
    def find_library(library):
        return "/lib/lib" + _text(library) + ".so"

    @staticmethod
    def get_user_functions_and_addresses(library, pattern):
        return [(b"some_function", 0x1000)]

    @staticmethod
    def generate_auto_includes(words):
        return ""

    @staticmethod
    def get_probe_limit():
        return 1000

    @staticmethod
    def monotonic_time():
        return 0

    def num_open_kprobes(self):
        return 1


class ArgString:
    def __init__(self, text):
        self.text = text

    def __bytes__(self):
        return self.text.encode()

    def __str__(self):
        return self.text


class StrcmpRewrite:
    """STRCMP("text", pointer) in an expression becomes a call of a function made for that text."""

    _FUNCTION = """
static inline bool %s(char const *ignored, uintptr_t str)
{
	char needle[] = "%s";
	char haystack[sizeof(needle)];

	bpf_probe_read_%s(&haystack, sizeof(haystack), (void *)str);
	for (int i = 0; i < sizeof(needle) - 1; ++i) {
		if (needle[i] != haystack[i])
			return false;
	}
	return true;
}
"""

    @classmethod
    def rewrite_expr(cls, expr, bin_cmp, is_user, probe_user_list, streq_functions, probeid):
        functions = streq_functions

        def call(match):
            nonlocal functions, probeid
            function = "streq_%d" % probeid
            probeid += 1
            functions += cls._FUNCTION % (function, match.group(1), "user" if is_user else "kernel")
            return "%s(\"%s\", %s)" % (function, match.group(1), match.group(2))

        expr = re.sub(r'STRCMP\("([^"]*)",\s*([^)]*)\)', call, expr)
        return {"expr": expr, "streq_functions": functions, "probeid": probeid}
