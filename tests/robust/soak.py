#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Thousands of ticks over processes that are born, grow, and die: memory and descriptors stay.

The clock is a request for each tick (`{"ask":"tick"}`, interval 0).  LONG=1: 100,000 ticks.  What the front
end sees of it is a recording in which a tick takes STEP_MS, so that histories, which go back for 25 hours, are
full by tick SETTLED.
"""

import os
import re
import shutil
import subprocess
import time

from robust import BUILD, LONG, MEMTOP, Terminal, check, done, family, folder, note, rss_kib, sanitized, \
    skip_all
import fakeproc

TICKS = 100000 if LONG else 12000
SETTLED = 1000
ALL_READ_S = 12  # what is read once in a while for the first time (mounts, slabs) has a buffer from then on
ALLOWED_KIB = 64
BEGIN_MS, STEP_MS = 10000000, 100000
tree = os.path.join(folder, "proc")

made = fakeproc.Tree(tree)
made.line("processes 1000-1030 name=worker-{pid} rss=20000")
probe = subprocess.run([os.path.join(BUILD, "tests/lib/in_fakeproc"), tree, "true"], check=False)
if probe.returncode:
    skip_all("no namespaces here")


def churn(turn):
    """A few births, deaths, moves: the same pids again and again, new names now and then."""
    pid = 1000 + turn % 31
    if turn % 7 == 0:
        made.process(pid, {"name": "w%d" % (turn % 97), "rss": str(20000 + turn % 500)}, True)
    else:
        made.process(pid, {"rss": str(20000 + turn * 37 % 9000)})


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


def measure(pids):
    """What those of them that are alive have."""
    found = {}
    for pid in pids:
        try:
            # its own pages: code that runs for the first time, when a reader is replaced, is no leak
            found[pid] = rss_kib(pid, "Anonymous"), descriptors(pid)
        except OSError:  # a reader that was replaced meanwhile
            continue
    return found


stream = subprocess.Popen([os.path.join(BUILD, "tests/lib/in_fakeproc"), tree, MEMTOP, "--stream"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
stream.stdin.write(b'{"ask":"interval","ms":0}\n')
stream.stdin.flush()
path = os.path.join(folder, "tape")
tape = open(path, "wb")  # pylint: disable=consider-using-with
tape.write(stream.stdout.readline())
ticks, turn, first, began = 0, 0, None, time.monotonic()
members = None
while ticks < TICKS:
    if ticks % (20 if not LONG else 50) == 0:
        churn(turn)
        turn += 1
    if ticks == SETTLED - 10:
        time.sleep(max(0, ALL_READ_S - (time.monotonic() - began)))
    stream.stdin.write(b'{"ask":"tick"}\n')
    stream.stdin.flush()
    ticks += 1
    line = b""
    while b'"sys"' not in line:
        line = stream.stdout.readline()
        tape.write(re.sub(rb'"t":\d+,"wall":\d+', b'"t":%d,"wall":%d' % (
            BEGIN_MS + ticks * STEP_MS, 1700000000000 + ticks * STEP_MS), line))
    if ticks == SETTLED:
        tape.flush()
        shutil.copy(path, path + ".short")
        members = family(stream.pid)
        first = measure(members)
        began = time.monotonic()
    if not LONG and time.monotonic() - began > 40 and ticks > SETTLED + 1000:
        break
note("%d ticks" % ticks)
last = measure(members)
for pid, name in members.items():
    if pid not in last:
        note("%s was replaced" % name)
        continue
    note("%s: %d KiB and %d descriptors at tick %d, %d and %d at the end" % (
        name, *first[pid], SETTLED, *last[pid]))
    if not sanitized():
        check(abs(last[pid][0] - first[pid][0]) <= ALLOWED_KIB, name + ": memory stays",
              last[pid][0] - first[pid][0])
    check(last[pid][1] <= first[pid][1] + 1, name + ": descriptors stay")
stream.stdin.close()
stream.terminate()
check(stream.wait() in (0, -15), "the end of the stream")
tape.close()


def looked_at(recording):
    """The front end's memory and descriptors when it has seen all of a recording."""
    term = Terminal("--replay", recording, size=(40, 120))
    term.wait_for(rb"COMMAND", 10)
    term.wait_for(rb"at its end", 120)
    term.type(b" ")  # all of it, from the beginning
    for _ in range(7):
        term.type(b"+")
        term.read(0.05)
    quiet, size, end = 0, 0, time.monotonic() + 120
    while quiet < 8 and time.monotonic() < end:  # at the end of a recording nothing is drawn any more
        quiet = quiet + 1 if not term.read(0.25) else 0
    # the last word at the bottom goes
    term.read(7)
    size = rss_kib(term.pid, "Anonymous"), descriptors(term.pid)
    check(term.end() == 0, "q after " + os.path.basename(recording))
    term.close()
    return size


early, late = looked_at(path + ".short"), looked_at(path)
note("front end: %d KiB at tick %d, %d at the end" % (early[0], SETTLED, late[0]))
if not sanitized():
    check(abs(late[0] - early[0]) <= ALLOWED_KIB, "front end: memory stays", late[0] - early[0])
check(late[1] == early[1], "front end: descriptors stay", "%d %d" % (early[1], late[1]))
done()
