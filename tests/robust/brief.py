#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A stream that was asked to tell of few tells of these alone, and of everybody again when that is asked."""

import json
import os
import select
import subprocess
import sys

from robust import BUILD, MEMTOP, SOURCE, check, done, folder, skip_all

sys.path.insert(0, os.path.join(SOURCE, "tests/lib"))
import fakeproc  # noqa: E402

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
tree = fakeproc.Tree(os.path.join(folder, "proc"))
if subprocess.run([RUN, tree.root, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 77:
    skip_all("no mount namespace can be made here")
tree.line("meminfo MemTotal=8388608")
tree.line("processes 1-300 name=made{pid} anon=2000 cgroup=/other")
for number in range(60):
    tree.line("group /box%d current=%d anon=%d" % (number, 1000 + number, 1000 + number))
    tree.line("process %d name=box anon=1000 cgroup=/box%d" % (400 + number, number))
for number in range(1, 11):
    tree.line("process %d anon=%d" % (number * 10, 100000 + number))

asked, asks = os.pipe()


def ask(**what):
    os.write(asks, json.dumps(what).encode() + b"\n")


ask(ask="brief", rows=10)  # it is there before the first look
stream = subprocess.Popen([RUN, tree.root, MEMTOP, "--stream", "-d", "3600"], stdin=asked, stdout=subprocess.PIPE)
rest = b""


def frames(until):
    """What comes until UNTIL is true of a frame, or nothing does for ten seconds."""
    global rest
    found = []
    while select.select([stream.stdout], [], [], 10)[0]:
        block = os.read(stream.stdout.fileno(), 65536)
        if not block:
            break
        *lines, rest = (rest + block).split(b"\n")
        found += [json.loads(line) for line in lines]
        if any(until(frame) for frame in found):
            break
    return found


def of(found, key, place=0):
    return sorted(entry[place] if isinstance(entry, list) else entry for frame in found for entry in frame.get(key, []))


LARGEST = [number * 10 for number in range(1, 11)]
first = frames(lambda f: f.get("seq") == 1)
check(of(first, "born") == LARGEST and of(first, "use") == LARGEST, "the first frame is of the ten largest", first[1:2])
check(of(first, "rest") == [350], "the others are a sum", of(first, "rest"))
size = sum(len(json.dumps(frame)) for frame in first)
check(size < 6000, "it is small", size)
ask(ask="tick")
calm = frames(lambda f: f.get("seq") == 2)
check(not of(calm, "born") and not of(calm, "use") and not of(calm, "died"), "a second look says what changed", calm)
check({pid for pid, _, _ in [t for f in calm for t in f.get("text", [])]} <= set(LARGEST), "and texts of these alone",
      calm)
told = [entry[18] for frame in first + calm for entry in frame.get("cgroups", []) if "/box" in entry[0]]
check(0 < len(set(told)) <= 25, "of the largest groups, too", told)
tree.line("process 205 anon=2600")  # one of the small ones begins to grow
tree.line("gone 20 31")
ask(ask="tick")
grown = frames(lambda f: f.get("seq") == 3 and "born" in f)
check(205 in of(grown, "born"), "who grows comes in", grown)
check(of(grown, "died") == [20], "of the dead only those who were told of", of(grown, "died"))
ask(ask="brief", rows=0)
whole = frames(lambda f: f.get("key") and not f.get("more"))
check(len(of(whole, "born")) == 358 and whole[-1]["seq"] == 4, "then everybody again, at once",
      (len(of(whole, "born")), len(whole)))
check(not of(whole, "rest") and not of(whole, "left"), "and no sum", of(whole, "rest"))
ask(ask="brief", rows=10)
few = frames(lambda f: f.get("seq") == 5 and f.get("key"))
check(10 <= len(of(few, "born")) <= 12 and len(of(few, "rest")) == 1, "and few again", of(few, "born"))
ask(ask="brief", rows=65)
ask(ask="brief", rows=-1)
ask(ask="brief")
ask(ask="tick")
few = frames(lambda f: f.get("seq") == 6)
check(len(few) >= 1 and not any(f.get("key") for f in few), "nonsense is ignored", few)
stream.stdout.close()
check(stream.wait(10) == 0, "it ends with its reader")
done()
