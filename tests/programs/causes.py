#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""causes - a program that grows for one of the reasons that memtop tells apart

usage: causes.py used|kept|shared|file

Each gains about 1.5 MiB a second, for five minutes.
"""
import ctypes
import mmap
import sys
import tempfile
import time

STEP = 300 << 10
STEPS = 1500
REST_S = 0.2
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def used():
    kept = []
    for _ in range(STEPS):
        kept.append([str(number) for number in range(5000)])
        time.sleep(REST_S)


def kept():
    """What it needs for a moment grows, and is given back to malloc, which gives nothing back."""
    libc = ctypes.CDLL(None)
    libc.mallopt(M_TRIM_THRESHOLD, 2047 << 20)
    libc.mallopt(M_MMAP_THRESHOLD, 32 << 20)
    for step in range(STEPS):
        del [bytes(1000) for _ in range(step * STEP // 1024)][:]
        time.sleep(REST_S)


def fill(area):
    for step in range(STEPS):
        area[step * STEP:(step + 1) * STEP] = b"x" * STEP
        time.sleep(REST_S)


def shared():
    fill(mmap.mmap(-1, STEPS * STEP))


def file():
    with tempfile.TemporaryFile(dir="/var/tmp") as opened:  # /tmp may be memory
        opened.truncate(STEPS * STEP)
        fill(mmap.mmap(opened.fileno(), 0))


if __name__ == "__main__":
    print("ready", flush=True)
    {"used": used, "kept": kept, "shared": shared, "file": file}[sys.argv[1]]()
