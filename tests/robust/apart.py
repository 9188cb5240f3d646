#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""libproc2, and what it brings, are in the sampler alone: not in the front end, the guard,
a reader, one that is started later included.  Where it cannot be loaded, memtop says which one."""

import os
import re
import signal
import subprocess

from robust import MEMTOP, Terminal, check, done, family, folder, sanitized, skip, wait_until

BROUGHT = ("libproc2", "libsystemd", "libgcrypt", "liblzma", "liblz4", "libgpg-error")


def loaded(pid):
    """Which of them a process has mapped."""
    try:
        with open("/proc/%d/maps" % pid, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return []
    return [name for name in BROUGHT if re.search(r"/%s\.so" % name, text)]


def unloadable(name):
    """Some are linked so that they stay: libsystemd, from Debian 13 on."""
    for pid in samplers:
        with open("/proc/%d/maps" % pid, encoding="utf-8", errors="replace") as file:
            found = re.search(r"(/\S*/%s\.so\S*)" % name, file.read())
        if found:
            shown = subprocess.run(["readelf", "-d", found.group(1)], capture_output=True, text=True, check=False)
            return "NODELETE" not in shown.stdout
    return True


def heap_kib(pid):
    """Of the heap of a process, what is in memory."""
    with open("/proc/%d/smaps" % pid, encoding="utf-8", errors="replace") as file:
        found = re.search(r"\[heap\]\n(?:\w.*\n)*?Rss:\s+(\d+)", file.read())
    return int(found.group(1)) if found else 0


def members(name):
    return [pid for pid, called in family(term.pid).items() if called == name and pid != term.pid]


def lean(pids):
    return bool(pids) and not any(loaded(pid) for pid in pids)


term = Terminal("-d", "0.2", size=(40, 120))
shown = term.wait_for(rb"COMMAND", 20)
samplers = wait_until(lambda: members("memtop-sampler"), 20)
check(shown and samplers and wait_until(lambda: "libproc2" in loaded(samplers[0]), 20),
      "the sampler has loaded libproc2", samplers)
check(loaded(term.pid) == [], "the front end has none of it", loaded(term.pid))
check(wait_until(lambda: lean(members("memtop-guard")), 20), "nor has the guard")
guards = members("memtop-guard")
if sanitized():
    skip("the guard keeps nothing of the heap", "sanitizers have a heap of their own")
else:
    check(guards and wait_until(lambda: heap_kib(guards[0]) == 0, 20), "nor does it keep anything of the heap",
          guards and heap_kib(guards[0]))
first = members("memtop-reader")
check(wait_until(lambda: lean(members("memtop-reader")), 20), "nor has a reader",
      {pid: loaded(pid) for pid in first})
for pid in first:
    os.kill(pid, signal.SIGKILL)
term.type(b"\r")  # one process in depth has a reader of its own
term.read(0.3)


def later():
    return [pid for pid in members("memtop-reader") if pid not in first]


def kept(pid):
    """Which of them it could give back, and has not."""
    return [name for name in loaded(pid) if unloadable(name)]


check(wait_until(lambda: later() and not any(kept(pid) for pid in later()), 20), "nor has one that is started later",
      {pid: kept(pid) for pid in later()})
term.end()
term.close()

# a library of that name that is none
with open(MEMTOP, "rb") as file:
    soname = re.search(rb"libproc2[-\w.]*\.so\.\d+", file.read()).group().decode()
with open(os.path.join(folder, soname), "wb") as file:
    file.write(b"none")
run = subprocess.run([MEMTOP, "--stream", "-n", "1"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                     env=dict(os.environ, LD_LIBRARY_PATH=folder), check=False)
check(run.returncode != 0 and soname in run.stderr and "not installed" in run.stderr,
      "without the library memtop --stream says which is missing", (run.returncode, run.stderr))
run = subprocess.run([MEMTOP, "-b", "-n", "1"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                     env=dict(os.environ, LD_LIBRARY_PATH=folder), check=False)
check(run.returncode != 0 and soname in run.stderr, "so does memtop -b", (run.returncode, run.stderr))
done()
