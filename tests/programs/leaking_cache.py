#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that keeps every answer it ever gave, or only the last few.

    leaking_cache.py leaking|bounded [SECONDS]
"""

import collections
import sys
import time

import everyday

ANSWER_BYTES = 16 * 1024
KEPT = 200


def main():
    how, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 70
    cache, request, end = collections.OrderedDict(), 0, time.monotonic() + seconds
    while time.monotonic() < end:
        request += 1
        cache[f"/page?session={request}"] = bytearray(ANSWER_BYTES)
        if how == "bounded" and len(cache) > KEPT:
            cache.popitem(last=False)
        time.sleep(0.02)
    everyday.say_peak(len(cache))


main()
