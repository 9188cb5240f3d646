#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hold verdicts of the trend engine against the labels of traces.

    score.py LABELS.csv VERDICTS.csv [--classes]

Verdicts come as file,t_s,state,rate_kib_s,rate_lo,rate_hi,confidence, one row at each change and
one at the last sample (what feed prints).  How it counts:
  found, missed   a growing phase that was called climbing at some time in it, or not
  false           a call in a quiet phase; or a verdict that outlives growth by more than a quarter
                  of it (and a minute)
  early           a call while warming up: neither right nor wrong
F1 weighs found against missed and false; strict F1 takes early calls for false ones; F1 at the end
holds the last verdict of each trace against its last phase.
"""
import argparse
import csv
import statistics
from collections import Counter, defaultdict


def calls_of(rows):
    """Stretches of climbing as [from, to, last row]."""
    calls = []
    for row, after in zip(rows, rows[1:] + [None]):
        if row["state"] != "climbing":
            continue
        to = after["t"] if after else row["t"] + 1
        if calls and calls[-1][1] == row["t"]:
            calls[-1][1:] = [to, row]
        else:
            calls.append([row["t"], to, row])
    return calls


def judge(phases, rows):
    """Counts and figures of one trace."""
    count, figures = Counter(), defaultdict(list)
    calls = calls_of(rows)
    before = None
    for phase in phases:
        start, end, kind = phase["start"], phase["end"], phase["kind"]
        during = [c for c in calls if c[0] < end and c[1] > start]
        fresh = [c for c in calls if start <= c[0] < end]
        if kind == "yes":
            count["found" if during else "missed"] += 1
            if during:
                last = during[-1][2]
                figures["delay"].append(max(0, during[0][0] - start))
                if phase["rate"] > 0:
                    figures["error"].append(abs(last["rate"] / phase["rate"] - 1))
                    figures["spanned"].append(last["lo"] <= phase["rate"] <= last["hi"])
        elif kind == "warming":
            count["early"] += len(fresh)
        else:
            grace = max(60, (before["end"] - before["start"]) / 4) if before else 0
            count["false"] += sum(c[0] >= start + grace for c in fresh)
            count["false"] += sum(c[0] < start + grace < min(c[1], end) for c in calls)
            figures["quiet_s"].append(max(0, end - start - grace))
            figures["flagged_s"] += [min(c[1], end) - max(c[0], start + grace) for c in calls
                                     if min(c[1], end) > max(c[0], start + grace)]
            if before and before["kind"] == "yes":
                figures["clear"] += [c[1] - start for c in calls if c[0] < start < c[1]]
        before = phase
    if before["kind"] != "warming":
        climbs = bool(rows) and rows[-1]["state"] == "climbing"
        wanted = before["kind"] == "yes"
        count["right at the end"] += climbs and wanted
        count["wrong at the end"] += climbs != wanted
    return count, figures


def f1(found, wrong):
    return 2 * found / (2 * found + wrong) if found else 0.0


class Sum:
    """The counts and figures of many traces."""

    def __init__(self):
        self.count, self.figures = Counter(), defaultdict(list)

    def add(self, count, figures):
        self.count.update(count)
        for name, values in figures.items():
            self.figures[name] += values

    @property
    def f1(self):
        return f1(self.count["found"], self.count["missed"] + self.count["false"])

    @property
    def strict(self):
        wrong = self.count["missed"] + self.count["false"] + self.count["early"]
        return f1(self.count["found"], wrong)

    @property
    def ending(self):
        return f1(self.count["right at the end"], self.count["wrong at the end"])

    @property
    def spanned(self):
        return statistics.mean(self.figures["spanned"] or [0])

    @property
    def flagged(self):
        """Share of the quiet time that was called climbing."""
        return sum(self.figures["flagged_s"]) / (sum(self.figures["quiet_s"]) or 1)

    def middle(self, name):
        return statistics.median(self.figures[name]) if self.figures[name] else 0.0

    def __str__(self):
        c = self.count
        text = "found %d missed %d false %d early %d" % (
            c["found"], c["missed"], c["false"], c["early"])
        if c["found"]:
            text += "  F1 %.3f strict %.3f at the end %.3f  delay %.0f s  rate error %.1f %%, spanned %.0f %%" % (
                self.f1, self.strict, self.ending, self.middle("delay"), 100 * self.middle("error"),
                100 * self.spanned)
        if self.figures["quiet_s"]:
            text += "  quiet time flagged %.1f %%" % (100 * self.flagged)
        if self.figures["clear"]:
            text += "  cleared after %.0f s" % self.middle("clear")
        return text


def number(text):
    return float(text) if text else 0.0


def score(labels, verdicts):
    """Sums by class, and under None that of all."""
    phases, kinds, rows = defaultdict(list), {}, defaultdict(list)
    with open(labels) as lines:
        for r in csv.DictReader(lines):
            kinds[r["file"]] = r["class"]
            phases[r["file"]].append({"kind": r["climbing"], "start": float(r["start_s"]),
                                      "end": float(r["end_s"]), "rate": float(r["true_rate_kib_s"])})
    with open(verdicts) as lines:
        for r in csv.DictReader(lines):
            rows[r["file"]].append({"t": float(r["t_s"]), "state": r["state"],
                                    "rate": number(r["rate_kib_s"]), "lo": number(r["rate_lo"]),
                                    "hi": number(r["rate_hi"])})
    sums = defaultdict(Sum)
    for name, kind in kinds.items():
        if name not in rows:
            raise SystemExit("no verdict for " + name)
        for key in (None, kind):
            sums[key].add(*judge(phases[name], rows[name]))
    return sums


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("labels")
    parser.add_argument("verdicts")
    parser.add_argument("--classes", action="store_true")
    args = parser.parse_args()
    sums = score(args.labels, args.verdicts)
    print("all:", sums[None])
    if args.classes:
        for kind, one in sums.items():
            if kind:
                print("%s: %s" % (kind, one))


if __name__ == "__main__":
    main()
