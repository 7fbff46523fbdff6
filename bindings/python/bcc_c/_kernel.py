# SPDX-License-Identifier: BSD-2-Clause
"""What the running kernel, this process's rights, and the library in use can do."""
from __future__ import annotations

import ctypes

from . import _decl
from ._lib import BccError, lib, to_text

TEXT_SIZE = 512


def version() -> str:
    """The version of the library in use."""
    return to_text(lib.bcc_c_version())


def features() -> dict[str, tuple[bool, str]]:
    """For each feature, whether it can be used, and a line saying what was found or what is
    missing."""
    found = {}
    for feature in range(_decl.BCC_C_FEATURE_CNT):
        text = ctypes.create_string_buffer(TEXT_SIZE)
        usable = lib.bcc_c_feature__probe(feature, text, TEXT_SIZE)
        found[to_text(lib.bcc_c_feature__name(feature))] = (usable > 0, to_text(text.value))
    return found


def compiler() -> str:
    """A line saying what the compiler is. Raises BccError where there is none."""
    text = ctypes.create_string_buffer(TEXT_SIZE)
    result = lib.bcc_c_compiler__describe(text, TEXT_SIZE)
    if result < 0:
        raise BccError(-result, to_text(text.value))
    return to_text(text.value)
