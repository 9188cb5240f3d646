#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A calm machine looks calm: among 300 processes that stand still hardly a cell changes from look to look.

What changes is counted in cells of the screen, as a reader sees it, over 30 looks of a made /proc, once it has been watched for 45 seconds.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../robust"))
from robust import BUILD, MEMTOP, check, done, folder, skip_all  # noqa: E402

LOOKS = 30
CELLS = 40  # a look, in the middle and on average
SOURCE = os.environ.get("top_srcdir", ".")
FAKEPROC = os.path.join(BUILD, "tests/lib/in_fakeproc")


def screens(size):
    tree, path = os.path.join(folder, "proc"), os.path.join(folder, size)
    os.makedirs(path)
    subprocess.run([sys.executable, os.path.join(SOURCE, "tests/lib/fakeproc.py"), tree,
                    "processes 1000-1299 name=still{pid} rss=20480 age=5000"], check=True)
    if subprocess.run([FAKEPROC, tree, "true"], capture_output=True).returncode != 0:
        skip_all("a made /proc needs root or user namespaces")
    script = ["start", "wait-text '^30[0-9] processes' 30000", "wait-text 'still1000' 30000", "pass 45000"]
    for look in range(LOOKS):
        script += ["save %s/%d" % (path, look), "pass 1000"]
    script += ["key q", "exit 0"]
    subprocess.run([os.path.join(BUILD, "tests/vtdrive/vtdrive"), "-s", size, "-", "--", FAKEPROC, tree, MEMTOP,
                    "-d", "1"], input="\n".join(script) + "\n", capture_output=True, text=True)
    for look in range(LOOKS):
        with open(os.path.join(path, str(look))) as file:
            yield file.read().split("\n")


def changed(before, after):
    return sum(a != b for old, new in zip(before, after) for a, b in zip(old.ljust(400), new.ljust(400)))


for name in ("80x24", "120x40", "200x60"):
    looks = list(screens(name))
    counts = sorted(changed(a, b) for a, b in zip(looks, looks[1:]))
    check(len(looks) == LOOKS and sum(counts) < CELLS * len(counts), name + ": a calm machine looks calm",
          "cells that changed: %s" % counts)
    print("# %s: %d cells a look at most, %.1f on average" % (name, counts[-1], sum(counts) / len(counts)))
done()
