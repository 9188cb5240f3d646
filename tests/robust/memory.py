#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""malloc fails at the n-th call, once and for good, in each of memtop's processes; and real limits.

What must happen: no crash, the terminal as it was; a single failure after start-up is survived.  A
sample of n (LONG=1: as many of 1 to 2,000 as the time allows, which is all with LONG_SECONDS=900), eight
at a time.  Curses does not look everywhere whether it got memory, at its start and at its end: where it breaks, memtop
ends with status 1 and says so.
"""

import collections
import os
import resource
import subprocess
import sys
import threading
import time

from robust import FAULTS, LONG, MEMTOP, SECONDS, Patience, Terminal, check, done, folder, member, note, \
    preloaded, sanitized, skip_all, wait_until, within

if sanitized():
    skip_all("a build with sanitizers has its own malloc")
if not os.path.exists(FAULTS):
    skip_all("tests/lib/faults.so could not be built")


AT_ONCE = 8  # they wait more than they work


def each(work, values):
    """What WORK says of every value that it has something to say of."""
    said, lock, left = [], threading.Lock(), iter(values)

    def go_on():
        while True:
            with lock:
                value = next(left, None)
            if value is None:
                return
            why = work(value)
            if why:
                said.append(why)

    threads = [threading.Thread(target=go_on) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def sample(last, pieces):
    if LONG:
        return within(SECONDS / 8, range(1, 2001))
    step = max(1, last // pieces)
    return range(1, last + 1, step)


def on_terminal(role, n, forever):
    """One run: what is wrong with it, "" for nothing."""
    term = Terminal("-d", "0.1", env=preloaded(malloc=n, forever=int(forever), process=role))
    early = term.wait(0.25)
    status = term.end(15)
    left = term.left()
    term.close()
    broken = b"curses, which draws the screen, broke" in term.out
    wrong = "q was not heard" if status is None else "left " + left if left else \
        "signal %d" % -status if status < 0 else \
        "curses broke, status %d" % status if broken and status != 1 else \
        "curses broke in the middle" if broken and early and b"\x1b[?1049h" in term.out else ""
    if wrong:
        return "n=%d: %s: %r" % (n, wrong, term.out[-200:])
    outcomes["curses" if broken else status] += 1
    return ""


for role, last in (("memtop", 2000), ("memtop-sampler", 2000), ("memtop-reader", 4)):
    for forever in (False, True):
        outcomes = collections.Counter()
        pieces = sample(last, 96 if role != "memtop-reader" else 4)
        wrong = each(lambda n: on_terminal(role, n, forever), pieces)
        check(not wrong, "%s without memory %s" % (role, "for good" if forever else "once"),
              "\n".join(wrong))
        note("ends: %s" % dict(outcomes))

# the front end as it runs: a single failure anywhere must not end it


def in_its_stride(n):
    """Until the call has failed; on a busy machine, and late among so many, it may not come to that."""
    counted = os.path.join(folder, "calls-%d" % n)
    with open(counted, "wb") as file:
        file.write(bytes(8))
    term = Terminal("-d", "0.1", env=preloaded(malloc=n, process="memtop", count=counted))
    patience = Patience(2 if n > 450 else 20)
    while calls(counted) < n and not patience.over():
        term.wait(0.05)
    term.wait(0.2)
    status = term.end(15)
    outcomes["failed" if calls(counted) >= n else "was not reached"] += 1
    term.close()
    os.unlink(counted)
    return "" if status == 0 else "n=%d: status %s: %r" % (n, status, term.out[-200:])


def calls(path):
    with open(path, "rb") as file:
        return int.from_bytes(file.read(), sys.byteorder)


outcomes = collections.Counter()
wrong = each(in_its_stride,
             range(450, 8000, 377) if not LONG else within(SECONDS / 8, range(450, 8000, 7)))
check(not wrong and outcomes["failed"] > 0, "a single failure in the running front end is survived",
      "\n".join(wrong))
note("the call: %s" % dict(outcomes))

# one stream by itself


def on_a_stream(n):
    for forever in (0, 1):
        end = subprocess.run([MEMTOP, "--stream", "-n", "2", "-d", "0.1"], timeout=30,
                             env=dict(os.environ, **preloaded(malloc=n, forever=forever)),
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, check=False)
        # what a library keeps for each thread glibc allocates at its first use, and ends us by itself
        glibc = end.returncode == 127 and end.stderr == b"cannot allocate memory for thread-local data: ABORT\n"
        if not glibc and (end.returncode not in (0, 1) or (end.returncode == 1 and not end.stderr)):
            return "n=%d: status %d, said %r" % (n, end.returncode, end.stderr)
    return ""


wrong = each(on_a_stream, sample(2000, 40))
check(not wrong, "a stream without memory ends with a word", "\n".join(wrong))


def limited(what, value):
    return lambda: resource.setrlimit(what, (value, value))


wrong = []
for kib in range(6000, 24001, 1500 if not LONG else 500):
    term = Terminal("-d", "0.1", before=limited(resource.RLIMIT_AS, kib * 1024))
    term.wait(0.3)
    status = term.end(15)
    if status is None or status < 0 or term.left():
        wrong.append("%d KiB: status %s, left %s" % (kib, status, term.left()))
    if b"not installed" in term.out:
        wrong.append("%d KiB: %r" % (kib, term.out[-200:]))
    if kib >= 24000 and status != 0:
        wrong.append("%d KiB: status %s, %r" % (kib, status, term.out[-200:]))
    term.close()
check(not wrong, "ulimit -v from 6 to 24 MB: never a crash, and 24 MB is enough", "\n".join(wrong))

for files in (64, 32, 16):
    term = Terminal("-d", "0.1", before=limited(resource.RLIMIT_NOFILE, files))
    shown = term.wait_for(rb"COMMAND", 5)
    reader = wait_until(lambda: member(term.pid, "memtop-reader"), 2)
    time.sleep(0.5)
    status = term.end(15)
    check(status == 0 and shown and not term.left() and reader,
          "ulimit -n %d" % files, "%s %s %r" % (status, term.left(), term.out[-300:]))
    term.close()
done()
