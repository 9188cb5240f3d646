# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of this folder share: memtop on a terminal, and its processes.  Standard library only."""

import atexit
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from tap import check, done, note, skip, skip_all  # noqa: E402,F401

BUILD = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
MEMTOP = os.environ.get("MEMTOP", os.path.join(BUILD, "memtop"))
FAULTS = os.path.abspath(os.path.join(BUILD, "tests/lib/faults.so"))
LONG = bool(os.environ.get("LONG"))
SECONDS = float(os.environ.get("LONG_SECONDS") or 60)  # what a long part of a script may take
SKIP = 77
TIOCGPTPEER = 0x5441  # the other end of a terminal, opened anew; fcntl and termios do not have it

folder = tempfile.mkdtemp(prefix="memtop-robust-")
atexit.register(shutil.rmtree, folder, True)
os.environ["XDG_CONFIG_HOME"] = os.path.join(folder, "config")
for name in ("LC_ALL", "NO_COLOR", "LINES", "COLUMNS"):
    os.environ.pop(name, None)
os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")

# nohup ignores the first, a shell the others for what it runs in the background, and what is started
# here would inherit it
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, signal.SIG_DFL)


def within(seconds, values):
    """The values, spread over all of them from coarse to fine, until the time is up."""
    values = list(values)
    bits, end = max(1, len(values).bit_length()), time.monotonic() + seconds
    order = [int(bin(i + (1 << bits))[:2:-1], 2) for i in range(1 << bits)]
    taken = 0
    for at in order:
        if time.monotonic() > end:
            break
        if at < len(values):
            taken += 1
            yield values[at]
    note("%d of %d in %.0f s" % (taken, len(values), seconds))


def sanitized():
    """Whether memtop was built with sanitizers, whose own malloc and shadow memory get in the way."""
    with open(MEMTOP, "rb") as file:
        program = file.read()
    # gcc's in a library that it wants, clang's within
    return b"libasan.so" in program or b"AddressSanitizer: " in program


