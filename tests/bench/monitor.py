# SPDX-License-Identifier: GPL-2.0-or-later
"""A monitor on a pseudo terminal of its own, and what it costs: for compare.py."""
import fcntl
import os
import random
import re
import select
import signal
import struct
import sys
import termios
import time

COLUMNS, ROWS = 120, 40
STATM_KIB = 4.4     # of kernel memory for a kept file of /proc: its buffer of a page, file and seq_file
SCREEN_ROWS = 30    # so many rows with text are a screen


class Grid:
    """As much of a terminal as is needed to know what stands where."""
    TOKEN = re.compile(r"\x1b\[([0-9;?]*)([@-~])|\x1b[()][A-Z0-9]|\x1b.|([\r\n\b])|([^\x00-\x1f])")

    def __init__(self):
        self.rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self.x = self.y = 0
        self.rest = b""
        self.top, self.bottom = 0, ROWS - 1
        self.last = " "

    def feed(self, data):
        data = self.rest + data
        cut = max(data.rfind(b"\x1b"), 0)
        # a sequence or a character may be in two pieces
        whole = data if cut < len(data) - 24 or cut == 0 else data[:cut]
        while whole and whole[-1] >= 0x80 and len(data) - len(whole) < 3:
            whole = whole[:-1]
        self.rest = data[len(whole):]
        for match in self.TOKEN.finditer(whole.decode("utf-8", "replace")):
            self.take(match)

    def flush(self):
        rest, self.rest = self.rest, b""
        for match in self.TOKEN.finditer(rest.decode("utf-8", "replace")):
            self.take(match)

    def take(self, match):
        args, command, control, char = match.groups()
        if char:
            self.put(char)
        elif control == "\r":
            self.x = 0
        elif control == "\n":
            self.line_feed()
        elif control == "\b":
            self.x = max(0, self.x - 1)
        elif command and not args.startswith("?"):
            self.control(command, [int(a or 0) for a in args.split(";")])

    def put(self, char):
        if self.x < COLUMNS:
            self.rows[self.y][self.x] = char
        self.x += 1
        self.last = char

    def line_feed(self):
        if self.y == self.bottom:
            self.scroll(1)
        else:
            self.y = min(ROWS - 1, self.y + 1)

    def scroll(self, count):
        for _ in range(abs(count)):
            self.rows.insert(self.bottom + 1 if count > 0 else self.top, [" "] * COLUMNS)
            del self.rows[self.top if count > 0 else self.bottom + 1]

    def control(self, command, args):
        n = max(args[0], 1)
        if command == "H":
            self.y, self.x = n - 1, max(args[1] if len(args) > 1 else 1, 1) - 1
        elif command == "d":
            self.y = n - 1
        elif command in "G`":
            self.x = n - 1
        elif command == "C":
            self.x += n
        elif command == "D":
            self.x -= n
        elif command == "A":
            self.y -= n
        elif command == "B":
            self.y += n
        elif command == "b":
            for _ in range(n):
                self.put(self.last)
        elif command == "X":
            for x in range(self.x, min(COLUMNS, self.x + n)):
                self.rows[self.y][x] = " "
        elif command == "K":
            first, end = (0, self.x + 1) if args[0] == 1 else (self.x, COLUMNS)
            for x in range(max(first, 0), min(end, COLUMNS)):
                self.rows[self.y][x] = " "
        elif command == "J":
            first = 0 if args[0] == 2 else self.y
            for y in range(first, ROWS):
                self.rows[y] = [" "] * COLUMNS
        elif command == "r":
            self.top = n - 1
            self.bottom = (args[1] if len(args) > 1 and args[1] else ROWS) - 1
            self.x = self.y = 0
        elif command in "ST":
            self.scroll(n if command == "S" else -n)
        elif command == "L":
            top, self.top = self.top, self.y
            self.scroll(-n)
            self.top = top
        elif command == "M":
            top, self.top = self.top, self.y
            self.scroll(n)
            self.top = top
        self.x, self.y = max(0, self.x), min(max(0, self.y), ROWS - 1)

    def text_rows(self):
        return sum(1 for row in self.rows if "".join(row).strip())

    def text(self):
        return "\n".join("".join(row) for row in self.rows)


