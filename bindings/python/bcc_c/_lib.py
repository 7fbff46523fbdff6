# SPDX-License-Identifier: BSD-2-Clause
"""The C library itself, the exception its errors become, and how Python's values become
arguments."""
from __future__ import annotations

import ctypes
import os
from typing import NamedTuple

from . import _decl


def _load() -> ctypes.CDLL:
    name = f"libbcc_c.so.{_decl.BCC_C_VERSION_MAJOR}"
    try:
        library = ctypes.CDLL(name, use_errno=True)
    except OSError as error:
        raise ImportError(f"{error}; if it is not installed, name its folder in LD_LIBRARY_PATH"
                          ) from None
    try:
        _decl.bind(library)
    except AttributeError as error:
        raise ImportError(f"{name} is older than this package: {error}") from None
    return library


lib = _load()


class Diagnostic(NamedTuple):
    """What the compiler had to say about one place in the source."""

    severity: str     # "note", "warning" or "error"
    line: int         # 1 for the first; 0: no place in particular
    column: int       # 1 for the first byte of the line; 0: none
    file: str         # as the source or its #include names it
    text: str         # without severity and place
    source_line: str  # empty where there is none


class BccError(OSError):
    """A call of the library failed.

    errno holds the code, str() the library's line of text: step, object, cause, advice. log holds
    the compiler's or the verifier's whole output where there is one, diagnostics a list of
    Diagnostic if a source did not compile, which has the code errno.EBADMSG.
    """

    def __init__(self, code: int, message: str, log: str = "",
                 diagnostics: list[Diagnostic] | None = None) -> None:
        super().__init__(code, message)
        self.log = log
        self.diagnostics = diagnostics or []

    def __str__(self) -> str:
        return self.strerror


def to_c(value) -> bytes | None:
    """A str, bytes or path as a C string. One that C would cut short is refused."""
    if value is None:
        return None
    data = os.fsencode(value)
    if b"\0" in data:
        raise ValueError("embedded zero byte")
    return data


def to_text(data: bytes | None) -> str:
    """A C string as str; never fails, as texts may quote any bytes of the user's."""
    return (data or b"").decode("utf-8", "replace")


def options(struct, **fields):
    """An options struct of the library with its size and the given fields set; strings become C
    strings."""
    made = struct(ctypes.sizeof(struct))
    known = {name for name, *_ in struct._fields_}
    for name, value in fields.items():
        if name not in known or name in ("sz", "reserved"):
            raise TypeError(f"unknown option '{name}'")
        setattr(made, name, to_c(value) if isinstance(value, (str, bytes, os.PathLike)) else value)
    return made
