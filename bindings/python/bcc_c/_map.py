# SPDX-License-Identifier: BSD-2-Clause
"""Maps, as dictionaries of bytes or of ctypes values."""
from __future__ import annotations

import ctypes
import errno
from collections.abc import ItemsView, MutableMapping, ValuesView
from typing import Iterator

from . import _decl
from ._lib import lib, to_text
from ._types import PerCpu, Raw, Typed, sized


class _Items(ItemsView):
    """Elements that programs remove during the walk are left out."""

    def __iter__(self):
        for key in self._mapping:
            try:
                value = self._mapping[key]
            except KeyError:
                continue
            yield key, value


class _Values(ValuesView):
    def __iter__(self):
        return (value for _, value in self._mapping.items())


class Map(MutableMapping):
    """A map of a module. The programs go on changing it meanwhile: a walk sees each element that
    stays, len() is the number at one moment. A value of a per-CPU map with a declared type is a
    list with one item for each possible CPU; without, it is all their bytes."""

    def __init__(self, module, ptr, key=None, value=None) -> None:
        self._module = module
        self._ptr = ptr
        self._keys = Raw(self.key_size)
        self._values = Raw(self.value_size)
        if key is not None:
            self._declared("key", ctypes.sizeof(key), self.key_size)
            self._keys = Typed(key)
        if value is not None:
            size, stride = ctypes.sizeof(value), self.value_stride
            if stride:
                self._declared("value", (size + 7) // 8 * 8, stride)
                self._values = PerCpu(Typed(value), size, stride)
            else:
                self._declared("value", size, self.value_size)
                self._values = Typed(value)

    def _declared(self, what: str, size: int, wanted: int) -> None:
        if size != wanted:
            raise ValueError(f"map '{self.name}': the {what} has {wanted} bytes, its type {size}")

    # What it is

    @property
    def name(self) -> str:
        """Its name in the source."""
        return to_text(self._module.call(lib.bcc_c_map__name, self._ptr))

    @property
    def type(self) -> str:
        """The name of its type, such as "hash"."""
        return to_text(self._module.call(lib.bcc_c_map__type_name, self._ptr))

    @property
    def key_size(self) -> int:
        """The size of a key in bytes."""
        return self._module.call(lib.bcc_c_map__key_size, self._ptr)

    @property
    def value_size(self) -> int:
        """The size of a value in bytes; in a per-CPU map of all CPUs' values."""
        return self._module.call(lib.bcc_c_map__value_size, self._ptr)

    @property
    def value_stride(self) -> int:
        """The distance in bytes between two CPUs' values in a per-CPU map; 0 for others."""
        return self._module.call(lib.bcc_c_map__value_stride, self._ptr)

    @property
    def max_entries(self) -> int:
        """How many elements it holds at most; can be set before loading."""
        return self._module.call(lib.bcc_c_map__max_entries, self._ptr)

    @max_entries.setter
    def max_entries(self, number: int) -> None:
        self._module.check(self._module.call(lib.bcc_c_map__set_max_entries, self._ptr, number))

    @property
    def fd(self) -> int:
        """The descriptor of the loaded map, which stays the module's."""
        return self._module.check(self._module.call(lib.bcc_c_map__fd, self._ptr))

    # What it holds

    def __getitem__(self, key):
        data = self._keys.encode(key)
        value = ctypes.create_string_buffer(self.value_size)
        self._found(key, lib.bcc_c_map__lookup, data, len(data), value, len(value))
        return self._values.decode(value.raw)

    def __setitem__(self, key, value) -> None:
        self.put(key, value)

    def put(self, key, value, flags: int = _decl.BCC_C_MAP_ANY) -> None:
        """Writes an element; MAP_NOEXIST: only a new one, MAP_EXIST: only one that is there."""
        data, content = self._keys.encode(key), self._values.encode(value)
        result = self._module.call(lib.bcc_c_map__update, self._ptr, data, len(data), content,
                                   len(content), flags)
        self._module.check(result)

    def __delitem__(self, key) -> None:
        data = self._keys.encode(key)
        self._found(key, lib.bcc_c_map__delete, data, len(data))

    def _found(self, key, function, *arguments) -> None:
        result = self._module.call(function, self._ptr, *arguments)
        if result == -errno.ENOENT:
            raise KeyError(key)
        self._module.check(result)

    def __iter__(self) -> Iterator:
        # The next key is fetched before one is given out, so that a loop may delete what it is
        # given. The count ends a walk that removals by others make start anew again and again.
        key = self._next_key(None)
        for _ in range(self.max_entries):
            if key is None:
                return
            following = self._next_key(key)
            yield self._keys.decode(key)
            key = following

    def _next_key(self, key: bytes | None) -> bytes | None:
        size = self.key_size
        following = ctypes.create_string_buffer(size)
        result = self._module.call(lib.bcc_c_map__next_key, self._ptr, key, following, size)
        if result == -errno.ENOENT:
            return None
        self._module.check(result)
        return following.raw

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other) -> bool:
        return self is other

    __hash__ = object.__hash__

    def items(self) -> ItemsView:
        """Pairs of key and value."""
        return _Items(self)

    def values(self) -> ValuesView:
        """The values."""
        return _Values(self)

    # As text

    def format_key(self, key) -> str:
        """A key as text, by its type in the source."""
        return self._format(lib.bcc_c_map__format_key, self._keys.encode(key))

    def format_value(self, value) -> str:
        """One value as text, by its type in the source: of a per-CPU map, one CPU's, as bytes or
        ctypes instance."""
        data = sized(value) if isinstance(self._values, PerCpu) else self._values.encode(value)
        return self._format(lib.bcc_c_map__format_value, data)

    def json_key(self, key) -> str:
        """A key as JSON."""
        return self._format(lib.bcc_c_map__json_key, self._keys.encode(key))

    def json_value(self, value) -> str:
        """One value as JSON, as format_value() takes it."""
        data = sized(value) if isinstance(self._values, PerCpu) else self._values.encode(value)
        return self._format(lib.bcc_c_map__json_value, data)

    # Records of ring and perf buffers

    def record_type(self, size: int) -> str | None:
        """The name of a record's type in the source, or None if the source doesn't tell."""
        text = ctypes.create_string_buffer(1024)
        result = self._module.call(lib.bcc_c_map__record_type, self._ptr, size, text, len(text))
        if result == -errno.ENOENT:
            return None
        self._module.check(result)
        return to_text(text.value)

    def format_record(self, record) -> str:
        """A record, as bytes or ctypes instance, as text by its type in the source."""
        return self._format(lib.bcc_c_map__format_value, sized(record))

    def json_record(self, record) -> str:
        """A record as JSON."""
        return self._format(lib.bcc_c_map__json_value, sized(record))

    def _format(self, function, data: bytes) -> str:
        size = 256
        while True:
            text = ctypes.create_string_buffer(size)
            result = self._module.call(function, self._ptr, data, len(data), text, size)
            length = self._module.check(result)
            if length < size:
                return to_text(text.value)
            size = length + 1
