# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the documents share: TAP, the program's tables, and roff as plain text."""

import os
import re
import subprocess

SOURCE = os.environ.get("srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, right, name, why=()):
        """WHY: what is wrong, a line each."""
        self.count += 1
        self.failed += not right
        print(f"{'ok' if right else 'not ok'} {self.count} - {name}")
        for line in () if right else why:
            print(f"# {line}")

    def same(self, name, found, wanted, where):
        """Two sets that should be one."""
        found, wanted = set(found), set(wanted)
        self.ok(found == wanted, name,
                [f"not in {where}: {x}" for x in sorted(wanted - found)] +
                [f"only in {where}: {x}" for x in sorted(found - wanted)])

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def end(self):
        print(f"1..{self.count}")
        raise SystemExit(self.failed != 0)


def tables():
    """{what: [fields]} of print_tables.c"""
    text = subprocess.run([os.path.join(BUILD, "tests/docs/print_tables")], check=True,
                          stdout=subprocess.PIPE, encoding="utf-8").stdout
    found = {}
    for line in text.splitlines():
        what, *fields = line.split("\t")
        found.setdefault(what, []).append(fields)
    return found


def options(found):
    """[(letter or None, long name, value or None)] of the program's tables, in the order of --help"""
    return [(letter or None, name, value or None) for letter, name, value in found["option"]]


def read(name):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        return file.read()


ESCAPES = [(r"\\f[BIRP]", ""), (r"\\-", "-"), (r"\\\(ha", "^"), (r"\\\(aq", "'"), (r"\\\(ga", "`"),
           (r"\\\(dq", '"'), (r"\\\(ti", "~"), (r"\\\(lq|\\\(rq", '"'), (r"\\\(bu", "*"),
           (r"\\\[u([0-9A-F]{4})\]", lambda m: chr(int(m[1], 16))), (r"\\&", ""), (r"\\e", r"\\")]


def plain(text):
    for pattern, to in ESCAPES:
        text = re.sub(pattern, to, text)
    return text


def arguments(line):
    """The arguments of a macro: words, or what stands in quotation marks."""
    return [a or b for a, b in re.findall(r'"([^"]*)"|(\S+)', line)]


def words_of(line):
    """A line of roff as people read it: macros of fonts are joined as they join."""
    match = re.match(r"\.([BIR]{1,2}|SH|SS) +(.*)", line)
    if not match:
        return "" if line.startswith(".") else plain(line)
    joined = len(match[1]) == 2 and match[1] not in ("SH", "SS")
    return plain(("" if joined else " ").join(arguments(match[2])))


def entries_of(text):
    """The entries (.TP, .TQ) of a piece of a page: [(tag,)]"""
    lines = text.splitlines()
    return [(words_of(line),) for before, line in zip(lines, lines[1:]) if before in (".TP", ".TQ")]


class Manual:
    """Sections by title; of each its entries (.TP): [(tag, tag's line of roff, text)]"""

    def __init__(self, name):
        self.sections = {}
        self.lines = {}
        self.entries = {}
        self.source = read(name)
        section, state = None, "text"
        for line in self.source.splitlines():
            if line.startswith('.\\"'):
                continue
            if line.startswith(".SH "):
                section, state = words_of(line), "text"
                self.lines[section] = []
                self.entries[section] = []
            elif section is None:
                continue
            elif line in (".TP", ".TQ"):
                state = "tag"
            elif state == "tag":
                self.entries[section].append([words_of(line), line, ""])
                state = "entry"
            elif line.startswith((".PP", ".SS", ".IP")):
                state = "text"
            elif state == "entry":
                self.entries[section][-1][2] += " " + words_of(line)
            self.lines[section].append(line)
        for section, lines in self.lines.items():
            self.sections[section] = " ".join(" ".join(map(words_of, lines)).split())

    def tags(self, section):
        return [entry[0] for entry in self.entries[section]]
