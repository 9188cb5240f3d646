#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Containers as rows under a real kernel: what is called and what is not, its end, its kills, its stalls."""

import json
import os
import re

import machine
from machine import BUILD, check, done, note

ID = "0123456789abcdef" * 4
LEAKER = "/machine.slice/libpod-%s.scope" % ID
POD = "/machine.slice/machine-libpod_pod_%s.slice" % ("fedcba98" * 8)
PARTS = [POD + "/libpod-%s.scope" % (digit * 64) for digit in "12"]
LIMIT = 90 << 20

# all at once: each is watched for more than a minute
SCRIPT = r"""
cd /sys/fs/cgroup
into() { group=$1; shift; sh -c 'echo $$ >"/sys/fs/cgroup/$0/cgroup.procs"; exec "$@"' "$group" "$@"; }

scope=machine.slice/libpod-%s.scope
mkdir -p reader filler slow $scope
for group in machine.slice $scope; do echo +memory >$group/cgroup.subtree_control; done
mkdir $scope/container
echo 100M >reader/memory.max; echo 200M >filler/memory.max; echo 12M >slow/memory.high; echo %d >$scope/memory.max
mkdir -p /mnt/fill; mount -t tmpfs fill /mnt/fill
pod=machine.slice/machine-libpod_pod_%s.slice
for part in %s %s; do mkdir -p $pod/libpod-$part.scope; done
echo +memory >$pod/cgroup.subtree_control; echo 60M >$pod/memory.max; echo 1 >$pod/memory.oom.group

exec 9</dev/vda
memtop --json --containers -d 1 -n 400 >/tmp/looks &
looks=$!
sleep 2
into $pod/libpod-%s.scope hold 24 >/dev/null &
into $pod/libpod-%s.scope hold 12 >/dev/null &
into reader sh -c 'i=0; while :; do dd if=/dev/vda of=/dev/null bs=1M count=1 skip=$i 2>/dev/null
	i=$((i + 1)); [ $i -lt 150 ] || i=0; sleep .4; done' &
into filler sh -c 'i=0; while [ $i -lt 150 ]; do dd if=/dev/zero of=/mnt/fill/$i bs=64k count=8 2>/dev/null
	i=$((i + 1)); sleep .4; done' &
into slow grow -k 2048 >/dev/null &
into $scope/container grow -k 1280 >/dev/null
echo "== grown $?"
sleep 3
echo '== stat'; cat reader/memory.current reader/memory.events
rmdir $scope/container $scope
sleep 4
kill $looks
echo '== looks'; cat /tmp/looks
""" % (ID, LIMIT, "fedcba98" * 8, "1" * 64, "2" * 64, "1" * 64, "2" * 64)


def rows(looks, path):
    """(time, row) of each look that has it."""
    return [(look["boot"], row) for look in looks for row in look["containers"] if row["path"] == path]


found = machine.run(SCRIPT, 512, [os.path.join(BUILD, "tests/programs", name) for name in ("grow", "hold")],
                    ["virtio_blk", "virtio_pci"], disk_mib=160)
looks = [json.loads(line) for line in found["looks"].splitlines() if line.endswith("}")]
check(len(looks) > 60, "watched for more than a minute", len(looks))
check("grown 137" in found, "the one that leaks is killed", list(found))

reader = rows(looks, "/reader")
check(len(reader) > 55 and all(row["verdict"] != "climbing" and row["eta"] is None for _, row in reader),
      "who reads files for a minute is never called and has no end", reader[-1:])
check(max(row["cache"] or 0 for _, row in reader) > 50 << 20, "... though its cache has grown", reader[-1:])

leaker = [(at, row) for at, row in rows(looks, LEAKER) if row["processes"]]
check({row["kind"] for _, row in leaker} == {"podman"}, "an engine's container, by its path", leaker[:1])
check(not rows(looks, LEAKER + "/container") and not rows(looks, "/machine.slice"), "one container is one row")
ended = leaker[-1][0] + .5
told = [(row["eta"], ended - at) for at, row in leaker if row["eta"] is not None and ended - at > 8]
note("grew for %.0f s; told %s" % (ended - leaker[0][0], ["%.0f s, %.0f were left" % pair for pair in told[::4]]))
check(told and any(row["verdict"] == "climbing" for _, row in leaker), "who leaks is called", leaker[-1:])
check(all(abs(eta - left) < .15 * left + 1 for eta, left in told), "... and its end is told within 15 %",
      ["%.1f told, %.1f left" % pair for pair in told])
check(all(row["limit"] == LIMIT and row["limit_path"] == LEAKER for _, row in leaker[2:]), "... by its own limit", leaker[2:3])

last = rows(looks, LEAKER)[-1][1]
check(last["kills"] == 1, "the kill is told after its cgroup is gone", last)
said = [look["headline"]["text"] for look in looks]
check(any(re.search(r"killed grow \(\d+, \d+ MiB\)", text) for text in said), "... with the name", said[-8:])

filler = rows(looks, "/filler")
check(any(row["verdict"] == "climbing" for _, row in filler), "who fills a tmpfs is called", filler[-1:])

pod, parts = rows(looks, POD)[-1][1], [rows(looks, path)[-1][1] for path in PARTS]
check(pod["kind"] == "pod" and pod["processes"] == 2 and pod["limit"] == 60 << 20, "a pod of two is a row", pod)
check([(row["kind"], row["processes"]) for row in parts] == [("podman", 1)] * 2 and
      all(row["limit_path"] == POD for row in parts), "... its containers are, too, below its limit", parts)
check(abs(pod["usage"] - sum(row["usage"] for row in parts)) < .02 * pod["usage"] + (512 << 10),
      "... which add up to it", (pod["usage"], [row["usage"] for row in parts]))
check(all(abs(row["usage"] - row["unreclaimable"] - row["cache"]) < .02 * row["usage"] + (256 << 10) for row in [pod] + parts),
      "the parts of each add up to what the kernel has charged", [pod] + parts)

slow = rows(looks, "/slow")
check(max(row["stalls"] or 0 for _, row in slow) > 5 and slow[-1][1]["limit"] == 12 << 20,
      "who is slowed down by memory.high is seen to wait", slow[-1:])
done()
