#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A pid taken again while the question whom to signal is open: the new process lives.

In a pid namespace of its own, where the next pid can be chosen (ns_last_pid).  strace shows what was
called: pidfd_send_signal and nothing else.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

from robust import MEMTOP, Terminal, check, done, folder, skip_all, stat_of, wait_until

if len(sys.argv) < 2:
    probe = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c",
                            "echo 400 > /proc/sys/kernel/ns_last_pid"], stderr=subprocess.DEVNULL,
                           check=False) if shutil.which("unshare") else None
    if probe is None or probe.returncode != 0:
        skip_all("no pid namespace whose next pid can be chosen")
    # the leak checker of a sanitizer does not find itself in another namespace, and ends the program
    os.environ.setdefault("ASAN_OPTIONS", "detect_leaks=0")
    sys.exit(subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", sys.executable,
                             os.path.abspath(__file__), "inside"], check=False).returncode)

PID = 20000


def start_as(pid, name):
    """A process with that very pid, which says when it gets SIGTERM."""
    said = os.path.join(folder, name)
    with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as file:
        file.write(str(pid - 1))
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, lambda *_: (open(said, "w").close(), os._exit(0)))
        try:
            with open("/proc/self/comm", "w", encoding="ascii") as file:
                file.write(name)
        except OSError:
            pass
        while True:
            time.sleep(1)
    assert child == pid, child
    assert wait_until(lambda: stat_of(pid)[2] == name), "never called " + name
    return said


def session(swap_at):
    """Asks to end the chosen process; it ends, and an innocent one takes its pid, at SWAP_AT."""
    for name in ("chosen", "innocent"):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    chosen = start_as(PID, "chosen")
    log = os.path.join(folder, "trace")
    tracer = ["strace", "-f", "-e", "trace=kill,tkill,tgkill,rt_sigqueueinfo,pidfd_send_signal",
              "-o", log] if shutil.which("strace") else []
    term = Terminal("-d", "0.3", "-p", str(PID), program=tracer + [MEMTOP])
    # not by its name, which is that of the script as soon as the command line was read
    shown = term.wait_for(b"%d" % PID, 20)
    term.read(0.6)

    def swap():
        os.kill(PID, signal.SIGKILL)
        os.waitpid(PID, 0)
        start_as(PID, "innocent")

    if swap_at == "before":
        os.kill(term.pid, 0)
        swap()
    term.type(b"k")
    if swap_at == "open":
        term.wait_for(rb"TERM", 5)
        term.read(0.4)
        swap()
    elif swap_at == "never":
        term.wait_for(rb"TERM", 5)
        term.read(0.4)
    term.type(b"\r")
    term.read(1.2)
    said = term.out
    term.type(b"\x1b")
    term.read(0.3)
    status = term.end(5)
    term.close()
    with open(log, encoding="utf-8") as file:
        trace = file.read() if tracer else ""
    sent = re.findall(r"(\w+)\(([^)]*)", trace)
    # memtop's own children end by kill(2) of their pid; nothing may name the pid that was asked about
    named = [call for call in sent if call[0] != "pidfd_send_signal" and
             re.search(r"\b%d\b" % PID, call[1])]
    ended = os.path.exists(chosen)
    innocent = os.path.exists(os.path.join(folder, "innocent"))
    alive = stat_of(PID) is not None and stat_of(PID)[1] != "Z"
    if alive:
        os.kill(PID, signal.SIGKILL)
    try:
        os.waitpid(PID, 0)
    except ChildProcessError:
        pass
    return shown, ended, innocent, alive, named, status, said


shown, ended, innocent, alive, named, status, said = session("never")
check(shown and ended and not named, "the chosen one gets it, by its pidfd",
      "%s %s %s %r" % (shown, ended, named, said[-300:]))
for when in ("open", "before"):
    shown, ended, innocent, alive, named, status, said = session(when)
    check(shown and alive and not innocent and not ended and not named,
          "pid taken again %s the dialog: nobody gets it" % ("in" if when == "open" else "before"),
          "%s %s %s %s %s" % (shown, ended, innocent, alive, named))
    check(status == 0, "q", status)
    check(re.search(rb"gone|ended|exited|no such|another|not there|left", said, re.I) is not None or
          when == "before", "and it is said", repr(said[-600:]))
done()
