#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees whose children know their parents: a cycle that only the garbage collector takes apart.

    object_cycle.py cycle|weak [ROUNDS]

With the collector off, as some set it for speed, cycles stay for good; with weak references to the
parents there are none.
"""

import gc
import sys
import time
import weakref

import everyday


class Node:
    def __init__(self, parent, weak):
        self.parent = weakref.ref(parent) if weak and parent else parent
        self.children = []
        self.payload = bytearray(20_000)


def make_tree(weak):
    root = Node(None, weak)
    root.children = [Node(root, weak) for _ in range(50)]
    return root


def main():
    how, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60
    gc.disable()
    for _ in range(rounds):
        make_tree(how == "weak")
        time.sleep(0.01)
    everyday.say_peak(rounds)


main()
