#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`memtop --stream` on a made /proc: every figure is the one that was put there.

The reader below is written from memtop-stream(5) alone. Ticks are taken on request, so that what
changes between two of them is known. TAP; standard library only.
"""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
MEMTOP = os.environ.get("MEMTOP", "./memtop")
RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
PATIENCE = 10.0

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(SOURCE, "tests/lib"))
import fakeproc  # noqa: E402
import tap  # noqa: E402


def check(name, wanted, got):
    tap.check(wanted == got, name, "wanted: %r\ngot:    %r" % (wanted, got))


class Stream:
    """Adds frames up as the manual says."""

    def __init__(self, tree):
        self.child = subprocess.Popen([RUN, tree, MEMTOP, "--stream"], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        self.fd = self.child.stdout.fileno()
        self.buffer = b""
        self.processes, self.sys, self.cgroups, self.seq = {}, None, {}, 0
        self.header = json.loads(self.line(time.monotonic() + PATIENCE))

    def line(self, limit):
        while b"\n" not in self.buffer:
            left = limit - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise TimeoutError("no line came")
            part = os.read(self.fd, 1 << 16)
            if not part:
                raise EOFError("the stream has ended")
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def ask(self, **request):
        self.child.stdin.write(json.dumps(request).encode() + b"\n")
        self.child.stdin.flush()

    def take(self, frame):
        if frame.get("key") and frame["seq"] != self.seq:
            self.processes = {}
        self.seq = frame["seq"]
        self.sys = frame.get("sys", self.sys)
        for pid in frame.get("died", ()):
            self.processes.pop(pid, None)
        for born in frame.get("born", ()):
            self.processes[born[0]] = {"born": born}
        for part in ("use", "detail"):
            for entry in frame.get(part, ()):
                self.processes[entry[0]][part] = entry
        for pid, kind, text in frame.get("text", ()):
            self.processes[pid][kind] = text
        for group in frame.get("cgroups", ()):
            self.cgroups[group[0]] = group

    def until(self, done):
        """Takes frames until done(); false when it does not come."""
        limit = time.monotonic() + PATIENCE
        try:
            while not done():
                self.take(json.loads(self.line(limit)))
        except TimeoutError:
            return False
        return True

    def tick(self):
        """A tick on request, and what comes with it."""
        seq = self.seq
        self.ask(ask="tick")
        return self.until(lambda: self.seq > seq)

    def of(self, pid, part, *places):
        entry = self.processes.get(pid, {}).get(part)
        return entry and tuple(entry[place] for place in places)

    def close(self):
        """As when the front end dies: both pipes break."""
        self.child.stdin.close()
        self.child.stdout.close()
        return self.child.wait(PATIENCE)


def first_look(stream):
    check("the first tick comes by itself", True, stream.until(lambda: stream.sys))
    stream.ask(ask="interval", ms=0)
    stream.ask(ask="watch", pids=[500, 501, 502, 503])
    check("details come", True, stream.tick() and stream.until(
        lambda: stream.of(500, "detail", 8) and "cmdline" in stream.processes[500]))
    check("total, free, available", [8388608, 1048576, 4194304], stream.sys[:3])
    check("swap", [2097152, 1048576], stream.sys[13:15])
    check("pressure", [12.5, 3.25], stream.sys[22:24])
    check("processes", 8, stream.sys[25])
    check("a process", (500, 1000, 400, False, "S", "leaky"),
          stream.of(500, "born", 0, 1, 2, 4, 5, 6))
    check("its use: rss, shared, virt", (524288, 12288, 900000), stream.of(500, "use", 1, 2, 3))
    check("its detail: threads, anon, file, shmem, swap, peak",
          (3, 512000, 10240, 2048, 3072, 614400), stream.of(500, "detail", 6, 7, 8, 9, 10, 11))
    check("its command line", "leaky --fast two words", stream.processes[500].get("cmdline"))
    check("its control group", "/app.slice", stream.processes[500].get("cgroup"))
    check("nice and processor time", (7, 12000), stream.of(502, "detail", 5, 12))
    check("a name with a parenthesis", ("D", "a) R 1 2 3 (b"), stream.of(501, "born", 5, 6))
    check("... and its memory", (4096,), stream.of(501, "use", 1))
    check("a hostile name", ("?]0;x",), stream.of(503, "born", 6))
    check("a thread of the kernel", (True,), stream.of(2, "born", 4))


def becomes_another(stream, tree):
    """As by execve(2), between the first sight of it and the first look at its details."""
    tree.line("process 504 name=became rss=8192")
    stream.ask(ask="watch", pids=[500, 501, 502, 503, 504])
    limit = time.monotonic() + PATIENCE
    while "comm" not in stream.processes[504] and time.monotonic() < limit:
        time.sleep(0.1)
        stream.tick()
    check("a new name is told, however old the process", "became", stream.processes[504].get("comm"))


def changes(stream, tree):
    tree.line("process 500 anon=612000 cpu=3")
    tree.line("gone 501")
    tree.line("reuse 502 name=newcomer rss=40960")
    tree.line("process 600 name=fresh rss=8192")
    tree.line("meminfo MemAvailable=1048576")
    stream.tick()
    check("growth at the next tick", (624288,), stream.of(500, "use", 1))
    check("available", 1048576, stream.sys[2])
    check("an end", False, 501 in stream.processes)
    check("a birth", ("fresh",), stream.of(600, "born", 6))
    check("a pid taken again: a new process", ("newcomer",), stream.of(502, "born", 6))
    check("... with its own memory", (40960,), stream.of(502, "use", 1))
    check("... and nothing of the old one", None, stream.processes[502].get("cgroup0"))
    # details are rate-limited, however fast the ticks come
    limit = time.monotonic() + PATIENCE
    while stream.of(500, "detail", 7) == (512000,) and time.monotonic() < limit:
        time.sleep(0.1)
        stream.tick()
    check("anon and peak follow", (612000, 624288), stream.of(500, "detail", 7, 11))


def limits(stream, tree):
    check("the limit of the control group", True,
          "/app.slice" in stream.cgroups or stream.tick() and stream.until(
              lambda: "/app.slice" in stream.cgroups))
    check("... usage, max", [700000, 800000],
          [stream.cgroups.get("/app.slice", [0] * 8)[place] for place in (1, 3)])


def growth_over_many_ticks(stream, tree):
    seen = []
    for step in range(1, 11):
        tree.line("process 600 rss=%d" % (8192 + 1024 * step))
        stream.tick()
        seen.append(stream.of(600, "use", 1)[0])
    check("ten steps, none missed", [8192 + 1024 * step for step in range(1, 11)], seen)


def main():
    folder = tempfile.mkdtemp()
    try:
        tree = fakeproc.Tree(os.path.join(folder, "proc"))
        for line in ("meminfo MemTotal=8388608 MemFree=1048576 MemAvailable=4194304",
                     "meminfo SwapTotal=2097152 SwapFree=1048576",
                     "pressure some_avg10=12.5 full_avg10=3.25",
                     "process 2 name=kthreadd kernel=1", "process 400 name=parent",
                     "process 500 name=leaky cmdline='leaky --fast \"two words\"' ppid=400 "
                     "anon=512000 file=10240 shmem=2048 swap=3072 hwm=614400 threads=3 "
                     "vsize=900000 start=1000 cgroup=/app.slice",
                     "process 501 name='a) R 1 2 3 (b' rss=4096 state=D",
                     "process 502 name=nicer nice=7 cpu=12", "process 503 name='\\x1b]0;x'",
                     "process 504 name=began rss=4096 start=1000",
                     "group /app.slice current=700000 max=800000 high=max"):
            tree.line(line)
        tried = subprocess.run([RUN, tree.root, "true"], stderr=subprocess.PIPE, check=False)
        if tried.returncode == 77:
            tap.skip_all(tried.stderr.decode().strip())
        stream = Stream(tree.root)
        first_look(stream)
        becomes_another(stream, tree)
        changes(stream, tree)
        limits(stream, tree)
        growth_over_many_ticks(stream, tree)
        check("ends when nobody listens", True, stream.close() is not None)
        tree.line("pressure none")
        stream = Stream(tree.root)
        stream.until(lambda: stream.sys)
        check("no pressure: not known, not 0", [None, None], stream.sys[22:24])
        stream.close()
    finally:
        shutil.rmtree(folder)
    tap.done()


if __name__ == "__main__":
    main()
