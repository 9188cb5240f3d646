#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Told to end, memtop without a screen ends at once, its recording whole and its processes gone: also as the
first process of a container, for which the kernel ignores signals that have no handler."""

import os
import shutil
import signal
import subprocess
import time

from robust import MEMTOP, check, done, family, folder, skip, skip_all, stat_of, wait_until

PLENTY = ["-n", "1000", "-d", "0.1"]
NAMESPACE = ["unshare", "-pf", "--mount-proc"] if os.geteuid() == 0 else ["unshare", "-Urpf", "--mount-proc"]

seed = os.path.join(folder, "seed.rec")
head = os.path.join(folder, "head.rec")
subprocess.run([MEMTOP, "-b", "-n", "2", "-d", "0.1", "--record", seed], stdout=subprocess.DEVNULL, check=True)
with open(seed, "rb") as whole, open(head, "wb") as part:
    part.write(whole.readline())

CASES = {
    "a table": ["-b"] + PLENTY,
    "JSON": ["--json"] + PLENTY,
    "a recording": ["-b"] + PLENTY + ["--record", "FILE.rec"],
    "a compressed recording": ["-b"] + PLENTY + ["--record", "FILE.zst"],
    "a check with a recording": ["--check", "rss>900g", "--for", "100", "--record", "FILE.rec"],
    "a check": ["--check", "rss>900g", "--for", "100"],
    "the stream": ["--stream", "-d", "0.1"],
    "a process in depth": ["-p", "1", "--detail"] + PLENTY,
    "a condition": ["-b"] + PLENTY + ["--on", "rss>900g", "--exec", "true"],
    "a replay from a pipe": ["-b", "--replay", "-"],
    "verdicts from a pipe": ["--verdicts", "--replay", "-"],
    "a program": ["--", "sleep", "100"],
}


def catches(pid):
    """Whether it has a handler for TERM, or takes it from a descriptor."""
    try:
        with open("/proc/%d/status" % pid, encoding="utf-8", errors="replace") as file:
            masks = dict(line.split(":\t") for line in file if line.startswith(("SigCgt", "SigBlk")))
    except OSError:
        return False
    return any(int(mask, 16) >> (signal.SIGTERM - 1) & 1 for mask in masks.values())


def named(pid):
    return [p for p, name in family(pid).items() if name == "memtop"]


class Run:
    def __init__(self, name, number, first, at):
        self.name, self.number, self.first = name, number, first
        self.file = None
        self.args = []
        for arg in CASES[name]:
            if arg.startswith("FILE"):
                arg = self.file = os.path.join(folder, "%d%s" % (at, arg[4:]))
            self.args.append(arg)
        self.child = subprocess.Popen((NAMESPACE if first else []) + [MEMTOP] + self.args,
                                      stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if "-" in self.args[1:] and "--replay" in self.args:
            with open(head, "rb") as lines:
                self.child.stdin.write(lines.read())
                self.child.stdin.flush()
        self.pid = 0

    def ready(self):
        found = named(self.child.pid)
        self.pid = found[0] if found else 0
        recorded = not self.file or os.path.exists(self.file) and os.path.getsize(self.file) > 500
        live = "--replay" in self.args or len(family(self.pid)) > 1 if self.pid else False
        return self.pid and catches(self.pid) and recorded and live

    def end(self):
        """What is wrong with its end; None: nothing."""
        if not wait_until(self.ready, 20):
            self.child.kill()
            return "did not begin: %s %s" % (family(self.child.pid), self.child.stderr.read()[:200])
        members = [p for p in family(self.pid)]
        began = time.monotonic()
        os.kill(self.pid, self.number)
        try:
            status = self.child.wait(8)
        except subprocess.TimeoutExpired:
            for pid in members:
                os.kill(pid, signal.SIGKILL)
            return "was still there after 8 s"
        took = time.monotonic() - began
        wanted = 128 + self.number if self.first or "--" in self.args else -self.number
        said = self.child.stderr.read()
        if status != wanted and "--" not in self.args:
            return "ended with %d, not %d" % (status, wanted)
        if said and "--" not in self.args:
            return "said %s" % said[:200]
        if not wait_until(lambda: not [p for p in members if stat_of(p)], 5):
            return "left a process behind"
        return self.played() or ("took %.1f s" % took if took > 5 else None)

    def played(self):
        if not self.file:
            return None
        got = subprocess.run([MEMTOP, "--json", "--columns", "pid", "--replay", self.file],
                             capture_output=True, check=False)
        return None if got.returncode == 0 and got.stdout and not got.stderr else "left a recording that is torn"


def try_all(first, number, names):
    runs = [Run(name, number, first, at) for at, name in enumerate(names)]
    for run in runs:
        wrong = run.end()
        check(not wrong, "%s%s, ended by %s" % (run.name, " as the first process" if first else "",
                                                signal.Signals(number).name), wrong)
        if run.file and os.path.exists(run.file):
            os.unlink(run.file)


try_all(False, signal.SIGTERM, CASES)
try_all(False, signal.SIGINT, ["a recording"])
if not shutil.which("unshare") or subprocess.run(NAMESPACE + ["true"], capture_output=True, check=False).returncode:
    skip("as the first process", "no pid namespace can be made here")
else:
    try_all(True, signal.SIGTERM, CASES)
    try_all(True, signal.SIGINT, ["a table", "a compressed recording"])
    try_all(True, signal.SIGHUP, ["the stream", "a recording"])
ignoring = subprocess.Popen(["nohup", MEMTOP, "-b", "-n", "5", "-d", "0.2"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wait_until(lambda: len(family(ignoring.pid)) > 1)
os.kill(ignoring.pid, signal.SIGHUP)
check(ignoring.wait(20) == 0, "a hang-up that was ignored stays ignored")
done()
