#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long memtop --verdicts takes to call clean growth, by rate and age (TAP)."""
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import play  # noqa: E402
import tap  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
DAY_S = 86400
BASE_KIB, FILE_KIB = 200_000, 20_000


def growing(name, rate_kib_s, age_s, start_s, seconds, batch_kib=4, extra_kib=0, base_kib=BASE_KIB):
    """Still until START_S, then RATE_KIB_S, in whole batches."""
    rows = []
    for t in range(seconds):
        grown = max(0, t - start_s) * rate_kib_s + extra_kib
        anon = base_kib + int(grown // batch_kib) * batch_kib
        rows.append((t * 1000, anon + FILE_KIB, 0, anon, FILE_KIB))
    return play.Trace(name, age_s, 0, rows)


def called(traces, room_kib=play.ROOMY_KIB):
    """When each was first said to climb, in s; None: never."""
    first = {t.name: None for t in traces}
    with tempfile.TemporaryDirectory() as folder:
        for row in play.play_together(MEMTOP, traces, 1, folder, room_kib):
            name, t_s, state = row.split(",")[:3]
            if state == "climbing" and first[name] is None:
                first[name] = float(t_s)
    return first


def check(delays, most_s, what):
    known = sorted(d for d in delays if d is not None)
    middle = known[len(known) // 2] if known else -1
    tap.check(all(d is not None and d <= most_s for d in delays),
              "%s: %d of %d called, after %.0f s (median), %.0f s (most), at most %d s" % (
                  what, len(known), len(delays), middle, max(known, default=-1), most_s))


def check_old(rates, most_s, seconds, what):
    """Twelve of a rate: that grow already, or begin at different moments of the buckets."""
    starts = [0, 0, 0, 0] + [300 + 13 * i for i in range(8)]
    traces = [growing("%g-%d" % (rate, i), rate, DAY_S, start, start + seconds, extra_kib=i * .7)
              for rate in rates for i, start in enumerate(starts)]
    at = called(traces)
    check([at[t.name] and at[t.name] - starts[i % 12] for i, t in enumerate(traces)], most_s, what)


def main():
    check_old((16, 64, 1024), 18, 120, "16 KiB/s and more on an old process")
    check_old((4,), 70, 200, "4 KiB/s")
    check_old((10 / 60,), 22 * 60, 2400, "10 KiB a minute")
    newborn = [growing("n%d" % i, 64 << i % 5, 0, 0, 120, extra_kib=i) for i in range(10)]
    check(called(newborn).values(), 65, "age of a new process when it is called")
    met = [growing("m%d" % i, 64 << i % 5, 5 + i, 0, 60, extra_kib=i) for i in range(10)]
    met += [growing("s%d" % i, 1024, 2 + i, 0, 60, extra_kib=i, base_kib=9000) for i in range(4)]
    check(called(met).values(), 20, "who was there before the first look, and grows from it on")
    hurried = [growing("h%d" % i, 1024 + 128 * i, 0, 0, 60) for i in range(8)]
    check(called(hurried, 100 * 1024).values(), 30, "the same, when the limit is under two minutes away")
    pressed = [growing("p%d" % i, 1024 + 128 * i, DAY_S, 0, 60) for i in range(8)]
    check(called(pressed, 100 * 1024).values(), 25, "and of an old one")
    tap.done()


if __name__ == "__main__":
    main()
