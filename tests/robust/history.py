#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The dashboard begins with what a flight recorder kept of this boot: who has grown for an hour is called at once.  Not
of another boot, not of another process with the same pid, and not when it is told not to."""

import os
import sys
import time

from robust import Terminal, check, done, folder, skip_all

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import recording  # noqa: E402

LIMIT_S = 60
HZ = os.sysconf("SC_CLK_TCK")
STEP_S = 30
LIVING = os.getpid()       # what has grown, as it is recorded: ourselves


def boot_ms():
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def start_ticks(pid):
    with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
        return int(file.read().rsplit(")", 1)[1].split()[19])


def rss_kib(pid):
    with open("/proc/%d/statm" % pid, encoding="utf-8") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


try:
    with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as id_file:
        BOOT = id_file.read().strip()
except OSError:
    skip_all("this /proc does not say which boot it is")
SPAN_S = min(3600, boot_ms() // 1000 - 60)
if SPAN_S < 600:
    skip_all("the machine was started a moment ago")


def kills():
    """As the kernel has counted them: more at the first live look would be kills since."""
    with open("/proc/vmstat", encoding="ascii") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("oom_kill ")), 0)


def flight(name, boot=BOOT, start=start_ticks(LIVING), until_s=2, step_s=STEP_S):
    """A folder in which LIVING has grown a MiB a minute to what it has, up to so many seconds ago."""
    path = os.path.join(folder, name)
    os.mkdir(path, 0o700)
    now_ms = boot_ms()
    recording.HZ, recording.BOOT_MS = HZ, now_ms - SPAN_S * 1000
    recording.WALL_MS = int(time.time() * 1000) - SPAN_S * 1000
    end_kib = rss_kib(LIVING) + 60 * 1024
    system = recording.system(oom_kills=kills())

    def looks():
        seq = 0
        for second in range(0, SPAN_S - until_s + 1, step_s):
            seq += 1
            size = end_kib - (SPAN_S - second) * 1024 // 60
            parts = {"use": [[LIVING, size, 4000, 900_000]]}
            if second % 600 == 0:
                parts = dict(key=True, born=[recording.born(LIVING, start, "python3")], **parts)
            yield dict({"key": True} if "key" in parts else {}, **recording.tick(seq, second, system, **parts))

    file = os.path.join(path, "000001-20260101T000000Z.zst")
    recording.write(file, looks(), boot_id=boot, hz=HZ)
    return path


os.environ["MEMTOP_FLIGHT"] = flight("hour")
ballast = bytearray(60 << 20)   # what the recording says it has by now
for i in range(0, len(ballast), 4096):
    ballast[i] = 1


def dashboard(*options, path=None):
    return Terminal("-p", str(LIVING), *options, size=(24, 120), env={"MEMTOP_FLIGHT": path} if path else None)


def verdict(screen):
    """What its row says after two looks, which a history would have been read in."""
    screen.wait_for(rb"every 1 s", LIMIT_S)
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        screen.read(0.1)
    return b"It gained" in screen.out


begun = time.monotonic()
screen = dashboard()
called = screen.wait_for(rb"It gained", LIMIT_S)
check(called, "what has grown for an hour is called", screen.out[-2000:])
print("# called after %.2f s" % (time.monotonic() - begun))
screen.type(b"q")
check(screen.wait(LIMIT_S) and screen.status == 0, "and it ends", screen.status)

for name, screen in (
        ("--no-history: nothing is called", dashboard("--no-history")),
        ("what another boot recorded is of nobody", dashboard(path=flight("boot", boot="other"))),
        ("another process of that pid has no history", dashboard(path=flight("pid", start=start_ticks(LIVING) - 1)))):
    check(not verdict(screen), name, screen.out[-2000:])
    screen.type(b"q")
    screen.wait(LIMIT_S)

for name, made in (("garbage", b"\x28\xb5\x2f\xfd" + b"x" * 5000), ("nothing", b""), ("header", b'{"memtop":1,')):
    path = os.path.join(folder, "bad-" + name)
    os.mkdir(path, 0o700)
    with open(os.path.join(path, "000001-20260101T000000Z.zst"), "wb") as file:
        file.write(made)
    screen = dashboard(path=path)
    check(screen.wait_for(rb"python3", LIMIT_S) and not verdict(screen), "a segment of %s is left out" % name,
          screen.out[-2000:])
    screen.type(b"q")
    check(screen.wait(LIMIT_S) and screen.status == 0, "and all goes on", screen.status)
done()
