#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What memtop starts for a person, with -- and with --exec, has nothing of memtop's: no descriptor, no signal
blocked or ignored, no filter, no limit, no locked memory.  Its guard has the terminal and its pipe alone."""

import os
import subprocess
import sys

from robust import MEMTOP, Terminal, check, done, folder, member, wait_until

SHOW = """
import os, sys
def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()
with open(sys.argv[1] + ".new", "w", encoding="utf-8") as out:
    fds = [int(fd) for fd in os.listdir("/proc/self/fd")]
    print("descriptors", sorted(fd for fd in fds if fd > 2 and fd != out.fileno() and
                                os.path.lexists("/proc/self/fd/%d" % fd)), file=out)
    for line in lines("/proc/self/status"):
        if line.startswith(("SigBlk", "SigIgn", "Seccomp", "NoNewPrivs", "VmLck", "Umask", "Cap")):
            print(line, file=out)
    print("nice", os.getpriority(os.PRIO_PROCESS, 0), lines("/proc/self/oom_score_adj"), file=out)
    print(*lines("/proc/self/limits"), sep="\\n", file=out)
os.rename(sys.argv[1] + ".new", sys.argv[1])
"""

script = os.path.join(folder, "show.py")
with open(script, "w", encoding="utf-8") as file:
    file.write(SHOW)
os.environ["MEMTOP_LOG"] = os.path.join(folder, "log")


def shown(name):
    path = os.path.join(folder, name)
    wait_until(lambda: os.path.exists(path), 10)
    if not os.path.exists(path):
        return ["it was not run"]
    with open(path, encoding="utf-8") as out:
        return out.read().splitlines()


def command(name):
    return [sys.executable, script, os.path.join(folder, name)]


def run(*args):
    subprocess.run(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   check=False)


def differs(name):
    return sorted(set(shown(name)) ^ set(shown("alone")))


run(*command("alone"))
check(len(shown("alone")) > 10, "started by itself it shows what it has", shown("alone"))
run(MEMTOP, "--record", os.path.join(folder, "r.rec"), "--", *command("run"))
check(not differs("run"), "with -- it has the same", differs("run"))
exec_it = ["--on", "available>1k", "--exec", " ".join(command("exec"))]
run(MEMTOP, "-b", "-n", "2", "-d", "0.3", "--record", os.path.join(folder, "e.rec"), *exec_it)
check(not differs("exec"), "with --exec, too", differs("exec"))
exec_it[-1] = " ".join(command("screen"))
term = Terminal("-d", "0.3", *exec_it)
check(not differs("screen"), "and with --exec from the screen", differs("screen"))
guard = wait_until(lambda: member(term.pid, "memtop-guard"), 10)
held = wait_until(lambda: os.listdir("/proc/%d/fd" % guard) if guard else [], 5)
wait_until(lambda: len(os.listdir("/proc/%d/fd" % guard)) == 2 if guard else True, 5)
held = {fd: os.readlink("/proc/%d/fd/%s" % (guard, fd)) for fd in os.listdir("/proc/%d/fd" % guard)} if guard else {}
check(len(held) == 2 and any("pipe:" in name for name in held.values()), "the guard has the terminal and its pipe",
      held)
check(term.end() == 0, "q")
term.close()
done()
