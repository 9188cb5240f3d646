# SPDX-License-Identifier: GPL-2.0-or-later
"""The line tables of modules of this Python's own library, and what it says of them itself.

A line for each function: "MINOR FIRST TABLE OFFSET ... | LINE ...", the table in hexadecimal; and
after all of them the same of tables that were cut, without lines.
"""
import dis
import glob
import os
import random
import sys
import types

MODULES = 12
OFFSETS = 12


def codes(code):
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from codes(const)


def line_of(code, offset):
    """What Python shows in a traceback; None: no line."""
    if hasattr(code, "co_lines"):
        for start, end, line in code.co_lines():
            if start <= offset < end:
                return line
        return None
    found = code.co_firstlineno
    for start, line in dis.findlinestarts(code):
        if start > offset:
            break
        found = line
    return found


def main():
    rand = random.Random(len(sys.argv))
    folder = os.path.dirname(os.__file__)
    first = ["argparse.py", "dataclasses.py", "asyncio/base_events.py", "dis.py"]
    others = sorted(glob.glob(folder + "/*.py"))
    paths = [os.path.join(folder, name) for name in first] + rand.sample(others, MODULES)
    minor = sys.version_info[1]
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                top = compile(file.read(), path, "exec")
        except (OSError, SyntaxError):
            continue
        for code in codes(top):
            table = code.co_linetable if minor >= 10 else code.co_lnotab
            size = len(code.co_code)
            offsets = sorted(rand.sample(range(0, size, 2), min(OFFSETS, size // 2)))
            lines = [line_of(code, offset) or 0 for offset in offsets]
            print(minor, code.co_firstlineno, table.hex() or "00", *offsets, "|", *lines)
            cut = bytearray(table[:rand.randrange(len(table) + 1)])
            for _ in range(rand.randrange(4)):
                cut and cut.__setitem__(rand.randrange(len(cut)), rand.randrange(256))
            print(minor, code.co_firstlineno, bytes(cut).hex() or "00", *offsets, "|")


main()
