#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Make labelled traces of what servers do for hours and days, as traces.py makes shapes.

    servers.py DIR [--seed N] [--each N] [--kind NAME]

Daily cycles, office days, write buffers, heaps that move in steps, tails, and leaks that are slow
or hidden below all of that.  The files are those of traces.py.  A trace of days is sampled every
minute or every 20 s, the others every second: what a person would record.  The same seed always
makes the same traces.
"""
import argparse
import math
import pathlib

import traces
from traces import MIB, Dice

HOUR = 3600
DAY = 24 * HOUR


class Watch(traces.Trace):
    """A trace whose samples are `step` seconds apart; shapes are asked for times in seconds."""

    def __init__(self, dice, seconds, step, base=None):
        super().__init__(dice, max(2, seconds / step))
        self.step, self.base = step, base or dice.span(20 * MIB, 2048 * MIB)
        self.phases = [("no", 0, self.seconds * step, 0.0)]
        self.age = dice.span(3 * DAY, 90 * DAY)

    @property
    def length(self):
        return self.seconds * self.step

    def keep(self, shape):
        self.kept = [k + shape(i * self.step) for i, k in enumerate(self.kept)]

    def lend(self, shape):
        self.lent = [k + shape(i * self.step) for i, k in enumerate(self.lent)]

    def leaks(self, rate, start=0):
        self.keep(traces.slope(rate, start))
        self.phases = [p for p in (("no", 0, start, 0.0), ("yes", start, self.length, rate)) if p[1] < p[2]]

    def known_peak(self, most):
        """What it has reached before, a little above what it will reach again."""
        self.peak = most * self.dice.uniform(1.0, 1.3)

    def rows(self):
        for row in super().rows():
            late = row[0] % 1
            yield (int(row[0]) * self.step + late, *row[1:])


def churn(dice, size, seconds):
    """Noise that forgets within so many seconds, at any step."""
    place = [None, dice.gauss(0, size)]

    def shape(t):
        if place[0] is not None:
            keep = math.exp(-(t - place[0]) / seconds)
            place[1] = place[1] * keep + dice.gauss(0, size * math.sqrt(1 - keep * keep))
        place[0] = t
        return place[1]
    return shape


def day_curve(dice, height):
    """From 0 at night to about `height`: a wave, a lopsided one, or a plateau of working hours."""
    turn, sharp, form = dice.random(), dice.uniform(.6, 1.6), dice.randrange(3)
    rise = dice.uniform(.3, .5)
    heights = [height * max(.6, dice.gauss(1, .06)) for _ in range(9)]

    def shape(t):
        day, place = divmod(t / DAY + turn, 1)
        if form == 2:
            up = min(max((place - .3) * 24 / 2, 0), 1) - min(max((place - .75) * 24 / 3, 0), 1)
            return heights[int(day)] * up
        place = place / rise / 2 if place < rise else .5 + (place - rise) / (1 - rise) / 2
        return heights[int(day)] * (.5 - .5 * math.cos(2 * math.pi * place)) ** sharp
    return shape


def office_curve(dice, height):
    """Arrivals from 8 on, a dip at noon, home from 17 on; nobody at night."""
    turn = dice.random()

    def shape(t):
        hour = ((t / DAY + turn) % 1) * 24
        come = min(max((hour - 8) / 1.5, 0), 1) - min(max((hour - 17) / 2, 0), 1)
        noon = .35 * max(0, 1 - abs(hour - 12.5))
        return height * max(0, come - noon)
    return shape


def lots(dice, shape, size):
    """What a shape asks for, taken and given back in lots."""
    level = [None]

    def stepped(t):
        want = shape(t)
        if level[0] is None or abs(want - level[0]) > size:
            level[0] = want
        return level[0]
    return stepped


# ---- days ----------------------------------------------------------------------------------------

def daily(dice, days, curve=day_curve):
    watch = Watch(dice, days * DAY, 60)
    height = watch.base * dice.span(.05, .6)
    shape = curve(dice, height)
    watch.lend(lots(dice, shape, height / 50) if dice.chance(.3) else shape)
    watch.noise = height * dice.span(.003, .03)
    watch.lend(churn(dice, watch.noise, dice.span(120, 3600)))
    watch.known_peak(height + 2 * watch.noise)
    return watch, height


def day(dice):
    return daily(dice, dice.choice((1, 2, 2, 3)))[0]


def office(dice):
    return daily(dice, dice.choice((1, 2)), office_curve)[0]


def day_leak(dice):
    watch, height = daily(dice, dice.choice((2, 2, 3)))
    watch.leaks(height * dice.span(.15, 1.5) / DAY)
    return watch


def office_leak(dice):
    watch, height = daily(dice, 2, office_curve)
    watch.leaks(height * dice.span(.15, 1.5) / DAY)
    return watch


def load_hump(dice):
    """Hours of load, below what was reached on another day."""
    hours = dice.uniform(2, 8)
    watch = Watch(dice, (hours + dice.uniform(1, 4)) * HOUR, dice.choice((5, 20)))
    height, start = watch.base * dice.span(.05, 1), dice.uniform(.1, 1) * HOUR
    end = start + hours * HOUR
    up, down = dice.uniform(.3, .6) * hours * HOUR, .2 * hours * HOUR
    watch.lend(lambda t: height * min(max((t - start) / up, 0), 1) - height * min(max((t - end + down) / down, 0), 1))
    watch.noise = height * dice.span(.002, .02)
    watch.lend(churn(dice, watch.noise, dice.span(30, 600)))
    watch.known_peak(height)
    return watch


# ---- hours ---------------------------------------------------------------------------------------

def write_buffers(dice):
    """They fill evenly and are flushed at once."""
    period = dice.span(10, 90) * 60
    watch = Watch(dice, max(3 * HOUR, 4 * period), dice.choice((5, 20)))
    height = dice.span(16, 512) * MIB
    watch.lend(traces.teeth(dice, height, period, .1))
    watch.known_peak(height)
    return watch


def buffers_leak(dice):
    period = dice.span(5, 17) * 60
    watch = Watch(dice, 40 * period, 20)
    height = dice.span(16, 256) * MIB
    watch.lend(traces.teeth(dice, height, period, .1))
    watch.known_peak(height)
    watch.leaks(height * dice.span(.6, 3) / watch.length)
    return watch


def two_level_gc(dice):
    """Small teeth on a tooth of many minutes."""
    period = dice.span(8, 60) * 60
    watch = Watch(dice, max(HOUR, 3 * period), dice.choice((1, 5)))
    height = watch.base * dice.span(.1, 1)
    watch.lend(traces.teeth(dice, height, period, .15))
    watch.lend(traces.teeth(dice, height * dice.span(.05, .5), dice.span(3, 60)))
    watch.known_peak(1.5 * height)
    return watch


def slow_leak(dice):
    rate = dice.span(.2, 2) * MIB / HOUR
    watch = Watch(dice, dice.choice((8, 12, 24)) * HOUR, dice.choice((5, 20)))
    watch.leaks(rate)
    if dice.chance(.6):
        watch.peak = watch.base * dice.uniform(.1, .5)
    return watch


def slow_leak_noisy(dice):
    rate = dice.span(.2, 2) * MIB / HOUR
    watch = Watch(dice, dice.choice((12, 24)) * HOUR, dice.choice((5, 20)))
    watch.noise = rate * watch.length / dice.uniform(10, 40)
    watch.lend(traces.scatter(dice, watch.noise) if dice.chance(.5)
               else churn(dice, watch.noise, dice.span(5, 600)))
    watch.leaks(rate)
    watch.peak = dice.choice((3 * watch.noise, watch.base * dice.uniform(.1, .5)))
    return watch


# ---- heaps in steps ------------------------------------------------------------------------------

def go_curve(dice, live, age=0.0):
    """The heap grows to twice what lives, is swept, and pages go back to the kernel in the end: steps
    that come ever more rarely, and now and then a fall."""
    warm, every, lot = dice.span(20, 200), dice.span(2, 40), live * dice.span(.004, .06)
    state = {"at": 0.0, "level": live * (1.6 if age else .3), "fall": age + dice.expovariate(1 / 900)}

    def shape(t):
        t += age
        if t >= state["at"]:
            state["at"] = t + dice.expovariate(1 / (every * (1 + t / warm / 3)))
            want = live * (1 + (1 - math.exp(-t / warm)) * .65)
            want *= 1 + .05 * dice.random()
            if want > state["level"]:
                state["level"] = min(want, state["level"] + lot * dice.uniform(.2, 2))
        if t >= state["fall"]:
            state["fall"] = t + dice.expovariate(1 / 1200)
            state["level"] *= dice.uniform(.8, .97)
        return state["level"]
    return shape


def go_steps(dice):
    watch = Watch(dice, dice.choice((1200, 3600)), 1, dice.span(4 * MIB, 40 * MIB))
    watch.age = 0.0 if dice.chance(.6) else dice.span(60, 1e5)
    live = dice.span(4 * MIB, 200 * MIB)
    watch.lend(go_curve(dice, live, watch.age))
    if watch.age:
        watch.known_peak(live * 2)
    else:
        settled = next(i for i, kib in enumerate(watch.lent) if kib >= .98 * max(watch.lent))
        watch.warms(0, max(300, settled))
    return watch


def go_leak(dice):
    watch = Watch(dice, 3600, 1, dice.span(4 * MIB, 40 * MIB))
    watch.age = 0.0
    watch.lend(go_curve(dice, dice.span(4 * MIB, 200 * MIB)))
    watch.leaks(max(dice.span(8, 100), 12 * MIB / watch.length))
    return watch


def young_space(dice):
    """node: semi-spaces double, then teeth of seconds below a slow tooth."""
    watch = Watch(dice, dice.choice((600, 1800)), 1, dice.span(30 * MIB, 90 * MIB))
    watch.age = 0.0 if dice.chance(.5) else dice.span(60, 1e5)
    space, grown = dice.choice((1, 2, 4)) * MIB, dice.span(5, 40)
    full = dice.choice((8, 16, 32)) * MIB
    watch.lend(lambda t: min(full, space * 2 ** int(t / grown)) if not watch.age else full)
    watch.lend(traces.teeth(dice, full, dice.span(2, 30)))
    watch.lend(traces.teeth(dice, full * dice.span(.5, 4), dice.span(60, 600)))
    if watch.age:
        watch.known_peak(8 * full)
    else:
        watch.phases = [("warming", 0, 240, 0.0), ("no", 240, watch.length, 0.0)]
    return watch


def arenas(dice):
    """CPython: blocks of 256 KiB or 1 MiB come one by one while it works, pause, and some go."""
    watch = Watch(dice, dice.choice((600, 1800)), 1, dice.span(10 * MIB, 200 * MIB))
    watch.age = dice.span(60, 1e6)
    block, level, at, work = dice.choice((256, 1024)), 0.0, 0.0, True
    most = dice.randint(8, 60)
    levels, every = [], dice.span(1, 6)
    for t in range(watch.seconds + 1):
        if t >= at:
            if work and level < most:
                level += dice.randint(1, 2)
                at = t + dice.expovariate(1 / every)
            else:
                level = max(0, level - dice.randint(0, most))
                at = t + dice.span(5, 60)
            work = dice.chance(.93)
        levels.append(level * block)
    watch.lend(lambda t: levels[int(t)])
    watch.known_peak(most * block)
    return watch


def chunk_creep(dice):
    """Read in chunks: what each leaves behind adds up to a MiB or so and then no more."""
    watch = Watch(dice, dice.choice((240, 600)), 1, dice.span(30 * MIB, 80 * MIB))
    watch.age = dice.choice((2, 10, 600))
    creep, over = dice.span(.6, 2) * MIB, dice.uniform(40, 80)
    start = dice.uniform(0, 60)
    watch.keep(lambda t: creep * (1 - math.exp(-max(0, t - start) / over * 2)))
    watch.lend(traces.teeth(dice, dice.span(2, 12) * MIB, dice.span(1.2, 6), .3))
    return watch


def tail(dice):
    """A young process loads its data; it has all of it before or just after it is old enough."""
    watch = Watch(dice, dice.choice((120, 300)), 1, dice.span(5 * MIB, 100 * MIB))
    watch.age = dice.uniform(0, 3)
    end = dice.uniform(15, 38)
    rate = dice.span(64, 20 * MIB)
    slack = dice.uniform(2, 8)
    watch.keep(lambda t: rate * (t if t < end else end + slack * (1 - math.exp(-(t - end) / slack))))
    watch.noise = rate / 4
    watch.lend(traces.scatter(dice, watch.noise))
    return watch


# ---- starts of servers -----------------------------------------------------------------------

def newborn(dice, seconds, most=20 * MIB):
    watch = Watch(dice, seconds, 1, dice.span(2 * MIB, most))
    watch.age = 0.0
    return watch


def arrivals(dice, watch, want, lot, pause):
    """What is asked for second by second, taken in lots, with pauses in which nobody asks."""
    level, levels, until = 0.0, [], 0.0
    for t in range(watch.seconds + 1):
        if t >= until and want(t) - level >= lot:
            level += lot * int((want(t) - level) / lot)
            until = t + (dice.span(1, pause) if dice.chance(.1) else 0)
        levels.append(level)
    return levels


def settles(watch, levels):
    settled = next(i for i, kib in enumerate(levels) if kib >= .98 * max(levels))
    watch.keep(lambda t: levels[int(t)])
    watch.warms(0, settled + 1)
    return watch


def cache_fill(dice):
    """It fills at the pace of its misses, fewer as it fills, up to its size; then it is full."""
    watch = newborn(dice, 1800)
    size, tau = dice.span(8 * MIB, 64 * MIB), dice.span(60, 400)
    keys = size * dice.span(.7, 3)
    return settles(watch, arrivals(dice, watch, lambda t: min(size, keys * (1 - math.exp(-t / tau))),
                                   dice.choice((16, 64, 256)), dice.span(2, 40)))


def unbounded_fill(dice):
    """The same without a size, and with keys that never come again."""
    watch = newborn(dice, dice.choice((1800, 3600)))
    rate = dice.span(8, 200)
    levels = arrivals(dice, watch, lambda t: rate * t, dice.choice((16, 64, 256)), dice.span(2, 30))
    watch.keep(lambda t: levels[int(t)])
    watch.phases = [("yes", 0, watch.length, rate)]
    return watch


def first_teeth(dice):
    """node: an old space that is swept for the first time after minutes, below teeth of seconds."""
    watch = newborn(dice, 1800, 60 * MIB)
    young, old = dice.choice((2, 4, 16)) * MIB, dice.span(8 * MIB, 64 * MIB)
    watch.lend(traces.teeth(dice, young, dice.span(3, 30)))
    first = dice.span(60, 300)
    later = traces.teeth(dice, old * dice.uniform(.3, .6), first * dice.uniform(.3, 1))
    kept = old * dice.uniform(.3, .5)
    watch.lend(lambda t: old * t / first if t < first else kept + later(t - first))
    watch.warms(0, int(first))
    return watch


def settling_floor(dice):
    """Go: the floors below its swings rise for minutes, while what lives becomes what it will be."""
    watch = newborn(dice, 3600)
    live, tau = dice.span(4 * MIB, 64 * MIB), dice.span(60, 300)
    watch.lend(traces.teeth(dice, live * dice.uniform(.2, .6), dice.span(10, 120)))
    watch.keep(traces.plateau(live, tau))
    watch.warms(0, int(4 * tau))
    return watch


# ---- a busy machine ------------------------------------------------------------------------------

class Starved(Watch):
    """A process that gets its share of a busy machine, and is looked at late.  What it keeps is
    asked for the time that it has had of a CPU by itself."""

    def __init__(self, dice, seconds, base):
        super().__init__(dice, seconds, 1, base)
        self.age, self.every = dice.uniform(0, .5), dice.choice((.4, 1))
        self.late, self.least, self.phase = dice.span(.02, .25), dice.uniform(.05, .9), dice.span(.5, 6)
        self.own = None

    def shares(self):
        """Its share of a CPU, hundredth by hundredth of a second."""
        dice = self.dice
        while True:
            if dice.chance(.1):
                yield from [0.0] * int(100 * dice.span(.1, 2.5))
            share = dice.uniform(self.least, 1)
            yield from [share] * max(1, int(100 * dice.expovariate(1 / self.phase)))

    def work(self, shape):
        self.own = shape

    def rows(self):
        dice, shares, had_s, t_s, due_s = self.dice, self.shares(), 0.0, 0.0, 0.0
        while t_s < self.length:
            kib = self.base + int(self.own(had_s))
            yield t_s, kib // 4 * 4 + 4096, 0, kib // 4 * 4, 4096
            due_s = max(due_s, t_s) + self.every
            seen_s = max(t_s + .01, due_s + min(dice.expovariate(1 / self.late), 1.5))
            had_s += sum(next(shares) for _ in range(int(100 * t_s), int(100 * seen_s))) / 100
            t_s = seen_s


def starved_leak(dice):
    """A cache that is never emptied, on a machine that does a lot besides."""
    watch = Starved(dice, 90, dice.span(8 * MIB, 40 * MIB))
    rate, lot = dice.span(100, 4096), dice.choice((4, 16, 64))
    watch.work(lambda s: rate * s // lot * lot)
    watch.phases = [("yes", 0, watch.length, 0)]
    return watch


def starved_fill(dice):
    """A cache that is full before it would be old enough to be judged."""
    watch = Starved(dice, 120, dice.span(8 * MIB, 40 * MIB))
    rate, most_s = dice.span(100, 4096), dice.uniform(2, 18)
    watch.work(lambda s: rate * min(s, most_s))
    return watch


CLIMBING = (day_leak, office_leak, buffers_leak, slow_leak, slow_leak_noisy, go_leak,
            unbounded_fill, starved_leak)
QUIET = (day, office, load_hump, write_buffers, two_level_gc, go_steps, young_space, arenas,
         chunk_creep, tail, cache_fill, first_teeth, settling_floor, starved_fill)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=8, help="traces a class")
    parser.add_argument("--kind", help="this class only")
    args = parser.parse_args()
    args.dir.mkdir(parents=True, exist_ok=True)
    with open(args.dir / "labels.csv", "w") as labels:
        traces.write_header(labels)
        for kind in CLIMBING + QUIET:
            if args.kind not in (None, kind.__name__):
                continue
            for i in range(args.each):
                dice = Dice("%s %d %d" % (kind.__name__, args.seed, i))
                traces.write(args.dir, "%s-%02d.csv" % (kind.__name__, i), kind.__name__,
                             kind(dice), labels)


if __name__ == "__main__":
    main()
