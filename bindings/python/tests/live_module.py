#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Live tests of modules, programs and errors. Prints TAP. Needs root."""
import ctypes
import errno
import gc
import os
import sys
import tempfile
import threading

import bcc_c
from support import PROBE, call, loaded, main, open_fds, raises

BROKEN = "/* line 1 */\nint f(void *ctx)\n{\n\treturn no_such_name;\n}\n"
SMALL = "int f(void *ctx)\n{\n\treturn 0;\n}\n"
REFUSED = """
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
SEC("raw_tracepoint/sys_enter") int f(void *ctx) { return *(int *)0x1000; }
char LICENSE[] SEC("license") = "GPL";
"""
COUNTER = """
#include "vmlinux.h"
#include <bpf/usdt.bpf.h>
u64 sum;
SEC("usdt") int BPF_USDT(count, long number)
{
	__sync_fetch_and_add(&sum, number + 1000 * bpf_usdt_cookie(ctx));
	return 0;
}
char LICENSE[] SEC("license") = "GPL";
"""


# Errors

def test_error_has_text_and_diagnostics():
    error = raises(bcc_c.BccError, bcc_c.Module, BROKEN, name="broken.c")
    assert isinstance(error, OSError) and error.errno == errno.EBADMSG, error.errno
    assert str(error) and "\n" not in str(error), str(error)
    assert "no_such_name" in error.log, error.log
    diag = [one for one in error.diagnostics if one.severity == "error"][0]
    assert (diag.file, diag.line, diag.column) == ("broken.c", 4, 9), diag
    assert "no_such_name" in diag.text and diag.source_line == "\treturn no_such_name;", diag


def test_module_takes_another_source_after_an_error():
    with bcc_c.Module() as module:
        raises(bcc_c.BccError, module.compile, BROKEN)
        module.compile_file(PROBE)
        assert not module.log and not module.diagnostics, module.log


def test_warnings_are_diagnostics():
    with bcc_c.Module("int f(void *ctx)\n{\n\tint unused;\n\treturn 0;\n}\n", ["-Wall"]) as module:
        assert [one.severity for one in module.diagnostics] == ["warning"], module.diagnostics


def test_cflags_reach_the_compiler():
    source = "#ifndef WANTED\n#error missing\n#endif\nint f(void *ctx) { return WANTED; }\n"
    raises(bcc_c.BccError, bcc_c.Module, source)
    bcc_c.Module(source, ["-D", "WANTED=1"]).free()
    error = raises(bcc_c.BccError, bcc_c.Module, source, ["-no-such-flag"])
    assert error.errno == errno.EINVAL and "-no-such-flag" in str(error), str(error)


def test_cache_is_used_unless_it_is_off():
    heard = []
    before = os.environ.get("BCC_C_CACHE")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BCC_C_CACHE"] = folder
        try:
            bcc_c.Module(SMALL, cache=False).free()
            assert not os.listdir(folder)
            bcc_c.Module(SMALL).free()
            assert len(os.listdir(folder)) == 1, os.listdir(folder)
            bcc_c.Module(SMALL, log=lambda level, text: heard.append(text)).free()
            assert any("cache entry" in text and "used" in text for text in heard), heard
        finally:
            del os.environ["BCC_C_CACHE"]
            if before is not None:
                os.environ["BCC_C_CACHE"] = before


def test_compiler_in_this_process():
    with bcc_c.Module(SMALL, cache=False) as one, \
            bcc_c.Module(SMALL, cache=False, in_process=True) as other:
        assert one.elf == other.elf
    error = raises(bcc_c.BccError, bcc_c.Module, SMALL, cache=False, in_process=True,
                   compiler="/none")
    assert "/none.so" in str(error), str(error)


def test_portable_object():
    with bcc_c.Module(SMALL, portable=True) as portable, bcc_c.Module(SMALL) as other, \
            bcc_c.Module.from_file(PROBE, portable=True) as probe:
        assert b".bcc_c.kernel" not in portable.elf and b".bcc_c.kernel" not in probe.elf
        assert b".bcc_c.kernel" in other.elf


def test_refused_program_keeps_the_verifiers_log():
    with bcc_c.Module(REFUSED) as module:
        error = raises(bcc_c.BccError, module.load)
        assert error.errno in (errno.EACCES, errno.EINVAL), error.errno
        assert "f" in str(error) and "R" in error.log, error.log
        assert not error.diagnostics


def test_what_is_not_there_is_named():
    with loaded() as module:
        for find in (module.map, module.prog):
            error = raises(bcc_c.BccError, find, "no_such_name")
            assert error.errno == errno.ENOENT and "no_such_name" in str(error), str(error)
        error = raises(bcc_c.BccError, module.prog("by_call").attach_raw_tracepoint, "no_such_name")
        assert error.errno == errno.ENOENT and "no_such_name" in str(error), str(error)
    error = raises(bcc_c.BccError, bcc_c.Module.from_file, "/no/such/file.c")
    assert error.errno == errno.ENOENT and "/no/such/file.c" in str(error), str(error)
    error = raises(bcc_c.BccError, bcc_c.Module.from_elf, b"\x7fELF and nothing else")
    assert error.errno == errno.ENOEXEC and str(error), error


