#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes src/base/text_table.h from what Python's unicodedata knows.

    tests/tools/gen_text_table.py > src/base/text_table.h

Three lists of ranges, which do not overlap:
  unsafe  what text_clean replaces: controls, format characters, surrogates, private use, line and
          paragraph separators, default-ignorable characters, noncharacters, what no character is
          assigned to, and what not all terminals give the same columns: wide marks, and the few
          that changed their width from one Unicode to the next
  mark    takes no column: nonspacing and enclosing marks, and the Hangul vowels and finals that join
          the syllable before them
  wide    takes two columns: East Asian Wide and Fullwidth, with the blocks and planes that are
          wide as a whole, assigned or not
"""
import sys
import unicodedata

# DerivedCoreProperties.txt, Default_Ignorable_Code_Point (those assigned to no one included)
DEFAULT_IGNORABLE = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]
# format controls of Egyptian hieroglyphs, some of them younger than many a Python
LATER_FORMAT = [(0x13430, 0x1343F)]
# EastAsianWidth.txt: wide even where nothing is assigned yet
WIDE_BLOCKS = [
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
]
# once an enclosing mark; a mark, then a spacing one; narrow, then wide: terminals follow one or the other
CHANGED_WIDTH = [
    (0x06DE, 0x06DE), (0x1734, 0x1734), (0x3248, 0x324F), (0x4DC0, 0x4DFF), (0x1F93B, 0x1F93B),
    (0x1F946, 0x1F946),
]
JOINING_JAMO = [(0x1160, 0x11FF), (0xD7B0, 0xD7C6), (0xD7CB, 0xD7FB)]


def within(c, ranges):
    return any(first <= c <= last for first, last in ranges)


def kind(c):
    category = unicodedata.category(chr(c))
    if category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or within(c, DEFAULT_IGNORABLE + LATER_FORMAT):
        return "unsafe"
    # Python calls the unassigned wide, terminals narrow, and the next Unicode may say otherwise
    if category == "Cn" and not within(c, WIDE_BLOCKS) or within(c, CHANGED_WIDTH):
        return "unsafe"
    if c & 0xFFFE == 0xFFFE or 0xFDD0 <= c <= 0xFDEF:
        return "unsafe"
    # spacing marks that some terminals draw over the character before, and some beside it
    if category == "Mc" and unicodedata.east_asian_width(chr(c)) in "WF":
        return "unsafe"
    if category in ("Mn", "Me") or within(c, JOINING_JAMO):
        return "mark"
    if unicodedata.east_asian_width(chr(c)) in "WF" or within(c, WIDE_BLOCKS):
        return "wide"
    return "plain"


def ranges_by_kind():
    found = {"unsafe": [], "mark": [], "wide": [], "plain": []}
    for c in range(0x110000):
        ranges = found[kind(c)]
        if ranges and ranges[-1][1] == c - 1:
            ranges[-1][1] = c
        else:
            ranges.append([c, c])
    return found


def write_table(name, ranges):
    print(f"\nstatic const struct text_range text_{name}[] = {{")
    line = ""
    for first, last in ranges:
        item = f"{{ 0x{first:04x}, 0x{last:04x} }},"
        if len(line) + len(item) + 9 > 100:
            print("\t" + line)
            line = ""
        line = f"{line} {item}" if line else item
    print(f"\t{line}\n}};")


def main():
    print("/* SPDX-License-Identifier: GPL-2.0-or-later */")
    print("/* text_table - made by tests/tools/gen_text_table.py; do not edit")
    print(" *")
    print(f" * Unicode {unicodedata.unidata_version}.  Only text.c includes it.")
    print(" */")
    print("#pragma once\n")
    print("#include <stdint.h>\n")
    print("/* both ends belong to it; each list is in rising order */")
    print("struct text_range {\n\tuint32_t first, last;\n};\n")
    print("/* clang-format off */", end="")
    found = ranges_by_kind()
    for name in ("unsafe", "mark", "wide"):
        write_table(name, found[name])
    print("/* clang-format on */")
    return 0


if __name__ == "__main__":
    sys.exit(main())
