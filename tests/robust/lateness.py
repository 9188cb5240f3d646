#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ticks come on time beside a process whose memory lock is held, and beside one that thrashes.

The 99th percentile of lateness against the first tick's beat is at most 20 ms more than on the same
machine without them: other programs run here too.
"""

import json
import os
import subprocess

from robust import BUILD, LONG, MEMTOP, check, done, note, skip

SECONDS = 20 if LONG else 12
LIMIT_MS = 20


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
    beats, late = sorted(set(times))[1:], []
    for at in beats:
        late.append((at - beats[0]) % 100)
    late = [ms - 100 if ms > 90 else ms for ms in late]  # the first may have been late itself
    return sorted(ms - min(late) for ms in late), len(beats)


def p99(values):
    return values[max(0, int(len(values) * 0.99) - 1)]


calm, count = lateness(os.getpid())
note("calm: %d ticks, p99 %d ms, most %d ms" % (count, p99(calm), calm[-1]))
for name, command in (("a memory lock that is held", ["tests/programs/blocked"]),
                      ("2 GiB that fork and mprotect", ["tests/programs/thrash", "2048"])):
    child, pid = helper(os.path.join(BUILD, command[0]), *command[1:])
    if child is None:
        skip(name, "cannot be made here")
        continue
    late, count = lateness(pid)
    note("%s: %d ticks, p99 %d ms, most %d ms" % (name, count, p99(late), late[-1]))
    check(p99(late) <= max(LIMIT_MS, p99(calm) + LIMIT_MS), "on time beside " + name)
    check(count >= SECONDS * 10 * 0.95, "none missed beside " + name, count)
    child.kill()
    child.wait()
done()
