#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a look inside, and --lines, cost the program looked into: CPU time (its own and the kernel's for it) and wall
clock of fixed work, side by side.

    census.py [ROUNDS [computes|allocates|sleeps ...]]

Runs take turns: plain, looked into once while they work, followed by --lines, and plain again; the two plain ones tell
how much of a difference is noise.  Told is what one look adds, and as a share of the five seconds that lie between two
of them at least, and what following adds, as a share of the run.  Medians of the lower half, since what else runs on
the machine only adds.  The program keeps to one processor, memtop to the others, where there are several.
"""

import os
import statistics
import subprocess
import sys

MEMTOP = os.path.abspath(os.environ.get("MEMTOP", "./memtop"))
EVERY_S = 5
PROCESSORS = os.sched_getaffinity(0)
WORK = """
import os, resource, sys, time
os.sched_setaffinity(0, {int(sys.argv[2])})
class Node:
    def __init__(self, number):
        self.number, self.parts = number, [number, str(number)]
kept = [Node(i) for i in range(150000)]
def computes():
    for i in range(120):
        sum(node.number for node in kept)
def allocates():
    for i in range(1500000):
        kept[i * 7919 % len(kept)] = Node(i)
def sleeps():
    for i in range(600):
        time.sleep(0.002)
        kept[i] = Node(i)
print("begins", flush=True)
sys.stdin.readline()
first, begin = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
globals()[sys.argv[1]]()
wall, last = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF)
print(wall, last.ru_utime + last.ru_stime - first.ru_utime - first.ru_stime, last.ru_minflt - first.ru_minflt)
"""


def run(what, how):
    """Wall clock and CPU seconds, page faults."""
    words = [os.path.realpath(sys.executable), "-S", "-c", WORK, what, str(min(PROCESSORS))]
    if how == "followed":
        words = [MEMTOP, "--lines", "--report", "/dev/null", "--"] + words
    os.sched_setaffinity(0, PROCESSORS - {min(PROCESSORS)} or PROCESSORS)
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    look = how == "looked" and subprocess.Popen([MEMTOP, "-p", str(child.pid), "--inside"], stdout=subprocess.DEVNULL)
    told = child.communicate("\n")[0]
    if look and look.wait() != 0:  # it had ended by then
        return run(what, how)
    return [float(word) for word in told.split()]


def lower_half(values):
    return statistics.median(sorted(values)[:(len(values) + 1) // 2])


def measure(what, rounds):
    names = ["plain", "looked", "followed", "again"]
    found = {name: [] for name in names}
    for i in range(rounds):
        for name in names[i % 4:] + names[:i % 4]:
            found[name].append(run(what, name))
    for column, figure in enumerate(("wall", "CPU")):
        mid = {name: lower_half([row[column] for row in rows]) for name, rows in found.items()}
        plain, noise = (mid["plain"] + mid["again"]) / 2, abs(mid["plain"] - mid["again"])
        look, follow = mid["looked"] - plain, mid["followed"] - plain
        print(f"{what}, {figure}: {1000 * plain:.0f} ms; a look adds {1000 * look:+.1f} ms "
              f"(noise {1000 * noise:.1f}), {100 * look / EVERY_S:+.2f} % of one every {EVERY_S} s "
              f"(noise {100 * noise / EVERY_S:.2f} %); --lines adds {100 * follow / plain:+.2f} % "
              f"(noise {100 * noise / plain:.2f} %)", flush=True)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for what in sys.argv[2:] or ("computes", "allocates", "sleeps"):
        measure(what, rounds)


main()
