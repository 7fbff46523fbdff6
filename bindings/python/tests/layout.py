#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes size and offsets of the public structs, or a C program that does.

    layout.py DECL.py STRUCTS [c]

DECL.py is what generate.py wrote, STRUCTS a file with the names of the structs that the headers
define, one a line.
"""
import ctypes
import importlib.util
import sys


def load(path):
    spec = importlib.util.spec_from_file_location("decl", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def print_c(structs):
    print("#include <stddef.h>\n#include <stdio.h>\n#include <bcc_c/bcc_c.h>\n\nint main(void)\n{")
    for struct in structs:
        name = struct.__name__
        print(f'\tprintf("{name} %zu\\n", sizeof(struct {name}));')
        for field, *_ in struct._fields_:
            print(f'\tprintf("{name}.{field} %zu %zu\\n", offsetof(struct {name}, {field}),\n'
                  f"\t       sizeof(((struct {name} *)0)->{field}));")
    print("\treturn 0;\n}")


def print_python(structs):
    for struct in structs:
        print(struct.__name__, ctypes.sizeof(struct))
        for field, *_ in struct._fields_:
            place = getattr(struct, field)
            print(f"{struct.__name__}.{field}", place.offset, place.size)


def main(decl, names, kind="python"):
    structs = sorted(load(decl).STRUCTS, key=lambda struct: struct.__name__)
    with open(names, encoding="ascii") as file:
        wanted = file.read().split()
    if [struct.__name__ for struct in structs] != wanted:
        sys.exit(f"structs of the headers: {wanted}; of {decl}: {structs}")
    (print_c if kind == "c" else print_python)(structs)


if __name__ == "__main__":
    main(*sys.argv[1:])
