#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every row of the screen is one process, whatever the terminal: 20 looks at rows that move.

Processes of known names change their size seven times a second, so that sorting by RSS moves them.  What
stands on the screen is read through an emulator (libvterm by way of vtdrive; tmux where there is tmux; and
one of our own that wraps at once, for a description that says so) and compared with /proc: each row has a
pid and the name of that pid, no pid stands on two rows, and sizes fall from row to row, which they do not
where a row is made of two looks.  memtop is paused for a look: a frame that is half there is nobody's fault.
"""

import concurrent.futures
import mmap
import os
import random
import re
import select
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../robust"))
from robust import BUILD, MEMTOP, Terminal, check, done, folder, skip, skip_all, wait_until  # noqa: E402

TERMS = ("linux vt100 vt220 ansi xterm xterm-256color screen screen-256color tmux-256color"
         " rxvt-unicode-256color putty konsole foot alacritty st-256color").split()
SIZES = ((80, 24), (120, 40))
LOOKS = 20
MOVERS = 44
DELAY = "0.2"
AT_A_TIME = 10


def known(term):
    return subprocess.run(["infocmp", term], capture_output=True).returncode == 0


def holds(term):
    """Whether its description says that the cursor stays in the last column (xenl)."""
    return b"xenl," in subprocess.run(["infocmp", "-1", term], capture_output=True).stdout


# --- who is on the screen -------------------------------------------------------------------------


def move(name, end):
    """A process of this name whose size changes until the test ends."""
    with open("/proc/self/comm", "w") as file:
        file.write(name)
    rng, room = random.Random(name), mmap.mmap(-1, 2 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    while not select.select([end], [], [], 0.15)[0]:
        room.madvise(mmap.MADV_DONTNEED)
        for page in range(rng.randrange(len(room) // mmap.PAGESIZE)):
            room[page * mmap.PAGESIZE] = 1
    os._exit(0)


def start_movers():
    """The movers' names by pid; they end when this process does."""
    end, mine = os.pipe()
    os.set_inheritable(mine, False)
    pids = []
    for number in range(MOVERS):
        pid = os.fork()
        if pid == 0:
            os.close(mine)
            move("m%02d" % number + "abcdefghijkl"[:number % 13], end)
        pids.append(pid)
    time.sleep(0.3)
    names = {}
    for pid in pids:
        with open("/proc/%d/comm" % pid) as file:
            names[pid] = file.read().rstrip("\n")
    return names


def settings():
    """A folder of settings by which the name is shown, and nobody is held at the top."""
    path = os.path.join(folder, "rows")
    os.makedirs(os.path.join(path, "memtop"))
    with open(os.path.join(path, "memtop/memtoprc"), "w") as file:
        file.write("full_command = no\nclimbers_on_top = no\n")
    return path


NAMES = start_movers()
CONFIG = settings()
COMMAND = [MEMTOP, "-d", DELAY, "-p", ",".join(map(str, NAMES))]


# --- what is right --------------------------------------------------------------------------------


def kib(text):
    """None: that is no size."""
    match = re.fullmatch(r"([\d.]+)([KMG])", text)
    return match and float(match[1]) * {"K": 1, "M": 1 << 10, "G": 1 << 20}[match[2]]


def wrong_in(lines, height):
    """What is wrong with a screen ("" when nothing is), and its pids in their order."""
    head = next((i for i, line in enumerate(lines) if re.match(r"\s+PID USER ", line)), None)
    if head is None:
        return "no column titles", ()
    title = lines[head]
    command, rss = title.index("COMMAND"), re.search(r"\S*RSS", title).end()
    pids, last = [], None
    for line in lines[head + 1:height - 1]:
        match = re.match(r"\s*(\d+) \S+ ", line)
        if not match:
            return "no process: " + line, ()
        pid, name, size = int(match[1]), line[command:].lstrip("- ").rstrip(), kib(line[:rss].split()[-1])
        if pid not in NAMES or name != NAMES[pid][:len(title.ljust(len(line))[command:])] or not name:
            return "%d is %s, not: %s" % (pid, NAMES.get(pid), line), ()
        if size is None:
            return "no size: " + line, ()
        if last is not None and size > last + 0.6:
            return "larger than the row above: " + line, ()
        pids.append(pid)
        last = size
    if len(set(pids)) != len(pids):
        return "a pid stands on two rows", ()
    if len(pids) != height - head - 2:
        return "%d rows of %d" % (len(pids), height - head - 2), ()
    return "", tuple(pids)


