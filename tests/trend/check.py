#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Score the trend engine on a small corpus of fixed seed (TAP)."""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
sys.dont_write_bytecode = True
import score  # noqa: E402
from tap import check, done  # noqa: E402

FEED = pathlib.Path(os.environ.get("top_builddir", ".")) / "tests/trend/feed"


def make(folder, *options, by="traces.py"):
    subprocess.run([sys.executable, HERE / by, folder, *options], check=True)


def verdicts(folder, every=1):
    out = folder / ("verdicts-%d.csv" % every)
    with open(out, "w") as file:
        subprocess.run([FEED, folder, str(every)], check=True, stdout=file)
    return score.score(folder / "labels.csv", out)


def check_corpus(folder):
    make(folder, "--seed", "20", "--each", "8")
    sums = verdicts(folder)
    total = sums[None]
    print("# every second:", total)
    check(total.f1 >= .975, "F1 %.3f, at least .975" % total.f1)
    check(total.strict >= .91, "strict F1 %.3f, at least .91" % total.strict)
    check(total.ending >= .985, "F1 at the end of the traces %.3f, at least .985" % total.ending)
    swings = sums["few_swings"].count, sums["below_a_start"].count
    check(sum(c["missed"] for c in swings) <= 1,
          "%d of 16 below a few swings or the peak of a start missed, at most 1" % sum(
              c["missed"] for c in swings))
    check(sums["uneasy_swings"].count["false"] == 0, "no call among swings that do not rise")
    check(sums["still"].count["false"] + sums["rustling"].count["false"] == 0,
          "no false alarm among flat ones")
    check(total.middle("error") <= .02, "rate off by %.2f %%" % (100 * total.middle("error")))
    check(total.spanned >= .85, "the interval spans %.0f %% of the rates" % (100 * total.spanned))
    check(total.middle("clear") <= 12, "cleared after %.1f s" % total.middle("clear"))
    slow = verdicts(folder, 5)[None]
    print("# every 5 seconds:", slow)
    check(slow.f1 >= .9, "F1 %.3f with a refresh every 5 s, at least .9" % slow.f1)


def check_crowd(folder):
    make(folder, "--crowd", "60", "--hours", "1")
    total = verdicts(folder)[None]
    print("# crowd:", total)
    check(total.count["false"] <= 1, "%d false alarms in 60 process hours" % total.count["false"])


def check_servers(folder):
    make(folder, "--seed", "1020", "--each", "4", by="servers.py")
    sums = verdicts(folder)
    total = sums[None]
    print("# servers:", total)
    for kind, one in sums.items():
        if kind and (one.count["missed"] or one.count["false"]):
            print("#   %s: %s" % (kind, one))
    check(total.count["missed"] == 0, "%d of %d climbs missed, none" % (
        total.count["missed"], total.count["missed"] + total.count["found"]))
    check(total.f1 >= .95, "F1 %.3f of what servers do, at least .95" % total.f1)
    check(total.flagged <= .02, "%.2f %% of their quiet time is flagged, at most 2 %%" % (
        100 * total.flagged))
    starved = sums["starved_leak"].middle("delay")
    check(starved <= 55, "a leak on a busy machine is called after %.0f s, at most 55" % starved)
    cycles = sum(sums[kind].count["false"] for kind in ("day", "office", "write_buffers"))
    check(cycles == 0, "no call among days, office days and write buffers")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        check_corpus(folder / "corpus")
        check_crowd(folder / "crowd")
        check_servers(folder / "servers")
    done()


if __name__ == "__main__":
    main()
