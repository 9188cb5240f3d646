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

# at most half a minute
until_it_is() { n=0; until eval "$1"; do sleep .2; n=$((n + 1)); [ $n -lt 150 ] || return 1; done; }
ready() { grep -q ready /tmp/$1; }
start() { name=$1; shift; into $name "$@" >/tmp/$name & pids="$pids $!"; until_it_is "ready $name"; }

# in $1, whose cgroups have their limit in a file $2; in the end there is room again
stages() {
	cd $1
	for group in $groups; do mkdir -p $group; done
	for group in round shm; do echo 40M >$group/$2; done
	start cut hold 40 cut
	start ram sh -c 'dd if=/dev/zero of=/mnt/ram/file bs=1M count=20 2>/dev/null; exec hold 1'
	start files sh -c 'dd if=/dev/vda of=/dev/null bs=1M count=20 skip=200 2>/dev/null; exec hold 1'
	memtop --stream -d .5 >/tmp/stream &
	looks=$!
	start shm hold 60 shm
	start round hold 60 round
	sleep 8
	for group in round shm; do echo 200M >$group/$2; done
	sleep 4
	kill $looks; wait $looks
	grep thp_fault_alloc cut/memory.stat >/tmp/thp
	kill $pids; rm /mnt/ram/file
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
    found = machine.run(SCRIPT + stages + "\necho '== looks'; cat /tmp/stream; echo '== huge'; cat /tmp/thp\n", 512,
                        [os.path.join(BUILD, "tests/programs/hold")], ["virtio_blk", "virtio_pci"], disk_mib=300)
    seen = parts(found["looks"])
    for name in ("round", "shm", "cut", "ram", "files"):
        looks = [one for one in seen.get("/" + name, ()) if one[USAGE] > 8 << 10]
        if len(looks) > 4:  # between the two files that are read somebody else may have run
            looks.remove(max(looks, key=lambda one: abs(left(one))))
        worst = max(looks, key=lambda one: abs(left(one)), default=None)
        more = AHEAD + (MADE if name == "cut" else 0)
        check(looks and all(abs(left(one)) < .02 * one[USAGE] + more for one in looks),
              "%s, %s: the parts add up" % (version, name), worst)
        note("%s, %s: %d looks; most of %d KiB were left: %d, %d in no process" % (
            version, name, len(looks), worst[USAGE], left(worst), worst[UNMAPPED]) if worst else "none")
    most = {name: max(seen.get(name, ()), key=lambda one: one[USAGE], default=[0] * (HUGE + 1))
            for name in ("/cut", "/ram", "/files")}
    if re.search(r"thp_fault_alloc [1-9]", found["huge"]):
        check(most["/cut"][UNMAPPED] > most["/cut"][USAGE] / 4, "%s: freed halves of huge pages" % version, most)
    check(most["/ram"][LOCKED] > .9 * most["/ram"][USAGE] > 0, "%s: nothing drops files of a ramfs" % version, most)
    check(most["/files"][LOCKED] == 0 and most["/files"][FILE] > .8 * most["/files"][USAGE] > 0,
          "%s: others can be dropped" % version, most)
done()
