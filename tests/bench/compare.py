#!/usr/bin/env python3
"""What memtop costs, side by side with top and htop, on this machine.

    compare.py [--memtop PATH] [--herd PATH] [--sizes 300,5000] [--busy 500]
               [--rounds 3] [--seconds 10] [--only cpu,first,keys,bytes,memory] [--json FILE]

Starts a herd of real processes, then each monitor in turn on a pseudo terminal of 120x40 with one
look a second, several rounds, and prints the median of each figure with its ratio to memtop's.  CPU
is the kernel's own count of time on a processor (/proc/PID/task/*/schedstat) of all processes of the
monitor; memory is the sum of their PSS (smaps_rollup).  Only processes started here are ended.  Plain
Python 3, no other dependency; needs the right to read smaps_rollup of its own children only.
"""
import argparse
import fcntl
import json
import os
import pty
import random
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import termios
import time

COLUMNS, ROWS = 120, 40
QUIET_S = 0.03        # a pause this long ends the first screen
SETTLE_S = 4.0        # start-up is not part of a tick's cost


def descendants(root):
    """Pids of ROOT and all below it."""
    children = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as f:
                ppid = int(f.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(ppid, []).append(int(name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_ns(pids):
    """Nanoseconds on a processor, by process."""
    total = {}
    for pid in pids:
        try:
            tasks = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for task in tasks:
            try:
                with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                    total[(pid, task)] = int(f.read().split()[0])
            except OSError:
                pass
    return total


def pss_kib(pids):
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as f:
                for line in f:
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
        except OSError:
            pass
    return total


def statm_descriptors(pids):
    """Kept descriptors of statm files: each holds about 4.3 KiB in the kernel."""
    count = 0
    for pid in pids:
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                if os.readlink(f"/proc/{pid}/fd/{fd}").endswith("/statm"):
                    count += 1
        except OSError:
            pass
    return count


class Monitor:
    """A monitor on a pseudo terminal of its own."""

    def __init__(self, argv):
        self.start = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", HTOPRC="/dev/null",
                              XDG_CONFIG_HOME="/nonexistent")
            size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.execvp(argv[0], argv)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.bytes = 0

    def read(self, seconds):
        """Takes output for SECONDS; returns (time, bytes) of each piece."""
        pieces, end = [], time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return pieces
            ready, _, _ = select.select([self.fd], [], [], left)
            if not ready:
                return pieces
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                sys.exit("a monitor has ended by itself")
            self.bytes += len(data)
            pieces.append((time.monotonic(), len(data)))

    def first_screen(self):
        """Seconds from the start to the end of the first burst that holds a screen."""
        total, last = 0, None
        while True:
            pieces = self.read(QUIET_S)
            if pieces:
                total += sum(n for _, n in pieces)
                last = pieces[-1][0]
            elif total > 1000:
                return last - self.start
            if time.monotonic() - self.start > 20:
                sys.exit("no first screen within 20 s")

    def key_latency(self, key):
        """Seconds from a key to the first byte of what it changes."""
        self.read(random.uniform(0.005, 0.08))
        sent = time.monotonic()
        os.write(self.fd, key)
        ready, _, _ = select.select([self.fd], [], [], 5)
        if not ready:
            return 5.0
        self.bytes += len(os.read(self.fd, 65536))
        return time.monotonic() - sent

    def close(self):
        os.write(self.fd, b"q")
        end = time.monotonic() + 3
        while time.monotonic() < end:
            try:
                self.read(0.05)
            except SystemExit:
                pass
            if os.waitpid(self.pid, os.WNOHANG)[0] == self.pid:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def measure(argv, seconds, keys):
    """One round of one monitor: a dictionary of figures."""
    monitor = Monitor(argv)
    figures = {"first_ms": monitor.first_screen() * 1000}
    monitor.read(SETTLE_S)
    before, bytes_before = cpu_ns(descendants(monitor.pid)), monitor.bytes
    began = time.monotonic()
    monitor.read(seconds)
    pids = descendants(monitor.pid)
    took = time.monotonic() - began
    after = cpu_ns(pids)
    used = sum(ns - before.get(task, 0) for task, ns in after.items())
    figures["cpu_ms"] = used / 1e6 / took
    figures["bytes_s"] = (monitor.bytes - bytes_before) / took
    figures["pss_mib"] = pss_kib(pids) / 1024
    figures["statm_fds"] = statm_descriptors(pids)
    if keys:
        # every other key goes the other way, so that each one changes the screen
        times = sorted(monitor.key_latency(b"\x1b[B" if i % 2 == 0 else b"\x1b[A")
                       for i in range(keys))
        figures["key_p50_ms"] = statistics.median(times) * 1000
        figures["key_p99_ms"] = times[min(len(times) - 1, int(len(times) * 0.99))] * 1000
    monitor.close()
    return figures


def start_herd(path, idle, busy):
    """The herd's process; its line of output says when all are there."""
    herd = subprocess.Popen([path, "-n", str(idle), "-m", str(busy)], stdout=subprocess.PIPE,
                            stdin=subprocess.DEVNULL)
    herd.stdout.readline()
    time.sleep(1.0)
    return herd


def commands(memtop):
    found = {"memtop": [memtop]}
    if shutil.which("top"):
        found["top"] = ["top", "-d", "1"]
    if shutil.which("htop"):
        found["htop"] = ["htop", "-d", "10"]
    return found


def version(argv):
    flag = "-V" if argv[0] == "top" else "--version"
    out = subprocess.run([argv[0], flag], capture_output=True, text=True).stdout
    return out.strip().splitlines()[0] if out.strip() else "?"


FIGURES = [("cpu_ms", "CPU a tick, ms"), ("first_ms", "first screen, ms"),
           ("key_p50_ms", "key to screen, median ms"), ("key_p99_ms", "key to screen, p99 ms"),
           ("bytes_s", "bytes a second"), ("pss_mib", "memory (PSS), MiB"),
           ("statm_fds", "kept statm files")]


def run_size(args, idle, busy, result):
    herd = start_herd(args.herd, idle, busy) if idle else None
    rounds = {name: [] for name in args.commands}
    try:
        for _ in range(args.rounds):
            for name, argv in args.commands.items():
                rounds[name].append(measure(argv, args.seconds, args.keys))
    finally:
        if herd:
            herd.terminate()
            herd.wait()
    title = f"{idle} idle processes" + (f", {busy} more that move every tick" if busy else "")
    print(f"\n{title}")
    medians = {name: {key: statistics.median(r[key] for r in got if key in r)
                      for key, _ in FIGURES if any(key in r for r in got)}
               for name, got in rounds.items()}
    header = "".join(f"{name:>12}" for name in args.commands)
    others = [name for name in args.commands if name != "memtop"]
    print(f"  {'':26}{header}" + "".join(f"{'of ' + n:>11}" for n in others))
    for key, words in FIGURES:
        if key not in medians["memtop"]:
            continue
        row = "".join(f"{medians[name].get(key, float('nan')):12.2f}" for name in args.commands)
        ours = medians["memtop"][key]
        shares = "".join(f"{ours / medians[n][key]:11.2f}" if medians[n].get(key) else f"{'-':>11}"
                         for n in others)
        print(f"  {words:26}{row}{shares}", flush=True)
    result[f"{idle}+{busy}"] = medians


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--memtop", default=os.environ.get("MEMTOP", "./memtop"))
    ap.add_argument("--herd", default=os.path.join(here, "..", "programs", "herd"))
    ap.add_argument("--sizes", default="300,5000,5000+500,20000")
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--seconds", type=float, default=10)
    ap.add_argument("--keys", type=int, default=100)
    ap.add_argument("--json")
    args = ap.parse_args()
    args.commands = commands(os.path.abspath(args.memtop))
    print(f"kernel {os.uname().release}, {os.cpu_count()} processors")
    for name, argv in args.commands.items():
        print(f"  {name}: {version(argv)}")
    result = {}
    for size in args.sizes.split(","):
        idle, _, busy = size.partition("+")
        run_size(args, int(idle), int(busy or 0), result)
    if args.json:
        with open(args.json, "w") as f:
            json.dump(result, f, indent=1)


if __name__ == "__main__":
    main()
