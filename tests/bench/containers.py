#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What containers cost: memtop among processes in so many cgroups, beside the same in none.

    containers.py [--memtop PATH] [--herd PATH] [--only 0,1000,5000] [--moving N] [--seconds S] [--rounds N]
                  [--view 1|2] [--json FILE]

As many processes as there are cgroups at most stand still in all rounds (N of them change their size at every
tick): first none of them is in a cgroup of its own, then a thousand are, then all.  Printed are milliseconds of
processor time a tick (user and system, the kernel's count of it), of the sampler with its readers and of the
front end apart, and what they are above those of the round without cgroups: what the cgroups cost.  View 2 has
the containers on the screen, 120x40, one look a second.  As root, where control groups can be made (version 1 or 2); they and the
processes are ended again.  Of spans of five seconds the least is taken: what others do to the caches at the same
time can only make it more.  The load of the machine is printed.
"""
import argparse
import json
import os
import sys
import time

from compare import Herd, lacks_room
from monitor import Monitor, cpu_ns, descendants, pss_kib

ASKED_MS = {1000: 2.0, 5000: 10.0}
SETTLE_S = 20.0     # until all has been looked at once, and so much more for each process
SETTLE_EACH_S = 0.02
SPAN_S = 5.0        # what is read in turns comes round in it
V1, V2 = "/sys/fs/cgroup/memory", "/sys/fs/cgroup"
ROOT = os.path.join(V1 if os.path.isdir(V1) else V2, "memtop-bench-%d" % os.getpid())


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def cgroup_of(number):
    return os.path.join(ROOT, "docker", "%064x" % (number + (0xabc << 200)))


def make_cgroups(count):
    os.makedirs(os.path.join(ROOT, "docker"))
    if not os.path.isdir(V1):
        for path in (V2, ROOT, os.path.join(ROOT, "docker")):
            write(os.path.join(path, "cgroup.subtree_control"), "+memory")
    for number in range(count):
        os.mkdir(cgroup_of(number))


def fill_cgroups(pids):
    """One process each."""
    for number, pid in enumerate(pids):
        write(os.path.join(cgroup_of(number), "cgroup.procs"), str(pid))


def remove_cgroups():
    for path, _, _ in os.walk(ROOT, topdown=False):
        for _ in range(100):
            try:
                os.rmdir(path)
                break
            except FileNotFoundError:
                break
            except OSError:
                time.sleep(0.05)


def measure(memtop, view, settle, seconds):
    monitor = Monitor([memtop])
    monitor.first_screen()
    os.write(monitor.fd, view.encode())
    monitor.read(settle)
    spans = []
    for _ in range(int(seconds / SPAN_S)):
        before, began = cpu_ns(descendants(monitor.pid)), time.monotonic()
        monitor.read(SPAN_S)
        after, took = cpu_ns(descendants(monitor.pid)), time.monotonic() - began
        spent = {True: 0.0, False: 0.0}
        for (pid, task), ns in after.items():
            spent[pid == monitor.pid] += (ns - before.get((pid, task), 0)) / 1e6 / took
        spans.append(spent)
    pss = pss_kib(descendants(monitor.pid)) / 1024
    monitor.close()
    return {"front": min(spent[True] for spent in spans), "sampler": min(spent[False] for spent in spans),
            "pss_mib": pss}


def run(args, count, most):
    with Herd(args.herd, most - args.moving, args.moving) as herd:
        if herd.failed:
            sys.exit("the herd could not be started")
        make_cgroups(count)
        try:
            fill_cgroups([pid for pid in descendants(herd.process.pid) if pid != herd.process.pid][:count])
            settle = args.settle + most * SETTLE_EACH_S
            rounds = [measure(args.memtop, args.view, settle, args.seconds) for _ in range(args.rounds)]
        finally:
            herd.process.terminate()
            herd.process.wait()
            remove_cgroups()
    return {key: min(one[key] for one in rounds) for key in rounds[0]}


def print_line(count, got, none):
    whole, bare = got["sampler"] + got["front"], none["sampler"] + none["front"]
    asked = ASKED_MS.get(count)
    print("%8d %10.2f %10.2f %10.2f %10.2f %8s %8.1f" % (
        count, got["sampler"], got["front"], whole, whole - bare, "" if asked is None else "%.0f" % asked,
        got["pss_mib"]), flush=True)
    return asked is not None and whole - bare > asked


def options():
    build = os.environ.get("top_builddir", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--memtop", default=os.environ.get("MEMTOP", os.path.join(build, "memtop")))
    ap.add_argument("--herd", default=os.path.join(build, "tests/programs/herd"))
    ap.add_argument("--only", default="0,1000,5000")
    ap.add_argument("--moving", type=int, default=0)
    ap.add_argument("--settle", type=float, default=SETTLE_S)
    ap.add_argument("--seconds", type=float, default=30)
    ap.add_argument("--rounds", type=int, default=1)
    ap.add_argument("--view", default="2", choices=("1", "2"))
    ap.add_argument("--json")
    return ap.parse_args()


def main():
    args = options()
    args.memtop = os.path.abspath(args.memtop)
    counts = [int(count) for count in args.only.split(",")]
    why = lacks_room(max(counts)) or (None if os.access(os.path.dirname(ROOT), os.W_OK) else "no cgroup can be made")
    if why:
        print("left out: " + why)
        return 0
    print("%d processes, %d of which move at every tick, view %s, load %.1f; ms of CPU a tick" % (
        max(counts), args.moving, args.view, os.getloadavg()[0]))
    print("%8s %10s %10s %10s %10s %8s %8s" % ("cgroups", "sampler", "front end", "in all", "of cgroups", "at most", "PSS MiB"))
    found = {0: run(args, 0, max(counts))}
    missed = 0
    for count in counts:
        if count not in found:
            found[count] = run(args, count, max(counts))
        missed += print_line(count, found[count], found[0])
    if args.json:
        write(args.json, json.dumps(found, indent=1))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
