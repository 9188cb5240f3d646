#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Thousands of processes on a terminal, pids of seven digits that go round, a machine that cannot keep up."""

import os
import re
import shutil
import subprocess
import time

from robust import BUILD, FAULTS, LONG, MEMTOP, Terminal, check, done, folder, note, preloaded, \
    sanitized, skip
import fakeproc

MANY = 20000 if LONG else 2500
ROOM_KIB = MANY * 150  # what the kernel and we take for each


def available_kib():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return int(re.search(r"MemAvailable:\s+(\d+)", file.read()).group(1))


def screen(term):
    """The whole screen, drawn anew."""
    term.read(0.05)
    term.out = b""
    term.type(b"\x0c")
    term.wait_for(rb"Quit", 5)
    return term.out


def processes(term):
    """How many the screen says there are."""
    found = re.findall(rb"(\d+) processes", screen(term))
    return int(found[-1]) if found else -1


def there_are():
    return sum(name.isdigit() for name in os.listdir("/proc"))


def latency_ms(term, key):
    term.read(0.02)
    began = time.monotonic()
    term.type(key)
    while not term.read(0.005) and time.monotonic() - began < 5:
        pass
    return (time.monotonic() - began) * 1000


def within_seconds(seconds, what):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


herd = None
if available_kib() < 2 * ROOM_KIB:
    skip("%d processes" % MANY, "not enough memory")
else:
    herd = subprocess.Popen([os.path.join(BUILD, "tests/programs/herd"), "-n", str(MANY)],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if not herd.stdout.readline().startswith("ready"):
        herd.wait()
        herd = None
        skip("%d processes" % MANY, "this machine does not allow so many")
if herd:
    term = Terminal("-d", "1", size=(40, 120))
    began = time.monotonic()
    shown = term.wait_for(rb"PID", 10)
    note("%d processes: first screen after %.0f ms" % (MANY, (time.monotonic() - began) * 1000))
    check(shown and within_seconds(5, lambda: processes(term) >= MANY), "%d processes are counted" % MANY)
    times = [latency_ms(term, key) for key in (b"\x1b[B", b"\x1b[A") * 4]
    note("keys: " + ", ".join("%.0f" % ms for ms in times) + " ms")
    check(sorted(times)[len(times) // 2] <= 100, "keys are answered in 100 ms", times)
    herd.kill()
    herd.wait()
    check(within_seconds(20, lambda: 0 < processes(term) <= there_are() * 1.1 + 20), "and when they are gone nobody is stale")
    check(term.end() == 0 and not term.left(), "q", "%s %s" % (term.status, term.left()))
    term.close()

# pids up to 4,194,303, and round: in a namespace of its own, where the kernel has a limit for each
SCRIPT = """
echo 4194304 >/proc/sys/kernel/pid_max && echo 4194270 >/proc/sys/kernel/ns_last_pid || exit 77
for i in 1 2 3; do sleep 300 & done
(while :; do sleep 0.01; done) &
exec "$MEMTOP" -d 0.2
"""


def pid_max():
    with open("/proc/sys/kernel/pid_max", encoding="ascii") as file:
        return file.read().strip()


limit = pid_max()
if os.geteuid() != 0 or not shutil.which("unshare"):
    skip("pids of seven digits", "root and unshare(1) are needed")
else:
    os.environ["MEMTOP"] = MEMTOP
    try:
        term = Terminal(program=["unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c",
                                 SCRIPT], size=(40, 120))
        shown = term.wait_for(rb"COMMAND", 10)
        if not shown and term.wait(1):
            skip("pids of seven digits", "no such namespace here")
        else:
            first = screen(term)
            sleeps = set(re.findall(rb"(41942\d\d) ", first))
            check(len(sleeps) >= 3, "pids of seven digits have room", first[-600:])
            gone_round = within_seconds(20, lambda: re.search(rb"[^\d](3\d\d|[4-9]\d\d) root", screen(term)))
            again = set(re.findall(rb"(41942\d\d) ", screen(term)))
            check(gone_round and len(sleeps & again) >= 3, "and stay when pids go round",
                  "%s %s %s" % (gone_round, sleeps, again))
            check(term.end() == 0 and not term.left(), "q", "%s %s" % (term.status, term.left()))
        term.close()
    finally:
        if pid_max() != limit:  # before Linux 6.14 there is one limit for all
            with open("/proc/sys/kernel/pid_max", "w", encoding="ascii") as file:
                file.write(limit)

# a machine on which a look takes longer than the interval: said, not hidden
RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
few = fakeproc.Tree(os.path.join(folder, "few"))
few.line("processes 1000-1049 name=idle{pid} rss=2048")
if not os.path.exists(FAULTS) or sanitized() or subprocess.run([RUN, few.root, "true"], check=False).returncode:
    skip("a look that takes too long is said", "tests/lib/faults.so or a made /proc cannot be used")
else:
    term = Terminal("-d", "0.1", env=preloaded(slow=8000, process="memtop-sampler"), size=(40, 120),
                    program=[RUN, few.root, MEMTOP])
    term.wait_for(rb"COMMAND", 10)
    check(term.wait_for(rb"slow, a look takes \d", 60), "a look that takes too long is said", screen(term)[-900:])
    check(term.end() == 0, "q")
    term.close()
done()
