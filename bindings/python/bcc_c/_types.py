# SPDX-License-Identifier: BSD-2-Clause
"""How keys, values and global variables go from Python to bytes and back."""
from __future__ import annotations

import ctypes
import sys


def sized(value) -> bytes:
    """The bytes of a bytes-like value or a ctypes instance."""
    if isinstance(value, int):  # bytes(5) would be five zeros
        raise TypeError("a number has no size: give bytes, or an instance of a ctypes type")
    return bytes(value)


class Raw:
    """Keys or values without a type: bytes. Numbers are written in the host's byte order."""

    def __init__(self, size: int) -> None:
        self._size = size

    def encode(self, value) -> bytes:
        if isinstance(value, int):
            return value.to_bytes(self._size, sys.byteorder, signed=value < 0)
        return sized(value)

    def decode(self, data: bytes) -> bytes:
        return data


class Typed:
    """Keys or values of a ctypes type. Simple ones and char arrays are plain Python values
    outside."""

    def __init__(self, ctype) -> None:
        self._ctype = ctype
        aggregate = issubclass(ctype, (ctypes.Structure, ctypes.Union))
        self._plain = not aggregate and hasattr(ctype, "value")

    def encode(self, value) -> bytes:
        if isinstance(value, self._ctype):
            return bytes(value)
        if not self._plain:
            raise TypeError(f"{self._ctype.__name__} wanted, not {type(value).__name__}")
        made = self._ctype()
        made.value = value
        if isinstance(value, int) and made.value != value:  # ctypes itself cuts
            raise OverflowError(f"{value} doesn't fit into {self._ctype.__name__}")
        return bytes(made)

    def decode(self, data: bytes):
        made = self._ctype.from_buffer_copy(data)
        return made.value if self._plain else made


class PerCpu:
    """A value for each possible CPU: a list."""

    def __init__(self, one, size: int, stride: int) -> None:
        self._one = one
        self._size = size
        self._stride = stride

    def encode(self, value) -> bytes:
        return b"".join(self._one.encode(one).ljust(self._stride, b"\0") for one in value)

    def decode(self, data: bytes) -> list:
        starts = range(0, len(data), self._stride)
        return [self._one.decode(data[at:at + self._size]) for at in starts]
