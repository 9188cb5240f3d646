#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Names that attack whoever shows them: in tables, JSON, CSV, streams, recordings and replays.

The screens have tests/term/hostile.script; the terminal in a fuzz target is tests/fuzz/fuzz_text.c.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata

from robust import BUILD, MEMTOP, Terminal, check, done, folder

count = int(subprocess.run([os.path.join(BUILD, "tests/programs/hostile"), "count"],
                           stdout=subprocess.PIPE, check=True).stdout)
all_of_them = subprocess.Popen([os.path.join(BUILD, "tests/programs/hostile"), "all"],
                               stdout=subprocess.PIPE)
all_of_them.stdout.readline()
# arguments of 2 MiB, a path with an escape in it
path = os.path.join(folder, "p\033]0;PWNED\007th")
os.symlink(sys.executable, path)
long = subprocess.Popen([path, "-c", "import time; time.sleep(60)"] + ["\033[31m" + "x" * 100000] * 20)


def members():
    out = subprocess.run(["pgrep", "-P", str(all_of_them.pid)], stdout=subprocess.PIPE, check=False)
    return [int(pid) for pid in out.stdout.split()]


pids = members() + [long.pid]
check(len(pids) >= count, "the attackers are there", "%d of %d" % (len(pids), count))
only = ["-p", ",".join(map(str, pids))]


def harmful(text):
    """The first character that is more than text: controls, bidi, what has no width of its own."""
    for char in text:
        if char != "\n" and (unicodedata.category(char) in ("Cc", "Cs", "Co", "Zl", "Zp") or
                             char in "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067"
                                     "\u2068\u2069\ufeff\ufffe"):
            return repr(char)
    return ""


def run(*options):
    end = subprocess.run([MEMTOP, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=60, check=False)
    try:
        return end.returncode, end.stdout.decode("utf-8"), end.stderr
    except UnicodeDecodeError as error:
        return end.returncode, "\033 not UTF-8: %s" % error, end.stderr


tape = os.path.join(folder, "tape")
for name, options in (("a table", ["-b", "-n", "2", "-d", "0.3", *only]),
                      ("a table while it is recorded",
                       ["-b", "-n", "3", "-d", "0.3", "--record", tape, *only]),
                      ("a table of a recording", ["-b", "--replay", tape, *only])):
    status, text, errors = run(*options)
    rows = [line for line in text.split("\n\n")[-1].splitlines() if re.match(r" *\d+ ", line)]
    found = {int(line.split()[0]) for line in rows}
    check(status == 0 and not harmful(text), name + ": plain text", "%d %s %r" % (
        status, harmful(text), errors))
    check(found >= set(pids), name + ": everyone on a row", set(pids) - found)
    check(len(rows) == len(found), name + ": and on one only", len(rows) - len(found))

for kind, source in (("json", []), ("json", ["--replay", tape]), ("csv", []),
                     ("csv", ["--replay", tape])):
    name = "%s of %s" % (kind, "a recording" if source else "now")
    status, text, errors = run("-b", "--" + kind, *(source or ["-n", "2", "-d", "0.3"]), *only)
    try:
        if kind == "json":
            objects = [json.loads(line) for line in text.splitlines()]
            fine = len(objects) > 0
        else:
            lines = list(csv.reader(io.StringIO(text)))
            fine = len(lines) > count and len({len(line) for line in lines if line}) <= 2
    except ValueError as error:
        fine, errors = False, str(error)
    check(status == 0 and fine, name + " is valid", "%s %r %r" % (status, errors, text[:300]))
    # lines of CSV end as RFC 4180 says
    text = text.replace("\r\n", "\n") if kind == "csv" else text
    check(not harmful(text), name + ": plain text", harmful(text))

status, text, errors = run("--stream", "-n", "3", "-d", "0.3")
try:
    lines = [json.loads(line) for line in text.splitlines()]
    fine = len(lines) > 3
except ValueError as error:
    fine, errors = False, str(error)
check(fine and not harmful(text), "the stream is valid and plain", "%r %s" % (errors, harmful(text)))

# every screen that shows names
term = Terminal("-d", "0.3", *only, size=(50, 140))
term.wait_for(rb"COMMAND", 5)
term.read(1)
for key in (b"c", b"g", b"g", b"g", b"g", b"t", b"\r", b"\x1b", b"k", b"\x1b", b"h", b"\x1b", b"u", b"\x1b",
            b"?", b"\x1b", b"\x1b[6~", b"\x1b[5~", b"\x1b[B\r", b"\x1b", b"F", b"\x1b"):
    term.type(key)
    term.read(0.15)
# the title of the window is ours, and what stands in it is looked at like the rest
seen = re.sub(rb"\x1b\]2;([^\x1b\x07]*)\x1b\\", rb"\1", term.out)
attacks = re.findall(rb"\x1b\][0-9]|\x1bP|\x1bc|\xc2[\x80-\x9f]|\x1b\[6n|PWNED\x07|\x07", seen)
check(not attacks, "nothing gets to the terminal, whatever the screen", attacks)
check(term.end() == 0 and not term.left(), "q", term.left())
term.close()
all_of_them.kill()
long.kill()

# memtop judges no memtop, whatever its file is called: they know each other by this name
other = os.path.join(folder, "mt")
shutil.copy(MEMTOP, other)
renamed = subprocess.Popen([other, "--stream", "-d", "0.3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
renamed.stdout.readline()
with open("/proc/%d/comm" % renamed.pid, encoding="utf-8") as comm:
    name = comm.read()
check(name == "memtop\n", "a memtop of another name is one", name)
renamed.kill()
renamed.wait()
done()
