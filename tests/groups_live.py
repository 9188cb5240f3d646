#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""On the machine as it is: the account sums up to MemTotal, and a pool is flagged, not its workers.

The pool: twenty workers that live five seconds each, each a little bigger than the one before.
"""
import ctypes
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from tap import check, done  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
NAME = "leaky%d" % os.getpid()  # other pools may be about
WORKERS, LIFE_S, STEP_KIB = 20, 5, 24
PATIENCE_S = 150


def meminfo_kib(key):
    with open("/proc/meminfo") as file:
        for line in file:
            if line.startswith(key + ":"):
                return int(line.split()[1])
    return 0


def kib_of(text):
    units = {"K": 1, "M": 1024, "G": 1024 ** 2, "T": 1024 ** 3}
    return float(text[:-1]) * units[text[-1]] if text[-1] in units else float(text)


def check_account():
    out = subprocess.run([MEMTOP, "-b", "--account", "-n", "1"], capture_output=True, text=True,
                         timeout=60).stdout
    parts = {line[:36].strip(): line[36:].split() for line in out.splitlines()
             if line and line[0] != " "}
    total = meminfo_kib("MemTotal")
    sums = sum(kib_of(fields[0]) for name, fields in parts.items()
               if name not in ("WHERE", "in all") and fields[0] != "-")
    rest = kib_of(parts["accounted for by nobody"][0])
    check(abs(sums - total) <= total * .001, "the account sums up to MemTotal",
         f"{sums:.0f} KiB of {total}")
    check(abs(sums - rest - total) <= total * .02, "and nearly all of it has a name",
         f"{100 * rest / total:.2f} % accounted for by nobody")


def worker(size_kib, ready):
    """Never returns: a child of the pool, which ends it."""
    block = bytearray(b"x") * (size_kib * 1024)
    os.write(ready, b".")
    while block:
        signal.pause()


def pool():
    """Never returns, until it is killed.  A worker goes when another is ready: on a busy machine time alone would
    make them more and fewer, and growth too rough to be called in the minutes of a test."""
    libc = ctypes.CDLL(None)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)
    libc.prctl(15, NAME.encode(), 0, 0, 0)
    size_kib, workers, (heard, ready) = 4096, [], os.pipe()
    while True:
        size_kib += STEP_KIB
        pid = os.fork()
        if pid == 0:
            libc.prctl(1, signal.SIGKILL, 0, 0, 0)
            worker(size_kib, ready)
        workers.append(pid)
        os.read(heard, 1)
        if len(workers) > WORKERS:
            os.kill(workers[0], signal.SIGKILL)
            os.waitpid(workers.pop(0), 0)
        time.sleep(LIFE_S / WORKERS)


def is_row(line):
    """Not the sentence above the table, which names the pool as well."""
    words = line.split()
    return NAME in words and words[0].lstrip("x×").isdigit()


def flagged(process, seconds):
    """Whether a line says that the pool climbs; the lines of the pool, and how long that took."""
    begin, seen = time.monotonic(), []
    for line in process.stdout:
        took = time.monotonic() - begin
        if is_row(line):
            seen.append("%.0f s: %s" % (took, line.strip()))
            if "climbing" in line and int(line.split()[0].lstrip("x×")) > WORKERS / 2:
                return True, seen
        if took > seconds:
            break
    return False, seen


def run(*arguments):
    return subprocess.Popen([MEMTOP, "-b", "-d", "1", "-n", str(PATIENCE_S), "-w", "100",
                             "--columns", "pid,footprint,growth,verdict,command", *arguments],
                            stdout=subprocess.PIPE, text=True)


def check_pool():
    child = os.fork()
    if child == 0:
        pool()
    time.sleep(LIFE_S + 1)
    groups = run("-g", "program", "-F", f"command={NAME}")
    members = run("-F", f"command={NAME} and state=climbing")
    try:
        is_flagged, seen = flagged(groups, PATIENCE_S)
        check(is_flagged, "a pool that leaks is flagged as a group", "\n".join(seen[::8]))
    finally:
        for process in (groups, members):
            process.terminate()
        os.kill(child, signal.SIGKILL)
    lines = [line for line in members.stdout.read().splitlines() if is_row(line)]
    check(not lines, "and none of its workers is", "\n".join(lines[:3]))
    for process in (groups, members):
        process.wait()
    os.waitpid(child, 0)


check_account()
check_pool()
done()
