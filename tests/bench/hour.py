#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What an hour does to memtop's own memory: among processes that stand still while others are born and end.

    hour.py [--memtop PATH] [--herd PATH] [--minutes 60] [--still 300] [--births 15]

A line a minute: RSS, anonymous part and PSS of each of memtop's processes (KiB, smaps_rollup), and how many were
born until then.  The last line compares them with what they were 60 s after the start.  As root in a pid namespace
of its own, so that nobody else's births count.  It measures memory alone: it may run on a busy machine.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

from compare import Herd
from monitor import Monitor, descendants

BIRTHS = """
import os, sys, time
began, born = time.monotonic(), 0
while True:
    os.waitpid(os.posix_spawn('/bin/true', ['true', '--number=%d' % born], {}), 0)
    born += 1
    if born % 15 == 0:
        os.pwrite(1, b'%12d' % born, 0)
    time.sleep(max(0, began + born / float(sys.argv[1]) - time.monotonic()))
"""
FIGURES = ("Rss", "Pss", "Anonymous")


def memory_of(pid):
    with open(f"/proc/{pid}/smaps_rollup") as f:
        lines = [line.split() for line in f]
    return {line[0][:-1]: int(line[1]) for line in lines if line[0][:-1] in FIGURES}


def name_of(pid):
    with open(f"/proc/{pid}/comm") as f:
        return f.read().strip()


def processes_of(monitor):
    """What there is of memtop, the front end first: it starts the others."""
    found = {}
    for pid in sorted(descendants(monitor.pid)):
        try:
            name = "front end" if pid == monitor.pid else name_of(pid)
            found[f"{name} {pid}"] = memory_of(pid)
        except OSError:
            pass
    return found


def born_until_now(file):
    return int(os.pread(file.fileno(), 12, 0) or 0)


def print_line(minute, born, found):
    parts = ["%s %s" % (name, "/".join(str(memory[key]) for key in FIGURES)) for name, memory in found.items()]
    print(f"{minute:6.1f} min, {born} born: " + ", ".join(parts), flush=True)


def watch(args, births):
    monitor, first = Monitor([args.memtop, "-d", "1"]), {}
    for minute in range(1, args.minutes + 1):
        while time.monotonic() < monitor.begun + 60 * minute:
            monitor.read(min(1, max(0, monitor.begun + 60 * minute - time.monotonic())))
        now = processes_of(monitor)
        first = first or now
        print_line(minute, born_until_now(births), now)
    for name, memory in now.items():
        if name in first:
            print(name + ": " + ", ".join("%s %+d KiB (%+.1f %%)" % (
                key, memory[key] - first[name][key], 100 * memory[key] / first[name][key] - 100) for key in FIGURES))
    monitor.close()


def options():
    build = os.environ.get("top_builddir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--memtop", default=os.environ.get("MEMTOP", os.path.join(build, "memtop")))
    ap.add_argument("--herd", default=os.path.join(build, "tests/programs/herd"))
    ap.add_argument("--minutes", type=int, default=60)
    ap.add_argument("--still", type=int, default=300)
    ap.add_argument("--births", type=float, default=15)
    ap.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return ap.parse_args()


def main():
    args = options()
    if not args.inside:
        os.execvp("unshare", ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh",
                              sys.executable] + sys.argv + ["--inside"])
    with Herd(args.herd, args.still, 0, 60 * args.minutes + 600), tempfile.TemporaryFile() as births:
        maker = args.births > 0 and subprocess.Popen([sys.executable, "-c", BIRTHS, str(args.births)], stdout=births)
        watch(args, births)
        if maker:
            maker.kill()
            maker.wait()


main()