def all_right(screens, jobs):
    """The screens of JOBS, terminals and sizes; None where something is wrong."""
    return screens if all(not wrong_in(lines, height)[0]
                          for lines, (_, (_, height)) in zip(screens, jobs)) else None


def judge(name, screens, height):
    """One result for all looks of one terminal."""
    orders = set()
    for lines in screens:
        wrong, pids = wrong_in(lines, height)
        if wrong:
            return check(False, name, wrong + "\n" + "\n".join(lines))
        orders.add(pids)
    return check(len(screens) == LOOKS and len(orders) > LOOKS // 4, name,
                 "%d looks, %d of them different" % (len(screens), len(orders)))


# --- emulators ------------------------------------------------------------------------------------


def through_libvterm(term, size):
    path = os.path.join(folder, "%s-%d" % (term, size[0]))
    os.makedirs(path)
    script = ["wait-text '^%d of ' 30000" % MOVERS, "wait-text '^ *[0-9]+ [^ ]+ +[0-9.]+[KM] ' 30000",
              "wait-gone '^ *[0-9]+ [^ ]+ +- ' 30000"]
    for look in range(LOOKS):
        script += ["key C-l"] if look == LOOKS - 1 else []
        script += ["hasty", "key Z", "wait-text paused", "pass 50", "save %s/%d" % (path, look), "key Z",
                   "pass 150"]
    script += ["key q", "exit 0", "termstate"]
    result = subprocess.run([os.path.join(BUILD, "tests/vtdrive/vtdrive"), "-s", "%dx%d" % size, "-e",
                             "TERM=" + term, "-e", "XDG_CONFIG_HOME=" + CONFIG, "-", "--", *COMMAND],
                            input="\n".join(script) + "\n", capture_output=True, text=True)
    screens = []
    for look in range(LOOKS):
        file = os.path.join(path, str(look))
        if os.path.exists(file):
            with open(file) as text:
                screens.append(text.read().splitlines())
    return term, size, screens, "\n".join(re.findall(r"not ok.*(?:\n# .*)*", result.stdout))


def look_libvterm(terms):
    jobs = [(term, size) for size in SIZES for term in terms]
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        return [("libvterm", *result) for result in pool.map(lambda job: through_libvterm(*job), jobs)]


class Tmux:
    """A server of our own, with a session for each terminal."""

    def __init__(self, jobs):
        self.jobs, self.command = jobs, ["tmux", "-L", "memtop-rows-%d" % os.getpid(), "-f", "/dev/null"]
        with open(os.path.join(folder, "tmux.conf"), "w") as file:
            file.write("set -g status off\nset -g remain-on-exit on\n")
        self.command[-1] = file.name
        for number, (term, (width, height)) in enumerate(jobs):
            subprocess.run([*self.command, "new-session", "-d", "-s", "s%d" % number, "-x", str(width), "-y",
                            str(height), "env", "TERM=" + term, "XDG_CONFIG_HOME=" + CONFIG, *COMMAND],
                           check=True)

    def each(self, *words):
        command = list(self.command)
        for number in range(len(self.jobs)):
            command += [words[0], "-t", "s%d" % number, *words[1:], ";"]
        return subprocess.run(command[:-1], capture_output=True, text=True).stdout.splitlines()

    def screens(self):
        """As they are; a session's lines are as many as it is high."""
        parts, lines = [], self.each("capture-pane", "-p")
        for _, (_, height) in self.jobs:
            parts.append(lines[:height])
            lines = lines[height:]
        return parts

    def still(self):
        """Paused: what is on its way may take a moment, what is wrong stays so."""
        return wait_until(lambda: all_right(self.screens(), self.jobs), 3) or self.screens()

    def end(self):
        subprocess.run([*self.command, "kill-server"])