def without_namespace(*options):
    """Why unshare(1) cannot do so here, as in a chroot; "": it can."""
    if not shutil.which("unshare"):
        return "no unshare(1)"
    probe = subprocess.run(["unshare", *options, "true"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, text=True, check=False)
    return "" if probe.returncode == 0 else probe.stderr.strip() or "unshare(1) failed"


def only_killer():
    """From here to the end of this script no other lets the kernel kill for want of memory: the machine has one count
    for all, and a sentence tells the newest.  Locked is the top of all groups; the lock goes with us."""
    top = next((path for path in ("/sys/fs/cgroup/memory", "/sys/fs/cgroup") if os.path.isdir(path)), "/proc")
    only_killer.lock = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(only_killer.lock, fcntl.LOCK_EX)


def stat_of(pid):
    """Parent, state and name of a process; None when it is gone."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return None
    rest = text[text.rindex(")") + 2:].split()
    return int(rest[1]), rest[0], text[text.index("(") + 1:text.rindex(")")]


def family(pid):
    """{pid: name} of a process and all it started that are alive."""
    stats = {int(p): stat_of(int(p)) for p in os.listdir("/proc") if p.isdigit()}
    found, grown = {pid: stats[pid][2]} if stats.get(pid) else {}, True
    while grown:
        grown = False
        for other, stat in stats.items():
            if stat and stat[1] != "Z" and stat[0] in found and other not in found:
                found[other] = stat[2]
                grown = True
    return found


def member(pid, name):
    """The pid of memtop's process of that name, of the memtop that is PID; 0: none."""
    for other, called in family(pid).items():
        if called == name and other != pid:
            return other
    return 0


class Patience:
    """So many seconds, of which none pass while the machine stands still: between two questions whether it
    is over no more than STEP does."""

    STEP = 0.1

    def __init__(self, seconds):
        self.left, self.asked = seconds, time.monotonic()

    def over(self):
        now = time.monotonic()
        self.left -= min(now - self.asked, self.STEP)
        self.asked = now
        return self.left <= 0


def wait_until(what, seconds=20.0):
    """What it says as soon as that is true, or at the end."""
    patience = Patience(seconds)
    while True:
        value = what()
        if value or patience.over():
            return value
        time.sleep(0.01)


def rss_kib(pid, kind="Rss"):
    """Its resident set, or another figure of smaps_rollup."""
    with open("/proc/%d/smaps_rollup" % pid, encoding="utf-8") as file:
        return int(re.search(kind + r":\s+(\d+)", file.read()).group(1))


class Terminal:
    """memtop on a terminal of its own; what it writes is kept in .out (the last MiB)."""

    KEEP = 1 << 20

    def __init__(self, *args, env=None, size=(24, 80), program=None, before=None):
        self.master, slave = pty.openpty()
        self.slave = slave
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[0], size[1], 0, 0))
        self.modes = termios.tcgetattr(slave)
        self.out, self.status = b"", None
        argv = (program or [MEMTOP]) + list(args)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
                for fd in range(3):
                    os.dup2(slave, fd)
                os.closerange(3, 256)
                if before:
                    before()
                os.execvpe(argv[0], argv, dict(os.environ, **(env or {})))
            finally:
                os._exit(127)

    def read(self, seconds=0.0):
        """What comes within so many seconds."""
        got, end = b"", time.monotonic() + seconds
        while True:
            left = max(0, end - time.monotonic())
            if not select.select([self.master], [], [], left)[0]:
                break
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                break
            got += piece
        self.out = (self.out + got)[-self.KEEP:]
        return got

    def read_all(self):
        """All that was written by now: a busy kernel brings it late, but in its order, so that a word
        of our own comes behind it."""
        word, patience = b"\x1b_that was all\x1b\\", Patience(20)
        slave = fcntl.ioctl(self.master, TIOCGPTPEER, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        left = word
        while left and not patience.over():
            self.read()
            try:
                left = left[os.write(slave, left):]
            except BlockingIOError:
                time.sleep(0.01)
        os.close(slave)
        while word not in self.out and not patience.over():
            self.read(0.02)
        self.out = self.out.replace(word, b"")

    def wait(self, seconds):
        """Whether it has ended within so many seconds; its output is read meanwhile."""
        patience = Patience(seconds)
        while self.status is None:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self.read_all()
            elif patience.over():
                return False
        return True

    def wait_for(self, pattern, seconds=20.0):
        """Whether bytes that match come, or came, within so many seconds."""
        patience = Patience(seconds)
        while not re.search(pattern, self.out):
            if patience.over():
                return False
            self.read(0.02)
        return True

    def type(self, keys):
        os.write(self.master, keys)

    def left(self):
        """What is not as it was: names of modes, "" for none."""
        found = {}
        for numbers, what in re.findall(rb"\x1b\[\?([0-9;]+)([hl])", self.out):
            for number in numbers.split(b";"):
                found[number] = what
        wrong = [mode.decode() for mode, what in found.items()
                 if mode not in (b"7", b"12") and (what == b"h") != (mode == b"25")]
        if termios.tcgetattr(self.slave) != self.modes:
            wrong.append("termios")
        return " ".join(wrong)

    def end(self, seconds=20.0):
        """Presses q and waits; kills what does not listen.  Its status, None: it had to be killed."""
        if self.status is None and not self.wait(0):
            self.type(b"q")
            if not self.wait(seconds):
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                return None
        return self.status

    def close(self):
        os.close(self.master)
        os.close(self.slave)


def preloaded(**faults):
    """Environment with tests/lib/faults.c, told by FAULT_NAME=VALUE."""
    env = {"FAULT_" + name.upper(): str(value) for name, value in faults.items()}
    env["LD_PRELOAD"] = FAULTS
    return env
