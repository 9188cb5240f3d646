# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads that stand still in lines that are known: what a stack should be is in its comments."""
import sys
import threading
import time

LASTS = 120


def stand():
    time.sleep(LASTS)  # stand


def in_generator():
    yield 1
    yield [time.sleep(LASTS) for _ in range(1)]  # generator


def in_nested():
    def nested(
        seconds,
    ):
        time.sleep(
            seconds)  # nested

    nested(LASTS)


class Kept:
    def __del__(self):
        time.sleep(LASTS)  # ended


def in_callback():
    sorted([3, 2, 1], key=lambda number: time.sleep(LASTS))  # callback


def in_except():
    try:
        raise ValueError
    except ValueError:
        for _ in (1, 2):
            with threading.Lock():
                stand()


def in_deep(depth):
    if depth > 0:
        in_deep(depth - 1)
    time.sleep(LASTS)  # deep


def in_library():
    threading.Event().wait(LASTS)  # library


def in_end():
    kept = Kept()
    del kept


WORK = [stand, lambda: list(in_generator()), in_nested, in_callback, in_except,
        lambda: in_deep(300), in_library, in_end,
        lambda: time.sleep(LASTS),  # lambda
        ]

for work in WORK:
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.2)
print("ready", flush=True)
sys.stdin.readline()
