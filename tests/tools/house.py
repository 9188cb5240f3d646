#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of the house: how much code there is, how long, how well documented, how entangled.

usage: house.py [-v] [--figure NAME]... [--list KIND] [SOURCES [BUILD]]

SOURCES is the source folder (this one), BUILD where the objects are (SOURCES): without objects there is
nothing on calls.  -v names what a figure counts.  --figure NAME: the files in which that figure of a
process is named (threads, swap ...).  --list prints one kind alone, a line each, and nothing when there
is none: undocumented, circles, includes, structs, apart, parameters, long (for tests/include_rules).
"""

import argparse
import collections
import os
import re
import subprocess
import sys

FUNCTION_MAX, FILE_MAX, PARAMETERS_MAX = 60, 500, 6
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def read_sources(top):
    """{path from the top: text} of the product's code."""
    found = {}
    for room in ("src", "ui"):
        for folder, _, names in os.walk(os.path.join(top, room)):
            for name in names:
                if name.endswith((".c", ".h")):
                    path = os.path.join(folder, name)
                    with open(path, encoding="utf-8") as file:
                        found[os.path.relpath(path, top)] = file.read()
    return dict(sorted(found.items()))


def blanked(text, strings=False):
    """The text without comments (and strings), with the lines where they were."""
    def blank(match):
        part = match.group(0)
        if part[0] in "\"'" and not strings:
            return part
        return re.sub(r"[^\n]", " ", part)
    return COMMENT.sub(blank, text)


def functions_of(text):
    """[(name, first line, lines)]: the layout puts the braces of functions alone into column 1."""
    found, start, name, opened = [], 0, "", False
    for number, line in enumerate(blanked(text, strings=True).split("\n"), 1):
        head = re.match(r"[A-Za-z_].*?\b(\w+)\(", line)
        if head and not opened and not line.startswith(("typedef", "extern")):
            start, name = number, head.group(1)
        if line.startswith("{") and name:
            opened = True
        elif line.startswith("}"):
            if opened and line.rstrip() == "}":
                found.append((name, start, number - start + 1))
            opened, name = False, ""
    return found


def prototypes_of(text):
    """[(name, line, documented)] of a header: documented is one in a paragraph (up to a blank line) that
    says something above it, or that says something at its own end."""
    code, lines = blanked(text).split("\n"), text.split("\n")
    found, number, above = [], 0, False
    start = r"(?!typedef|static|struct \w+ \{|enum|union|#|return)[a-z_][\w \*]*?\b(\w+)\((?!\*)"
    while number < len(code):
        head = re.match(start, code[number])
        if not head:
            said = lines[number].startswith(("/*", "//")) and not code[number].strip()
            above = bool(lines[number].strip()) and (above or said)
            number += 1
            continue
        first = number
        while number < len(code) - 1 and not re.search(r"[;{]\s*$", code[number]):
            number += 1
        above = above or "/*" in lines[number] or "/*" in lines[first]
        if code[number].rstrip().endswith(";"):
            found.append((head.group(1), first + 1, above))
        number += 1
    return found


def parameters_of(text):
    """[(name, line, parameters)] of the functions that are defined."""
    code, found = blanked(text, strings=True), []
    for head in re.finditer(r"^[a-z_][\w \*]*?\b(\w+)\(([^;{}]*)\)\s*?\n\{", code, re.M):
        inner = re.sub(r"\([^()]*\)", "", head.group(2))
        found.append((head.group(1), code.count("\n", 0, head.start()) + 1, inner.count(",") + 1))
    return found


def comment_lines(text):
    """Lines that hold a comment and no code."""
    code, lines = blanked(text).split("\n"), text.split("\n")
    return sum(1 for bare, line in zip(code, lines) if line.strip() and not bare.strip())


def includes_of(files):
    """{file: files of ours that it includes}."""
    graph = {}
    for path, text in files.items():
        graph[path] = set()
        for name in re.findall(r'^ *# *include *"([^"]+)"', text, re.M):
            for candidate in (name, "src/" + name, os.path.join(os.path.dirname(path), name)):
                if candidate in files:
                    graph[path].add(candidate)
                    break
    return graph


