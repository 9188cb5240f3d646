#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Trees that are not as usual, under a real kernel: threads in cgroups of their own, cgroups that are gone while
memory is still charged to them, version 1 for memory beside version 2."""

import json
import os
import re

import machine
from machine import BUILD, check, done, note

PROGRAMS = [os.path.join(BUILD, "tests/programs", name) for name in ("grow", "hold")]
LIMIT = 80 << 20

TREES = r"""
cd /sys/fs/cgroup
into() { group=$1; shift; sh -c 'echo $$ >"/sys/fs/cgroup/$0/cgroup.procs"; exec "$@"' "$group" "$@"; }

# a process whose threads are in cgroups of their own: those have no memory controller, what is above them has
mkdir threads; echo 100M >threads/memory.max; mkdir threads/work
echo threaded >threads/work/cgroup.type
into threads sh -c 'echo $$ >/sys/fs/cgroup/threads/work/cgroup.threads; exec hold 40' >/dev/null &

# files of a tmpfs outlive who wrote them, and the cgroup they are charged to
mkdir above; echo +memory >above/cgroup.subtree_control; mkdir above/dead; echo 80M >above/dead/memory.max
mkdir -p /mnt/left; mount -t tmpfs left /mnt/left
into above/dead hold 8 >/dev/null & held=$!
into above/dead dd if=/dev/zero of=/mnt/left/file bs=1M count=20 2>/dev/null

memtop --json --containers -d .5 -n 400 >/tmp/looks &
looks=$!
sleep 5
echo '== threads'; cat /proc/$(pidof hold | tr ' ' '\n' | sort -n | head -n 1)/cgroup threads/cgroup.type threads/memory.current
kill $held; sleep 2; rmdir above/dead
echo '== dead'; cat above/memory.current; grep dying above/cgroup.stat
sleep 3
mkdir above/dead; into above/dead hold 4 >/dev/null &
sleep 4
kill $looks
echo '== looks'; cat /tmp/looks
"""

# the layout of systemd's hybrid mode
HYBRID = r"""
echo -memory >/sys/fs/cgroup/cgroup.subtree_control
umount /sys/fs/cgroup; mount -t tmpfs groups /sys/fs/cgroup; cd /sys/fs/cgroup
mkdir memory unified; mount -t cgroup -o memory none memory; mount -t cgroup2 none unified
into() { group=$1; shift
	sh -c 'for at in memory unified; do echo $$ >"/sys/fs/cgroup/$at$0/cgroup.procs"; done; exec "$@"' "$group" "$@"; }
for at in memory unified; do mkdir -p $at/system.slice/shop.service $at/system.slice/still.service; done
echo %d >memory/system.slice/shop.service/memory.limit_in_bytes
memtop --json --containers -d 1 -n 400 >/tmp/looks &
looks=$!
sleep 2
into /system.slice/still.service hold 20 >/dev/null &
into /system.slice/shop.service grow -k 2048 >/dev/null
echo "== grown $?"
sleep 4
kill $looks
echo '== looks'; cat /tmp/looks
""" % LIMIT


def read_looks(found):
    return [json.loads(line) for line in found["looks"].splitlines() if line.endswith("}")]


def rows(looks, path):
    return [row for look in looks for row in look["containers"] if row["path"] == path]


found = machine.run(TREES, 320, PROGRAMS)
looks = read_looks(found)
check("0::/threads/work" in found["threads"] and "domain threaded" in found["threads"], "threads have a cgroup of their own",
      found["threads"])
threads = rows(looks, "/threads")
check(threads and threads[-1]["processes"] == 1 and threads[-1]["limit"] == 100 << 20 and
      threads[-1]["unreclaimable"] > 40 << 20, "what is above them is the row, with its figures", threads[-1:])
check(not rows(looks, "/threads/work"), "... and they are none", rows(looks, "/threads/work")[-1:])

dead = [[row for row in look["containers"] if row["path"] == "/above/dead"] for look in looks]
first, last = dead[4], dead[-1]
check(first and first[0]["unreclaimable"] > 28 << 20 and first[0]["limit"] == 80 << 20, "what will be gone is a row", first)
check(not all(dead[4:]), "gone, it is none", [len(at) for at in dead])
check(int(found["dead"].split()[0]) > 20 << 20, "... though what it left is charged above it", found["dead"])
check(last and last[0]["unreclaimable"] < 8 << 20 and last[0]["limit"] is None and last[0]["kills"] == 0,
      "another of its name is new", last)

found = machine.run(HYBRID, 320, PROGRAMS)
looks = read_looks(found)
shop = "/system.slice/shop.service"
alive = [(look["boot"], row) for look in looks for row in look["containers"] if row["path"] == shop and row["processes"]]
check("grown 137" in found, "version 1 beside version 2: killed at its limit", list(found))
check(alive and {(row["kind"], row["name"]) for _, row in alive} == {("service", "shop.service")} and
      all(row["limit"] == LIMIT and row["limit_path"] == shop for _, row in alive[2:]), "a service is a row", alive[-1:])
ended = alive[-1][0] + .5
told = [(row["eta"], ended - at) for at, row in alive if row["eta"] is not None and ended - at > 8]
note("grew for %.0f s; told %s" % (ended - alive[0][0], ["%.0f s, %.0f were left" % pair for pair in told[::4]]))
check(told and all(abs(eta - left) < .15 * left + 1 for eta, left in told), "... its end is told within 15 %",
      ["%.1f told, %.1f left" % pair for pair in told])
still = rows(looks, "/system.slice/still.service")
check(still and still[-1]["verdict"] != "climbing" and still[-1]["unreclaimable"] > 20 << 20 and still[-1]["processes"] == 1,
      "who holds still is not called", still[-1:])
said = [look["headline"]["text"] for look in looks]
check(any(re.search(r"killed grow \(\d+, \d+ MiB\).*: it met the limit of 80 MiB of /system.slice/shop.service", text)
          for text in said), "the kill, with its name", said[-3:])
done()
