# SPDX-License-Identifier: BSD-2-Clause
"""Programs, and the links that attach them."""
from __future__ import annotations

from . import _decl
from ._lib import lib, options, to_c, to_text


class Link:
    """A program attached somewhere. It ends with its module, or earlier by free(); not with this
    object."""

    def __init__(self, module, ptr) -> None:
        self._module = module
        self._ptr = ptr
        self._epoch = module.epoch

    def free(self) -> None:
        """Detaches. Again, or after the module detached all or was freed: nothing."""
        ptr, self._ptr = self._ptr, None
        if ptr is not None and self._epoch == self._module.epoch:
            self._module.call(lib.bcc_c_link__free, ptr)

    def __enter__(self) -> Link:
        return self

    def __exit__(self, *exception) -> None:
        self.free()


class Prog:
    """A program of a module."""

    def __init__(self, module, ptr) -> None:
        self._module = module
        self._ptr = ptr

    @property
    def name(self) -> str:
        """The name of its function."""
        return to_text(self._module.call(lib.bcc_c_prog__name, self._ptr))

    @property
    def section(self) -> str:
        """The section it stands in, such as "tracepoint/syscalls/sys_enter_openat"."""
        return to_text(self._module.call(lib.bcc_c_prog__section, self._ptr))

    @property
    def type(self) -> str:
        """The name of its type, such as "kprobe"."""
        return to_text(self._module.call(lib.bcc_c_prog__type_name, self._ptr))

    @property
    def insn_cnt(self) -> int:
        """The number of its BPF instructions."""
        return self._module.call(lib.bcc_c_prog__insn_cnt, self._ptr)

    @property
    def fd(self) -> int:
        """The descriptor of the loaded program, which stays the module's."""
        return self._module.check(self._module.call(lib.bcc_c_prog__fd, self._ptr))

    def attach(self) -> Link:
        """Attaches to what its section names."""
        return self._attach(lib.bcc_c_prog__attach)

    def attach_kprobe(self, func: str, *, offset: int = 0, retprobe: bool = False) -> Link:
        """Attaches to a function of the kernel."""
        opts = options(_decl.bcc_c_kprobe_opts, offset=offset, retprobe=retprobe)
        return self._attach(lib.bcc_c_prog__attach_kprobe, to_c(func), opts)

    def attach_uprobe(self, binary, symbol: str | None = None, *, offset: int = 0, pid: int = 0,
                      retprobe: bool = False) -> Link:
        """Attaches to a function or an offset in a binary: a path, the name of a library, or a
        command in PATH."""
        opts = options(_decl.bcc_c_uprobe_opts, symbol=symbol, offset=offset, pid=pid,
                       retprobe=retprobe)
        return self._attach(lib.bcc_c_prog__attach_uprobe, to_c(binary), opts)

    def attach_usdt(self, binary, provider: str, name: str, *, cookie: int = 0,
                    pid: int = 0) -> Link:
        """Attaches to all places of a static probe in a binary, which is named as for
        attach_uprobe()."""
        opts = options(_decl.bcc_c_usdt_opts, cookie=cookie, pid=pid)
        return self._attach(lib.bcc_c_prog__attach_usdt, to_c(binary), to_c(provider), to_c(name),
                            opts)

    def attach_tracepoint(self, category: str, name: str) -> Link:
        """Attaches to a tracepoint."""
        return self._attach(lib.bcc_c_prog__attach_tracepoint, to_c(category), to_c(name))

    def attach_raw_tracepoint(self, name: str) -> Link:
        """Attaches to a tracepoint in its raw form, which needs no tracefs."""
        return self._attach(lib.bcc_c_prog__attach_raw_tracepoint, to_c(name))

    def attach_perf_event(self, type: int, config: int, *, frequency: int = 0, period: int = 0,
                          pid: int = 0, cpu: int | None = None) -> Link:
        """Runs the program at samples of an event; the numbers are those of perf_event_open(2)."""
        opts = options(_decl.bcc_c_perf_event_opts, frequency=frequency, period=period, pid=pid,
                       cpu_plus_1=0 if cpu is None else cpu + 1)
        return self._attach(lib.bcc_c_prog__attach_perf_event, type, config, opts)

    def _attach(self, function, *arguments) -> Link:
        link = self._module.call(function, self._ptr, *arguments)
        return Link(self._module, self._module.check_pointer(link))
