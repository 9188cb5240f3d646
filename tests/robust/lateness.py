#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ticks come on time beside a process whose memory lock is held, and beside one that thrashes.

The 99th percentile of lateness against the beat is at most 20 ms more than that of a program which
does nothing but sleep from beat to beat, at the same time.  Others have programs running here too, and
those only ever add to it: where it is more, it is measured again, three times at most.
"""

import json
import os
import subprocess
import sys

from robust import BUILD, LONG, MEMTOP, check, done, note, skip

SECONDS = 20 if LONG else 12
LIMIT_MS = 20
SLEEPER = """import sys, time
begin = time.monotonic()
for beat in range(1, int(sys.argv[1]) * 10):
    time.sleep(max(0, begin + beat / 10 - time.monotonic()))
    print(int((time.monotonic() - begin) * 1000) - beat * 100)
"""


def helper(*command):
    """A program of tests/programs that is ready; None: not here."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = child.stdout.readline()
    if not line.startswith("ready"):
        child.wait()
        return None, 0
    return child, int(line.split()[1])


def lateness(watched):
    """Milliseconds of each tick after the beat, while a process is watched so that all is read of it."""
    stream = subprocess.Popen([MEMTOP, "--stream", "-d", "0.1"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    stream.stdin.write('{"ask":"watch","pids":[%d]}\n' % watched)
    stream.stdin.flush()
    times = []
    for line in stream.stdout:
        frame = json.loads(line)
        if "sys" not in frame:
            continue
        times.append(frame["t"])
        if times[-1] - times[0] > SECONDS * 1000:
            break
    stream.stdin.close()
    stream.terminate()
    stream.wait()
    ticks = sorted(set(times))[1:]
    places = sorted(at % 100 for at in ticks)
    # the beat is where the widest stretch in which no tick ever came ends
    _, beat = max(((place - before) % 100, place) for before, place in zip(places[-1:] + places, places))
    return sorted((at - beat) % 100 for at in ticks), len(ticks)


def p99(values):
    return values[max(0, int(len(values) * 0.99) - 1)]


def measured(pid):
    """Lateness of memtop's ticks, how many there were, lateness of the sleeper."""
    sleeper = subprocess.Popen([sys.executable, "-c", SLEEPER, str(SECONDS)], stdout=subprocess.PIPE,
                               text=True)
    late, count = lateness(pid)
    return late, count, sorted(int(ms) for ms in sleeper.communicate()[0].split())


def is_on_time(late, count, asleep):
    return p99(late) <= max(LIMIT_MS, p99(asleep) + LIMIT_MS) and count >= SECONDS * 10 * 0.95


for name, command in (("a memory lock that is held", ["tests/programs/blocked"]),
                      ("2 GiB that fork and mprotect", ["tests/programs/thrash", "2048"])):
    for attempt in range(3):
        child, pid = helper(os.path.join(BUILD, command[0]), *command[1:])
        if child is None:
            break
        late, count, asleep = measured(pid)
        child.kill()
        child.wait()
        note("%s: %d ticks, p99 %d ms, most %d ms; the sleeper's p99 %d ms" % (
            name, count, p99(late), late[-1], p99(asleep)))
        if is_on_time(late, count, asleep):
            break
    if child is None:
        skip(name, "cannot be made here")
        continue
    check(p99(late) <= max(LIMIT_MS, p99(asleep) + LIMIT_MS), "on time beside " + name)
    check(count >= SECONDS * 10 * 0.95, "none missed beside " + name, count)
done()
