#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines of Pythons, against what they know themselves (TAP): their line tables against co_lines(),
and the stacks of threads that stand still.

usage: python_lines.py [--all] [PYTHON ...], as python_inside.py
"""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
from pythons import chosen, path_in, version_of  # noqa: E402
from tap import check, done, skip_all  # noqa: E402

STACKS = os.path.join(os.environ.get("top_builddir", "."), "tests/live/python_stacks")
STACKS_PY = os.path.join(os.path.dirname(HERE), "programs", "stacks.py")
ENDED = 60  # seconds in which anything here has ended


def check_tables(python, title):
    """Every line of what is there; of damaged tables no more than that there is an end."""
    made = subprocess.run(python + [path_in(python, "line_tables.py")], stdout=subprocess.PIPE,
                          text=True, timeout=ENDED).stdout.splitlines()
    asked = [line.split("|") for line in made]
    got = subprocess.run([STACKS, "--lines"], input="\n".join(parts[0].strip() for parts in asked) + "\n",
                         stdout=subprocess.PIPE, text=True, timeout=ENDED).stdout.splitlines()
    wrong = ["%s: %s, not %s" % (parts[0], found, parts[1]) for parts, found in zip(asked, got)
             if parts[1] and parts[1].split() != found.split()]
    count = sum(len(parts[1].split()) for parts in asked)
    check(count > 3000 and len(got) == len(asked) and not wrong,
          "%s: %d lines of its own library are right" % (title, count), "\n".join(wrong[:5]))


def wanted():
    """The line each thread stands in, by the mark in its comment."""
    with open(STACKS_PY, encoding="utf-8") as file:
        marks = [(re.search(r"# (\w+)$", line), number) for number, line in enumerate(file, 1)]
    return {mark.group(1): number for mark, number in marks if mark}


def check_stacks(python, title):
    child = subprocess.Popen(python + [path_in(python, "stacks.py")], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    try:
        child.stdout.readline()
        told = subprocess.run([STACKS, str(child.pid)], stdout=subprocess.PIPE, text=True,
                              timeout=ENDED).stdout
        tasks = {int(tid) for tid in os.listdir("/proc/%d/task" % child.pid)}
    finally:
        child.kill()
        child.communicate()
    # of each thread the innermost line of the program
    stacks = [re.search(r"stacks\.py:(\d+) ", part) for part in told.split("thread ")[1:]]
    own = [int(found.group(1)) for found in stacks if found]
    lines = wanted()
    # a call over several lines is of the line of its name; 3.9 to 3.11 differ in which
    for mark in lines:
        near = {lines[mark], lines[mark] - (mark == "nested")}
        check(near & set(own), "%s: a thread stands in the line of %s" % (title, mark), told)
    check(own.count(lines["stand"]) == 2, "%s: two stand in the same" % title, told)
    check(len(own) == len(tasks), "%s: each has a line of the program's own" % title, told)
    tids = {int(tid) for tid in re.findall(r"^thread (\d+)", told, re.M)}
    check(tids == tasks, "%s: all threads are told by their numbers" % title,
          "%s %s" % (tids, tasks))
    check(" torn" not in told, "%s: none is torn" % title, told)


def main():
    if not os.path.exists(STACKS) or not shutil.which("python3"):
        skip_all("there is no python3, or python_stacks is not built")
    for python in chosen(sys.argv[1:]):
        title = version_of(python)
        check_tables(python, title)
        check_stacks(python, title)
    done()


if __name__ == "__main__":
    main()
