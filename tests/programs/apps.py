#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Small Python programs that leak, or look as if they did.

usage: apps.py KIND [MIB_PER_SECOND]

  cache     a dictionary that is never emptied: a leak
  listener  callbacks that are registered and never removed: a leak
  lru       a cache of bounded size: grows, then stays
  memo      functools.lru_cache over keys that come again: fills ever more slowly
  chunks    reads a long CSV a chunk at a time: goes up and down
  stream    a generator over the same rows: stays flat
  whole     loads everything at once: one step, then still
  mapped    reads through a mapped file of 1 GiB: resident, but the kernel can drop it
  forks     three children that share all of its 40 MiB
  pool      twenty workers that live five seconds, each new one larger: a leak of the whole
  sawtooth  collects and drops, again and again: up and down

Prints "ready PID" when it begins and ends with its parent. Standard library only.
"""

import collections
import csv
import ctypes
import functools
import io
import itertools
import mmap
import os
import random
import signal
import sys
import tempfile
import time

STEP_S = 0.1
LIFE_S = 600


def rows(count, width=1000):
    for number in range(count):
        yield [str(number), os.urandom(width // 2).hex()]


def steps(rate):
    """Kilobytes due at each step, true to the rate when a step comes late."""
    begin, done = time.monotonic(), 0
    while True:
        due = int((time.monotonic() - begin) * rate * 1024)
        yield max(0, due - done)
        done = due
        time.sleep(STEP_S)


def cache(rate):
    kept = {}
    for kib in steps(rate):
        for _ in range(kib):
            kept[len(kept)] = os.urandom(960)


def listener(rate):
    callbacks = []
    for kib in steps(rate):
        for _ in range(kib):
            payload = os.urandom(900)
            callbacks.append(lambda payload=payload: payload)


def lru(rate):
    kept = collections.OrderedDict()
    number = 0
    for kib in steps(rate):
        for _ in range(kib):
            kept[number] = os.urandom(960)
            number += 1
            if len(kept) > 8192:
                kept.popitem(last=False)


def chunks(rate):
    per_chunk = max(1, int(rate * 1024))
    while True:
        text = io.StringIO("\n".join(",".join(row) for row in rows(per_chunk)))
        table = list(csv.reader(text))
        time.sleep(0.5)
        del table, text
        time.sleep(0.5)


def stream(rate):
    total = 0
    for kib in steps(rate):
        for row in rows(kib):
            total += len(row[1])


def whole(rate):
    table = list(rows(int(rate * 1024 * 20)))
    while table:
        time.sleep(1)


def memo(rate):
    @functools.lru_cache(maxsize=8192)
    def answer(key):
        return os.urandom(960), key

    for kib in steps(rate):
        for _ in range(kib):
            answer(random.randrange(8192))


def mapped(rate):
    """Pages of a file nobody has written to are read, MIB_PER_SECOND of them, to its end."""
    size = 1 << 30
    with tempfile.TemporaryFile() as file:
        file.truncate(size)
        with mmap.mmap(file.fileno(), size, prot=mmap.PROT_READ) as pages:
            at = total = 0
            for kib in steps(rate):
                end = min(size, at + kib * 1024)
                total += sum(pages[place] for place in range(at, end, mmap.PAGESIZE))
                at = end - end % mmap.PAGESIZE


def forks(rate):
    """Named "forked-heap"."""
    ctypes.CDLL(None).prctl(15, b"forked-heap")  # PR_SET_NAME
    held = b"x" * int(40 * rate * 2 ** 20)
    for _ in range(3):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            while held:
                time.sleep(1)
    while True:
        time.sleep(1)


def pool(rate):
    """Named "pool-worker", so that they are a program of their own; who ends is replaced at once."""
    workers, life_s = 20, 5
    begin = time.monotonic()
    for number in itertools.count():
        if number >= workers:
            os.wait()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)
            ctypes.CDLL(None).prctl(15, b"pool-worker")  # PR_SET_NAME
            held = b"x" * int((4 + (time.monotonic() - begin) * rate / workers) * 2 ** 20)
            time.sleep(life_s)
            os._exit(held[0] != 120)
        if number < workers:
            time.sleep(life_s / workers)


def sawtooth(rate):
    kept = []
    for kib in steps(rate):
        kept.extend(os.urandom(960) for _ in range(kib))
        if len(kept) > rate * 1024 * 5:
            kept = []


KINDS = {f.__name__: f for f in (cache, listener, lru, memo, chunks, stream, whole, mapped, forks, pool,
                                  sawtooth)}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in KINDS:
        sys.stderr.write(__doc__)
        return 2
    rate = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    signal.alarm(LIFE_S)
    print("ready", os.getpid(), flush=True)
    KINDS[sys.argv[1]](min(rate, 64.0))
    return 0


if __name__ == "__main__":
    sys.exit(main())