def test_wrong_arguments_are_pythons_errors():
    raises(ValueError, bcc_c.Module, "int a;\0int b;")
    raises(TypeError, bcc_c.Module, "int a;", "-DA")
    raises(TypeError, bcc_c.Module, no_such_option=1)
    raises(TypeError, bcc_c.Module, sz=1)


# Life

def test_freed_module_raises():
    with loaded() as module:
        prog, calls, events = module.prog("on_call"), module.map("calls"), module.events()
        link = module.prog("by_call").attach_raw_tracepoint("sys_enter")
        events.add("ring", print)
    module.free()
    module.free()
    for use in (module.load, module.attach, module.detach, module.events, lambda: module.log,
                lambda: module.elf, lambda: module.map("calls"), lambda: module.prog("on_call"),
                lambda: list(module.maps()), lambda: list(module.progs()), prog.attach,
                lambda: prog.name, lambda: calls[b"x" * 16], lambda: calls.name,
                lambda: list(calls), events.poll, events.consume, events.fileno, events.lost):
        raises(ValueError, use)
    link.free()
    events.free()


def test_parts_keep_the_module_alive():
    with loaded() as module:
        module = bcc_c.Module.from_elf(loaded.elf)
        module.load()
        numbers = module.map("numbers", ctypes.c_uint32, ctypes.c_uint32)
        del module
        gc.collect()
        numbers[1] = 5
        assert numbers[1] == 5


def test_collected_module_is_freed():
    with loaded():
        pass
    before = open_fds()
    module = bcc_c.Module.from_elf(loaded.elf, log=lambda level, text: None)
    module.load()
    events = module.events()
    events.add("ring", lambda cpu, data: module)  # a cycle
    assert open_fds() > before
    del module, events
    gc.collect()
    assert open_fds() == before, (open_fds(), before)


def test_cycles_leak_no_descriptors():
    def cycle():
        with loaded() as module:
            with module.events() as events:
                events.add("ring", print)
                events.add("perf", print)
        bcc_c.Module().free()
    for _ in range(10):
        cycle()
    before = open_fds()
    for _ in range(100):
        cycle()
    assert open_fds() == before, (open_fds(), before)


def test_compile_cycles_leak_no_descriptors():
    before = None
    for at in range(20):
        with bcc_c.Module.from_file(PROBE) as module:
            module.load()
            module.attach()
        if at == 4:
            before = open_fds()
    assert open_fds() == before, (open_fds(), before)


def test_links_detach():
    with loaded(attach=False) as module:
        seen = lambda: module.get_global("seen", ctypes.c_uint64)
        link = module.prog("by_call").attach_raw_tracepoint("sys_enter")
        call(1)
        link.free()
        link.free()
        call(1)
        assert seen() == 1000, seen()
        with module.prog("by_call").attach_raw_tracepoint("sys_enter"):
            call(1)
        call(1)
        assert seen() == 2000, seen()
        assert module.attach() == 1
        link = module.prog("by_call").attach_raw_tracepoint("sys_enter")
        module.detach()
        link.free()
        call(1)
        assert seen() == 2000, seen()


def test_static_probes():
    path = os.environ["BCC_C_TEST_PROBES"]
    probes = ctypes.CDLL(path)
    with bcc_c.Module(COUNTER) as module:
        module.load()
        prog = module.prog("count")
        with prog.attach_usdt(path, "bcc_c_test", "several", pid=os.getpid(), cookie=3):
            for place in range(3):
                probes.probe_several(place, 5)
        probes.probe_several(0, 5)
        assert module.get_global("sum", ctypes.c_uint64) == 1 + 5 + 3 + 3 * 1000 * 3
        error = raises(bcc_c.BccError, prog.attach_usdt, path, "bcc_c_test", "severall")
        assert error.errno == errno.ENOENT and "'bcc_c_test:several'" in str(error), error


def test_programs_are_listed():
    with loaded() as module:
        found = [(prog.name, prog.section, prog.type) for prog in module.progs()]
        assert found == [("on_call", "raw_tracepoint/sys_enter", "raw_tracepoint"),
                         ("by_call", "raw_tracepoint", "raw_tracepoint")], found
        assert all(prog.fd > 2 and prog.insn_cnt > 2 for prog in module.progs())
        raises(bcc_c.BccError, lambda: module.prog("by_call").attach())


def test_log_function_hears():
    heard = []
    with bcc_c.Module(log=lambda level, text: heard.append((level, text))) as module:
        module.compile_file(PROBE)
        module.load()
    assert all(isinstance(level, int) and isinstance(text, str) for level, text in heard), heard


# The rest

def test_kernel_and_compiler():
    assert bcc_c.version().count(".") == 2 and bcc_c.__version__ == bcc_c.version()
    found = bcc_c.features()
    assert found["bpf"][0] and found["btf"][0] and found["compiler"][0], found
    assert all(text for _, text in found.values()), found
    assert "clang" in bcc_c.compiler(), bcc_c.compiler()


def test_modules_in_two_threads():
    results = []

    def run():
        for _ in range(5):
            with bcc_c.Module.from_file(PROBE) as module:
                module.load()
                raises(bcc_c.BccError, module.map, "no_such_name")
                results.append(len(list(module.maps())))
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [6] * 10, results


if __name__ == "__main__":
    sys.exit(main(globals()))
