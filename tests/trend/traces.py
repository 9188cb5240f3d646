#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make labelled memory traces to judge the trend engine by.

    traces.py DIR [--seed N] [--each N] [--kind NAME] [--crowd N --hours H]

Writes DIR/KIND-NN.csv (t_s,rss_kib,swap_kib,anon_kib,file_kib) and DIR/labels.csv with one row
for each phase of each trace (file,class,climbing,start_s,end_s,true_rate_kib_s,noise_kib,age0_s,
hwm0_kib).  A phase is "yes" (it keeps growing), "no", or "warming" (it grows towards a plateau, so
that a verdict there is neither right nor wrong).  A rate of 0 is not scored.  --crowd makes a server's processes instead, none
of which climbs.  The same seed always makes the same traces.
"""
import argparse
import math
import pathlib
import random

MIB, GIB = 1024, 1024 * 1024
LENGTHS = (60, 240, 900, 900, 1800, 3600, 7200)
MOST_KIB = 16 * GIB  # no trace grows by more


class Dice(random.Random):
    """Random numbers with the one shape that figures of memory have: even over magnitudes."""

    def span(self, low, high):
        return low * (high / low) ** self.random()

    def chance(self, share):
        return self.random() < share

    def length(self, least=0):
        fitting = [n for n in LENGTHS if n >= least]
        return self.choice(fitting) if fitting else LENGTHS[-1]


class Trace:
    """One process second by second: what it keeps (`kept`), what it gives back (`lent`)."""

    def __init__(self, dice, seconds):
        self.dice, self.seconds = dice, int(seconds)
        self.base = dice.span(6 * MIB, 4 * GIB)
        self.kept = [0.0] * self.seconds
        self.lent = [0.0] * self.seconds
        self.swap = [0.0] * self.seconds
        self.shared = False               # the growth is shared memory
        self.file = [dice.uniform(1, 60) * MIB] * self.seconds
        self.age = dice.span(100, 1e7)
        self.peak = 0.0                   # above the base, known from before
        self.noise = 0.0
        self.phases = [("no", 0, self.seconds, 0.0)]

    def newborn(self, share=1.0):
        if self.dice.chance(share):
            self.age = self.dice.uniform(0, 4)
            self.peak = 0.0
            return True
        return False

    def keep(self, shape):
        self.kept = [k + shape(t) for t, k in enumerate(self.kept)]

    def lend(self, shape):
        self.lent = [k + shape(t) for t, k in enumerate(self.lent)]

    def climbs(self, rate, start=0, end=None):
        end = self.seconds if end is None else end
        phases = [("no", 0, start, 0.0), ("yes", start, end, rate), ("no", end, self.seconds, 0.0)]
        self.phases = [p for p in phases if p[1] < p[2]]

    def warms(self, start, end, rate=0.0):
        end = min(end, self.seconds)
        phases = [("no", 0, start, 0.0), ("warming", start, end, rate), ("no", end, self.seconds, 0.0)]
        self.phases = [p for p in phases if p[1] < p[2]]

    def rustle(self, most):
        """A little coming and going, as most processes show."""
        size = min(most, 600.0) * self.dice.random()
        if self.dice.chance(.5) and size >= 2:
            self.noise = math.hypot(self.noise, size)
            self.lend(scatter(self.dice, size))

    def rows(self):
        """Samples as a reader gets them: late, some missing, in pages and in batches."""
        dice = self.dice
        hole = dice.randrange(self.seconds) if dice.chance(.2) else self.seconds
        hole_end = hole + dice.randint(3, max(4, min(50, self.seconds // 9)))
        batch = dice.choice((4, 4, 4, 128))
        shown = None
        for t in range(self.seconds):
            if hole <= t < hole_end or dice.chance(.003):
                continue
            total = max(100.0, self.base + self.kept[t] + self.lent[t])
            swap = min(self.swap[t], total - 50)
            if shown is None or abs(total - swap - shown) >= batch:
                shown = total - swap
            shm = max(0, int(self.kept[t])) // 4 * 4 if self.shared else 0
            resident = int(shown) // 4 * 4
            shm = min(shm, resident)
            file_kib = int(self.file[t]) // 4 * 4
            late = min(.3, abs(dice.gauss(0, .03)))
            yield t + late, resident + file_kib, int(swap) // 4 * 4, resident - shm, file_kib


def scatter(dice, size):
    return lambda t: dice.gauss(0, size)


def wander(dice, size, seconds):
    """A walk that is drawn back to its middle within so many seconds."""
    keep = math.exp(-1 / seconds)
    kick = size * math.sqrt(1 - keep * keep)
    place = [dice.gauss(0, size)]

    def shape(t):
        place[0] = place[0] * keep + dice.gauss(0, kick)
        return place[0]
    return shape


def teeth(dice, height, period, ragged=.2):
    state = {"from": -dice.random() * period, "long": period, "high": height}

    def shape(t):
        while t >= state["from"] + state["long"]:
            state["from"] += state["long"]
            state["long"] = period * max(.4, dice.gauss(1, ragged))
            state["high"] = height * max(.4, dice.gauss(1, .12))
        return state["high"] * (t - state["from"]) / state["long"]
    return shape


def tide(dice, height, period):
    turn = dice.random()
    if dice.chance(.5):
        return lambda t: height * (.5 - .5 * math.cos(6.2832 * (t / period + turn)))
    duty = dice.uniform(.25, .75)
    return lambda t: height if (t / period + turn) % 1 < duty else 0.0


def bursts(dice, height, every, long):
    state = {"at": dice.expovariate(1 / every), "to": 0.0, "high": height}
    state["to"] = state["at"] + long

    def shape(t):
        if t >= state["to"]:
            state["at"] = state["to"] + dice.expovariate(1 / every)
            state["to"] = state["at"] + long * dice.uniform(.4, 2)
            state["high"] = height * dice.uniform(.3, 1)
        return state["high"] if state["at"] <= t < state["to"] else 0.0
    return shape


def plateau(height, tau, start=0):
    return lambda t: height * (1 - math.exp(-max(0, t - start) / tau))


def slope(rate, start=0, end=math.inf):
    return lambda t: rate * (min(max(t, start), end) - start)


def pace(dice, low, high, gain):
    """A rate, and a length in which it gains enough to be told and not too much."""
    rate = dice.span(low, high)
    seconds = dice.length(min(gain / rate, LENGTHS[-1]))
    return max(rate, gain / seconds), int(max(60, min(seconds, MOST_KIB / rate)))


# ---- traces that climb -------------------------------------------------------------------------

def straight(dice):
    rate, seconds = pace(dice, .2, 40 * MIB, MIB)
    tr = Trace(dice, seconds)
    tr.keep(slope(rate))
    tr.rustle(rate * seconds / 30)
    tr.newborn(.3)
    tr.climbs(rate)
    return tr


def shared_memory(dice):
    rate, seconds = pace(dice, 2, 10 * MIB, 2 * MIB)
    tr = Trace(dice, seconds)
    tr.shared = True
    tr.keep(slope(rate))
    tr.climbs(rate)
    return tr


def rough(dice):
    rate, seconds = pace(dice, .5, 10 * MIB, 2 * MIB)
    tr = Trace(dice, seconds)
    tr.noise = min(rate * seconds / dice.uniform(10, 60), tr.base / 6)
    tr.keep(slope(rate))
    tr.lend(scatter(dice, tr.noise) if dice.chance(.5)
            else wander(dice, tr.noise, dice.span(1, seconds / 50 + 1)))
    tr.newborn(.3)
    tr.climbs(rate)
    return tr


def toothed(dice):
    period = dice.span(5, 500)
    tr = Trace(dice, dice.length(10 * period))
    height = max(600, tr.base * dice.span(.05, .5))
    rate = max(MIB, height * dice.span(.5, 5)) / tr.seconds
    tr.noise, tr.peak = height * .29, height
    tr.keep(slope(rate))
    tr.lend(teeth(dice, height, period))
    tr.newborn(.25)
    tr.climbs(rate)
    return tr


def stairs(dice):
    every = dice.span(2, 200)
    tr = Trace(dice, dice.length(15 * every))
    step = min(dice.choice((132, 260, MIB, 8 * MIB)), MOST_KIB * every / tr.seconds)
    at, when = set(), 0.0
    while when < tr.seconds:
        when += every * max(.2, dice.gauss(1, .3))
        at.add(int(when))
    level, total = [], 0.0
    for t in range(tr.seconds):
        total += step if t in at else 0
        level.append(total)
    tr.keep(lambda t: level[t])
    tr.newborn(.3)
    tr.climbs(total / tr.seconds)
    return tr


def belated(dice):
    rate, seconds = pace(dice, 1, 10 * MIB, 4 * MIB)
    tr = Trace(dice, seconds)
    start = int(seconds * dice.uniform(.2, .6))
    tr.keep(slope(rate, start))
    tr.rustle(rate * seconds / 60)
    tr.climbs(rate, start)
    return tr


def ended(dice):
    rate, seconds = pace(dice, 2, 10 * MIB, 4 * MIB)
    tr = Trace(dice, max(seconds, 300))
    end = int(tr.seconds * dice.uniform(.4, .6))
    freed = dice.chance(.3)
    rise = slope(rate, 0, end)
    tr.keep(lambda t: 0.0 if freed and t >= end else rise(t))
    tr.rustle(rate * end / 60)
    tr.climbs(rate, 0, end)
    return tr


def rising_tide(dice):
    period = dice.span(30, 700)
    tr = Trace(dice, dice.length(8 * period))
    height = max(600, tr.base * dice.span(.02, .4))
    rate = max(MIB, height * dice.span(.6, 6)) / tr.seconds
    tr.noise, tr.peak = height * .35, height
    tr.keep(slope(rate))
    tr.lend(tide(dice, height, period))
    tr.newborn(.25)
    tr.climbs(rate)
    return tr


def drifting_up(dice):
    memory = dice.span(5, 100)
    tr = Trace(dice, dice.length(60 * memory))
    tr.noise = max(64, tr.base * dice.span(.001, .04))
    rate = tr.noise * dice.uniform(10, 40) / tr.seconds
    tr.peak = 2 * tr.noise
    tr.keep(slope(rate))
    tr.lend(wander(dice, tr.noise, memory))
    tr.newborn(.25)
    tr.climbs(rate)
    return tr


def swapped_out(dice):
    rate, seconds = pace(dice, 4, 6 * MIB, 4 * MIB)
    tr = Trace(dice, seconds)
    start, out = seconds * dice.uniform(.1, .4), rate * dice.uniform(.6, 1.3)
    tr.keep(slope(rate))
    tr.swap = [min(max(0.0, (t - start) * out), .9 * (tr.base + rate * t)) for t in range(tr.seconds)]
    tr.climbs(rate)
    return tr


def quickening(dice):
    rate, seconds = pace(dice, 4, 2 * MIB, 4 * MIB)
    tr = Trace(dice, seconds)
    tr.keep(lambda t: rate * t * (.5 + t / seconds))
    tr.newborn(.3)
    tr.climbs(0)  # no one rate to be held against
    return tr


def behind_a_warmup(dice):
    tau = dice.span(2, 80)
    tr = Trace(dice, dice.length(16 * tau))
    height = min(4 * GIB, tr.base * dice.span(.3, 4))
    settled = int(4 * tau) + 1
    rate = max(3 * MIB, height * dice.span(.05, 1)) / max(30, tr.seconds - settled)
    tr.keep(plateau(height, tau))
    tr.keep(slope(rate))
    tr.newborn()
    tr.phases = [("warming", 0, settled, height / tau), ("yes", settled, tr.seconds, rate)]
    return tr


def few_swings(dice):
    """Growth below swings of which only some six to fourteen are seen."""
    period, number = dice.span(30, 700), dice.uniform(6, 14)
    tr = Trace(dice, period * number)
    height = max(4 * MIB, tr.base * dice.span(.02, .4))
    rate = height * number * dice.uniform(.08, .25) / tr.seconds
    tr.noise, tr.peak = height * .32, height
    tr.keep(slope(rate))
    tr.lend(tide(dice, height, period) if dice.chance(.5) else teeth(dice, height, period, .1))
    tr.climbs(rate)
    return tr


def below_a_start(dice):
    """Starting took more than it has now; it grows so slowly that it was not this that made the peak."""
    tr = Trace(dice, 1800)
    rate = max(2, tr.base * dice.span(1e-6, 1e-5))
    tr.age = dice.uniform(60, 900)
    tr.peak = rate * (tr.age + tr.seconds) * dice.uniform(2, 20)
    tr.keep(slope(rate))
    tr.climbs(rate)
    return tr


# ---- traces that do not ------------------------------------------------------------------------

def still(dice):
    return Trace(dice, dice.length())


def rustling(dice):
    tr = Trace(dice, dice.length())
    tr.noise = min(4 * MIB, tr.base * dice.span(.0002, .01))
    tr.peak = 3 * tr.noise
    tr.lend(scatter(dice, tr.noise) if dice.chance(.5) else wander(dice, tr.noise, dice.span(2, 30)))
    tr.newborn(.25)
    return tr


def warming(dice):
    tau = dice.span(2, 600)
    tr = Trace(dice, dice.length(8 * tau))
    height = min(6 * GIB, tr.base * dice.span(.1, 8))
    start = 0 if tr.newborn(.6) else int(tr.seconds * dice.uniform(0, .3))
    tr.keep(plateau(height, tau, start))
    tr.rustle(height / 500)
    tr.warms(start, start + int(4 * tau), height / tau)
    return tr


def filling(dice):
    tr = Trace(dice, dice.length(240))
    height = tr.base * dice.span(.2, 4)
    start = 0 if tr.newborn(.5) else int(tr.seconds * dice.uniform(0, .2))
    long = tr.seconds * dice.uniform(.05, .4)
    tr.keep(slope(height / long, start, start + long))
    tr.warms(start, int(start + long), height / long)
    return tr


def surge(dice):
    tr = Trace(dice, dice.length(240))
    start, long = int(tr.seconds * dice.uniform(.1, .7)), dice.uniform(3, 18)
    tr.keep(slope(tr.base * dice.span(.05, 2) / long, start, start + long))
    tr.rustle(tr.base / 1000)
    return tr


def stepping(dice, least=1, most=1):
    tr = Trace(dice, dice.length(240))
    for _ in range(dice.randint(least, most)):
        at, height = tr.seconds * dice.uniform(.05, .7), tr.base * dice.span(.01, .8)
        tr.keep(lambda t, at=at, height=height: height if t >= at else 0.0)
    tr.rustle(tr.base / 1000)
    return tr


def few_steps(dice):
    return stepping(dice, 2, 4)


def level_teeth(dice):
    period = dice.span(4, 800)
    tr = Trace(dice, dice.length(3 * period))
    height = tr.base * dice.span(.02, 1)
    tr.noise, tr.peak = height * .29, height
    tr.lend(teeth(dice, height, period))
    tr.newborn(.2)
    return tr


def level_tide(dice):
    period = dice.span(10, 4800)
    tr = Trace(dice, dice.length(min(7200, 1.5 * period)))
    height = tr.base * dice.span(.02, 1)
    tr.noise, tr.peak = height * .35, height
    tr.lend(tide(dice, height, period))
    tr.newborn(.2)
    return tr


def drifting(dice):
    tr = Trace(dice, dice.length())
    tr.noise = tr.base * dice.span(.001, .08)
    tr.peak = 2.5 * tr.noise
    tr.lend(wander(dice, tr.noise, dice.span(5, 500)))
    tr.newborn(.25)
    return tr


def uneasy_swings(dice):
    """Swings of two lengths that never meet: floors and tops come and go."""
    period = dice.span(20, 400)
    tr = Trace(dice, dice.length(12 * period))
    height = tr.base * dice.span(.02, .5)
    tr.noise, tr.peak = height * .4, 1.5 * height
    tr.lend(tide(dice, height, period))
    tr.lend(tide(dice, height * dice.uniform(.3, .6), period * dice.uniform(1.3, 2.8)))
    return tr


def spiking(dice):
    tr = Trace(dice, dice.length())
    height = tr.base * dice.span(.05, 3)
    tr.peak = .8 * height
    tr.lend(bursts(dice, height, dice.span(15, 500), dice.span(1, 15)))
    tr.newborn(.25)
    return tr


def in_chunks(dice):
    tr = Trace(dice, dice.length())
    height = max(MIB, tr.base * dice.span(.1, 2))
    tr.noise, tr.peak = height * .29, height
    tr.lend(teeth(dice, height, dice.span(1.5, 12), .3))
    tr.newborn(.25)
    return tr


def shrinking(dice):
    tr = Trace(dice, dice.length())
    lost, parts = tr.base * dice.uniform(.05, .8), dice.choice((0, 0, 3, 8))
    if parts:
        tr.keep(lambda t: -lost * (parts * t // tr.seconds) / parts)
    else:
        tr.keep(lambda t: -lost * t / tr.seconds)
    return tr


def mapped_file(dice):
    tr = Trace(dice, dice.length())
    size, end = dice.span(8 * MIB, 4 * GIB), tr.seconds * dice.uniform(.3, 1.2)
    tr.file = [f + size * min(1, t / end) for t, f in enumerate(tr.file)]
    return tr


def short_lived(dice):
    tr = Trace(dice, dice.choice((60, 60, 240)))
    tau = dice.span(.3, 4)
    tr.newborn()
    tr.keep(lambda t: -.98 * tr.base * math.exp(-t / tau))
    tr.warms(0, int(6 * tau) + 1, tr.base / tau)
    return tr


def paging(dice):
    tr = Trace(dice, dice.length(240))
    out, back, done = sorted(dice.uniform(.05, .95) * tr.seconds for _ in range(3))
    most = tr.base * dice.uniform(.2, .8)
    tr.swap = [most * min(max(0, (t - out) / (back - out)), 1) * min(max(0, (done - t) / (done - back)), 1)
               for t in range(tr.seconds)]
    return tr


def restarting(dice):
    tr = Trace(dice, dice.length(240))
    at, tau = int(tr.seconds * dice.uniform(.2, .8)), dice.span(1, 15)
    tr.keep(lambda t: -.9 * tr.base * math.exp(-(t - at) / tau) if t >= at else 0.0)
    tr.rustle(tr.base / 1000)
    return tr


CLIMBING = (straight, shared_memory, rough, toothed, stairs, belated, ended, rising_tide, drifting_up,
            swapped_out, quickening, behind_a_warmup, few_swings, below_a_start)
QUIET = (still, rustling, warming, filling, surge, stepping, few_steps, level_teeth, level_tide,
         drifting, uneasy_swings, spiking, in_chunks, shrinking, mapped_file, short_lived, paging, restarting)
CROWD = {still: 70, rustling: 14, drifting: 3, level_tide: 3, level_teeth: 3, spiking: 2, in_chunks: 1,
         stepping: 1, few_steps: 1, surge: 1, mapped_file: 1}


def write_header(labels):
    labels.write("file,class,climbing,start_s,end_s,true_rate_kib_s,noise_kib,age0_s,hwm0_kib\n")


def write(folder, name, kind, tr, labels):
    first = None
    with open(folder / name, "w") as out:
        out.write("t_s,rss_kib,swap_kib,anon_kib,file_kib\n")
        for row in tr.rows():
            first = first or row
            out.write("%.2f,%d,%d,%d,%d\n" % row)
    peak = max(first[1], tr.base + first[4] + tr.peak if tr.peak else 0)
    for climbing, start, end, rate in tr.phases:
        labels.write("%s,%s,%s,%d,%d,%.4f,%.1f,%.0f,%d\n" % (
            name, kind, climbing, start, end, rate, tr.noise, tr.age, peak))


def main():
    global LENGTHS
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=8, help="traces a class")
    parser.add_argument("--kind", help="this class only")
    parser.add_argument("--crowd", type=int, help="so many processes of a server that does not climb")
    parser.add_argument("--hours", type=float, default=1)
    args = parser.parse_args()
    args.dir.mkdir(parents=True, exist_ok=True)
    with open(args.dir / "labels.csv", "w") as labels:
        write_header(labels)
        if args.crowd:
            LENGTHS = (int(args.hours * 3600),)
            for i in range(args.crowd):
                dice = Dice("crowd %d %d" % (args.seed, i))
                kind = dice.choices(list(CROWD), CROWD.values())[0]
                write(args.dir, "process-%04d.csv" % i, kind.__name__, kind(dice), labels)
            return
        for kind in CLIMBING + QUIET:
            if args.kind not in (None, kind.__name__):
                continue
            for i in range(args.each):
                dice = Dice("%s %d %d" % (kind.__name__, args.seed, i))
                write(args.dir, "%s-%02d.csv" % (kind.__name__, i), kind.__name__, kind(dice), labels)


if __name__ == "__main__":
    main()
