#!/usr/bin/env python3
"""Processes that vanish at each read of a look; storms of births; time that is lost between two ticks."""

import json
import struct

from robust import FAULTS, LONG, MEMTOP, check, done, folder, note, os, preloaded, rss_kib, \
    sanitized, signal, skip, subprocess, time


def look(n, forever):
    """The pids of a stream's last state when the N-th read of a process fails; what was wrong."""
    run = subprocess.run([MEMTOP, "--stream", "-n", "3", "-d", "0.1"], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30, check=False,
                         env=dict(os.environ, **preloaded(read=n, forever=forever)))
    if run.returncode not in (0, 1):
        return "status %d" % run.returncode
    alive, ticks = set(), 0
    for line in run.stdout.splitlines():
        frame = json.loads(line)
        if frame.get("key"):
            alive = set()
        ticks += "sys" in frame
        for born in frame.get("born", []):
            if born[0] in alive:
                return "pid %d twice" % born[0]
            alive.add(born[0])
        alive -= {died[0] if isinstance(died, list) else died for died in frame.get("died", [])}
    if run.returncode == 0 and ticks < 3:
        return "%d ticks" % ticks
    return ""


if os.path.exists(FAULTS) and not sanitized():
    wrong = []
    for n in list(range(1, 400, 24 if not LONG else 1)) + list(range(400, 4000, 450)):
        for forever in (0, 1):
            why = look(n, forever)
            if why:
                wrong.append("read %d%s: %s" % (n, " and on" if forever else "", why))
    check(not wrong, "a process gone at any read", "\n".join(wrong))
else:
    skip("a process gone at any read", "tests/lib/faults.so cannot be used")

# fork storm
RATE, SECONDS = 1000, 60 if LONG else 5
pid = os.fork()
if pid == 0:
    end = time.monotonic() + SECONDS + 5
    while time.monotonic() < end:
        for _ in range(RATE // 25):
            child = os.fork()
            if child == 0:
                time.sleep(0.03)
                os._exit(0)
        time.sleep(0.018)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
    os._exit(0)


def forks():
    with open("/proc/stat", encoding="ascii") as stat:
        return next(int(text.split()[1]) for text in stat if text.startswith("processes"))


forked = forks()
stream = subprocess.Popen([MEMTOP, "--stream", "-d", "0.5"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE)
births = deaths = ticks = missed = 0
size, frame, began = 0, {}, time.monotonic()
for line in stream.stdout:
    frame = json.loads(line)
    births += len(frame.get("born", []))
    deaths += len(frame.get("died", []))
    if "sys" in frame:
        ticks += 1
    if ticks == 3 and not size:
        size = rss_kib(stream.pid)
    if time.monotonic() - began > SECONDS:
        break
grown = rss_kib(stream.pid) - size
stream.terminate()
stream.wait()
os.kill(pid, 9)
os.waitpid(pid, 0)
note("storm: %d births a second" % ((forks() - forked) / SECONDS))
note("storm: %d ticks, %d births and %d deaths seen, %d KiB more" % (ticks, births, deaths, grown))
check(ticks >= SECONDS * 2 * 0.9, "ticks go on in a storm of births", ticks)
check(births > 50 and deaths > 50, "births and deaths are seen", "%d %d" % (births, deaths))
check(grown < 1024 or sanitized(), "a storm takes no memory", grown)

# eight hours lost between two ticks: a gap, and no rate across it
if os.path.exists(FAULTS) and not sanitized():
    clock = os.path.join(folder, "clock")
    with open(clock, "wb") as file:
        file.write(bytes(16))
    stream = subprocess.Popen([MEMTOP, "--stream", "-d", "0.2"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              env=dict(os.environ, **preloaded(clock=clock)))
    gaps, ticks = [], 0
    for line in stream.stdout:
        frame = json.loads(line)
        if "sys" not in frame:
            continue
        ticks += 1
        if frame.get("gap"):
            gaps.append((ticks, frame.get("dt", 0)))
        if ticks == 5:
            with open(clock, "r+b") as file:
                file.write(struct.pack("=qq", 0, 8 * 3600 * 1000))
        if ticks == 8:
            os.kill(stream.pid, signal.SIGSTOP)
            time.sleep(2.5)
            os.kill(stream.pid, signal.SIGCONT)
        if ticks == 14:
            break
    stream.terminate()
    stream.wait()
    check([tick for tick, _ in gaps if 6 <= tick <= 7], "a suspend is a gap", gaps)
    check([tick for tick, _ in gaps if 9 <= tick <= 12], "a stop is a gap", gaps)
    check(all(ms == 0 for _, ms in gaps), "no interval across a gap", gaps)
else:
    skip("gaps", "tests/lib/faults.so cannot be used")
done()
