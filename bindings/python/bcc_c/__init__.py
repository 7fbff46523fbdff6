# SPDX-License-Identifier: BSD-2-Clause
"""Compile BPF programs from C source at run time, load them, attach them, read what they find.

    import bcc_c

    with bcc_c.Module(SOURCE) as module:
        module.load()
        module.attach()
        ...
        for key, value in module.map("counts", key=ctypes.c_uint32, value=ctypes.c_uint64).items():
            print(key, value)

This package is thin: its classes are the C library's handles, and bcc_c(3) describes what they do.
What it adds:

Errors are exceptions, BccError, an OSError with the library's own text. A use of something whose
module was freed is a ValueError.

A module owns its programs, maps, links and readers, and each of those keeps its module alive.
Module.free(), or the end of a with block, releases them all at once; a program that is attached
stays so until then, whether or not its link is kept in a variable.

A module and what comes from it may be used by one thread at a time.
"""
from ._decl import BCC_C_LOG_DEBUG as LOG_DEBUG, BCC_C_LOG_ERROR as LOG_ERROR
from ._decl import BCC_C_LOG_INFO as LOG_INFO, BCC_C_LOG_WARN as LOG_WARN
from ._decl import BCC_C_MAP_ANY as MAP_ANY, BCC_C_MAP_EXIST as MAP_EXIST
from ._decl import BCC_C_MAP_NOEXIST as MAP_NOEXIST
from ._events import Events
from ._kernel import compiler, features, version
from ._lib import BccError, Diagnostic
from ._map import Map
from ._module import Module
from ._prog import Link, Prog

__all__ = ["BccError", "Diagnostic", "Events", "Link", "LOG_DEBUG", "LOG_ERROR", "LOG_INFO",
           "LOG_WARN", "MAP_ANY", "MAP_EXIST", "MAP_NOEXIST", "Map", "Module", "Prog", "compiler",
           "features", "version"]

__version__ = version()
