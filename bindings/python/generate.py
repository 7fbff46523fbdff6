#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the ctypes declarations of bcc_c's public headers.

    generate.py INCLUDE_DIR OUT.py

The headers hold nothing but enums, structs, function pointer typedefs and prototypes, on purpose.
So the parser here knows just these, and whatever else it meets ends the build: a declaration that
is skipped or guessed would turn into memory corruption at run time.
"""
from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile

STANDARD_HEADERS = ("stddef.h", "stdint.h", "stdbool.h")

SCALARS = {
    "bool": "c_bool",
    "char": "c_char",
    "int": "c_int",
    "size_t": "c_size_t",
    "int8_t": "c_int8",
    "int16_t": "c_int16",
    "int32_t": "c_int32",
    "int64_t": "c_int64",
    "uint8_t": "c_uint8",
    "uint16_t": "c_uint16",
    "uint32_t": "c_uint32",
    "uint64_t": "c_uint64",
}

PROLOGUE = '''\
# Generated from the headers of bcc_c by generate.py. Changes here are lost.
from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int8,
                    c_int16, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32, c_uint64,
                    c_void_p)

'''

EPILOGUE = '''

def bind(library):
    """Gives the functions of a loaded library their types."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
'''


class HeaderError(Exception):
    """A header holds something that this script doesn't know."""


def preprocess(include: str) -> str:
    """The plain declarations behind bcc_c.h. Empty stand-ins for the standard headers keep libc's
    own out."""
    with tempfile.TemporaryDirectory() as stand_ins:
        for name in STANDARD_HEADERS:
            with open(os.path.join(stand_ins, name), "w", encoding="ascii"):
                pass
        command = shlex.split(os.environ.get("CC", "cc"))
        command += ["-E", "-P", "-x", "c", "-nostdinc", "-DBCC_C_API=", "-I", stand_ins, "-I",
                    include, os.path.join(include, "bcc_c", "bcc_c.h")]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode("ascii")


def tokenize(text: str) -> list[str]:
    """Splits the text; a character that belongs to none of the known declarations is an error."""
    tokens = []
    for match in re.finditer(r"\s+|([A-Za-z_]\w*|\d\w*|[{}()\[\];,*=-])|(.)", text):
        if match.group(2):
            around = " ".join(text[max(0, match.start() - 60):match.end() + 20].split())
            raise HeaderError(f"unexpected {match.group(2)!r} in: ... {around}")
        if match.group(1):
            tokens.append(match.group(1))
    return tokens


class Parser:
    """Turns the tokens of the headers into the text of a Python module, declaration by
    declaration."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.lines: list[str] = []
        self.defined: set[str] = set()       # structs whose class was written
        self.callbacks: set[str] = set()     # function pointer typedefs
        self.structs: list[str] = []         # those with fields
        self.functions: list[str] = []

    # Tokens

    def peek(self, ahead: int = 0) -> str:
        index = self.at + ahead
        return self.tokens[index] if index < len(self.tokens) else ""

    def fail(self, wanted: str) -> HeaderError:
        around = " ".join(self.tokens[max(0, self.at - 8):self.at + 6])
        return HeaderError(f"expected {wanted} at {self.peek()!r} in: ... {around} ...")

    def expect(self, *wanted: str) -> None:
        for token in wanted:
            if self.peek() != token:
                raise self.fail(repr(token))
            self.at += 1

    def accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.at += 1
        return True

    def name(self) -> str:
        token = self.peek()
        if not re.fullmatch(r"[A-Za-z_]\w*", token):
            raise self.fail("a name")
        self.at += 1
        return token

    def number(self) -> int:
        sign = -1 if self.accept("-") else 1
        try:
            value = int(self.peek(), 0)
        except ValueError:
            raise self.fail("a number") from None
        self.at += 1
        return sign * value

    # Types

    def ctype(self) -> str:
        """A type as it stands before a name, as a ctypes expression; 'None' for void."""
        const = self.accept("const")
        if self.accept("struct"):
            base = self.name()
            self.declare(base)
            base = "struct:" + base
        else:
            base = self.name()
        stars = 0
        while self.accept("*"):
            stars += 1
            self.accept("const")
        return self.pointer(base, stars, const)

    def pointer(self, base: str, stars: int, const: bool) -> str:
        if base == "void":
            stars, base = max(stars - 1, 0), "c_void_p" if stars else "None"
        elif base.startswith("struct:"):
            if not stars:
                raise self.fail("a pointer, as public headers have no structs by value,")
            base = base[len("struct:"):]
        elif base == "char" and stars and const:
            base, stars = "c_char_p", stars - 1
        elif base in SCALARS:
            base = SCALARS[base]
        elif base not in self.callbacks:
            raise self.fail(f"a known type, not {base!r},")
        return "POINTER(" * stars + base + ")" * stars

    def declare(self, struct: str) -> None:
        if struct not in self.defined:
            self.defined.add(struct)
            self.lines += ["", "", f"class {struct}(Structure):", "    pass", ""]

    def parameters(self) -> list[str]:
        self.expect("(")
        if self.peek() == "void" and self.peek(1) == ")":
            self.at += 2
            return []
        types = []
        while True:
            types.append(self.ctype())
            if types[-1] == "None":
                raise self.fail("a parameter that isn't void")
            self.name()
            if self.accept(")"):
                return types
            self.expect(",")

    # Declarations

    def enum(self) -> None:
        self.expect("enum")
        self.lines.append(f"# enum {self.name()}")
        self.expect("{")
        value = 0
        while not self.accept("}"):
            name = self.name()
            value = self.number() if self.accept("=") else value
            self.lines.append(f"{name} = {value}")
            value += 1
            if self.peek() != "}":
                self.expect(",")
        self.expect(";")

    def struct(self) -> None:
        self.expect("struct")
        name = self.name()
        self.declare(name)
        if self.accept(";"):
            return
        self.expect("{")
        fields = []
        while not self.accept("}"):
            fields.append(self.field())
        self.expect(";")
        self.structs.append(name)
        self.lines += [f"{name}._fields_ = [", *fields, "]"]

    def field(self) -> str:
        ctype = self.ctype()
        name = self.name()
        if self.accept("["):
            ctype = f"{ctype} * {self.number()}"
            self.expect("]")
        self.expect(";")
        if ctype.startswith("None"):
            raise self.fail("a field that isn't void")
        return f'    ("{name}", {ctype}),'

    def typedef(self) -> None:
        self.expect("typedef")
        result = self.ctype()
        self.expect("(", "*")
        name = self.name()
        self.expect(")")
        arguments = self.parameters()
        self.expect(";")
        self.callbacks.add(name)
        self.lines.append(f"{name} = CFUNCTYPE({', '.join([result, *arguments])})")

    def prototype(self) -> None:
        result = self.ctype()
        name = self.name()
        arguments = self.parameters()
        self.expect(";")
        self.functions.append(f'    "{name}": ({result}, [{", ".join(arguments)}]),')

    def parse(self) -> str:
        kinds = {"enum": self.enum, "typedef": self.typedef}
        while self.at < len(self.tokens):
            token = self.peek()
            if token == "struct" and self.peek(2) in ("{", ";"):
                self.struct()
            else:
                kinds.get(token, self.prototype)()
        self.lines += ["", f"STRUCTS = ({', '.join(self.structs)},)"]
        self.lines += ["", "FUNCTIONS = {", *self.functions, "}"]
        return PROLOGUE + "\n".join(self.lines) + "\n" + EPILOGUE


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: generate.py INCLUDE_DIR OUT.py", file=sys.stderr)
        return 2
    include, out = arguments
    try:
        text = Parser(tokenize(preprocess(include))).parse()
    except (HeaderError, subprocess.CalledProcessError, OSError) as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    # Written beside and renamed, so that a build that is interrupted leaves no half a module.
    with open(out + ".new", "w", encoding="ascii") as file:
        file.write(text)
    os.replace(out + ".new", out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