def descendants(root):
    """Pids of ROOT and all below it."""
    children = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as f:
                ppid = int(f.read().rpartition(b")")[2].split()[1])
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
    """Nanoseconds on a processor, by thread: the kernel's own count."""
    total = {}
    for pid in pids:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
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
                total += sum(int(line.split()[1]) for line in f if line.startswith("Pss:"))
        except OSError:
            pass
    return total


def proc_descriptors(pids):
    """Kept descriptors of files in /proc/PID."""
    count = 0
    for pid in pids:
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                try:
                    name = os.readlink(f"/proc/{pid}/fd/{fd}")
                except OSError:
                    continue
                count += name.startswith("/proc/") and name[6:7].isdigit()
        except OSError:
            pass
    return count


class Monitor:
    """Spawned, not forked: a fork of Python copies its mappings, and where thousands have libc mapped each of those
    may wait for a kernel that walks through all who do (DAMON, reclaim: up to 50 ms), before the monitor has begun."""

    def __init__(self, argv):
        self.fd, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        # the first terminal that the leader of a session opens is its own
        opened = [(os.POSIX_SPAWN_OPEN, 0, os.ttyname(terminal), os.O_RDWR, 0)] + \
            [(os.POSIX_SPAWN_DUP2, 0, fd) for fd in (1, 2)]
        environment = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", HTOPRC="/dev/null",
                           XDG_CONFIG_HOME="/nonexistent", HOME="/nonexistent")
        self.begun = time.monotonic()
        self.pid = os.posix_spawnp(argv[0], argv, environment, file_actions=opened, setsid=True)
        os.close(terminal)
        self.bytes = 0

    def take(self, most=65536):
        """What there is to read, at most so much; b"" for nothing."""
        if not select.select([self.fd], [], [], 0)[0]:
            return b""
        data = os.read(self.fd, most)
        self.bytes += len(data)
        return data

    def read(self, seconds, quiet=None):
        """Output of SECONDS, or until none has come for QUIET: (time, bytes) of each piece."""
        pieces, end = [], time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if quiet is not None:
                left = min(left, quiet)
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                if quiet is not None or time.monotonic() >= end:
                    return pieces
                continue
            data = self.take()
            pieces.append((time.monotonic(), data))

    def first_screen(self):
        """Seconds from the start until SCREEN_ROWS rows of the terminal hold text."""
        pieces, grid = [], Grid()
        while time.monotonic() - self.begun < 20:
            pieces += self.read(0.3, quiet=0.15)
            fed, grid = grid, Grid()
            for when, data in pieces:
                grid.feed(data)
                if grid.text_rows() >= SCREEN_ROWS:
                    return when - self.begun
            grid = fed
        sys.exit("no first screen within 20 s")

    def key(self, key, most=3.0):
        """Seconds from a key to the first byte that comes after it."""
        sent = time.monotonic()
        os.write(self.fd, key)
        if not select.select([self.fd], [], [], most)[0]:
            return most
        when = time.monotonic() - sent
        self.take()
        return when

    def keys(self, pair, count):
        """Latencies of COUNT keys at any time; every other one undoes the one before."""
        times = []
        for i in range(count):
            self.read(random.uniform(0.02, 0.08))
            times.append(self.key(pair[i % 2]))
        return times

    def keys_in_ticks(self, pair, ticks):
        """Latencies of keys sent one upon the other while a tick is taken and drawn."""
        bursts = [when for when, data in self.read(3.2) if len(data) > 40]
        if not bursts:
            return []
        phase, times, i = bursts[-1] % 1.0, [], 0
        for _ in range(ticks):
            now = time.monotonic()
            begin = now - now % 1.0 + phase - 0.04
            while begin < now:
                begin += 1.0
            self.read(begin - now)
            while time.monotonic() < begin + 0.06:
                self.read(random.uniform(0.001, 0.004))
                times.append(self.key(pair[i % 2]))
                i += 1
        return times

    def close(self):
        try:
            os.write(self.fd, b"q")
        except OSError:
            pass
        end = time.monotonic() + 3
        while time.monotonic() < end:
            try:
                self.read(0.05)
            except OSError:
                time.sleep(0.02)
            if os.waitpid(self.pid, os.WNOHANG)[0] == self.pid:
                break
        else:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