def objects_of(files, build):
    """{file: its object} of those that are built."""
    pairs = ((path, os.path.join(build, path[:-2] + ".o")) for path in files if path.endswith(".c"))
    return {path: name for path, name in pairs if os.path.exists(name)}


def calls_of(objects):
    """{file: files that define what its object uses}."""
    defined, used = {}, collections.defaultdict(set)
    files = {name: path for path, name in objects.items()}
    command = ["nm", "-A", "-P", *files]
    symbols = subprocess.run(command, capture_output=True, text=True, check=True).stdout if files else ""
    for line in symbols.splitlines():
        name, symbol, kind = line.split()[:3]
        path = files[name.rstrip(":")]
        if kind == "U":
            used[path].add(symbol)
        elif kind.isupper():
            defined[symbol] = path
    return {path: {defined[s] for s in used[path] if s in defined} - {path} for path in objects}


def circles_of(graph):
    """The strongly connected components of more than one file, largest first (Tarjan)."""
    order, low, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for to in sorted(graph.get(node, ())):
            if to not in order:
                visit(to)
                low[node] = min(low[node], low[to])
            elif to in stack:
                low[node] = min(low[node], order[to])
        if low[node] == order[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in order:
            visit(node)
    return sorted(found, key=lambda circle: (-len(circle), circle))


def structs_twice(files):
    """{name: files} of structs that are defined in more than one place."""
    found = collections.defaultdict(list)
    for path, text in files.items():
        for name in re.findall(r"^(?:static |const )*(?:struct|union) (\w+)\s*\{", blanked(text), re.M):
            found[name].append(path)
    return {name: where for name, where in sorted(found.items()) if len(where) > 1}


def declared_apart(text):
    """[(name, line)] of variables alone in a declaration without a value, whose first mention behind it is
    the statement of the same block that gives them one."""
    lines, found = blanked(text, strings=True).split("\n"), []
    for _, first, count in functions_of(text):
        body = lines[first - 1:first - 1 + count]
        for at, line in enumerate(body):
            head = re.match(r"(\t+)(?!return|goto)(?:const )?(?:struct |enum )?\w+ \**(\w+);$", line)
            name = re.compile(r"(?<![\w.>])%s\b" % head.group(2)) if head else None
            uses = [later for later in body[at + 1:] if name.search(later)] if name else []
            if uses and uses[0].startswith("%s%s = " % head.groups()):
                found.append((head.group(2), first + at))
    return found


def figure_files(files, name):
    """Files that name a figure in their code, comments and strings left out."""
    word = re.compile(r"(?<![a-zA-Z])%s(?![a-z])" % re.escape(name))
    return [path for path, text in files.items() if word.search(blanked(text))]


def rank(lengths, share):
    """The value that `share` of the sorted lengths do not exceed."""
    return lengths[min(len(lengths) - 1, int(len(lengths) * share))] if lengths else 0


class House:
    """All figures of one source folder."""

    def __init__(self, top, build):
        self.files = read_sources(top)
        self.lines = {path: text.count("\n") for path, text in self.files.items()}
        self.functions = sorted((lines, path, first, name) for path, text in self.files.items()
                                if path.endswith(".c") for name, first, lines in functions_of(text))
        self.prototypes = [(path, line, name, said) for path, text in self.files.items()
                           if path.endswith(".h") for name, line, said in prototypes_of(text)]
        self.parameters = [(count, path, line, name) for path, text in self.files.items()
                           for name, line, count in parameters_of(text)]
        self.include_circles = circles_of(includes_of(self.files))
        objects = objects_of(self.files, build)
        self.sources = sum(path.endswith(".c") for path in self.files)
        self.built = len(objects)
        self.circles = circles_of(calls_of(objects)) if objects else []
        self.structs = structs_twice(self.files)

    def listed(self, kind):
        """The lines of one kind of complaint."""
        if kind == "undocumented":
            return ["%s:%d: %s is not documented" % (path, line, name)
                    for path, line, name, said in self.prototypes if not said]
        if kind == "circles":
            return [" ".join(circle) for circle in self.circles]
        if kind == "includes":
            return [" ".join(circle) for circle in self.include_circles]
        if kind == "structs":
            return ["struct %s: %s" % (name, " ".join(where)) for name, where in self.structs.items()]
        if kind == "parameters":
            return ["%s:%d: %s has %d parameters" % (path, line, name, count)
                    for count, path, line, name in self.parameters if count > PARAMETERS_MAX]
        if kind == "apart":
            return ["%s:%d: %s is declared apart from its value" % (path, line, name)
                    for path, text in self.files.items() for name, line in declared_apart(text)]
        return (["%s:%d: %s has %d lines" % (path, first, name, lines)
                 for lines, path, first, name in reversed(self.functions) if lines > FUNCTION_MAX] +
                ["%s: %d lines" % (path, lines)
                 for path, lines in sorted(self.lines.items(), key=lambda item: -item[1]) if lines > FILE_MAX])

    def show(self, verbose):
        """Prints the table."""
        def row(what, value, kind=None):
            print("%-34s %s" % (what, value))
            for line in self.listed(kind) if verbose and kind else []:
                print("    " + line)

        total = sum(self.lines.values())
        filled = sum(1 for text in self.files.values() for line in text.split("\n") if line.strip())
        comments = sum(comment_lines(text) for text in self.files.values())
        bodies = {path: text for path, text in self.files.items() if path.endswith(".c")}
        body_comments = sum(comment_lines(text) for text in bodies.values())
        lengths = [entry[0] for entry in self.functions]
        longest = max(self.lines.items(), key=lambda item: item[1])
        said = sum(entry[3] for entry in self.prototypes)
        row("files (.c and .h)", "%d (%d, %d)" % (len(self.files), len(bodies), len(self.files) - len(bodies)))
        row("lines of product code", total)
        row("of them neither blank nor comment", filled - comments)
        row("lines that are comment", "%.1f %% (of those not empty: %.1f %%; in .c files %.1f %%)" % (
            100 * comments / total, 100 * comments / filled,
            100 * body_comments / sum(self.lines[path] for path in bodies)))
        row("functions", len(lengths))
        row("their lines: median, p95, longest", "%d, %d, %d (%s)" % (
            rank(lengths, .5), rank(lengths, .95), lengths[-1], self.functions[-1][3]))
        row("functions above %d, files above %d" % (FUNCTION_MAX, FILE_MAX), "%d, %d" % (
            sum(lines > FUNCTION_MAX for lines in lengths),
            sum(lines > FILE_MAX for lines in self.lines.values())), "long")
        most = max(self.parameters)
        row("parameters: above %d, most" % PARAMETERS_MAX, "%d, %d (%s)" % (
            len(self.listed("parameters")), most[0], most[3]), "parameters")
        row("longest file", "%d (%s)" % (longest[1], longest[0]))
        row("prototypes documented", "%d of %d (%d %%)" % (
            said, len(self.prototypes), 100 * said // max(1, len(self.prototypes))), "undocumented")
        row("circles of includes", len(self.include_circles), "includes")
        if self.built:
            missing = self.sources - self.built
            row("circles of calls between files", "%d, of %s files%s" % (
                len(self.circles), "+".join(str(len(circle)) for circle in self.circles) or "no",
                " (%d files are not built)" % missing if missing else ""), "circles")
        row("struct names defined twice", len(self.structs), "structs")

    def show_figure(self, name, verbose):
        """Prints how many files name a figure."""
        files = figure_files(self.files, name)
        print("%-34s %d" % ("files that name " + name, len(files)))
        for path in files if verbose else []:
            print("    " + path)


def main():
    """The table, or one list of it."""
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].replace("usage: ", ""))
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--figure", action="append", default=[])
    parser.add_argument("--list", choices=["undocumented", "circles", "includes", "structs", "apart", "parameters",
                                           "long"])
    parser.add_argument("sources", nargs="?",
                        default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    parser.add_argument("build", nargs="?")
    options = parser.parse_args()
    house = House(options.sources, options.build or options.sources)
    if options.list:
        for line in house.listed(options.list):
            print(line)
        return
    house.show(options.verbose)
    for name in options.figure or ["threads", "swap", "oom_score"]:
        house.show_figure(name, options.verbose)


if __name__ == "__main__":
    main()