def look_tmux(terms):
    jobs = [(term, SIZES[at % 2]) for at, term in enumerate(terms)]
    tmux, seen = Tmux(jobs), [[] for _ in jobs]
    try:
        wait_until(lambda: all_right(tmux.screens(), jobs), 30)
        for look in range(LOOKS):
            if look == LOOKS - 1:
                tmux.each("send-keys", "C-l")
            tmux.each("send-keys", "Z")
            for at, lines in enumerate(tmux.still()):
                seen[at].append(lines)
            tmux.each("send-keys", "Z")
            time.sleep(0.25)
    finally:
        tmux.end()
    return [("tmux", *job, screens, "") for job, screens in zip(jobs, seen)]


class Wrapping:
    """A terminal that goes on to the next line as soon as the last column is written."""

    def __init__(self, width, height):
        self.width, self.height, self.x, self.y, self.wraps = width, height, 0, 0, True
        self.cells = [[" "] * width for _ in range(height)]

    def put(self, char):
        self.cells[self.y][self.x] = char
        if self.x < self.width - 1:
            self.x += 1
        elif self.wraps:
            self.x = 0
            self.line_feed()

    def line_feed(self):
        if self.y < self.height - 1:
            self.y += 1
        else:
            self.cells = self.cells[1:] + [[" "] * self.width]

    def act(self, last, args):
        numbers = [int(number or 0) for number in args.split(";")] if re.fullmatch(r"[\d;]*", args) else []
        row, first = self.cells[self.y], max(1, numbers[0]) if numbers else 1
        if last == "H":
            self.y, self.x = first - 1, (numbers + [1])[1] - 1 if len(numbers) > 1 else 0
        elif last == "C":
            self.x = min(self.width - 1, self.x + first)
        elif last == "K":
            row[self.x:] = [" "] * (self.width - self.x)
        elif last == "J":
            row[self.x:] = [" "] * (self.width - self.x)
            self.cells[self.y + 1:] = [[" "] * self.width for _ in range(self.height - self.y - 1)]
        elif last == "@":
            row[self.x:] = ([" "] * first + row[self.x:])[:self.width - self.x]
        elif last in "hl" and args == "?7":
            self.wraps = last == "h"
        elif last not in "mhl":
            raise ValueError("unknown: " + args + last)

    def feed(self, text):
        for args, last, char in re.findall(r"\x1b\[([?\d;]*)([@-~])|([^\x1b])", text):
            if last:
                self.act(last, args)
            elif char == "\r":
                self.x = 0
            elif char == "\n":
                self.line_feed()
            elif char >= " ":
                self.put(char)


def wrapped(text, size):
    emulator = Wrapping(*size)
    emulator.feed(text.decode("utf-8", "ignore"))
    return ["".join(row).rstrip() for row in emulator.cells]


def through_wrapping(term, size):
    terminal = Terminal(*COMMAND[1:], size=size[::-1], env={"TERM": term, "XDG_CONFIG_HOME": CONFIG})

    def look():
        terminal.read(0.05)
        lines = wrapped(terminal.out, size)
        return lines if all_right([lines], [(term, size)]) else None

    screens = []
    wait_until(look, 30)
    for _ in range(LOOKS):
        terminal.type(b"Z")
        screens.append(wait_until(look, 3) or wrapped(terminal.out, size))
        terminal.type(b"Z")
        terminal.read(0.3)
    terminal.end()
    return screens


def look_wrapping(terms):
    jobs = [(term, size) for term in terms if not holds(term) for size in SIZES]
    return [("wraps at once", *job, through_wrapping(*job), "") for job in jobs]


def main():
    if not shutil.which("infocmp"):
        skip_all("no infocmp, which tells what is known of a terminal")
    terms = []
    for term in TERMS:
        if known(term):
            terms.append(term)
        else:
            skip(term, "no description of it is installed")
    ways = [look_libvterm, look_wrapping]
    if shutil.which("tmux"):
        ways.append(look_tmux)
    else:
        skip("through tmux", "there is no tmux")
    with concurrent.futures.ThreadPoolExecutor(len(ways)) as pool:
        for results in pool.map(lambda way: way(terms), ways):
            for way, term, size, screens, failed in results:
                name = "%s, %s at %dx%d" % (way, term, *size)
                check(False, name, failed) if failed else judge(name, screens, size[1])
    done()


main()
