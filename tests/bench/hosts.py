#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a list of many hosts costs: the dashboard here, the samplers there, and what goes between.

usage: hosts.py [HOSTS [PROCESSES [SECONDS]]]      (50 300 30; needs root or user namespaces)

A stand-in for ssh runs each host's sampler on a made /proc of its own: calm machines, where every second
two processes move and one grows. $MEMTOP_FAR is the samplers' program where it is another than $MEMTOP.
"""

import os
import pty
import random
import select
import shutil
import signal
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))
import fakeproc  # noqa: E402

BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
MEMTOP = os.path.abspath(os.environ.get("MEMTOP", os.path.join(BUILD, "memtop")))
FAR = os.path.abspath(os.environ.get("MEMTOP_FAR", MEMTOP))
SSH = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
exec %s %s/$2 %s ${3#exec memtop}
"""
NAMES = ["postgres", "nginx", "python3", "java", "node", "sshd", "bash", "redis-server", "systemd", "agent"]
WARM_S = 15
TICKS = os.sysconf("SC_CLK_TCK")


def make_tree(where, processes, dice):
    tree = fakeproc.Tree(where)
    tree.line("meminfo MemTotal=%d" % (16 << 20))
    for pid in range(1, processes + 1):
        most = 400000 if pid % 10 == 1 else 20000
        tree.line("process %d name=%s anon=%d file=4096 cgroup=/system.slice/%s.service" % (
            pid, dice.choice(NAMES), dice.randrange(500, most), dice.choice(NAMES)))
    return tree


def stir(trees, processes, dice):
    """Until nobody wants it any more."""
    grown, parent = 20000, os.getppid()
    while os.getppid() == parent:
        began = time.monotonic()
        grown += 64
        for tree in trees:
            for _ in range(2):
                tree.line("process %d anon=%d" % (dice.randrange(processes // 10) * 10 + 1, dice.randrange(1000, 400000)))
            tree.line("process %d anon=%d" % (processes, grown))
        time.sleep(max(0, began + 1 - time.monotonic()))


def words_of(pid):
    with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
        head, _, tail = file.read().rpartition(")")
    return head.partition("(")[2], tail.split()


def family(pid):
    """All that descend from it, with its name and the seconds it ran."""
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                comm, words = words_of(int(name))
            except OSError:
                continue
            below.setdefault(int(words[1]), []).append((int(name), comm, (int(words[11]) + int(words[12])) / TICKS))
    found, todo = [], [pid]
    while todo:
        more = below.get(todo.pop(), [])
        found += more
        todo += [child for child, _, _ in more]
    return found


def figure(path, key):
    with open(path, encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(key + ":"))


def look(pid):
    _, words = words_of(pid)
    return {"here": (int(words[11]) + int(words[12])) / TICKS, "there": sum(s for _, _, s in family(pid)),
            "bytes": figure("/proc/%d/io" % pid, "rchar"), "at": time.monotonic()}


def drain(fd, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                os.read(fd, 65536)
            except OSError:  # it has ended
                return


def main():
    hosts, processes, seconds = [int(word) for word in sys.argv[1:]] + [50, 300, 30][len(sys.argv) - 1:]
    folder = tempfile.mkdtemp(prefix="memtop-hosts-")
    dice = random.Random(7)
    trees = [make_tree(os.path.join(folder, "host%d" % i), processes, dice) for i in range(hosts)]
    with open(os.path.join(folder, "ssh"), "w", encoding="utf-8") as file:
        file.write(SSH % (os.path.join(BUILD, "tests/lib/in_fakeproc"), folder, FAR))
    os.chmod(file.name, 0o755)
    spoon = os.fork()
    if spoon == 0:
        stir(trees, processes, dice)
        os._exit(0)
    pid, fd = pty.fork()
    if pid == 0:
        env = dict(os.environ, PATH=folder + ":" + os.environ["PATH"], TERM="xterm-256color")
        os.execve(MEMTOP, [MEMTOP, "--host", ",".join("host%d" % i for i in range(hosts))], env)
    termios.tcsetwinsize(fd, (50, 150))
    drain(fd, WARM_S)
    before = look(pid)
    drain(fd, seconds)
    after = look(pid)
    span = after["at"] - before["at"]
    print("%d hosts of %d processes: here %.2f %% of a core, %.0f MiB PSS; there %.2f %% each; %.1f KB/s" % (
        hosts, processes, 100 * (after["here"] - before["here"]) / span,
        figure("/proc/%d/smaps_rollup" % pid, "Pss") / 1024,
        100 * (after["there"] - before["there"]) / span / hosts, (after["bytes"] - before["bytes"]) / span / 1000))
    os.write(fd, b"q")
    drain(fd, 2)
    os.kill(spoon, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
