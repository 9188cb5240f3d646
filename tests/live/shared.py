#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real processes that share memory (TAP).

A pool that stands, touched step by step by workers: nobody is called climbing, nor are they together;
one whose own shared memory grows is. Ten looks a second, and the recording's clock slowed down by ten,
as in live.py. And a program that forks workers after it has loaded its data needs what PSS adds up to,
not that much for each.
"""
import ctypes
import json
import mmap
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "lib")]
from live import slow_down, verdicts  # noqa: E402
from tap import check, done, skip  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
GROW = os.path.join(os.environ.get("top_builddir", "."), "tests/programs/grow")
FACTOR = 10
LOOKS = 65
WORKERS, MIB_S = 4, 8
POOL_MIB = 96
HEAP_MIB, FORKS = 48, 4
NAME = "pool%d" % os.getpid()  # others have pools, too


def touch(pool):
    """Never returns: a worker that touches a page after the other."""
    ctypes.CDLL(None).prctl(15, NAME.encode(), 0, 0, 0)
    begin, at = time.monotonic(), 0
    while True:
        upto = min(len(pool), int((time.monotonic() - begin) * MIB_S * (1 << 20)))
        for at in range(at, upto, mmap.PAGESIZE):
            pool[at]
        time.sleep(.02)


def start_pool():
    pool = mmap.mmap(-1, POOL_MIB << 20)
    for at in range(0, len(pool), mmap.PAGESIZE):
        pool[at] = 1
    pids = []
    for _ in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            touch(pool)
        pids.append(pid)
    return pids


def check_pool(folder):
    path, slow = os.path.join(folder, "seen.jsonl"), os.path.join(folder, "slow.jsonl")
    grow = subprocess.Popen([GROW, "-m", "shm", "-k", "5120", "-b", "16"], stdout=subprocess.PIPE)
    grow.stdout.readline()
    pids = start_pool()
    try:
        subprocess.run([MEMTOP, "-b", "-d", "%g" % (1 / FACTOR), "-n", str(LOOKS), "--record", path,
                        "-p", ",".join(map(str, pids + [grow.pid]))],
                       check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    finally:
        for pid in pids:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
        grow.kill()
        grow.wait()
    slow_down(path, slow, FACTOR)
    said = verdicts(slow)
    called = {int(row["pid"]) for row in said if row["state"] == "climbing"}
    check(not called & set(pids), "who touches a pool that stands is not called", sorted(called))
    check(grow.pid in called, "who makes shared memory is",
          [(row["t_s"], row["state"]) for row in said if int(row["pid"]) == grow.pid])
    done_ = subprocess.run([MEMTOP, "-b", "--replay", slow, "-g", "program", "--json"], check=True,
                           stdout=subprocess.PIPE, text=True)
    last = json.loads(done_.stdout.splitlines()[-1])
    pool = [row for row in last["processes"] if row["command"] == NAME]
    check(len(pool) == 1 and pool[0]["count"] == WORKERS and pool[0]["verdict"] != "climbing" and
          "footprint" in pool[0]["at_most"] and pool[0]["footprint"] < pool[0]["anon"] + 1.2 * (POOL_MIB << 20),
          "... nor are they together, who have the pool once", pool)


def load_and_fork(seconds):
    """Never returns: the program of check_run."""
    heap = bytearray(HEAP_MIB << 20)
    kids = []
    for _ in range(FORKS):
        pid = os.fork()
        if pid == 0:
            time.sleep(seconds)
            os._exit(len(heap) == 0)
        kids.append(pid)
    for pid in kids:
        os.waitpid(pid, 0)
    sys.exit(0)


def check_run(folder):
    if not os.path.exists("/proc/self/smaps_rollup"):
        skip("a program that forks", "no smaps_rollup here")
        return
    path = os.path.join(folder, "fork.jsonl")
    run = subprocess.run([MEMTOP, "--json", "--report", "-", "--record", path, "--",
                          sys.executable, os.path.abspath(__file__), "fork", "2"],
                         check=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    found = json.loads(run.stdout)
    most = 1.5 * (HEAP_MIB << 20)
    check(HEAP_MIB << 20 <= found["peak_footprint"] < most and
          found["average_footprint"] < most and max(found["chart"]) < most and
          found["programs"][0]["peak_footprint"] < most,
          "a program that forks needs its data once",
          {key: found[key] for key in ("peak_footprint", "average_footprint", "at_most", "looks")})
    check("peak_footprint" not in found["at_most"] and "peak_rss" in found["at_most"],
          "what counts shared pages says so", found["at_most"])
    for command in (["--report-from", path], ["--compare", path, path]):
        run = subprocess.run([MEMTOP, "--json", *command], check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(run.stdout)
        told = told.get("a", told)
        check(told["peak_footprint"] < most, "%s tells the same" % command[0], told["peak_footprint"])


def main():
    if sys.argv[1:2] == ["fork"]:
        load_and_fork(float(sys.argv[2]))
    with tempfile.TemporaryDirectory() as folder:
        check_pool(folder)
        check_run(folder)
    done()


if __name__ == "__main__":
    main()
