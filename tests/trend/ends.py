#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How well the time left is told: predicted over true, by the kind of growth (TAP)."""
import csv
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
sys.dont_write_bytecode = True
from tap import check, done  # noqa: E402

FEED = pathlib.Path(os.environ.get("top_builddir", ".")) / "tests/trend/feed"
LEAST_LEFT_S = 20
LOOKS = 10  # a trace, spread over its climb
KINDS = {"straight": (.85, 1.1), "stairs": (.85, 1.1), "toothed": (.85, 1.1), "quickening": (.85, 1.15)}


def ratios(rows):
    """Predicted over true at some moments of a trace; its limit is what it reaches last."""
    end_s = rows[-1][0]
    known = [left_s / (end_s - t_s) for t_s, left_s in rows[:-1] if end_s - t_s >= LEAST_LEFT_S]
    return known[::max(1, len(known) // LOOKS)]


def median_of(kind, folder, seed="30", each="12"):
    subprocess.run([sys.executable, HERE / "traces.py", folder, "--seed", seed, "--each", each,
                    "--kind", kind], check=True)
    run = subprocess.run([FEED, folder, "1", "ends"], check=True, stdout=subprocess.PIPE, text=True)
    rows = defaultdict(list)
    for row in csv.DictReader(run.stdout.splitlines()):
        rows[row["file"]].append((float(row["t_s"]), float(row["left_s"])))
    known = sorted(r for trace in rows.values() for r in ratios(trace))
    return statistics.median(known), known


def main():
    with tempfile.TemporaryDirectory() as name:
        for kind, (least, most) in KINDS.items():
            middle, known = median_of(kind, pathlib.Path(name) / kind)
            check(least <= middle <= most and len(known) >= 20,
                  "%s: the time left is %.2f of the true one (median of %d; half from %.2f to %.2f), "
                  "%.2f to %.2f" % (kind, middle, len(known), known[len(known) // 4],
                                    known[-1 - len(known) // 4], least, most))
    done()


if __name__ == "__main__":
    main()
