#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The mean of a column of a CSV file, read whole or a few lines at a time.

    csv_whole_or_chunks.py whole|chunks [ROWS]

The file is made first, in a folder of its own that is removed at the end.
"""

import csv
import itertools
import os
import sys
import tempfile

import everyday

CHUNK = 1000


def write(path, rows):
    with open(path, "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "value"])
        writer.writerows((i, f"name {i % 977}", i % 1000) for i in range(rows))


def mean_of_whole(path):
    with open(path, newline="", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    mean = sum(int(row["value"]) for row in rows) / len(rows)
    everyday.linger()
    return mean


def mean_of_chunks(path):
    total = count = 0
    with open(path, newline="", encoding="ascii") as file:
        reader = csv.DictReader(file)
        while chunk := list(itertools.islice(reader, CHUNK)):
            total += sum(int(row["value"]) for row in chunk)
            count += len(chunk)
    return total / count


def main():
    how, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    with tempfile.TemporaryDirectory(prefix="memtop-csv-") as folder:
        path = os.path.join(folder, "data.csv")
        write(path, rows)
        mean = mean_of_whole(path) if how == "whole" else mean_of_chunks(path)
    everyday.say_peak(mean)


main()
