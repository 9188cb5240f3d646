#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the examples of memtop(1): an example that does not run is worse than none.

Each is marked in the page's source, see its head.  `batch` runs in sh and must print something; `screen`
runs on a terminal of its own and must draw and end by itself, for which `memtop` is a script that adds
-n 2 (and -d 0.2, so that a slow example does not take its time).
"""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import docs  # noqa: E402

LIMIT_S = 90  # where six others want the processor


def examples(text):
    """(mark, command) of each .EX; mark None where there is none"""
    found, mark, lines = [], None, None
    for line in text.splitlines():
        marked = re.match(r'\.\\" run: (batch|screen|no .+)$', line)
        if marked:
            mark = marked[1]
        elif line == ".EX":
            lines = []
        elif line == ".EE":
            found.append((mark, "\n".join(lines)))
            mark, lines = None, None
        elif lines is not None:
            lines.append(docs.plain(line))
    return found


def write_wrapper(folder, program, options):
    path = os.path.join(folder, "memtop")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec "{program}" "$@" {options}\n')
    os.chmod(path, 0o755)


def environment(folder):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return {**kept, "PATH": folder + ":" + os.environ["PATH"], "HOME": folder, "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8"}


def run_batch(command, folder):
    try:
        done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT_S,
                              env=environment(folder), encoding="utf-8", check=False)
    except subprocess.TimeoutExpired:
        return [f"still runs after {LIMIT_S} s"]
    wrong = done.stderr.splitlines()
    if done.returncode:
        wrong.append(f"status {done.returncode}")
    if not done.stdout.strip():
        wrong.append("printed nothing")
    return wrong


def read_terminal(master, child):
    """All it writes, and its status; None when it does not end."""
    written, end = b"", time.monotonic() + LIMIT_S
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                written += os.read(master, 65536)
            except OSError:
                pass  # nobody has the other end any more
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return written, os.waitstatus_to_exitcode(status)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return written, None


def run_screen(command, folder):
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.chdir(folder)
        os.execve("/bin/sh", ["sh", "-c", command], environment(folder))
    written, status = read_terminal(master, child)
    os.close(master)
    wrong = []
    if status is None:
        wrong.append(f"still runs after {LIMIT_S} s")
    elif status:
        wrong.append(f"status {status}")
    if b"PID" not in written:
        wrong.append(f"drew no table: {written[-300:]!r}")
    return wrong


def main():
    tap = docs.Tap()
    program = os.path.abspath(os.environ.get("MEMTOP", "./memtop"))
    for number, (mark, command) in enumerate(examples(docs.read("man/memtop.1")), 1):
        name = f"example {number}: {' '.join(command.split())}".replace("#", "")
        if mark is None:
            tap.ok(False, name, ["it has no mark (run: batch, run: screen or run: no WHY)"])
        elif mark.startswith("no "):
            tap.skip(name, mark[3:])
        elif "jq" in command and not shutil.which("jq"):
            tap.skip(name, "jq is not installed")
        else:
            with tempfile.TemporaryDirectory(prefix="memtop-example-") as folder:
                write_wrapper(folder, program, "-n 2 -d 0.2" if mark == "screen" else "")
                wrong = (run_screen if mark == "screen" else run_batch)(command, folder)
            tap.ok(not wrong, name, wrong)
    tap.ok(tap.count >= 5, "there are examples")
    with tempfile.TemporaryDirectory(prefix="memtop-example-") as folder:
        write_wrapper(folder, program, "-n 1")
        wrong = run_screen("memtop", folder)
        tap.ok(not wrong, "memtop -n 1 shows its one look", wrong)
    tap.end()


main()
