#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs, watched by memtop: those that keep growing are called climbing, the others are not (TAP).

    live.py          half a minute, of which a recording makes five: programs grow ten times as fast, memtop
                     looks ten times a second, and the recording's clock is slowed down by ten
    live.py --full   six minutes as they are (make check-live)

All programs run at the same time; what memtop saw is recorded and judged by --replay --verdicts.
"""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lib"))
sys.dont_write_bytecode = True
from tap import check, done  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
APPS = HERE.parent / "programs/apps.py"
WATCH_S = 300        # on the clock of the verdicts
CALL_BY_S = 180      # a climb is called by then
RATE_OFF = .1        # and its rate is off by no more

# what runs, MiB a second, whether it is to be called
PROGRAMS = (
    ("cache", 1, True),
    ("cache", 64 / 1024, True),
    ("cache", 10 / 1024, True),
    ("lru", 1, False),
    ("memo", .5, False),
    ("chunks", 1, False),
    ("stream", 1, False),
    ("whole", 1, False),
    ("mapped", 8, False),
)


def start(kind, rate):
    run = subprocess.Popen([sys.executable, APPS, kind, str(rate)], stdout=subprocess.PIPE, text=True)
    run.stdout.readline()
    return run


def watch(path, factor):
    """Records all programs while they run; their pids, in order."""
    # what is loaded at once is no rate: ten times as much would take ten times as long
    runs = [start(kind, rate * (1 if kind == "whole" else factor)) for kind, rate, _ in PROGRAMS]
    try:
        subprocess.run([MEMTOP, "-b", "-d", "%g" % (1 / factor), "-n", str(WATCH_S), "--record", path],
                       check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        check(all(run.poll() is None for run in runs), "all programs ran to the end")
    finally:
        for run in runs:
            run.kill()
            run.wait()
    return [run.pid for run in runs]


def slowed(line, factor, hz, begin_ms):
    """A frame as if all of it had taken FACTOR times as long, since BEGIN_MS and before."""
    line["t"] = begin_ms + (line["t"] - begin_ms) * factor
    line["dt"] = line.get("dt", 0) * factor
    for birth in line.get("born", []):
        age = begin_ms * hz // 1000 - birth[1]
        birth[1] = max(0, begin_ms * hz // 1000 - age * factor)
    return line


def slow_down(source, target, factor):
    with open(source) as lines, open(target, "w") as out:
        head = json.loads(next(lines))
        out.write(json.dumps(head, separators=(",", ":")) + "\n")
        begin_ms = None
        for text in lines:
            line = json.loads(text)
            begin_ms = begin_ms or line["t"]
            line = slowed(line, factor, head["hz"], begin_ms)
            out.write(json.dumps(line, separators=(",", ":")) + "\n")


def growth(path, pid, from_s, to_s):
    """What its anonymous memory gained in a stretch of the recording, KiB a second."""
    seen = []
    with open(path) as lines:
        next(lines)
        for line in map(json.loads, lines):
            begin_ms = seen[0][2] if seen else line["t"]
            for use in line.get("use", []):
                if use[0] == pid:
                    seen.append(((line["t"] - begin_ms) / 1000, use[1] - use[2], begin_ms))
    inside = [s for s in seen if from_s <= s[0] <= to_s]
    return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])


def verdicts(path):
    run = subprocess.run([MEMTOP, "--replay", path, "--verdicts"], check=True, stdout=subprocess.PIPE, text=True)
    return list(csv.DictReader(io.StringIO(run.stdout)))


def check_growing(path, what, rows):
    calls = [r for r in rows if r["state"] == "climbing"]
    check(calls and float(calls[0]["t_s"]) <= CALL_BY_S,
          "%s is called climbing%s" % (what, " after %.0f s" % float(calls[0]["t_s"]) if calls else ""))
    last = rows[-1]
    if last["state"] != "climbing":
        check(False, "%s climbs to the end: %s" % (what, last["state"]))
        return
    end_s = float(last["t_s"])
    true = growth(path, int(last["pid"]), end_s / 3, end_s)
    off = abs(float(last["rate_kib_s"]) / true - 1)
    check(off <= RATE_OFF, "%s at %.1f KiB/s (%.1f to %.1f), in truth %.1f: off by %.1f %%" % (
        what, float(last["rate_kib_s"]), float(last["rate_lo"]), float(last["rate_hi"]), true, 100 * off))


def check_quiet(what, rows):
    calls = [r for r in rows if r["state"] == "climbing"]
    check(rows and not calls, "%s is not called: %s" % (
        what, ", ".join("%s at %.0f s" % (r["state"], float(r["t_s"])) for r in rows[:8])))


def judge(path, pids):
    said = verdicts(path)
    for pid, (kind, rate, climbs) in zip(pids, PROGRAMS):
        what = "%s, %g KiB/s," % (kind, rate * 1024)
        rows = [r for r in said if int(r["pid"]) == pid]
        if climbs:
            check_growing(path, what, rows)
        else:
            check_quiet(what, rows)


def main():
    factor = 1 if "--full" in sys.argv[1:] else 10
    with tempfile.TemporaryDirectory() as folder:
        path, slow = os.path.join(folder, "seen.jsonl"), os.path.join(folder, "slow.jsonl")
        pids = watch(path, factor)
        slow_down(path, slow, factor)
        judge(slow, pids)
    done()


if __name__ == "__main__":
    main()
