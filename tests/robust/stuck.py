#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A sampler or a guard that hangs without having been stopped: replaced a second after it should have spoken,
with a word, and gone in the end.  To hang is made by ptrace(2): the process stands, and its parent is not told."""

import ctypes
import os
import time

from robust import Terminal, check, done, family, member, note, skip_all, wait_until

PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
INTERVAL, PATIENCE = 0.3, 1.0
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def hang(pid):
    """Whether it hangs now."""
    return libc.ptrace(PTRACE_SEIZE, pid, None, None) == 0 and \
        libc.ptrace(PTRACE_INTERRUPT, pid, None, None) == 0


def gone(pid):
    try:
        os.waitpid(pid, os.WNOHANG | 0x40000000)  # __WALL: a traced one has to be let go by us too
    except ChildProcessError:
        pass
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


term = Terminal("-d", str(INTERVAL), size=(30, 100))
term.wait_for(rb"PID", 10)
term.read(1.0)
started = set(family(term.pid))
first = member(term.pid, "memtop-sampler")
if not first or not hang(first):
    term.end()
    skip_all("nothing may be traced here")
began = time.monotonic()
term.out = b""
seen = term.wait_for(rb"said nothing", 10)
took = time.monotonic() - began
note("a sampler that hangs is missed after %.2f s" % took)
# the interval may just have begun; what is drawn is seen a moment later
check(seen and PATIENCE / 2 <= took <= PATIENCE + 2 * INTERVAL + 0.5, "missed within a second of its time", took)
second = wait_until(lambda: member(term.pid, "memtop-sampler") not in (0, first) and
                    member(term.pid, "memtop-sampler"))
check(bool(second), "replaced")
check(bool(wait_until(lambda: gone(first))), "the hung one is gone")
term.out = b""
check(term.wait_for(rb"\x1b\[\?2026h", 5), "ticks go on")

# the next that hangs soon after has twice as long: one that is only slow is not replaced for ever
term.read(0.5)
began = time.monotonic()
hung = hang(second)
while member(term.pid, "memtop-sampler") in (0, second) and time.monotonic() - began < 10:
    term.read(0.02)
took = time.monotonic() - began
note("the next one after %.2f s" % took)
check(hung and took >= 2 * PATIENCE - 0.1, "more patience with the next", took)

# a guard that hangs could not put the terminal back: it has a second for an answer, and is asked once a tick
guard = member(term.pid, "memtop-guard")
term.out = b""
began = time.monotonic()
seen = hang(guard) and term.wait_for(rb"guard of the terminal was lost", 10)
took = time.monotonic() - began
note("a guard that hangs is missed after %.2f s" % took)
check(seen and took <= 2 * PATIENCE + INTERVAL, "a guard that hangs is missed", took)
check(wait_until(lambda: member(term.pid, "memtop-guard") not in (0, guard)), "replaced")
check(wait_until(lambda: gone(guard)), "the hung one is gone")
started.add(member(term.pid, "memtop-guard"))

term.type(b"q")
check(term.wait(5) and term.status == 0 and not term.left(), "q", "%s %s" % (term.status, term.left()))
check(wait_until(lambda: not [pid for pid in started if not gone(pid)]), "no orphan is left",
      [pid for pid in started if not gone(pid)])
term.close()
done()
