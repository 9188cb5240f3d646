#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What memtop asks the kernel for while it runs: no memory in a steady tick; no program, socket or signal."""

import collections
import os
import re
import shutil
import signal
import subprocess

from robust import BUILD, MEMTOP, Terminal, check, done, family, folder, note, sanitized, skip, skip_all
import fakeproc

if not shutil.which("strace"):
    skip_all("no strace")

MEMORY = {"brk", "mmap", "munmap", "mremap"}
NEVER = {"execve", "execveat", "socket", "connect", "bind", "kill", "tkill", "ptrace", "setuid",
         "process_vm_readv", "process_vm_writev"}


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def calls(text):
    return collections.Counter(m.group(1) for m in re.finditer(
        r"^(?:\d+ +)?([a-z][a-z0-9_]*)\(", text, re.M))


def without_names(text):
    """The trace without what asks for the name of a user whom /etc/passwd does not know: one reader
    may do so, on a local socket."""
    askers = set(re.findall(r"^(\d+) .*/etc/nsswitch\.conf", text, re.M))
    return "\n".join(line for line in text.splitlines() if line.split(" ", 1)[0] not in askers or
                     not re.search(r" (socket\(AF_UNIX|connect\(\d+, \{sa_family=AF_UNIX)", line))


# a user without a name
stranger = subprocess.Popen(["sleep", "100"], user=54321 if os.geteuid() == 0 else None)

# everything from the first instruction to q; the first execve is the shell's of strace itself
log = os.path.join(folder, "all")
term = Terminal("-d", "0.2", program=["strace", "-f", "-o", log, MEMTOP])
shown = term.wait_for(rb"COMMAND", 20)
term.read(1.0)
term.type(b"P\x1b")
term.read(0.5)
term.end(10)
term.close()
if not shown:
    skip_all("strace may not trace here")
stranger.kill()
stranger.wait()
text = read(log)
found = calls(without_names(text))
found["execve"] -= 1
# the guard, and a child that does not go, are ended by their pid: children, so nobody else's
ended = re.findall(r"\bkill\((-?\d+), (\w+)\)", text)
made = set(re.findall(r"(?:clone3?|v?fork)(?:\(| resumed).*= (\d+)$", text, re.M))
stray = [k for k in ended if k[0] not in made]
found["kill"] = len(stray)
bad = {name: found[name] for name in NEVER if found[name] > 0}
check(not bad, "nothing is executed, no socket made, nobody else signalled", "%s %s" % (bad, stray))

# a machine that stands still: on a real one others come and go, and their histories want memory

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
still = fakeproc.Tree(os.path.join(folder, "still"))
still.line("processes 1000-1199 name=idle{pid} rss=2048")
if subprocess.run([RUN, still.root, "true"], check=False, stderr=subprocess.DEVNULL).returncode:
    skip("30 ticks ask for no memory", "no made /proc without the right to mount")
    done()
term = Terminal("-d", "0.2", program=[RUN, still.root, MEMTOP], size=(40, 120))
term.wait_for(rb"idle1", 10)
term.read(8)
members = family(term.pid)
traces = []
for pid in members:
    log = os.path.join(folder, "steady.%d" % pid)
    traces.append((pid, log, subprocess.Popen(["strace", "-o", log, "-p", str(pid)],
                                              stderr=subprocess.DEVNULL)))
term.read(6)
for pid, log, trace in traces:
    trace.send_signal(signal.SIGINT)
    trace.wait()
check(term.end() == 0, "q")
term.close()
for pid, log, trace in traces:
    found = calls(read(log))
    name = members[pid] if members[pid] != "memtop" else "front end"
    note("%s: %s" % (name, dict(found.most_common(6))))
    if name == "memtop-reader" and not found:
        continue
    memory = {call: found[call] for call in MEMORY if found[call]}
    check(not memory or sanitized(),
          "%s: 30 ticks ask for no memory" % name, memory)
done()
