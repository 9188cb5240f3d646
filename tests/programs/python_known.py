#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""python_known - a Python that says what is in it, and waits

usage: python_known.py heap|pools|tasks|freed|forked|storm [COUNT]

A line of JSON on standard output: objects by type as gc.get_objects() has them, and by what
sys.getsizeof() says of some; with pools the text of sys._debugmallocstats() on standard error, and
nothing is made after it.
"""
import array
import asyncio
import collections
import ctypes
import gc
import json
import os
import random
import signal
import struct
import sys
import time


class Node:
    def __init__(self, number):
        self.number = number
        self.children = []


class Slot:
    __slots__ = ("one", "two")

    def __init__(self, one):
        self.one = one
        self.two = (one, [one])


class Deep(Node):
    pass


class Größe(Node):
    pass


class Text(str):
    pass


class Table(dict):
    pass


class Wide:
    """More than pymalloc takes: an object in a chunk of malloc's."""

    __slots__ = ["field_%d" % i for i in range(80)]


def tell(**more):
    """Counts first, since telling makes objects of its own."""
    counts = collections.Counter(type(thing).__name__ for thing in gc.get_objects())
    counts["Text"] = sum(map(len, TEXTS))
    for kind, leaves in LEAVES.items():
        counts[kind.__name__] = len(leaves)
    said = json.dumps(dict(more, counts=counts))
    print(said, flush=True)


TEXTS = []
LEAVES = {}  # what the collector does not know of, by type: there are more, of Python's own


def heap(count):
    kept = [
        [Node(i) for i in range(count)],
        [Slot(i) for i in range(count)],
        [Deep(i) for i in range(count // 2)],
        [Table(number=i) for i in range(count // 2)],
        [Wide() for i in range(count // 10)],
        [Größe(i) for i in range(count // 10)],
        [type("a name", (), {})() for i in range(3)],
        [{"number": i, "list": [i]} for i in range(count)],
        [bytearray(5000) for i in range(count // 10)],
        [array.array("d", range(400)) for i in range(count // 10)],
        [ctypes.create_string_buffer(3000) for i in range(count // 10)],
        [set(range(i % 90)) for i in range(count // 10)],
        [collections.deque(range(i % 200)) for i in range(count // 10)],
        ["ünïcode %d" % i for i in range(count)],
    ]
    for kind, one in ((str, "r%d"), (bytes, b"%d"), (float, 0.5), (int, 1000), (complex, 1j)):
        text = kind in (str, bytes)
        LEAVES[kind] = [one % i if text else one + i for i in range(20 * count)]
    TEXTS.append([Text("row %d" % i) for i in range(count)])
    ordered = tuple(collections.OrderedDict((i, None) for i in range(number % 200))
                    for number in range(count // 4))
    packed = tuple(struct.Struct("id" * (number % 40)) for number in range(count // 4))
    gc.collect()
    gc.disable()
    tell(sizes={type(some[0]).__name__: sum(map(sys.getsizeof, some)) for some in (ordered, packed)})
    time.sleep(600)
    return kept


def pools(count):
    kept = [Node(Slot(str(i))) for i in range(20 * count)][::3]
    kept += [b"x" * (i % 500) for i in range(20 * count)]
    wait, tell_stats = signal.pause, sys._debugmallocstats
    gc.disable()
    tell_stats()
    wait()
    return kept


async def sleeper(number):
    await asyncio.sleep(600 + number)


async def caller(number):
    await sleeper(number)


async def many(count):
    tasks = [asyncio.ensure_future(caller(i)) for i in range(count)]
    await asyncio.sleep(0.2)
    gc.collect()
    gc.disable()
    tell()
    time.sleep(600)
    return tasks


def tasks(count):
    asyncio.run(many(count))


def freed(count):
    """Nearly all is freed again, and nothing is given back: one in a thousand keeps its pool's arena."""
    lines = ["%d-%s" % (i, "x" * 80) for i in range(count)]
    kept = lines[::1000]
    del lines
    tell()
    time.sleep(600)
    return kept


KEPT = []


def forked(count):
    """A child of fork(2), whose heap goes on in a mapping of its own; it ends with its parent."""
    pid = os.fork()
    if pid == 0:
        KEPT.extend(Node(i) for i in range(count))
        print(json.dumps({"pid": os.getpid()}), flush=True)
    for _ in range(600):
        time.sleep(1)
        if pid == 0 and os.getppid() == 1:
            break


def storm(count):
    nodes = [Node({"number": [i]}) for i in range(count)]
    for _ in range(count * 5):  # until what is freed makes room for what is made
        number = random.randrange(count)
        nodes[number] = Node({"number": [number]})
    tell()
    while True:
        number = random.randrange(count)
        nodes[number] = Node({"number": [number]})


if __name__ == "__main__":
    globals()[sys.argv[1]](int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
