#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Take the verdicts of the whole program on a corpus: traces, recordings, memtop --verdicts.

    play.py DIR [--memtop PROGRAM] [--together] [--every N] > verdicts.csv

DIR holds labels.csv and the traces it names (README.md).  Each trace becomes a recording of a
machine with one process, sampled when the trace was, and what memtop says of it is printed as
score.py wants it.  --together makes one recording of all, with a tick a whole second, as a server
with that many processes gives: where a trace has no sample its process is not looked at.
Recordings are what memtop's sampler would have written (memtop-stream(5)): memory by statm each
tick, and status when the shared part has moved or swap is in use.
"""
import argparse
import csv
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HZ = 100
WALL_MS = 1_700_000_000_000
ROOMY_KIB = 1 << 40  # no limit binds


class Trace:
    """A process: its age and its peak at first sight, and rows of ms, rss, swap, anon, file."""

    def __init__(self, name, age_s, peak_kib, rows):
        self.name, self.age_s, self.peak_kib, self.rows = name, age_s, peak_kib, rows
        self.first_ms = rows[0][0]

    def whole_seconds(self):
        """The samples by second."""
        return {row[0] // 1000: row for row in self.rows}


def read_trace(folder, label):
    with open(folder / label["file"]) as lines:
        lines.readline()
        cells = (line.split(",") for line in lines)
        rows = [(round(float(c[0]) * 1000), *map(int, c[1:5])) for c in cells]
    return Trace(label["file"], float(label["age0_s"]), int(float(label["hwm0_kib"])), rows)


class Process:
    """Writes a trace's samples into frames."""

    def __init__(self, pid, trace, boot_ms):
        self.pid, self.trace = pid, trace
        start = (boot_ms + trace.first_ms) / 1000 - trace.age_s
        self.start = max(0, round(start * HZ))
        self.parts = None

    def add(self, frame, row):
        _, rss, swap, anon, file = row
        shared = rss - anon
        if self.parts is None:
            frame["born"].append([self.pid, self.start, 1, 0, False, "S", "p%d" % self.pid])
        frame["use"].append([self.pid, rss, shared, rss])
        parts = (shared, swap)
        if parts != self.parts:
            frame["detail"].append([self.pid, 0, 1, 0, "S", 0, 1, anon, file, shared - file, swap,
                                    max(rss, self.trace.peak_kib) if self.parts is None else None,
                                    0])
        self.parts = parts


def write_tick(out, seq, boot_ms, before_ms, frame, room_kib):
    """One frame: what is empty is left out."""
    head = {"seq": seq, "t": boot_ms, "wall": WALL_MS + boot_ms}
    if before_ms:
        head["dt"] = boot_ms - before_ms
    if seq == 1:
        head["key"] = True
    head["sys"] = [room_kib] * 3 + [0] * 24
    head.update((k, v) for k, v in frame.items() if v)
    out.write(json.dumps(head, separators=(",", ":")) + "\n")


def write_recording(path, ticks, boot_ms, room_kib=ROOMY_KIB):
    """TICKS: (ms, [(process, row)]) in order of time; ROOM_KIB is available all the time."""
    with open(path, "w") as out:
        out.write(json.dumps({"memtop": 1, "hz": HZ, "page": 4, "host": "corpus", "kernel": "0",
                              "cpus": 1, "interval": 1000, "uid": 0, "pid": 0, "hidepid": -1,
                              "boot_wall": WALL_MS}, separators=(",", ":")) + "\n")
        before_ms = 0
        for seq, (ms, looks) in enumerate(ticks, 1):
            frame = {"born": [], "use": [], "detail": []}
            for process, row in looks:
                process.add(frame, row)
            write_tick(out, seq, boot_ms + ms, before_ms, frame, room_kib)
            before_ms = boot_ms + ms


def boot_of(traces):
    """Boot time of moment 0: nobody is older than the machine."""
    return round((max(t.age_s for t in traces) + 60) * 1000)


def say(memtop, path, names, first_ms):
    """Rows of --verdicts, with the trace's name for the pid and its own time."""
    run = subprocess.run([memtop, "--replay", path, "--verdicts"], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit("%s: memtop --verdicts ends with status %d" % (path, run.returncode))
    for r in csv.DictReader(io.StringIO(run.stdout)):
        t_s = float(r["t_s"]) + first_ms / 1000
        yield ",".join((names[int(r["pid"])], "%.2f" % t_s, r["state"], r["rate_kib_s"],
                        r["rate_lo"], r["rate_hi"], r["confidence"]))


def play_one(memtop, trace, every, folder):
    boot_ms = boot_of([trace])
    process = Process(1, trace, boot_ms)
    path = os.path.join(folder, trace.name + ".jsonl")
    write_recording(path, ((row[0], [(process, row)]) for row in trace.rows[::every]), boot_ms)
    rows = list(say(memtop, path, {1: trace.name}, trace.first_ms))
    os.remove(path)
    return rows


def play_together(memtop, traces, every, folder, room_kib=ROOMY_KIB):
    boot_ms = boot_of(traces)
    processes = [Process(i + 1, t, boot_ms) for i, t in enumerate(traces)]
    samples = [t.whole_seconds() for t in traces]
    last = max(max(s) for s in samples)
    ticks = ((second * 1000, [(p, s[second]) for p, s in zip(processes, samples) if second in s])
             for second in range(0, last + 1, every))
    path = os.path.join(folder, "all.jsonl")
    write_recording(path, ticks, boot_ms, room_kib)
    return list(say(memtop, path, {p.pid: p.trace.name for p in processes}, 0))


def traces_of(folder):
    with open(folder / "labels.csv") as lines:
        labels = {r["file"]: r for r in csv.DictReader(lines)}  # one a trace: all have age and peak
    return (read_trace(folder, label) for label in labels.values())


def play(memtop, folder, together=False, every=1):
    """All rows, the header first."""
    yield "file,t_s,state,rate_kib_s,rate_lo,rate_hi,confidence"
    with tempfile.TemporaryDirectory() as tmp:
        if together:
            yield from play_together(memtop, list(traces_of(folder)), every, tmp)
            return
        with ThreadPoolExecutor(2) as pool:
            for rows in pool.map(lambda t: play_one(memtop, t, every, tmp), traces_of(folder)):
                yield from rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--memtop", default="./memtop")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="each so manieth sample")
    args = parser.parse_args()
    for row in play(args.memtop, args.dir, args.together, args.every):
        print(row)


if __name__ == "__main__":
    main()
