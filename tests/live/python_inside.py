#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What is found inside Pythons, against what they know themselves (TAP).

Counts by type against gc.get_objects(), pools and blocks against sys._debugmallocstats(), asyncio's
tasks, memory that was freed and kept, a program that replaces its objects while it is looked at; and
who holds objects, over the shapes of kept.py.

usage: python_inside.py [--all] [PYTHON ...]

Without arguments python3 is looked at; with --all every CPython from 3.9 on that is found on PATH and
in ~/.pyenv/versions.  A PYTHON may be several words: 'chroot /srv/trixie python3' reads the programs
from its own /tmp.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "lib"))
from pythons import chosen, path_in, version_of  # noqa: E402
from tap import check, done, note, skip, skip_all  # noqa: E402

LOOK = os.path.join(os.environ.get("top_builddir", "."), "tests/live/python_look")
PROGRAMS = os.path.join(os.path.dirname(HERE), "programs")
SIDE_BY_SIDE = 6
ERROR = 0.001  # of counts, as a share
MADE_WHILE_TOLD = 16  # objects of a type that a program makes after it has counted
STORM_ERROR = 0.01
SIZE_ERROR = 0.02  # of what hangs on objects: blocks are rounded up
STORM_LOOKS = 5
PYTHONS_OWN = 39000  # texts and numbers of a Python that does little
KEPT_SHARE = 225 / 244  # of what a program has that freed nearly all


def start(python, program, *words, **variables):
    """A program that has said what it has to say up to its last line."""
    return subprocess.Popen(python + [path_in(python, program), *words], stdout=subprocess.PIPE,
                            text=True, env={**os.environ, **variables})


def stop(child):
    child.kill()
    child.wait()
    child.stdout.close()


def look(child, *words):
    got = subprocess.run([LOOK, str(child.pid), *words], stdout=subprocess.PIPE, text=True)
    return json.loads(got.stdout) if got.returncode == 0 else None


def told(child):
    return json.loads(child.stdout.readline())["counts"]


def by_type(found):
    counts = {}
    for name, count, _, _ in found["types"]:
        name = name.rsplit(".", 1)[-1]
        counts[name] = counts.get(name, 0) + count
    return counts


def same(found, known):
    return abs(found - known) <= max(MADE_WHILE_TOLD, known * ERROR)


def check_counts(python, title):
    child = start(python, "python_known.py", "heap")
    known = json.loads(child.stdout.readline())
    counts = known["counts"]
    found = look(child)
    stop(child)
    if not check(found is not None, "%s: the heap can be looked at" % title):
        return
    ours = by_type(found)
    names = ["Node", "Slot", "Deep", "Text", "Table", "Wide", "Größe", "list", "set", "deque"]
    wrong = [(n, ours.get(n, 0), counts[n]) for n in names if not same(ours.get(n, 0), counts[n])]
    check(not wrong, "%s: as many objects as gc.get_objects() has" % title, wrong)
    wrong = [(n, ours.get(n, 0), counts[n]) for n in ("str", "bytes", "float", "int", "complex")
             if not 0 <= ours.get(n, 0) - counts[n] <= (PYTHONS_OWN if n != "int" else 10 * PYTHONS_OWN)]
    check(not wrong, "%s: what the collector does not know, too" % title, wrong)
    hanging = {name: more for name, _, _, more in found["types"]}
    check(hanging["bytearray"] >= 200 * 5000, "%s: a bytearray has its bytes" % title, hanging)
    for name, least in (("array.array", 200 * 3200), ("c_char_Array_3000", 200 * 3000)):
        check(least <= hanging.get(name, 0) < least * 1.1, "%s: %s has its bytes" % (title, name), hanging)
    for name, size in known["sizes"].items():
        ours = sum(more + own for full, _, own, more in found["types"] if full.endswith("." + name))
        check(abs(ours / size - 1) <= SIZE_ERROR, "%s: the size of %s is what sys.getsizeof() says" %
              (title, name), "%s, known %s" % (ours, size))
    check(2000 * 8 < hanging["list"] < 2000 * 1000, "%s: a list has its items" % title, hanging)


def pools_told(text):
    """Pools, blocks and bytes of the table of sys._debugmallocstats(); None: it is not whole yet."""
    if not re.search(r"^Total ", text, re.M):
        return None
    rows = [[int(word) for word in row] for row in
            re.findall(r"^ *\d+ +(\d+) +(\d+) +(\d+) +\d+ *$", text, re.M)]
    return {"pools": sum(row[1] for row in rows), "blocks": sum(row[2] for row in rows),
            "bytes": sum(row[0] * row[2] for row in rows)}


def check_pools(python, title):
    """To the last block: the program makes nothing after it has told."""
    with tempfile.TemporaryFile("w+") as file:
        child = subprocess.Popen(python + [path_in(python, "python_known.py"), "pools"], stderr=file)
        known = None
        while known is None and child.poll() is None:
            time.sleep(0.02)
            file.seek(0)
            known = pools_told(file.read())
        found = subprocess.run([LOOK, str(child.pid)], stdout=subprocess.PIPE, text=True).stdout
        child.kill()
        child.wait()
    found = json.loads(found or "{}")
    check(known is not None and {key: found.get(key) for key in known} == known,
          "%s: pools, blocks and bytes are those of sys._debugmallocstats()" % title,
          "%s, known %s" % ({key: found.get(key) for key in known or ()}, known))


