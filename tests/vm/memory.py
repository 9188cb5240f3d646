#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine of its own that runs out of memory, with compressed swap: seen coming, and told when it came.  What
others may be seen of with hidepid and Yama."""

import json
import os
import re

import machine
from machine import BUILD, check, done, note

SCRIPT = r"""
chmod 1777 /tmp; chmod 666 /dev/null
hold 8 >/dev/null & root=$!
su anna -c 'hold 6 >/dev/null & echo $! >/tmp/anna; exec sleep 100000' &
sleep 2
anna=$(cat /tmp/anna)
echo '== yama'; echo 2 >/proc/sys/kernel/yama/ptrace_scope; cat /proc/sys/kernel/yama/ptrace_scope
echo '== yama own'; su anna -c "memtop -p $anna --detail --json"
echo '== yama other'; su anna -c "memtop -p $root --detail --json"
for level in 1 2; do
	mount -o remount,hidepid=$level /proc
	echo "== hidepid $level"; su anna -c 'memtop --json -n 1'
done
mount -o remount,hidepid=0 /proc

echo 80M >/sys/block/zram0/disksize
mkswap /dev/zram0 >/dev/null && swapon /dev/zram0
memtop --json -d 1 -n 400 -F 'command=grow' --columns pid,verdict,eta,footprint >/tmp/looks &
looks=$!
sleep 2
echo 1000 >/proc/self/oom_score_adj
grow -k 5120
echo "== grown $?"
sleep 4
kill $looks
echo '== looks'; cat /tmp/looks
"""

found = machine.run(SCRIPT, 288, [os.path.join(BUILD, "tests/programs/grow"), os.path.join(BUILD, "tests/programs/hold")],
                    ["zram", "lzo_rle"])

own, other = (json.loads(found[name].splitlines()[-1]) for name in ("yama own", "yama other"))
check(found["yama"].strip() == "2", "Yama is at work", found["yama"])
check(own.get("pss") and own.get("parts"), "Yama: one's own process in depth", own)
check(other.get("rss") and not other.get("pss"), "Yama: another user's as far as it may be seen", other)
for level, pattern in (("1", r"\d+ processes may not be looked at"),
                       ("2", r"\d+ processes may not be looked at|Processes of others are hidden")):
    text = json.loads(found["hidepid " + level].splitlines()[0])["headline"]["text"]
    check(re.search(pattern, text), "hidepid=%s is said" % level, text)

looks = [json.loads(line) for line in found["looks"].splitlines() if line.endswith("}")]
alive = [(look["boot"], look["processes"][0]) for look in looks if look["processes"]]
ended = alive[-1][0] + 1
told = [(p["eta"], ended - at) for at, p in alive if p["eta"] is not None and ended - at > 8]
swap = max(look["system"]["swap_total"] - look["system"]["swap_free"] for look in looks)
note("grown to %.0f MiB in %.0f s, %.0f MiB of swap; told %s" % (
    alive[-1][1]["footprint"] / 2**20, ended - alive[0][0], swap / 2**20,
    ["%.0f s, %.0f were left" % pair for pair in told[::6]]))
check("grown 137" in found, "the machine runs out of memory", [name for name in found if name.startswith("grown")])
check(told and all(.4 < eta / left < 2.5 for eta, left in told), "it is seen coming",
      ["%.1f told, %.1f left" % pair for pair in told])
said = [look["headline"]["text"] for look in looks]
check(any(re.match(r"The kernel (has just killed|killed) grow \(\d+, \d+ MiB\)( \d+ s ago)? because memory ran out\.",
                   text) for text in said), "and told when it came", said[-4:])
done()
