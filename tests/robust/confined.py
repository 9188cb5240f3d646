#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sampler and its readers are confined by the kernel, those that are started later too, and nothing
that they have to do is refused for it."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

from robust import MEMTOP, SOURCE, Terminal, check, done, family, folder, note, skip, skip_all, wait_until

BUILT = os.environ.get("SECCOMP", "yes")


def figures(pid):
    """{name: number} of what status says of a process; {} when it is gone."""
    try:
        with open("/proc/%d/status" % pid, encoding="utf-8", errors="replace") as file:
            return {m[0]: int(m[1]) for m in re.findall(r"^(Seccomp\w*|NoNewPrivs|VmLck):\s+(\d+)( kB)?$",
                                                     file.read(), re.M)}
    except OSError:
        return {}


def others(pid):
    return {p: name for p, name in family(pid).items()
            if name in ("memtop-sampler", "memtop-reader")}


def pinned():
    return [name for pid, name in family(term.pid).items() if figures(pid).get("VmLck", 0) > 0]


def confined(pid):
    found = figures(pid)
    return found.get("Seccomp") == 2 and found.get("NoNewPrivs") == 1


def readers(pid):
    return [p for p, name in others(pid).items() if name == "memtop-reader"]


if BUILT != "yes":
    skip_all("built without seccomp: " + BUILT)
if "Seccomp" not in figures(os.getpid()):
    skip_all("this kernel has no seccomp")

term = Terminal("-d", "0.2", size=(40, 120))
shown = term.wait_for(rb"COMMAND", 10)
wait_until(lambda: len(others(term.pid)) >= 2 and all(map(confined, others(term.pid))))
members = others(term.pid)
note(", ".join("%s %s" % (name, figures(pid)) for pid, name in members.items()))
check(shown and "memtop-sampler" in members.values() and "memtop-reader" in members.values() and
      all(map(confined, members)), "the sampler and its readers are confined", members)
check(not confined(term.pid), "the front end is not: it starts what it is told to")
before = set(members)
term.type(b"\r")
check(wait_until(lambda: [p for p in others(term.pid) if p not in before and confined(p)]),
      "the reader of a process in depth, started later, is")
term.type(b"\x1b")
for pid in readers(term.pid):
    with contextlib.suppress(ProcessLookupError):  # that of the screen which is being closed may be gone by now
        os.kill(pid, signal.SIGKILL)
check(wait_until(lambda: [p for p in readers(term.pid) if p not in before and confined(p)]),
      "a reader that replaces one is")
os.kill([p for p, name in members.items() if name == "memtop-sampler"][0], signal.SIGKILL)
check(wait_until(lambda: [p for p, name in others(term.pid).items()
                          if name == "memtop-sampler" and p not in before and confined(p)]),
      "a sampler that replaces one is")
if os.geteuid() == 0:
    wait_until(lambda: len(term.read(0.1)) >= 0 and len(pinned()) == 2, 8)
    check(sorted(pinned()) == ["memtop", "memtop-sampler"], "front end and sampler are pinned in memory",
          pinned())
else:
    skip("front end and sampler are pinned in memory", "root is needed")
check(term.end() == 0, "q")
term.close()

# the calls that are listed are those of other 64-bit machines, too, except where only x86 has them
try:
    with open("/usr/include/asm-generic/unistd.h", encoding="utf-8") as header:
        known = set(re.findall(r"#define __NR_(\w+)", header.read()))
    with open(os.path.join(SOURCE, "src/sample/confine.c"), encoding="utf-8") as source:
        text = re.sub(r"#ifdef (__x86_64__|SYS_\w+).*?#endif", "", source.read(), flags=re.S)
    strange = set(re.findall(r"\bSYS_(\w+)", text)) - known
    check(known and not strange, "the calls listed are known to arm64 and riscv64", strange)
except OSError:
    skip("the calls listed are known to arm64 and riscv64", "the kernel's headers are not here")

with subprocess.Popen([MEMTOP, "--stream", "-d", "0.2"], stdin=subprocess.PIPE,
                      stdout=subprocess.DEVNULL) as stream:
    check(wait_until(lambda: confined(stream.pid)), "so is memtop --stream")
    stream.terminate()

# a session that makes use of everything, under strace: what is refused would be seen there
trace = os.path.join(folder, "trace")
victim = subprocess.Popen(["sleep", "60"])
before = os.getpriority(os.PRIO_PROCESS, victim.pid)  # that of whoever runs this
if not shutil.which("strace") or os.geteuid() != 0:
    skip("nothing is refused that is needed", "root and strace are needed")
else:
    log = os.path.join(folder, "log")
    term = Terminal("-d", "0.2", "-p", str(victim.pid), size=(40, 120), env={"MEMTOP_LOG": log},
                    program=["strace", "-f", "-o", trace, "-e", "signal=none", MEMTOP])
    term.wait_for(rb"sleep", 20)
    term.type(b"\r")
    term.wait_for(rb"Evidence|evidence|PSS", 3)
    term.type(b"\x1b")
    term.read(0.5)
    term.type(b"\x1b[19~")
    term.wait_for(rb"Nice value", 20)
    term.type(b"\r")
    end = time.monotonic() + 20
    while os.getpriority(os.PRIO_PROCESS, victim.pid) == before and time.monotonic() < end:
        term.read(0.1)
    niced = os.getpriority(os.PRIO_PROCESS, victim.pid)
    term.type(b"k")
    term.wait_for(rb"TERM", 5)
    term.read(0.3)
    term.type(b"\r")
    end = time.monotonic() + 5
    while victim.poll() is None and time.monotonic() < end:
        term.read(0.1)
    ended = victim.poll() is not None
    term.end(10)
    term.close()
    with open(trace, encoding="utf-8", errors="replace") as file:
        refused = [line for line in file if "= -1 EPERM" in line]
    check(niced > before, "a nice value that was asked for is set", niced)
    with open(log, encoding="utf-8") as file:
        check("seccomp: on" in file.read(), "the log says so")
    check(ended, "a signal that was asked for is sent", term.out[-300:])
    check(not refused, "nothing is refused that is needed", "".join(refused))
victim.kill()
victim.wait()

# where users are in files only, nobody else is asked for one that is not there
conf, trace = os.path.join(folder, "nsswitch.conf"), os.path.join(folder, "names")
title = "users in files only: nobody is asked for a name"
with open(conf, "w", encoding="utf-8") as file:
    file.write("passwd: files\n")
if not shutil.which("strace") or os.geteuid() != 0 or not shutil.which("unshare"):
    skip(title, "root, strace and unshare are needed")
else:
    with subprocess.Popen(["sleep", "60"], user=54321, group=54321, extra_groups=[]) as stranger:
        done_all = subprocess.run(["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/nsswitch.conf && shift &&'
                                   ' exec "$@"', "sh", conf, "strace", "-f", "-o", trace, MEMTOP, "-b",
                                   "-n", "4", "-d", "0.3", "-p", str(stranger.pid), "--columns", "pid,user"],
                                  capture_output=True, text=True, check=False)
        stranger.kill()
    if done_all.returncode != 0:
        skip(title, "mounts are refused here: " + done_all.stderr[-200:])
    else:
        with open(trace, encoding="utf-8", errors="replace") as file:
            asked = [line for line in file if " socket(" in line]
        check(not asked and "54321" in done_all.stdout, title, asked or done_all.stdout[-300:])
done()
