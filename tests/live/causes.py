#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Why they grow: programs that do so for each of the reasons memtop tells apart, called by it (TAP; two minutes)."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE.parent / "lib"))
from tap import check, done  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
PROGRAMS = HERE.parent / "programs"
JAVA = ["java", "-Xms1g", "-Xmx1g", "-Xmn900m", "-XX:+UseSerialGC", PROGRAMS / "Garbage.java"]
WATCH_S = 60
ENDED = 120  # seconds in which anything here has ended
# what is said of each by --inside
SENTENCES = {
    "used": r"In use: .* grew by",
    "kept": r"Not a leak: .* is free memory that malloc keeps",
    "garbage": r"Not a leak so far: .* the rest is free or garbage",
}


def start(words):
    run = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    run.stdout.readline()
    return run


def memtop(*words):
    return subprocess.Popen([MEMTOP, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def causes_in(said):
    """All causes that lines of JSON gave each pid."""
    found = {}
    for line in said.splitlines():
        for row in json.loads(line)["processes"]:
            found.setdefault(row["pid"], set()).add(row["cause"])
    return found


def check_one(cause, pid, checked, told, text):
    said = checked.communicate(timeout=ENDED)[0]
    check(checked.returncode == 1 and "MATCH" in said, "--check cause=%s" % cause, said)
    check(cause in told.get(pid, ()), "%s: in JSON" % cause, str(told))
    if cause != "file":  # no climb: the kernel takes it back
        check(re.search(r"^ *%d .*climbing +%s" % (pid, cause), text, re.M),
              "%s: beside its verdict" % cause, text[-900:])
    if cause in SENTENCES:
        said = subprocess.run([MEMTOP, "-p", str(pid), "--inside", "-n", "2", "-d", "4"],
                              stdout=subprocess.PIPE, text=True, timeout=ENDED).stdout
        check(re.search(SENTENCES[cause], said), "%s: the sentence" % cause, said[:500])
    else:
        said = subprocess.run([MEMTOP, "-p", str(pid), "--detail", "-n", "30", "-d", "1"],
                              stdout=subprocess.PIPE, text=True, timeout=ENDED).stdout
        words = "files that it has mapped, no leak" if cause == "file" else "Climbing: .*shared memory"
        check(re.search(words, " ".join(said.split())), "%s: the sentence" % cause, said[:900])


def main():
    runs = {cause: start([sys.executable, PROGRAMS / "causes.py", cause])
            for cause in ("used", "kept", "shared", "file")}
    if shutil.which("java"):
        runs["garbage"] = start(JAVA)
    pids = {cause: run.pid for cause, run in runs.items()}
    try:
        checks = {cause: memtop("-p", str(pid), "--check", "cause=%s" % cause)
                  for cause, pid in pids.items()}
        watched = ["-b", "-p", ",".join(map(str, pids.values())), "-n", str(WATCH_S), "-d", "1",
                   "--columns", "pid,verdict,cause,name"]
        table, told = memtop(*watched, "-w", "100"), memtop(*watched, "--json")
        text = table.communicate(timeout=ENDED)[0]
        found = causes_in(told.communicate(timeout=ENDED)[0])
        for cause, pid in pids.items():
            check_one(cause, pid, checks[cause], found, text)
    finally:
        for run in runs.values():
            run.kill()
            run.communicate()
    done()


if __name__ == "__main__":
    main()
