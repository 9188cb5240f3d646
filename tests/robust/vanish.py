#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes that vanish at each read of a look; storms of births; time that is lost between two ticks."""

import json
import os
import signal
import struct
import subprocess
import time

from robust import BUILD, FAULTS, LONG, MEMTOP, SECONDS, check, done, folder, note, preloaded, rss_kib, \
    sanitized, skip, stat_of, wait_until, within

STOP_S = 60 if LONG else 2.5


class Seen:
    """What the lines of a stream add up to.  A tick may have several."""

    def __init__(self):
        self.births = self.deaths = self.ticks = self.silent = self.twice = 0
        self.alive, self.seq, self.last, self.gaps, self.slow = set(), 0, 0, [], []

    def take(self, line, interval_ms):
        """Whether a tick begins with it."""
        frame = json.loads(line)
        begins = "sys" in frame and frame["seq"] != self.seq
        if begins:
            self.begin(frame, interval_ms)
        died = set(frame.get("died", []))
        born = [birth[0] for birth in frame.get("born", [])]
        self.alive -= died
        self.twice += len(self.alive & set(born))
        self.alive |= set(born)
        self.births += len(born) if self.ticks > 1 else 0
        self.deaths += len(died)
        return begins

    def begin(self, frame, interval_ms):
        if frame.get("key"):
            self.alive = set()
        self.ticks += 1
        since = frame["t"] - self.last if self.last else 0
        late = since > 2 * interval_ms
        self.silent += bool(late and not frame.get("slow") and not frame.get("gap"))
        if frame.get("gap"):
            self.gaps.append((self.ticks, frame.get("dt", 0), since))
        if frame.get("slow"):
            self.slow.append((self.ticks, frame.get("dt", 0), since))
        self.seq, self.last = frame["seq"], frame["t"]


def look(n, forever):
    """The pids of a stream's last state when the N-th read of a process fails; what was wrong."""
    run = subprocess.run([MEMTOP, "--stream", "-n", "3", "-d", "0.1"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30, check=False,
                         env=dict(os.environ, **preloaded(read=n, forever=forever)))
    if run.returncode not in (0, 1):
        return "status %d" % run.returncode
    seen = Seen()
    for line in run.stdout.splitlines()[1:]:
        seen.take(line, 100)
    if seen.twice:
        return "%d pids twice" % seen.twice
    if run.returncode == 0 and seen.ticks < 3:
        return "%d ticks" % seen.ticks
    return ""


if os.path.exists(FAULTS) and not sanitized():
    wrong = []
    every = list(range(1, 400)) + list(range(400, 4000, 50))
    for n in within(SECONDS / 4, every) if LONG else every[0:400:24] + every[400::9]:
        for forever in (0, 1):
            why = look(n, forever)
            if why:
                wrong.append("read %d%s: %s" % (n, " and on" if forever else "", why))
    check(not wrong, "a process gone at any read", "\n".join(wrong))
else:
    skip("a process gone at any read", "tests/lib/faults.so cannot be used")

# fork storm: nothing stale, bounded memory, no tick missed without a word
RATE, LASTS = 1000, 60 if LONG else 5


def forks():
    with open("/proc/stat", encoding="ascii") as stat:
        return next(int(text.split()[1]) for text in stat if text.startswith("processes"))


storm = subprocess.Popen([os.path.join(BUILD, "tests/programs/storm"), "-r", str(RATE)],
                         stdout=subprocess.PIPE, text=True)
storm.stdout.readline()
stream = subprocess.Popen([MEMTOP, "--stream", "-d", "0.5"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE)
stream.stdout.readline()
seen, size, began, forked = Seen(), 0, time.monotonic(), forks()
while time.monotonic() - began < LASTS:
    seen.take(stream.stdout.readline(), 500)
    if seen.ticks == 3 and not size:
        size = rss_kib(stream.pid)
grown = rss_kib(stream.pid) - size
rate = (forks() - forked) / (time.monotonic() - began)
ticks, births, deaths = seen.ticks, seen.births, seen.deaths
storm.kill()
storm.wait()
# those that died are told within some ticks; others may die at any time
end = time.monotonic() + 6
gone_since = {0: end}
while gone_since and time.monotonic() < end:
    seen.take(stream.stdout.readline(), 500)
    now = time.monotonic()
    gone_since = {pid: gone_since.get(pid, now) for pid in seen.alive if not os.path.exists("/proc/%d" % pid)}
stale = {pid for pid, since in gone_since.items() if end - since > 3}
stream.terminate()
stream.wait()
note("storm: %d births a second, %d ticks, %d births and %d deaths seen, %d KiB more" % (
    rate, ticks, births, deaths, grown))
if rate < 0.95 * RATE:
    skip("a storm of %d births a second" % RATE, "this machine managed %d" % rate)
check(ticks >= LASTS * 2 * 0.9 or seen.silent == 0, "ticks go on in a storm of births, or say that they are slow",
      "%d, %d without a word" % (ticks, seen.silent))
check(births > 5 * ticks and deaths > 5 * ticks, "births and deaths are seen", "%d %d" % (births, deaths))
check(not stale, "nothing stale is left", stale)
check(grown < 1024 or sanitized(), "a storm takes no memory", grown)



def stops(seen, after):
    """The gaps after a tick that are as long as the stop.  One that comes in the middle of a look is no gap: that
    look took so long, and the next one says so and has its true interval."""
    slow = [tick for tick in seen.slow if tick[1] == tick[2]]
    return [found for found in seen.gaps + slow if found[0] > after and found[2] >= STOP_S * 1000]


# eight hours lost between two ticks: a gap, and no rate across it
if os.path.exists(FAULTS) and not sanitized():
    clock = os.path.join(folder, "clock")
    with open(clock, "wb") as file:
        file.write(bytes(16))
    stream = subprocess.Popen([MEMTOP, "--stream", "-d", "0.2"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              env=dict(os.environ, **preloaded(clock=clock)))
    stream.stdout.readline()
    seen, suspended, stopped = Seen(), 0, 0
    for line in stream.stdout:
        if not seen.take(line, 200):
            continue
        ticks, gaps = seen.ticks, seen.gaps
        # on a machine that is short of time itself there may be other gaps: ours is the one we wait for
        if ticks == 5:
            suspended = ticks
            with open(clock, "r+b") as file:
                file.write(struct.pack("=qq", 0, 8 * 3600 * 1000))
        elif not stopped and any(tick > suspended for tick, _, _ in gaps) and ticks > suspended + 2:
            os.kill(stream.pid, signal.SIGSTOP)
            wait_until(lambda: stat_of(stream.pid)[1] == "T")
            time.sleep(STOP_S)
            stopped = ticks  # what was taken before may still lie in the pipe
            os.kill(stream.pid, signal.SIGCONT)
        if ticks == 120 or (stopped and (stops(seen, stopped) or ticks > stopped + 40)):
            break
    stream.terminate()
    stream.wait()
    check(suspended and [tick for tick, _, _ in gaps if suspended < tick <= suspended + 3], "a suspend is a gap",
          gaps)
    check(stopped and len(stops(seen, stopped)) == 1, "a stop of %g s is a gap" % STOP_S,
          "%s %s %s" % (stopped, gaps, seen.slow))
    check(all(ms == 0 for _, ms, _ in gaps), "no interval across a gap", gaps)
else:
    skip("gaps", "tests/lib/faults.so cannot be used")
done()
