# SPDX-License-Identifier: BSD-2-Clause
"""Events: records that programs send through ring and perf buffers."""
from __future__ import annotations

import ctypes
import errno
import math
from typing import Callable

from . import _decl
from ._lib import lib, options

LONGEST_MS = 2 ** 31 - 1


class Events:
    """A reader of any number of ring and perf buffers. It ends with its module, or earlier by
    free()."""

    def __init__(self, module) -> None:
        self._module = module
        self._ptr = None
        self._anchors: list = []    # callbacks, for as long as C may call them
        self._raised: BaseException | None = None
        self._running = False
        self._ptr = module.check_pointer(module.call(lib.bcc_c_events__new, module.ptr))

    def add(self, map, callback: Callable[[int, object], object], *, type=None,
            lost: Callable[[int, int], object] | None = None, pages: int = 0) -> None:
        """Adds a map, or the map of that name, to read from.

        callback(cpu, record) is called in poll() and consume(); cpu is -1 for ring buffers, record
        is bytes, or an instance of the ctypes type given as type. An exception that it raises ends
        the poll, which raises it. lost(cpu, count) hears of records that a perf buffer lost; pages
        is the size of a perf buffer on each CPU.
        """
        if isinstance(map, str):
            map = self._module.map(map)
        if map._module is not self._module:
            raise ValueError("the map is another module's")
        event_fn = _decl.bcc_c_event_fn(self._event_fn(callback, type))
        lost_fn = _decl.bcc_c_lost_fn(self._lost_fn(lost)) if lost else _decl.bcc_c_lost_fn()
        opts = options(_decl.bcc_c_events_opts, lost=lost_fn, pages=pages)
        self._module.check(self._call(lib.bcc_c_events__add, map._ptr, event_fn, None, opts))
        self._anchors += [event_fn, lost_fn]

    def _event_fn(self, callback, type):
        def event(_, cpu, data, size):
            try:
                record = ctypes.string_at(data, size)
                callback(cpu, type.from_buffer_copy(record) if type else record)
            except BaseException as error:  # C can't pass it on: poll() raises it
                self._raised = self._raised or error
            return -errno.ECANCELED if self._raised else 0
        return event

    def _lost_fn(self, callback):
        def lost(_, cpu, count):
            try:
                callback(cpu, count)
            except BaseException as error:
                self._raised = self._raised or error
        return lost

    def poll(self, timeout: float | None = None) -> int:
        """Waits for records and hands them out.

        timeout: seconds to wait for the first, None for ever. Returns the number of records; 0
        after the timeout or a signal whose handler raised nothing.
        """
        wait = -1 if timeout is None else min(max(math.ceil(timeout * 1000), 0), LONGEST_MS)
        return self._run(lib.bcc_c_events__poll, wait)

    def consume(self) -> int:
        """Hands out all records that are there, without waiting. Returns their number."""
        return self._run(lib.bcc_c_events__consume)

    def _run(self, function, *arguments) -> int:
        if self._running:
            raise RuntimeError("a callback can't poll the reader that called it")
        self._running = True
        try:
            result = self._call(function, *arguments)
        finally:
            self._running = False
            raised, self._raised = self._raised, None
        if raised is not None:
            raise raised
        return 0 if result == -errno.EINTR else self._module.check(result)

    def _call(self, function, *arguments):
        if self._ptr is None:
            raise ValueError("the reader was freed")
        return self._module.call(function, self._ptr, *arguments)

    def fileno(self) -> int:
        """A descriptor that is readable when records are there: the reader itself can be given to
        select."""
        return self._call(lib.bcc_c_events__fd)

    def lost(self, map=None) -> int:
        """How many records perf buffers lost because they were full; of one map, or of all."""
        return self._call(lib.bcc_c_events__lost, map._ptr if map is not None else None)

    def free(self) -> None:
        """Ends the reader. Its maps stay. Again, or after the module was freed: nothing."""
        if self._running:
            raise RuntimeError("a callback can't free the reader that called it")
        ptr, self._ptr = self._ptr, None
        if ptr is not None and self._module._ptr is not None:
            self._module.call(lib.bcc_c_events__free, ptr)
        self._anchors.clear()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *exception) -> None:
        self.free()

    def __del__(self) -> None:
        if getattr(self, "_ptr", None) is not None:
            self.free()
