#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each kind of call that aftermath.py tells apart, in a made recording (TAP)."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import aftermath  # noqa: E402
import play  # noqa: E402
from tap import check, done  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
RATE, BASE, FILE = 1024, 200_000, 20_000
# as if called then, at that rate: at the top of a swing and at its foot
ASKED = {"shared": (30, RATE), "below swings": (99, 60), "swings": (149, 60), "swings, at a foot": (100, 60)}


def life(name, grown, seconds=400, shared=False):
    """A process of a day's age whose footprint is BASE and GROWN(second) KiB."""
    rows = []
    for t in range(seconds):
        more = int(grown(t)) // 4 * 4
        anon = BASE if shared else BASE + more
        rows.append((t * 1000, BASE + more + FILE, 0, anon, FILE))
    return play.Trace(name, 86400, 0, rows)


def zombie(trace, seconds):
    """Its parent does not look for so long: it has nothing, and stands in the table all the same."""
    last = trace.rows[-1][0]
    trace.rows.extend((last + 1000 * (s + 1), 0, 0, 0, 0) for s in range(seconds))
    return trace


def to(end, freed=10 ** 9):
    """Growth that ends, and is given back later."""
    return lambda t: RATE * min(t, end) if t < freed else 0


def swings(rate):
    """Teeth of 50 s, and floors that rise below them."""
    return lambda t: 6000 * (t % 50) / 50 + rate * t


def judged(traces):
    """What became of the first call of each, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "all.jsonl")
        boot_ms = play.boot_of(traces)
        processes = [play.Process(i + 1, t, boot_ms) for i, t in enumerate(traces)]
        rows = [{r[0] // 1000: r for r in t.rows} for t in traces]
        ticks = [(s * 1000, [(p, r[s]) for p, r in zip(processes, rows) if s in r]) for s in range(400)]
        play.write_recording(path, ticks, boot_ms)
        end_those_gone(path, {p.pid: len(r) for p, r in zip(processes, rows)})
        recording, kinds = aftermath.read(path), {}
        for key, t_s, _, rate in aftermath.calls_of(MEMTOP, path):
            name = traces[key[0] - 1].name
            kinds.setdefault(name, aftermath.judge(recording, key, recording.first_s + t_s, rate))
        for key in recording.lives:  # memtop would not call shared memory that nobody made, nor then
            name = traces[key[0] - 1].name
            if name in ASKED:
                kinds[name] = aftermath.judge(recording, key, recording.first_s + ASKED[name][0], ASKED[name][1])
        return kinds


def end_those_gone(path, ends):
    """Writes their deaths into the ticks after their last."""
    with open(path) as file:
        lines = file.read().splitlines()
    for pid, end in ends.items():
        if end + 1 < len(lines):
            lines[end + 1] = lines[end + 1][:-1] + ',"died":[%d]}' % pid
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")


def main():
    kinds = judged([life("right", to(300)), life("job", to(300), 50), life("late", to(20.5)),
                    zombie(life("unburied", to(300), 50), 200), life("back", to(300, 90)), life("early", to(32)),
                    life("shared", to(300), shared=True), life("below swings", swings(60)),
                    life("swings", swings(0)), life("swings, at a foot", swings(0))])
    for name, want in (("right", "right"), ("job", "job"), ("late", "late"), ("unburied", "job"),
                       ("back", "false"), ("early", "false"), ("shared", "shared"),
                       ("below swings", "right"), ("swings", "late"), ("swings, at a foot", "late")):
        check(kinds.get(name) == want, "%s: %s" % (name, want), "it is %s" % kinds.get(name))
    done()


if __name__ == "__main__":
    main()
