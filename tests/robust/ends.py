#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The terminal is as before 100 ms after a signal ended memtop, whichever it was; the shell is told the same
signal; where a core is asked for, it is written.  A terminal that takes nothing while memtop ends (a line that hangs)
is as before, too, when it comes back.

From the signal to the moment when the modes of the terminal are those of before and all that was switched on
is switched off, measured as it happens; the best of three, since other programs run here too.
"""

import os
import resource
import signal
import termios
import time

from robust import Terminal, check, done, family, folder, note, sanitized, skip, stat_of, wait_until

LIMIT_MS = 100
TRIES = 3
CORES = (signal.SIGQUIT, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT)


def why_no_core():
    """Why there can be no core here, "" if there can."""
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
        pattern = file.read().strip()
    if sanitized():
        return "sanitizers end with a report of their own"
    if not pattern or "/" in pattern or "|" in pattern:
        return "the machine puts cores elsewhere: " + pattern
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        return "the limit of cores is 0"
    return ""


def with_cores():
    os.chdir(folder)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def restored(term):
    term.read()
    return termios.tcgetattr(term.slave) == term.modes and not term.left()


def lives(pid):
    """Not of one that has ended and that nobody has asked for yet: that is up to the first process."""
    stat = stat_of(pid)
    return bool(stat) and stat[1] != "Z"


def end_by(number):
    """Milliseconds until the terminal is as before (None: it never was), the status, who is left."""
    term = Terminal("-d", "0.2", before=with_cores)
    shown = term.wait_for(rb"PID", 10) and not restored(term)
    members = set(family(term.pid))
    began = time.monotonic()
    os.kill(term.pid, number)
    while not restored(term) and time.monotonic() - began < 5:
        time.sleep(0.001)
    took = (time.monotonic() - began) * 1000 if restored(term) else None
    _, status = os.waitpid(term.pid, 0)
    still = wait_until(lambda: not any(lives(pid) for pid in members), 2)
    term.close()
    return (took if shown else None), status, not still


def stuff(term):
    """Nothing more goes into the terminal, which nobody reads: also when what the kernel had under way is
    where it goes."""
    slave, full = os.open(os.ttyname(term.slave), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK), 0
    while full < 10:
        try:
            os.write(slave, b" " * 4096)
            full = 0
        except BlockingIOError:
            full += 1
            time.sleep(0.01)
    os.close(slave)


def end_unread(end):
    """What is left switched on when END ends it while nobody reads, and who is left."""
    term = Terminal("-d", "0.2")
    term.wait_for(rb"PID", 10)
    members = set(family(term.pid))
    stuff(term)
    end(term)
    _, status = os.waitpid(term.pid, 0)
    gone = wait_until(lambda: not any(lives(pid) for pid in members), 5)
    term.read_all()
    left = term.left() if gone else "somebody"
    term.close()
    return left, status


cores = why_no_core()
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV, signal.SIGBUS,
               signal.SIGABRT, signal.SIGKILL):
    name, times, statuses, orphans = number.name, [], [], False
    while len(times) < TRIES and (not times or None in times or min(times) > LIMIT_MS):
        took, status, left = end_by(number)
        times.append(took)
        statuses.append(status)
        orphans |= left
    note("%s: %s ms" % (name, ", ".join("never" if t is None else "%.0f" % t for t in times)))
    check(None not in times and min(times) <= LIMIT_MS, name + ": the terminal in 100 ms", times)
    check(all(os.WIFSIGNALED(s) and os.WTERMSIG(s) == number for s in statuses) or sanitized(),
          name + " is what the shell is told", statuses)
    check(not orphans, name + ": nobody is left")
    if number in CORES and cores:
        skip(name + ": the core is kept", cores)
    elif number in CORES:
        files = [f for f in os.listdir(folder) if f.startswith("core")]
        check(all(map(os.WCOREDUMP, statuses)) and files, name + ": the core is kept", statuses)
        for file in files:
            os.unlink(os.path.join(folder, file))
for name, end in (("q", lambda term: os.write(term.master, b"q")),
                  ("SIGTERM", lambda term: os.kill(term.pid, signal.SIGTERM)),
                  ("SIGKILL", lambda term: os.kill(term.pid, signal.SIGKILL))):
    left, status = end_unread(end)
    check(not left, name + " while the terminal takes nothing: as before when it comes back", (left, status))
done()
