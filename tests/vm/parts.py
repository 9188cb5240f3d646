#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The parts of a container's memory add up to what the kernel counts for it, whatever state it is in: while it swaps
to a disk, where half of each huge page was freed, with files that nothing drops; in both versions of cgroups."""

import json
import os
import re

import machine
from machine import BUILD, check, done, note

SCRIPT = r"""
echo madvise >/sys/kernel/mm/transparent_hugepage/enabled
mkswap /dev/vda >/dev/null; swapon /dev/vda
mkdir -p /mnt/ram; mount -t ramfs ram /mnt/ram
groups="round shm cut ram files"

# in $1, whose cgroups have their limit in a file $2; in the end there is room again
stages() {
	cd $1
	memtop --stream -d .5 >/tmp/stream &
	looks=$!
	for group in $groups; do mkdir -p $group; done
	for group in round shm; do echo 40M >$group/$2; done
	into cut hold 40 cut >/dev/null & cut=$!
	sleep 2
	into round hold 60 round >/dev/null & round=$!
	into shm hold 60 shm >/dev/null & shm=$!
	into ram sh -c 'dd if=/dev/zero of=/mnt/ram/file bs=1M count=20 2>/dev/null; exec hold 1' >/dev/null & ram=$!
	into files sh -c 'dd if=/dev/vda of=/dev/null bs=1M count=20 skip=200 2>/dev/null; exec hold 1' >/dev/null & files=$!
	sleep 12
	for group in round shm; do echo 200M >$group/$2; done
	sleep 6
	kill $looks $round $shm $cut $ram $files; rm /mnt/ram/file
	sleep 1
}

into() { group=$1; shift; sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$group" "$@"; }
"""

MACHINES = {
    "version 2": "stages /sys/fs/cgroup memory.max",
    "version 1": r"""
echo -memory >/sys/fs/cgroup/cgroup.subtree_control
umount /sys/fs/cgroup; mkdir -p /mnt/v1; mount -t cgroup -o memory none /mnt/v1
stages /mnt/v1 memory.limit_in_bytes""",
}

# positions in cgroups and cgparts, memtop-stream(5)
PATH, NUMBER = 0, 18
USAGE, ANON, SHMEM, FILE, KERNEL, SOCK, UNMAPPED, LOCKED, HUGE = 2, 3, 4, 5, 7, 11, 16, 17, 19
AHEAD = 1024  # KiB that the kernel charges ahead or counts late, with two processors
MADE = 2048   # a huge page that is being made is charged, and nowhere else yet


def parts(text):
    """The parts of each cgroup by name, in order."""
    number, found = {}, {}
    for line in text.splitlines():
        frame = json.loads(line) if re.match(r"\{.*\}$", line) else {}
        for group in frame.get("cgroups", ()):
            number[group[NUMBER]] = group[PATH]
        for one in frame.get("cgparts", ()):
            found.setdefault(number.get(one[0]), []).append(one + [None] * (HUGE + 1 - len(one)))
    return found


def left(one):
    return one[USAGE] - sum(one[at] or 0 for at in (ANON, SHMEM, FILE, KERNEL, SOCK, UNMAPPED, HUGE))


for version, stages in MACHINES.items():
    found = machine.run(SCRIPT + stages + "\necho '== looks'; cat /tmp/stream\n", 512,
                        [os.path.join(BUILD, "tests/programs/hold")], ["virtio_blk", "virtio_pci"], disk_mib=300)
    seen = parts(found["looks"])
    for name in ("round", "shm", "cut", "ram", "files"):
        looks = [one for one in seen.get("/" + name, ()) if one[USAGE] > 8 << 10]
        worst = max(looks, key=lambda one: abs(left(one)), default=None)
        more = AHEAD + (MADE if name == "cut" else 0)
        check(looks and all(abs(left(one)) < .02 * one[USAGE] + more for one in looks),
              "%s, %s: the parts add up" % (version, name), worst)
        note("%s, %s: %d looks; most of %d KiB were left: %d, %d in no process" % (
            version, name, len(looks), worst[USAGE], left(worst), worst[UNMAPPED]) if worst else "none")
    check(any(one[UNMAPPED] > 2048 for name in ("/round", "/shm") for one in seen.get(name, ())),
          "%s: some of it is swap cache" % version)
    if not set(seen) >= {"/cut", "/ram", "/files"}:
        continue
    check(seen["/cut"][-1][UNMAPPED] > 8 << 10, "%s: freed halves of huge pages" % version, seen["/cut"][-1])
    check(seen["/ram"][-1][LOCKED] > 19 << 10, "%s: nothing drops files of a ramfs" % version, seen["/ram"][-1])
    check(seen["/files"][-1][LOCKED] == 0 and seen["/files"][-1][FILE] > 19 << 10, "%s: others can be dropped" % version,
          seen["/files"][-1])
done()
