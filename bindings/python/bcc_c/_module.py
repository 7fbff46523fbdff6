# SPDX-License-Identifier: BSD-2-Clause
"""Module: one BPF object on its way from C source to running programs."""
from __future__ import annotations

import ctypes
import errno
import os
from typing import Callable, Iterator

from . import _decl
from ._events import Events
from ._lib import BccError, Diagnostic, lib, options, to_c, to_text
from ._map import Map
from ._prog import Prog
from ._types import Typed, sized

SEVERITIES = {_decl.BCC_C_NOTE: "note", _decl.BCC_C_WARNING: "warning", _decl.BCC_C_ERROR: "error"}


class Module:
    """One BPF object: new, compile (or open_elf), load, attach, free."""

    def __init__(self, source: str | bytes | None = None, cflags=(), *, name: str | None = None,
                 portable: bool = False, log: Callable[[int, str], object] | None = None,
                 cache: bool = True, in_process: bool = False, **limits) -> None:
        """Makes a module and, where a source is given, compiles it.

        cflags, name and portable are compile()'s. log(level, text) receives what the library has
        to say beyond its errors; it must not use the module. cache=False does without the cache of
        compiled objects. in_process=True runs the compiler in this process, without limits. limits
        are further fields of struct bcc_c_module_opts: compiler, btf, compiler_memory_mb,
        compiler_cpu_s, compiler_wall_ms, table_ns.
        """
        self._ptr = None
        self._depth = 0   # calls into the library that haven't returned
        self.epoch = 0    # goes up when links end all at once
        flags = 0 if cache else _decl.BCC_C_NO_CACHE
        if in_process:
            flags |= _decl.BCC_C_IN_PROCESS
        opts = options(_decl.bcc_c_module_opts, flags=flags, **limits)
        if log is not None:
            def log_fn(_, level, text):
                log(level, to_text(text))
            # Kept by the module, as the library calls it until it is freed.
            self._log_fn = opts.log = _decl.bcc_c_log_fn(log_fn)
        self._ptr = lib.bcc_c_module__new(opts) or None
        if self._ptr is None:
            code = ctypes.get_errno()
            raise BccError(code, f"new module: {os.strerror(code)}")
        if source is not None:
            self.compile(source, cflags, name, portable)

    @classmethod
    def from_file(cls, path, cflags=(), *, name: str | None = None, portable: bool = False,
                  **kwargs) -> Module:
        """A module compiled from the source in a file."""
        module = cls(**kwargs)
        module.compile_file(path, cflags, name, portable)
        return module

    @classmethod
    def from_elf(cls, elf, **kwargs) -> Module:
        """A module with a ready BPF object: the ELF file's bytes, or its path as str or path."""
        module = cls(**kwargs)
        if isinstance(elf, (str, os.PathLike)):
            module.check(module.call(lib.bcc_c_module__open_elf_file, module.ptr, to_c(elf)))
        else:
            data = bytes(elf)
            module.check(module.call(lib.bcc_c_module__open_elf, module.ptr, data, len(data)))
        return module

    # The way to the library, for this class and those of what the module owns

    @property
    def ptr(self):
        """The C handle. Raises ValueError when it was freed."""
        if self._ptr is None:
            raise ValueError("the module was freed")
        return self._ptr

    def call(self, function, *arguments):
        """Calls a function of the library. All calls on what the module owns come here, so that
        none is made with a pointer that was freed, nor a module freed below a call that still
        runs."""
        if self._ptr is None:
            raise ValueError("the module was freed")
        self._depth += 1
        try:
            return function(*arguments)
        finally:
            self._depth -= 1

    def check(self, result: int) -> int:
        """Gives back the result of a call, or raises the error that it stands for."""
        if result < 0:
            raise self.error(-result)
        return result

    def check_pointer(self, pointer):
        """The same for a call that returns a pointer."""
        if not pointer:
            raise self.error(ctypes.get_errno())
        return pointer

    def error(self, code: int) -> BccError:
        """The library's last error as an exception."""
        message = to_text(lib.bcc_c_module__errmsg(self.ptr)) or os.strerror(code)
        diagnostics = self.diagnostics if code == errno.EBADMSG else None
        return BccError(code, message, self.log, diagnostics)

    # Life cycle

    def compile(self, source: str | bytes, cflags=(), name: str | None = None,
                portable: bool = False) -> None:
        """Compiles a source text. A module whose compilation failed may be given another.

        cflags: -D, -U, -I, -include, -std=, -W..., -mcpu= and the like; name: file name of the
        source in diagnostics; portable=True: make an object for other kernels too, not for the
        running one alone.
        """
        self._compile(lib.bcc_c_module__compile, to_c(source), cflags, name, portable)

    def compile_file(self, path, cflags=(), name: str | None = None,
                     portable: bool = False) -> None:
        """The same for the source in a file."""
        self._compile(lib.bcc_c_module__compile_file, to_c(path), cflags, name, portable)

    def _compile(self, function, what: bytes | None, cflags, name: str | None,
                 portable: bool) -> None:
        if what is None or isinstance(cflags, (str, bytes)):
            raise TypeError("compile takes a source and a list of cflags")
        flags = [to_c(flag) for flag in cflags]
        array = (ctypes.c_char_p * len(flags))(*flags)
        opts = options(_decl.bcc_c_compile_opts, name=name, cflags_cnt=len(flags),
                       flags=_decl.BCC_C_PORTABLE if portable else 0,
                       cflags=ctypes.cast(array, ctypes.POINTER(ctypes.c_char_p)))
        self.check(self.call(function, self.ptr, what, opts))

    def load(self) -> None:
        """Creates the maps and loads the programs into the kernel."""
        self.check(self.call(lib.bcc_c_module__load, self.ptr))

    def attach(self) -> int:
        """Attaches every program whose section says where to. Returns the number of links made."""
        return self.check(self.call(lib.bcc_c_module__attach, self.ptr))

    def detach(self) -> None:
        """Ends all links. Programs and maps stay loaded."""
        self.call(lib.bcc_c_module__detach, self.ptr)
        self.epoch += 1

    def free(self) -> None:
        """Detaches, unloads and releases all that belongs to the module. Again: nothing."""
        if self._depth:
            raise RuntimeError("a module can't be freed while one of its calls runs")
        ptr, self._ptr = self._ptr, None
        self.epoch += 1
        if ptr is not None:
            lib.bcc_c_module__free(ptr)

    def __enter__(self) -> Module:
        return self

    def __exit__(self, *exception) -> None:
        self.free()

    def __del__(self) -> None:
        if getattr(self, "_ptr", None) is not None:
            self.free()

    # What the module holds

    @property
    def elf(self) -> bytes:
        """The BPF object as an ELF file, until the module is loaded."""
        size = ctypes.c_size_t()
        data = self.check_pointer(self.call(lib.bcc_c_module__elf, self.ptr, size))
        return ctypes.string_at(data, size.value)

    @property
    def log(self) -> str:
        """The whole output of the compiler or the verifier behind the last failure."""
        return to_text(lib.bcc_c_module__log(self.ptr))

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """What the compiler said in the last compilation, warnings of a successful one included."""
        found = []
        diag = lib.bcc_c_module__next_diag(self.ptr, None)
        while diag:
            one = diag.contents
            found.append(Diagnostic(SEVERITIES.get(one.severity, "error"), one.line, one.column,
                                    to_text(one.file), to_text(one.text),
                                    to_text(one.source_line)))
            diag = lib.bcc_c_module__next_diag(self.ptr, diag)
        return found

    def prog(self, name: str) -> Prog:
        """The program of that name."""
        ptr = self.call(lib.bcc_c_module__find_prog, self.ptr, to_c(name))
        return Prog(self, self.check_pointer(ptr))

    def progs(self) -> Iterator[Prog]:
        """All programs, in the order of the object."""
        ptr = self.call(lib.bcc_c_module__next_prog, self.ptr, None)
        while ptr:
            yield Prog(self, ptr)
            ptr = self.call(lib.bcc_c_module__next_prog, self.ptr, ptr)

    def map(self, name: str, key=None, value=None) -> Map:
        """The map of that name.

        key and value are ctypes types for what it holds, such as ctypes.c_uint64 or a Structure;
        without one, keys or values are bytes.
        """
        ptr = self.call(lib.bcc_c_module__find_map, self.ptr, to_c(name))
        return Map(self, self.check_pointer(ptr), key, value)

    def maps(self) -> Iterator[Map]:
        """All maps that the source defines."""
        ptr = self.call(lib.bcc_c_module__next_map, self.ptr, None)
        while ptr:
            yield Map(self, ptr)
            ptr = self.call(lib.bcc_c_module__next_map, self.ptr, ptr)

    def set_global(self, name: str, value) -> None:
        """Gives a global variable its value: bytes, or an instance of a ctypes type of its size."""
        data = sized(value)
        self.check(self.call(lib.bcc_c_module__set_global, self.ptr, to_c(name), data, len(data)))

    def get_global(self, name: str, ctype):
        """The value of a global variable of a ctypes type: of a simple one such as c_uint64 the
        plain value."""
        value = ctypes.create_string_buffer(ctypes.sizeof(ctype))
        self.check(self.call(lib.bcc_c_module__get_global, self.ptr, to_c(name), value, len(value)))
        return Typed(ctype).decode(value.raw)

    def events(self) -> Events:
        """A reader of ring and perf buffers, without sources so far."""
        return Events(self)
