#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Judge every call of a recording by what happened after it.

    aftermath.py RECORDING [--memtop PROGRAM] [--under PID] [--calls]

Takes what `memtop --replay RECORDING --verdicts` calls climbing and looks at the footprint from then
on.  --under counts only what descends from a process.  --calls lists each call.  A call is
  right    at least half of what its rate promised came in the next minute (of a slow climb in the
           time of 256 KiB, of one in steps in three of its waits, at most in ten minutes; of one
           below swings its floors, in the time of the largest swing, at most in half an hour), and
           was not given back in the four minutes after it
  a job    it went on like that until the process ended within that minute
  shared   most of the growth was shared memory
  late     next to nothing came in the next 20 s (or in a wait): the growth was over
  false    the rest
and the false and late ones are set against the hours of all processes that moved at all.
"""
import argparse
import csv
import io
import json
import subprocess
import sys
from bisect import bisect_right
from collections import Counter

KINDS = ("right", "job", "late", "shared", "false")
MOVED_KIB = 8
BACK_S = 600  # swings of so long ago count


class Life:
    """One process: its footprint and the shared part of it by time."""

    def __init__(self, name, parent):
        self.name, self.parent = name, parent
        self.times, self.kib, self.shmem = [], [], []
        self.shared = self.swap = 0

    def look(self, t_s, anon_kib):
        self.times.append(t_s)
        self.kib.append(anon_kib + self.shared + self.swap)
        self.shmem.append(self.shared)

    def at(self, values, t_s):
        return values[max(0, bisect_right(self.times, t_s) - 1)]

    def least(self, start_s, end_s):
        i, j = bisect_right(self.times, start_s), bisect_right(self.times, end_s)
        return min(self.kib[max(0, i - 1):max(i, j)])

    def during(self, start_s, end_s):
        i, j = bisect_right(self.times, start_s), bisect_right(self.times, end_s)
        return zip(self.times[i:j], self.kib[i:j])

    def wait(self, start_s, end_s, unended=False):
        """Longest time without a new high in a span of its growth; unended: also that of the last."""
        highest, since_s, longest_s = None, start_s, 0
        for t_s, kib in self.during(start_s, end_s):
            if highest is None or kib > highest:
                if highest is not None:
                    longest_s = max(longest_s, t_s - since_s)
                highest, since_s = kib, t_s
        return max(longest_s, end_s - since_s) if unended else longest_s

    def swing(self, start_s, end_s):
        """The most it gave back in a span."""
        top = most = 0
        for _, kib in self.during(start_s, end_s):
            top = max(top, kib)
            most = max(most, top - kib)
        return most

    @property
    def moved(self):
        return len(self.kib) > 1 and max(self.kib) - min(self.kib) > MOVED_KIB


class Recording:
    """The lives in it by pid and start, the last tick, and when each ended."""

    def __init__(self, lines):
        self.lives, self.ends, self.first_s, self.last_s = {}, {}, None, 0.0
        now = {}
        for line in lines:
            frame = json.loads(line)
            if "memtop" in frame:
                continue
            if "t" in frame:
                self.last_s = frame["t"] / 1000
                self.first_s = self.first_s or self.last_s
            self._take(frame, now)
        for key in now.values():
            self.ends.setdefault(key, None)

    def _take(self, frame, now):
        for pid in frame.get("gone", frame.get("died", [])):
            if pid in now:
                self.ends.setdefault(now.pop(pid), self.last_s)
        for born in frame.get("born", []):
            key = (born[0], born[1])
            if now.get(born[0]) != key:
                if born[0] in now:
                    self.ends.setdefault(now[born[0]], self.last_s)
                now[born[0]] = key
                self.lives[key] = Life(born[6], born[2])
        for d in frame.get("detail", []):
            life = self.lives.get(now.get(d[0]))
            if life and d[9] is not None:
                life.shared, life.swap = d[9], d[10] or 0
        for use in frame.get("use", []):
            life = self.lives.get(now.get(use[0]))
            if life and use[1] == 0 and life.kib and life.kib[-1] > 0:  # its parent has not looked yet
                self.ends.setdefault(now[use[0]], self.last_s)
            elif life:
                if use[1] > 0:
                    self.ends.pop(now[use[0]], None)
                life.look(self.last_s, max(0, use[1] - use[2]))

    def under(self, ancestor):
        """What descends from it; on a busy machine there are thousands to look at."""
        parents = {pid: life.parent for (pid, _), life in self.lives.items()}

        def descends(pid):
            seen = set()
            while pid in parents and pid not in seen:
                seen.add(pid)
                pid = parents[pid]
                if pid == ancestor:
                    return True
            return False
        return [key for key in self.lives if descends(key[0])]


def judge(recording, key, call_s, rate_kib_s):
    """What became of a call at call_s."""
    life, end_s = recording.lives[key], recording.ends[key]
    wait_s = life.wait(call_s - 120, call_s)
    span_s = min(600, max(60, 256 / max(rate_kib_s, .1), 3 * wait_s))
    last_s = end_s if end_s is not None else recording.last_s
    floor_s = 0  # what it has is the least of so long
    swing_kib = life.swing(call_s - BACK_S, call_s)
    if swing_kib > rate_kib_s * span_s / 2:  # where it stands then is where a swing does
        floor_s = min(max(60, life.wait(call_s - BACK_S, call_s, True)), BACK_S)
        span_s = min(1800, max(span_s, swing_kib / max(rate_kib_s, .1), floor_s))
    span_s = max(1, min(span_s, last_s - call_s))
    floor_s = min(floor_s, span_s)

    def has(t_s):
        return life.least(t_s - floor_s, t_s)
    start_kib = has(call_s)
    gain_kib = has(call_s + span_s) - start_kib
    before_s = max(life.times[0], call_s - 60)
    shmem_kib = life.at(life.shmem, call_s + 20) - life.at(life.shmem, before_s)
    if shmem_kib > .5 * (life.at(life.kib, call_s + 20) - life.at(life.kib, before_s)) > 0:
        return "shared"
    held = life.least(call_s + span_s, call_s + span_s + 240) >= start_kib + .3 * gain_kib
    if gain_kib >= .5 * rate_kib_s * span_s and gain_kib > 0:
        if end_s is not None and end_s <= call_s + 60:
            return "job"
        if held:
            return "right"
    soon_s = span_s if floor_s else min(max(20, wait_s), span_s)
    if has(call_s + soon_s) - start_kib < .2 * rate_kib_s * soon_s:
        return "late"
    return "false"


def calls_of(memtop, path):
    """Each change to climbing as (key, time since the first tick, name, rate)."""
    run = subprocess.run([memtop, "--replay", path, "--verdicts"], stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit("%s: memtop --verdicts ends with status %d" % (path, run.returncode))
    state = {}
    for row in csv.DictReader(io.StringIO(run.stdout)):
        key = (int(row["pid"]), int(row["start_ticks"]))
        if row["state"] == "climbing" != state.get(key):
            yield key, float(row["t_s"]), row["command"], float(row["rate_kib_s"] or 0)
        state[key] = row["state"]


def read(path):
    if path.endswith(".zst"):
        text = subprocess.run(["zstd", "-dcq", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    else:
        with open(path) as file:
            text = file.read()
    return Recording(text.splitlines())


def report(memtop, path, under=None, show=False):
    """Prints the table; gives back the counts and the false calls an hour."""
    recording = read(path)
    ours = list(recording.lives) if under is None else recording.under(under)
    chosen, count = set(ours), Counter()
    for key, t_s, name, rate in calls_of(memtop, path):
        if key in chosen:
            what = judge(recording, key, recording.first_s + t_s, rate)
            count[what] += 1
            if show:
                print("%8.0f s  %-6s %-16s %6d  %.3g KiB/s" % (t_s, what, name, key[0], rate))
    moving_s = sum(life.times[-1] - life.times[0] for k, life in recording.lives.items()
                   if k in chosen and life.moved)
    hours = max(moving_s / 3600, 1e-9)
    wrong = (count["late"] + count["false"]) / hours
    print("%d processes, %.1f process-hours that moved" % (len(ours), hours))
    print("%d calls: " % sum(count.values()) + ", ".join("%d %s" % (count[k], k) for k in KINDS))
    print("false or late: %.2f an hour" % wrong)
    return count, wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("recording")
    parser.add_argument("--memtop", default="./memtop")
    parser.add_argument("--under", type=int, help="only what descends from this process")
    parser.add_argument("--calls", action="store_true")
    args = parser.parse_args()
    report(args.memtop, args.recording, args.under, args.calls)


if __name__ == "__main__":
    main()
