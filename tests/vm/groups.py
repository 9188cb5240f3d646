#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Control groups of version 2 for real: whose limit comes first, what can be reclaimed, whom the kernel kills."""

import json
import os
import re

import machine
from machine import BUILD, check, done, note

SCRIPT = r"""
cd /sys/fs/cgroup
into() { group=$1; shift; sh -c 'echo $$ >"/sys/fs/cgroup/$0/cgroup.procs"; exec "$@"' "$group" "$@"; }

mkdir shop; echo 120M >shop/memory.max
into shop hold 90 >/dev/null &
while [ "$(cat shop/memory.current)" -lt 94000000 ]; do sleep .1; done
echo '== first look'; into shop memtop -b -n 1 -w 200
echo '== first json'; into shop memtop --json -n 1
echo '== check'; into shop memtop --check 'available<30%'; echo "status $?"
mkdir shop/below; echo '== from below'; into shop/below memtop --json -n 1
echo '== in a cgroup namespace'
into shop /bin/unshare -C -m sh -c 'mount -t cgroup2 none /mnt; umount -l /sys/fs/cgroup; exec memtop --json -n 1'
echo '== outside'; memtop --json -n 1
kill %1

# files that were read twice are active, and can be dropped all the same
mkdir files; echo 100M >files/memory.max
exec 9</dev/vda
for i in 1 2 3; do into files dd if=/dev/vda of=/dev/null bs=1M count=64 2>/dev/null; done
grep -E '^(in|)active_file' files/memory.stat >/tmp/lists
memtop --json -d 1 -n 400 -F 'command=grow' --columns pid,verdict,eta,footprint >/tmp/looks &
looks=$!
sleep 2
into files grow -k 2048 >/dev/null
echo "== grown $?"
sleep 4
kill $looks
echo '== lists'; cat /tmp/lists
echo '== looks'; cat /tmp/looks

# all of a group at once
mkdir all; echo 60M >all/memory.max; echo 1 >all/memory.oom.group
memtop --json -d .5 -n 400 -F 'command=grow' >/tmp/looks &
looks=$!
sleep 3
into all hold 20 >/dev/null &
into all grow -k 20480 >/dev/null
sleep 4
kill $looks
echo '== all at once'; cat /tmp/looks

# what protects a group from others does not protect its files from its own limit
mkdir own; echo 100M >own/memory.max; echo 100M >own/memory.min
for i in 1 2; do into own dd if=/dev/vda of=/dev/null bs=1M count=64 2>/dev/null; done
echo '== protected'; into own memtop --json -n 1
into own hold 80 >/dev/null &
sleep 4
echo '== taken'; cat own/memory.current; grep oom_kill own/memory.events; kill -0 $! && echo alive

echo '== pressure'; memtop --json -n 1
"""


def sentences(text):
    return [json.loads(line)["headline"]["text"] for line in text.splitlines() if line.endswith("}")]


found = machine.run(SCRIPT, 384, [os.path.join(BUILD, "tests/programs/grow"), os.path.join(BUILD, "tests/programs/hold"),
                                  "/usr/bin/unshare"], ["virtio_blk", "virtio_pci"], disk_mib=96)

told = found["first look"].splitlines()
check(re.match(r"Memory is not the problem: 2\d % of this container's 120 MiB available", told[0]),
      "the sentence of the first look", told[:3])
for name in ("first json", "from below", "in a cgroup namespace"):
    look = json.loads(found[name].splitlines()[0])
    container = look["container"]
    check(container["limit"] == 120 << 20 and look["system"]["total"] == 120 << 20 and
          20 << 20 < container["available"] < 30 << 20 and look["system"]["available"] == container["available"],
          name, container)
check("status 1" in found["check"] and "of 120 MiB available" in found["check"], "a check", found["check"])
look = json.loads(found["outside"].splitlines()[0])
check(look["container"]["limit"] is None and look["system"]["total"] > 200 << 20, "outside of it, the machine",
      look["container"])

active = re.search(r"^active_file (\d+)", found["lists"], re.M)
check(int(active.group(1)) > 40 << 20, "the files are active", found["lists"])
looks = [json.loads(line) for line in found["looks"].splitlines() if line.endswith("}")]
alive = [(look["boot"], look["processes"][0]) for look in looks if look["processes"]]
ended = alive[-1][0] + 1
told = [(eta, ended - at) for at, eta in ((at, p["eta"]) for at, p in alive) if eta is not None and ended - at > 8]
note("grown to %.0f MiB in %.0f s; told %s" % (alive[-1][1]["footprint"] / 2**20, ended - alive[0][0], [
    "%.0f s, %.0f were left" % pair for pair in told[::6]]))
check("grown 137" in found, "it is killed at the limit", [name for name in found if name.startswith("grown")])
check(told and all(.5 < eta / left < 2 for eta, left in told), "the time left, as files can be dropped",
      ["%.1f told, %.1f left" % pair for pair in told])
said = sentences(found["looks"])  # a little of what it maps is charged to others
check(any(re.match(r"The kernel (has just killed|killed) grow \(\d+, ([89]\d|10[0-2]) MiB\)( \d+ s ago)?: it met the limit of "
                   r"100 MiB of /files\.", text) for text in said), "the kill, with its group", said[-3:])
said = sentences(found["all at once"])
check(any(re.match(r"The kernel (has just killed|killed) grow \(\d+, \d+ MiB\) and 1 other( \d+ s ago)?: they met the "
                   r"limit of 60 MiB of /all\.", text) for text in said), "all of a group at once", said[-3:])
container = json.loads(found["protected"].splitlines()[0])["container"]
check(container["available"] > 80 << 20, "files that memory.min protects count below the group's own limit", container)
check("alive" in found["taken"] and "oom_kill 0" in found["taken"], "... and the kernel does take them", found["taken"])
check(json.loads(found["pressure"].splitlines()[0])["system"]["psi_some"] is not None, "pressure is known")
done()
