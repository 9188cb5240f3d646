#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel killed: who it was, in which control group, and whether that or the machine ran out of memory."""

import json
import os
import re
import subprocess
import sys

from robust import BUILD, MEMTOP, SOURCE, check, done, folder, note, only_killer, skip

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
FAKE = os.path.join(SOURCE, "tests/lib/fakeproc.py")


class Watch:
    """memtop --json in a made /proc: the sentence of look after look."""

    def __init__(self, name, *lines):
        self.path = os.path.join(folder, name)
        self.change(*lines)
        self.memtop = subprocess.Popen([RUN, self.path, MEMTOP, "--json", "-d", "0.5", "-n", "999"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, encoding="utf-8")
        self.look(3)

    def change(self, *lines):
        subprocess.run(["python3", FAKE, self.path, *lines], check=True)

    def look(self, count=1):
        for _ in range(count):
            line = self.memtop.stdout.readline()
        return json.loads(line)["headline"]["text"]

    def until(self, pattern, looks=24):
        text = ""
        for _ in range(looks):
            text = self.look()
            if re.match(pattern, text):
                break
        return text

    def expect(self, pattern, what):
        text = self.until(pattern)
        check(re.match(pattern, text), what, text)
        self.memtop.kill()
        self.memtop.wait()


AGO = r"(has just killed %s|killed %s \d+ s ago)"


def said(who, why):
    return "The kernel " + AGO.replace("%s", re.escape(who)) + re.escape(why)


PROCS = ["process 50 name=shop.py rss=307200 cgroup=/shop/web", "process 51 name=small rss=20480 cgroup=/shop/web",
         "process 52 name=aside rss=900000 cgroup=/other"]
GROUPS = ["group /shop current=400000 max=409600 oom_kill=2 oom=2", "group /shop/web current=400000 max=max oom_kill=1",
          "group /other current=900000 max=max oom_kill=0"]
probe = os.path.join(folder, "probe")
subprocess.run(["python3", FAKE, probe, "meminfo MemTotal=8388608"], check=True)
if subprocess.run([RUN, probe, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 77:
    skip("made trees", "no mount namespace can be made here")
else:
    for v in ("v2", "v1"):
        watch = Watch("above-" + v, "hierarchy " + v, *PROCS, *GROUPS)
        # version 1 counts where the killed was, version 2 there and above
        watch.change("vmstat oom_kill=1", "group /shop oom=3" + (" oom_kill=3" if v == "v2" else ""),
                     "group /shop/web oom_kill=2", "gone 50")
        watch.expect(said("shop.py (50, 300 MiB)", ": it met the limit of 400 MiB of /shop."),
                     v + ": the limit of the group above")

    watch = Watch("aside", *PROCS, *GROUPS, "group /other max=921600")
    watch.change("vmstat oom_kill=1", "group /other oom_kill=1 oom=1", "gone 52", "gone 51")
    watch.expect(said("aside (52, 879 MiB)", ": it met the limit of 900 MiB of /other."), "a group aside")

    watch = Watch("machine", *PROCS, *GROUPS, "meminfo MemAvailable=200000")
    watch.change("vmstat oom_kill=1", "group /other oom_kill=1", "gone 52")
    watch.expect(said("aside (52, 879 MiB)", " because memory ran out."), "the machine ran out")

    watch = Watch("all", *PROCS, *GROUPS)
    watch.change("vmstat oom_kill=2", "group /shop oom=3 oom_kill=4", "group /shop/web oom_kill=3", "gone 50", "gone 51")
    watch.expect(said("shop.py (50, 300 MiB) and 1 other", ": they met the limit of 400 MiB of /shop."),
                 "all of a group at once")

    # the container ends with its program
    watch = Watch("ended", *PROCS, "group /pods current=900000 max=max oom_kill=0 oom=0",
                  "group /pods/ab current=400000 max=409600 oom_kill=0 oom=0",
                  "process 60 name=java rss=380000 cgroup=/pods/ab")
    watch.change("nogroup /pods/ab", "vmstat oom_kill=1", "group /pods oom_kill=1 oom=1", "gone 60")
    watch.expect(said("java (60, 371 MiB)", ": it met the limit of 400 MiB of /pods/ab."), "a container that is gone")

    # in a container the machine's count rises for others' kills
    watch = Watch("elsewhere", *PROCS, "cgroup /shop", *GROUPS)
    watch.change("vmstat oom_kill=1")
    watch.expect(said("a process", "; which one cannot be seen from here."), "a kill somewhere else")

    # no count of the machine's at all: the groups' own
    watch = Watch("uncounted", *PROCS, "cgroup /shop", *GROUPS)
    watch.change("group /shop oom=3 oom_kill=3", "group /shop/web oom_kill=2", "gone 50")
    watch.expect(said("shop.py (50, 300 MiB)", ": it met the limit of 400 MiB of /shop."), "told by the group alone")

# for real
V1, V2 = "/sys/fs/cgroup/memory", "/sys/fs/cgroup"
root, limit = (V1, "memory.limit_in_bytes") if os.path.isdir(V1) else (V2, "memory.max")
group = os.path.join(root, "memtop-killed-%d" % os.getpid())
inner = os.path.join(group, "inner")
# as docker calls them
number = "%064x" % (os.getpid() + (0xdec0de << 230))
container = os.path.join(group, "docker", number)
try:
    os.mkdir(group)
    with open(os.path.join(group, limit), "w", encoding="ascii") as file:
        file.write(str(64 << 20))
    os.mkdir(inner)
except OSError as error:
    skip("a kill for real", "no control group can be made here: %s" % error)
    group = None


def kill_for_real():
    """The last sentence, and whether it is about the one that was killed here."""
    memtop = subprocess.Popen([MEMTOP, "--json", "-d", "0.5", "-n", "999"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8")
    hog = subprocess.Popen(["sh", "-c", 'echo $$ > "$1/cgroup.procs" && exec "$2" -c "$3"', "sh", inner,
                            os.path.realpath(sys.executable), """
import time
time.sleep(3)
kept = []
while True:
    kept.append(bytearray(b'x') * (1 << 20))
    time.sleep(0.02)
"""])
    try:
        pattern = r"The kernel (has just killed|killed) python3\S*( -c)? \(%d, [3456]\d MiB\)( \d+ s ago)?: " \
            r"it met the limit of 64 MiB of /.*memtop-killed-%d\." % (hog.pid, os.getpid())
        for _ in range(120):
            text = json.loads(memtop.stdout.readline())["headline"]["text"]
            if re.match(pattern, text):
                break
        note(text)
        return text, hog.wait(10) == -9 and re.match(pattern, text)
    finally:
        memtop.kill()
        memtop.wait()
        hog.kill()
        hog.wait()


def kill_in_container():
    """In one that has no other process, before memtop is there."""
    os.makedirs(container)
    subprocess.run(["sh", "-c", 'echo $$ > "$1/cgroup.procs" && exec "$2" -c "$3"', "sh", container,
                    os.path.realpath(sys.executable), "kept = bytearray(b'x') * (100 << 20)"], check=False)
    run = subprocess.run([MEMTOP, "--check", "container=%s and kills>0" % number[:12], "-n", "1"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    return run.returncode == 1 and "killed 1 time" in run.stdout, run.stdout


if group:
    try:
        only_killer()
        text, told = kill_for_real()
        check(told, "a kill for real", text)
        if os.path.isdir(V1):
            told, text = kill_in_container()
            check(told, "a kill before memtop began, in a container that has no process since", text)
    finally:
        for path in (inner, container, os.path.dirname(container), group):
            if os.path.isdir(path):
                os.rmdir(path)
done()
