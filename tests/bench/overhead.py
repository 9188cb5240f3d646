#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What `memtop --` costs the program it runs: wall clock and CPU time of fixed work, side by side.

    overhead.py [ROUNDS]

Three kinds of runs take turns: plain, under memtop, and plain again; the two plain ones tell how much of a
difference is noise.  Told are the medians of the lower half, since what else runs on the machine only adds.
"""

import os
import statistics
import subprocess
import sys

MEMTOP = os.path.abspath(os.environ.get("MEMTOP", "./memtop"))
WORK = """
import resource, time
begin, kept = time.perf_counter(), []
for i in range(6_000_000):
    kept.append(str(i)) if i % 16 == 0 else str(i)
used = resource.getrusage(resource.RUSAGE_SELF)
print(time.perf_counter() - begin, used.ru_utime + used.ru_stime)
"""


def run(*before):
    done = subprocess.run([*before, os.path.realpath(sys.executable), "-S", "-c", WORK],
                          stdout=subprocess.PIPE, check=True)
    return [float(word) for word in done.stdout.split()]


def lower_half(values):
    return statistics.median(sorted(values)[:(len(values) + 1) // 2])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    arms = {"plain": (), "memtop": (MEMTOP, "--report", "/dev/null", "--"), "again": ()}
    found = {name: [] for name in arms}
    for i in range(rounds):
        names = list(arms)
        for name in names[i % 3:] + names[:i % 3]:
            found[name].append(run(*arms[name]))
    for column, what in enumerate(("wall", "CPU")):
        mid = {name: lower_half([row[column] for row in rows]) for name, rows in found.items()}
        plain = (mid["plain"] + mid["again"]) / 2
        print(f"{what}: plain {plain:.4f} s, under memtop {100 * (mid['memtop'] / plain - 1):+.2f} %, "
              f"noise {100 * abs(mid['plain'] - mid['again']) / plain:.2f} %")


main()
