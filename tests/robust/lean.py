#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What memtop may not take, on a made /proc of processes that stand still.

A steady tick asks malloc for nothing, in no process of memtop.  With a hard limit of
256 or 64 descriptors everything works.  What has been still is seen to grow within four ticks, and at
once when available memory falls by more than a hundredth.
"""

import fcntl
import json
import os
import resource
import select
import struct
import subprocess
import termios
import time

from robust import BUILD, MEMTOP, SKIP, Terminal, check, done, folder, member, preloaded, sanitized, \
    skip, skip_all
import fakeproc

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
TICKS = 12


def made(name, last):
    tree = fakeproc.Tree(os.path.join(folder, name))
    tree.line("meminfo MemTotal=8388608 MemFree=1048576 MemAvailable=4194304")
    tree.line("processes 1000-%d name=idle{pid} rss=2048" % last)
    return tree


tree = made("many", 1599)
if subprocess.run([RUN, tree.root, "true"], stderr=subprocess.PIPE, check=False).returncode == SKIP:
    skip_all("no made /proc without the right to mount")


# --- memory ----------------------------------------------------------------------------------------

def count_in(process):
    """Calls of malloc in TICKS ticks, once all there is to know is known.  The folder lists its processes in
    no order, as /proc does not, and qsort(3) sorts more than 256 in memory it asks for."""
    path = os.path.join(folder, "count-" + process)
    with open(path, "wb") as file:
        file.write(bytes(8))
    term = Terminal("-d", "0.1", env=preloaded(count=path, process=process),
                    program=[RUN, few_still.root, MEMTOP], size=(40, 120))
    term.wait_for(rb"idle1", 10)
    term.read(5.0)
    with open(path, "rb") as file:
        before, = struct.unpack("Q", file.read(8))
    term.read(0.1 * TICKS)
    with open(path, "rb") as file:
        after, = struct.unpack("Q", file.read(8))
    term.end()
    term.close()
    return before, after - before


few_still = made("few", 1199)
for process in ("memtop-sampler", "memtop-reader", "memtop"):
    if sanitized():
        skip("a steady tick of %s" % process, "sanitizers have a malloc of their own")
        continue
    start, steady = count_in(process)
    check(start > 0 and steady == 0, "a steady tick of %s asks for no memory" % process,
          "%d calls in about %d ticks, %d before" % (steady, TICKS, start))


# --- descriptors -----------------------------------------------------------------------------------

def few(most):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


for most in (256, 64):
    term = Terminal("-d", "0.2", program=[RUN, tree.root, MEMTOP], before=few(most), size=(40, 120))
    shown = term.wait_for(rb"idle1\d\d\d", 10)
    term.read(1.5)
    sampler = member(term.pid, "memtop-sampler")
    held = len(os.listdir("/proc/%d/fd" % sampler)) if sampler else most
    check(shown and 0 < held < most and term.end() == 0,
          "a hard limit of %d descriptors" % most, "%d held" % held)
    term.close()


# --- how soon --------------------------------------------------------------------------------------

def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


child = subprocess.Popen([RUN, tree.root, MEMTOP, "--stream"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
end = time.monotonic() + 10
while unread(child.stdout) < 4096 and time.monotonic() < end:
    time.sleep(0.01)
check(unread(child.stdout) >= 4096, "the first tick does not wait until the header has been read",
      "%d bytes are there" % unread(child.stdout))
child.stdin.close()
child.stdout.close()
child.wait(10)


class Stream:
    """`memtop --stream`, a tick when it is asked for."""

    def __init__(self):
        self.child = subprocess.Popen([RUN, tree.root, MEMTOP, "--stream"], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, bufsize=0)
        self.seq, self.rss = 0, {}
        self.child.stdout.readline()
        self.take()
        self.ask(ask="interval", ms=0)
        self.ask(ask="watch", pids=[1000])

    def ask(self, **request):
        self.child.stdin.write(json.dumps(request).encode() + b"\n")
        self.child.stdin.flush()

    def wait(self, seconds):
        """Whether a line comes: they come whole, and none is read ahead."""
        return bool(select.select([self.child.stdout], [], [], max(seconds, 0))[0])

    def take_line(self):
        frame = json.loads(self.child.stdout.readline())
        for use in frame.get("use", []):
            self.rss[use[0]] = use[1]
        return frame

    def take(self):
        """All frames of the next tick."""
        while True:
            frame = self.take_line()
            new = frame["seq"] > self.seq
            self.seq = frame["seq"]
            if new and not frame.get("more"):
                return

    def tick(self):
        self.ask(ask="tick")
        self.take()

    def close(self):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait(10)


def ticks_until(stream, pids, rss):
    for ticks in range(1, 20):
        stream.tick()
        if all(stream.rss.get(pid) == rss for pid in pids):
            return ticks
    return 99


stream = Stream()
for _ in range(10):
    stream.tick()
tree.line("process 1250 rss=7000 cpu=3")
stream.ask(ask="watch", pids=[1000, 1250])
end = time.monotonic() + 10
while stream.rss.get(1250) != 7000 and stream.wait(end - time.monotonic()):
    stream.take_line()
check(stream.rss.get(1250) == 7000, "what comes on the screen is of now, before the next tick",
      stream.rss.get(1250))
late = []
for pid in (1301, 1402, 1503, 1594):
    tree.line("process %d rss=9000 cpu=%d" % (pid, pid))
    late.append(ticks_until(stream, [pid], 9000))
check(max(late) <= 4, "what was still is seen to grow within four ticks", late)
for _ in range(8):
    stream.tick()
for pid in range(1100, 1160):
    tree.line("process %d rss=12000 cpu=7" % pid)
tree.line("meminfo MemAvailable=4000000")
late = ticks_until(stream, range(1100, 1160), 12000)
check(late == 1, "available memory falls: all are looked at at once", "after %d ticks" % late)
stream.close()
done()
