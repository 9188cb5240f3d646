#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Recordings of machines that tests know by heart (memtop-stream(5)).

    recording.py FILE [KIND]

KIND is one of
  story    four minutes: "climber" (pid 10) grows 2 MiB a second from 0:40 to 2:00, "still" (11) does not
           move, "leaver" (12) ends at 0:30, a process is killed for want of memory at 3:00
  pool     five minutes: twenty workers live five seconds each, and every new one takes more, 240 KiB a second
           all together
  kernel   five minutes: slab grows 40 MiB a minute, no process does
"""
import json
import sys

HZ = 100
BOOT_MS = 100_000               # boot time of second 0
WALL_MS = 1_700_000_000_000     # 2023-11-14 22:13:20 UTC
GIB_KIB = 1 << 20


def born(pid, start, name):
    return [pid, start, 1, 0, False, "S", name]


def addition(seq, t_s, **parts):
    """A frame that is not a tick's (or not its last)."""
    ms = round(t_s * 1000)
    return dict({"seq": seq, "t": BOOT_MS + ms, "wall": WALL_MS + ms}, **parts)


def system(total=16 * GIB_KIB, available=8 * GIB_KIB, slab=100_000, shmem=0, oom_kills=0):
    figures = [0] * 27
    figures[0], figures[1], figures[2], figures[4] = total, available, available, shmem
    figures[9], figures[24] = slab, oom_kills
    return figures


def tick(seq, t_s, sys=None, **parts):
    return addition(seq, t_s, dt=1000 if seq > 1 else 0, sys=sys or system(), **parts)


def write(path, frames, **more):
    head = {"memtop": 1, "hz": HZ, "page": 4, "host": "db-1", "kernel": "6.1.0", "cpus": 2, "interval": 1000,
            "uid": 0, "pid": 1, "hidepid": -1, "boot_wall": WALL_MS - BOOT_MS, **more}
    with open(path, "w") as out:
        for line in [head, *frames]:
            out.write(json.dumps(line, separators=(",", ":")) + "\n")


def everybody(second):
    """The processes of a story with their memory: pid, start, name, rss."""
    grown = 2048 * min(max(second - 40, 0), 80)
    yield 10, 500, "climber", 200_000 + grown
    yield 11, 600, "still", 300_000
    if second < 30:
        yield 12, 700, "leaver", 50_000


def key_parts(second):
    """What a key has of everybody; it comes once a minute."""
    alive = list(everybody(second))
    if second % 60:
        return {}
    return {"key": True, "born": [born(*p[:3]) for p in alive], "use": [[p[0], p[3], 4000, 2 * p[3]] for p in alive]}


def story():
    for second in range(241):
        parts = key_parts(second) or {"use": [[p[0], p[3], 4000, 2 * p[3]] for p in everybody(second)][:1]}
        if second == 30:
            parts["died"] = [12]
        yield tick(second + 1, second, system(available=8 * GIB_KIB - everybody_gained(second),
                                              oom_kills=7 + (second >= 180)), **parts)


def everybody_gained(second):
    return next(everybody(second))[3] - 200_000


def pool():
    """Worker W lives while (second + W) // 5 stays the same, with a pid of its own; PID 2 starts them."""
    for second in range(301):
        parts = {"use": []}
        for w in range(20):
            age = (second + w) % 5
            pid, base = 1000 + 20 * ((second + w) // 5) + w, 20_000 + 12 * (second - age)
            if age == 0 or second == 0:
                parts.setdefault("born", []).append(born(pid, BOOT_MS * HZ // 1000 + (second - age) * HZ, "worker"))
                parts["use"].append([pid, base, 4000, 2 * base])
                if second:
                    parts.setdefault("died", []).append(pid - 20)
        for part in parts.values():
            part.sort()
        yield tick(second + 1, second, key=second == 0, **parts)


def kernel():
    for second in range(301):
        grown = second * 40 * 1024 // 60
        parts = key_parts(0) if second == 0 else {}
        yield tick(second + 1, second, system(slab=100_000 + grown, available=8 * GIB_KIB - grown), **parts)


KINDS = {f.__name__: f for f in (story, pool, kernel)}


def main():
    if len(sys.argv) < 2 or (len(sys.argv) > 2 and sys.argv[2] not in KINDS):
        sys.stderr.write(__doc__)
        return 2
    write(sys.argv[1], KINDS[sys.argv[2] if len(sys.argv) > 2 else "story"]())
    return 0


if __name__ == "__main__":
    sys.exit(main())
