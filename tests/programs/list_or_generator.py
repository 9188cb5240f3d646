#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The sum of squares, from a list of all of them or from a generator of one at a time.

    list_or_generator.py list|generator [COUNT]
"""

import sys

import everyday


def squares(count):
    for i in range(count):
        yield i * i


def main():
    how, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    numbers = list(squares(count)) if how == "list" else squares(count)
    total = sum(numbers)
    everyday.linger()
    everyday.say_peak(total)


main()
