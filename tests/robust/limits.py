#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A limit counts from the tick on in which it matters: set by a shell before its exec, or changed while it is watched."""

import json
import os
import resource
import subprocess

from robust import BUILD, MEMTOP, check, done, note

MIB = 1 << 20
GROW = os.path.join(BUILD, "tests/programs/grow")


class Watch:
    """memtop --stream, asked by us what to watch; the limits it tells."""

    def __init__(self):
        self.memtop = subprocess.Popen([MEMTOP, "--stream", "-d", "0.5"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, encoding="utf-8")
        self.seq = 0

    def watch(self, *pids):
        self.memtop.stdin.write(json.dumps({"ask": "watch", "pids": list(pids)}) + "\n")
        self.memtop.stdin.flush()

    def frame(self):
        frame = json.loads(self.memtop.stdout.readline())
        self.seq = frame.get("seq", 0)
        return frame

    def limit(self, pid, ticks, wanted=None):
        """RLIMIT_AS of PID in MiB as told within so many ticks, and after how many."""
        last, found = None, None
        while last is None or self.seq < last + ticks:
            for detail in self.frame().get("detail", []):
                if detail[0] == pid and len(detail) > 21 and detail[21] is not None:
                    found = detail[21] // 1024
            last = self.seq if last is None else last
            if found is not None and wanted in (None, found):
                break
        return found, self.seq - last

    def end(self):
        self.memtop.kill()
        self.memtop.wait()


# old, and looked at many times before anybody asks about it
old = subprocess.Popen([GROW, "-k", "1024"], stdout=subprocess.DEVNULL)
# a shell with a limit that becomes a program
shell = subprocess.Popen(["sh", "-c", 'ulimit -v 4194304; sleep 3; ulimit -v 2097152; exec "$0" -k 1024', GROW],
                         stdout=subprocess.DEVNULL)
watch = Watch()
try:
    watch.watch(1)
    for _ in range(40):
        watch.frame()
        if watch.seq >= 5:
            break
    resource.prlimit(old.pid, resource.RLIMIT_AS, (3072 * MIB, 3072 * MIB))
    watch.watch(1, old.pid)
    found, ticks = watch.limit(old.pid, 20, 3072)
    check(found == 3072 and ticks <= 2, "read when it comes to be watched", (found, ticks))
    note("after %d ticks" % ticks)
    watch.watch(1, old.pid, shell.pid)
    found, ticks = watch.limit(shell.pid, 40, 2048)
    check(found == 2048, "set by the shell before its exec", (found, ticks))
    note("told after %d ticks" % ticks)
    for _ in range(3):
        watch.frame()
    resource.prlimit(old.pid, resource.RLIMIT_AS, (2560 * MIB, 2560 * MIB))
    found, ticks = watch.limit(old.pid, 20, 2560)
    check(found == 2560 and ticks <= 6, "changed while it grows", (found, ticks))
    note("after %d ticks" % ticks)
finally:
    watch.end()
    for process in (old, shell):
        process.kill()
        process.wait()
done()