def check_debugged(python, title):
    """With marks around each block, once in pools and once in malloc alone."""
    for way in ("debug", "malloc_debug", "malloc"):
        child = start(python, "python_known.py", "heap", PYTHONMALLOC=way)
        counts = told(child)
        found = look(child)
        stop(child)
        ours = by_type(found or {"types": []})
        wrong = [(n, ours.get(n, 0), counts[n]) for n in ("Node", "Slot", "Wide", "Table", "Text")
                 if not same(ours.get(n, 0), counts[n])]
        check(not wrong, "%s: objects with PYTHONMALLOC=%s" % (title, way), wrong)


def check_tasks(python, title):
    child = start(python, "python_known.py", "tasks", "300")
    counts = told(child)
    found = look(child)
    stop(child)
    ours = by_type(found or {"types": []})
    names = ("Task", "coroutine")
    check(all(abs(ours.get(n, 0) - counts[n]) <= 1 for n in names),
          "%s: every asyncio task and coroutine" % title,
          [(n, ours.get(n), counts[n]) for n in names])


def rss_bytes(pid):
    with open("/proc/%d/statm" % pid) as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def check_freed(python, title):
    child = start(python, "python_known.py", "freed", "300000")
    told(child)
    found, rss = look(child), rss_bytes(child.pid)
    stop(child)
    empty = start(python, "python_known.py", "freed", "1000")
    told(empty)
    base = rss_bytes(empty.pid)
    stop(empty)
    check(found is not None and found["kept"] >= (rss - base) * KEPT_SHARE,
          "%s: what was freed and is kept" % title,
          "%s of %d" % (found and found["kept"], rss - base))


def check_forked(python, title):
    parent = start(python, "python_known.py", "forked", "20000")
    pid = json.loads(parent.stdout.readline())["pid"]
    got = subprocess.run([LOOK, str(pid), "Node"], stdout=subprocess.PIPE, text=True)
    os.kill(pid, signal.SIGKILL)
    stop(parent)
    check("key 'KEPT' of module __main__" in got.stdout, "%s: who holds them in a child of fork"
          % title, got.stdout)


def check_storm(python, title):
    child = start(python, "python_known.py", "storm", "20000")
    told(child)
    seen = []
    for _ in range(STORM_LOOKS):
        found = look(child)
        seen.append(by_type(found).get("Node", 0) if found else -1)
    stop(child)
    check(all(abs(count - 20000) <= 20000 * STORM_ERROR for count in seen),
          "%s: counts while objects are replaced" % title, seen)


def shapes():
    out = subprocess.run([sys.executable, os.path.join(PROGRAMS, "kept.py"), "--shapes"],
                         stdout=subprocess.PIPE, text=True)
    return [line.split(" ", 1) for line in out.stdout.splitlines()]


def judge(want, paths):
    """None when the holders are those wanted, "not found", or what is wrong."""
    if want == "-":
        return None if not paths else "nobody holds them"
    if not paths:
        return None if want.startswith("-|") else "not found"
    want, _, never = want.partition("!")
    if never and any(re.search(never, path) for _, path in paths):
        return "must not be " + never
    for part in want.split("&"):
        if not any(re.search(part, path) for _, path in paths):
            return "wants " + part
    return None


def check_shapes(python, title, count):
    waiting, right, wrong = shapes(), 0, []
    while waiting:
        batch, waiting = waiting[:SIDE_BY_SIDE], waiting[SIDE_BY_SIDE:]
        children = [start(python, "kept.py", shape, str(count)) for shape, _ in batch]
        for child, (shape, want) in zip(children, batch):
            child.stdout.readline()
            found = look(child, "Kept")
            stop(child)
            why = "no answer" if found is None else judge(want, found["paths"])
            right += why is None
            if why is not None:
                wrong.append("%s: %s: %s" % (shape, why, found and found["paths"]))
    check(not wrong, "%s: who holds them, in %d shapes" % (title, right + len(wrong)),
          "\n".join(wrong))


def check_array(python, title):
    code = ("import numpy,time;a=[numpy.ones(100000) for i in range(100)];"
            "b=a[0][10:];print('ready',flush=True);time.sleep(600)")
    if subprocess.run(python + ["-c", "import numpy"], stderr=subprocess.DEVNULL).returncode != 0:
        skip("%s: the bytes of arrays" % title, "it has no numpy")
        return
    child = subprocess.Popen(python + ["-c", code], stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    found = look(child)
    holders = look(child, "ndarray")
    stop(child)
    size = [more for name, _, _, more in found["types"] if name == "numpy.ndarray"]
    check(size and abs(size[0] / 80e6 - 1) < 0.01, "%s: the bytes of arrays" % title, size)
    check(holders and "key 'a' of module __main__" in holders["paths"][0][1],
          "%s: who holds the large arrays" % title, holders)


def check_python(python):
    title = version_of(python)
    check_counts(python, title)
    check_pools(python, title)
    check_debugged(python, title)
    check_tasks(python, title)
    check_freed(python, title)
    check_forked(python, title)
    check_storm(python, title)
    check_array(python, title)
    check_shapes(python, title, 300)


def main():
    if not shutil.which("python3") or not os.path.exists(LOOK):
        skip_all("there is no python3, or python_look is not built")
    pythons = chosen(sys.argv[1:])
    note("looking into " + ", ".join(" ".join(python) for python in pythons))
    for python in pythons:
        check_python(python)
    done()


if __name__ == "__main__":
    main()
