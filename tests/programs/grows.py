# SPDX-License-Identifier: GPL-2.0-or-later
"""A program that grows in lines that are known: by how many MiB is in their comments.

usage: grows.py [burst|steadily|between]: in bursts too brief to be caught; on and on, after 100 MiB
at once; by a line that is brief beside those around it.
"""
import sys
import threading
import time

PIECE = 64 << 10
WORK = 60000  # numbers added up for a piece: about a millisecond, so that a busy machine catches it, too
KEPT = []


def fill(count):
    for _ in range(count):
        KEPT.append(bytes([sum(range(WORK)) % 2]) * PIECE)  # 70


def inner(count):
    fill(count)  # 40


def outer():
    inner(640)  # 40


def in_generator():
    for index in range(160):
        yield sum(range(WORK)) + index


def in_comprehension():
    return [bytearray(b"x") * (PIECE * 2) for _ in in_generator()]  # 20


def in_thread():
    fill(480)  # 30


def spin(until):
    while until.is_alive():
        sum(range(1000))  # 0


def given_back():
    large = bytearray(b"x") * (20 << 20)
    KEPT.append(len(large))


def main():
    outer()  # 40
    kept = in_comprehension()  # 20
    thread = threading.Thread(target=in_thread)
    thread.start()
    spin(thread)
    given_back()
    return len(kept)


def burst():
    """Works for a tenth of a millisecond, sleeps for three."""
    for _ in range(400):
        KEPT.append(b"x" * 9000)
        time.sleep(0.003)


def steadily():
    KEPT.append(b"x" * (100 << 20))
    print("has it", flush=True)
    while True:
        KEPT.append(bytes([sum(range(200000)) % 2]) * PIECE)


def between():
    for _ in range(150):
        KEPT.append(bytes([sum(range(10)) % 2 + 65]) * (1 << 20))  # between: grows
        sum(range(300000))  # between: computes


{"burst": burst, "steadily": steadily, "between": between}.get("".join(sys.argv[1:]), main)()
