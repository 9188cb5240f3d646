#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Line coverage by room, from what lcov has captured; 1 when a figure is below what it must be.

usage: coverage.py coverage.info
"""

import collections
import re
import sys

ROOMS = [
    ("src/base", r"src/base/"), ("src/frame (codec)", r"src/frame/"),
    ("src/sample (sampler)", r"src/sample/"), ("src/source", r"src/source/"),
    ("src/model", r"src/model/"), ("  trend", r"src/model/trend"), ("src/table", r"src/table/"),
    ("src/run", r"src/run/"), ("src/inspect", r"src/inspect/"), ("src/session", r"src/session/"),
    ("src/options", r"src/options/"), ("src/modes", r"src/modes/"), ("src", r"src/[^/]*$"), ("ui", r"ui/"), ("all", r"(src|ui)/"),
]
LEAST = {"src/frame (codec)": 95, "src/sample (sampler)": 95, "  trend": 95, "all": 85}


def lines_of(path):
    """{file: {line: count}}; a file may stand there more than once."""
    found, file = collections.defaultdict(lambda: collections.defaultdict(int)), None
    with open(path, encoding="utf-8") as info:
        for record in info:
            if record.startswith("SF:"):
                name = re.search(r"((src|ui)/[^\n]*)$", record[3:])
                file = name.group(1) if name else None
            elif record.startswith("DA:") and file:
                number, count = record[3:].split(",")[:2]
                found[file][int(number)] += int(count)
    return found


def main():
    files, below = lines_of(sys.argv[1]), []
    worst = sorted(files, key=lambda name: -sum(count == 0 for count in files[name].values()))
    for name in worst[:20]:
        print("%4d lines not run  %s" % (sum(count == 0 for count in files[name].values()), name))
    for room, pattern in ROOMS:
        counts = [count for name, lines in files.items() if re.match(pattern, name)
                  for count in lines.values()]
        percent = 100 * sum(count > 0 for count in counts) / max(1, len(counts))
        least = LEAST.get(room, 0)
        print("%-22s %5.1f %% of %5d lines%s" % (room, percent, len(counts),
                                                ", at least %d %%" % least if least else ""))
        if percent < least:
            below.append(room.strip())
    if below:
        sys.exit("below what it must be: " + ", ".join(below))


main()
