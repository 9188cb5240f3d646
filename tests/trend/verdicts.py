#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""memtop --verdicts: its rows, and that a recording is judged as the engine judges (TAP)."""
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
sys.dont_write_bytecode = True
import play  # noqa: E402
import score  # noqa: E402
from tap import check, done  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
FEED = pathlib.Path(os.environ.get("top_builddir", ".")) / "tests/trend/feed"
HEAD = "t_s,pid,start_ticks,command,state,rate_kib_s,rate_lo,rate_hi,confidence"


def born(pid, start, name):
    return [pid, start, 1, 0, False, "S", name]


def frame(seq, t_s, **parts):
    return dict({"seq": seq, "t": 100000 + round(t_s * 1000), "wall": 1}, **parts)


def tick(seq, t_s, **parts):
    return frame(seq, t_s, sys=[play.ROOMY_KIB] * 3 + [0] * 24, **parts)


def lines(frames):
    head = {"memtop": 1, "hz": 100, "page": 4, "host": "h", "kernel": "k", "boot_wall": 1}
    return "".join(json.dumps(f, separators=(",", ":")) + "\n" for f in [head] + frames)


def a_small_story():
    """10 stays, 11 ends at 20 s, 12 is another from 30 s on, 13 is missing in the key at 40 s."""
    frames = [tick(1, 0, key=True, born=[born(10, 5, 'a "b", c'), born(11, 6, "ends"), born(12, 7, "old"),
                                         born(13, 8, "lost")],
                   use=[[pid, 5000, 1000, 9000] for pid in (10, 11, 12, 13)])]
    for s in range(1, 60):
        one = tick(s + 1, s, use=[[10, 5000 + 64 * s, 1000, 9000]])
        if s == 20:
            one["died"] = [11]
        if s == 30:
            one.update(died=[12], born=[born(12, 12900, "new")])
            one["use"].append([12, 4000, 1000, 8000])
        if s == 40:
            one.update(key=True, more=True, born=[born(10, 5, 'a "b", c')])
            frames.append(one)
            one = frame(s + 1, s, key=True, born=[born(12, 12900, "new")], use=[[12, 4000, 1000, 8000]])
        frames.append(one)
    return lines(frames)


def say(*options, **more):
    run = subprocess.run([MEMTOP, *options, "--verdicts"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         text=True, **more)
    return run.returncode, run.stdout


def last_of(rows, pid, start):
    return [r for r in rows if (r["pid"], r["start_ticks"]) == (str(pid), str(start))][-1]


def check_rows(folder):
    path = folder / "story.jsonl"
    path.write_text(a_small_story())
    status, text = say("--replay", path)
    check(status == 0 and text.splitlines()[0] == HEAD, "a header, and status 0")
    rows = list(csv.DictReader(io.StringIO(text)))
    check({r["command"] for r in rows} == {'a "b", c', "ends", "old", "new", "lost"}, "names in quotes")
    said = [r["state"] for r in rows if r["pid"] == "10"]
    check(said[0] == "new" and said[-2:] == ["climbing"] * 2 and
          all(a != b for a, b in zip(said, said[1:-1])), "one row a change, and the last sample")
    row = last_of(rows, 10, 5)
    check(float(row["rate_lo"]) <= 64 <= float(row["rate_hi"]) and float(row["confidence"]) > .5,
          "a rate with its interval and its confidence")
    ends = [(last_of(rows, pid, start)["t_s"], pid) for pid, start in ((11, 6), (12, 7), (12, 12900), (13, 8))]
    check(ends == [("19.000", 11), ("29.000", 12), ("59.000", 12), ("39.000", 13)],
          "last samples of who ends, whose pid is used again, and whom a key leaves out")
    check(say("--replay", "-", stdin=open(path)) == (0, text), "the same through standard input")
    path.write_text(lines([]))
    check(say("--replay", path) == (1, HEAD + "\n"), "a recording of nothing ends with status 1")
    with open("/dev/full", "w") as full:
        run = subprocess.run([MEMTOP, "--replay", "-", "--verdicts"], input=a_small_story(), stdout=full,
                             stderr=subprocess.PIPE, text=True)
    check(run.returncode == 1 and "No space left" in run.stderr, "a full disk is told")


def check_corpus(folder):
    subprocess.run([sys.executable, HERE / "traces.py", folder, "--seed", "30", "--each", "2"], check=True)
    whole, alone = folder / "whole.csv", folder / "alone.csv"
    whole.write_text("\n".join(play.play(MEMTOP, folder)) + "\n")
    with open(alone, "w") as out:
        subprocess.run([FEED, folder], check=True, stdout=out)
    whole, alone = (score.score(folder / "labels.csv", f)[None] for f in (whole, alone))
    print("# recordings:", whole)
    print("# engine:", alone)
    check(whole.f1 >= .91 and whole.f1 >= alone.f1 - .01, "recordings are judged as the engine judges")
    check(abs(whole.middle("delay") - alone.middle("delay")) <= 2, "and as soon")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_rows(folder)
        check_corpus(folder / "corpus")
    done()


if __name__ == "__main__":
    main()
