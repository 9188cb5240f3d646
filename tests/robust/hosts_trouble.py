#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Twenty machines of which half are in trouble: logins take turns, no row is late for another, and what
runs on all of them (g) can be looked at meanwhile."""

import json
import os
import subprocess
import time

from robust import MEMTOP, Terminal, check, done, family, folder, note, wait_until

# The name of the host says what becomes of the connection.
STAND_IN = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
host=$2
shift 2
echo "+ $(date +%%s%%N)" >>"$SSH_LOG"
sleep 0.2
echo "- $(date +%%s%%N)" >>"$SSH_LOG"
case $host in
stalls*) eval "${*#exec } -n 2"; exec sleep 600 ;;
slow*) eval "$@" | %(slow)s; exit ;;
bounds*) eval "${*#exec } -n 1" | sed '2,$s/"sys":\\[[0-9]*/"sys":[-1/'; exec sleep 600 ;;
counts*) eval "${*#exec } -n 1" | sed '2,$s/"sys"/"rest":[[99999999999,-3,1,1]],"left":[0,-7],"sys"/'; exec sleep 600 ;;
endless*) eval "${*#exec } -n 1"; exec tr '\\0' x </dev/zero ;;
half*) eval "${*#exec } -n 1" | head -c 700; exec sleep 600 ;;
ends*) eval "${*#exec } -n 1"; exit 0 ;;
esac
eval "$@"
"""
SLOW = os.path.join(folder, "slow.py")
with open(SLOW, "w", encoding="utf-8") as file:
    file.write("import os, time\nwhile True:\n    block = os.read(0, 100)\n    if not block:\n        break\n"
               "    os.write(1, block)\n    time.sleep(0.1)\n")
bin_folder = os.path.join(folder, "bin")
os.mkdir(bin_folder)
with open(os.path.join(bin_folder, "ssh"), "w", encoding="utf-8") as stand_in:
    stand_in.write(STAND_IN % {"slow": "python3 " + SLOW})
os.chmod(stand_in.name, 0o755)
os.symlink(os.path.abspath(MEMTOP), os.path.join(bin_folder, "memtop"))
LOG = os.path.join(folder, "ssh.log")
ENV = {"PATH": bin_folder + ":" + os.environ["PATH"], "SSH_LOG": LOG}
GOOD = ["well%d" % i for i in range(10)]
BAD = ["stalls1", "slow1", "bounds1", "counts1", "endless1", "half1", "ends1", "stalls2", "half2", "endless2"]


def left_over():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % pid, "rb") as file:
                if ("SSH_LOG=" + LOG).encode() in file.read() and int(pid) != os.getpid():
                    found.append(int(pid))
        except OSError:
            pass
    return found


def is_zombie(pid):
    try:
        with open("/proc/%s/stat" % pid, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


run = subprocess.run([MEMTOP, "--json", "-n", "14", "-d", "0.5", "--host", ",".join(BAD + GOOD)],
                     env=dict(os.environ, **ENV), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, text=True, timeout=90, check=False)
looks = [json.loads(line)["hosts"] for line in run.stdout.splitlines()]
check(run.returncode == 0 and len(looks) == 14 and not run.stderr, "all looks come", (len(looks), run.stderr))
last = {host["host"]: host for host in looks[-1]}
check(all(last[name]["state"] == "live" for name in GOOD), "those that are well are live",
      {name: last[name] for name in GOOD if last[name]["state"] != "live"})
ages = sorted(host["age"] for look in looks[2:] for host in look if host["host"] in GOOD and host["age"] is not None)
note("age of a row that is well: half below %.2f s, 99 %% below %.2f s" % (ages[len(ages) // 2], ages[len(ages) * 99 // 100]))
check(ages[len(ages) * 99 // 100] < 5, "and none is late for another", ages[-5:])
# where looks take long it has been given up meanwhile, called again, and answered
check(any(host["state"] == "silent" or (host["age"] or 0) > 4 or "no answer" in (host["why"] or "")
          for look in looks for host in look if host["host"] == "stalls1"),
      "one that stalls is told by its age", last["stalls1"])
wrong = {name: last[name] for name in BAD if name.startswith(("bounds", "counts", "half")) and last[name]["total"] is not None
         and last[name]["total"] < 1}
check(not wrong, "no figure beyond its bounds is shown", wrong)
check(last["ends1"]["why"] and last["endless1"]["state"] in ("lost", "connecting", "queued", "live", "silent"),
      "one that ends says so", last["ends1"])

inside = most = 0
with open(LOG, encoding="utf-8") as file:
    for line in sorted(file, key=lambda line: int(line[2:])):
        inside += 1 if line[0] == "+" else -1
        most = max(most, inside)
check(0 < most <= 9, "eight log in at a time", most)  # one may have ended and not be seen to have
check(wait_until(lambda: not left_over()), "nothing is left running", left_over())

# --- with what runs on all of them open
term = Terminal("--host", ",".join(GOOD[:6] + BAD), "-d", "0.3", env=ENV)
check(term.wait_for(rb"16 hosts", 10) and term.wait_for(rb"well1.*?%", 15), "the list")
term.out = b""
term.type(b"g\x0c")  # written whole: what changes alone has no words
check(term.wait_for(rb"of 16 hosts", 5), "all processes", term.out[-300:])
began = time.monotonic()
for key in (b"2", b"1", b">", b"<", b"I", b"\x1b[B", b"G", b"H", b"M"):
    term.out = b""
    term.type(key)
    check(term.wait_for(rb"of 16 hosts|HOST|\x1b\[", 5), "a key is answered meanwhile: %r" % key, term.out[-200:])
note("nine keys in %.1f s" % (time.monotonic() - began))
for _ in range(3):
    pids = [pid for pid, name in family(term.pid).items() if name == "memtop" and pid != term.pid]
    if pids:
        os.kill(pids[-1], 9)
    term.read(0.3)
check(term.wait(0) is False, "kill -9 of a connection is harmless", family(term.pid))
zombies = [pid for pid in left_over() if is_zombie(pid)]
check(not zombies, "no zombies", zombies)
term.type(b"g")
term.read(0.5)
term.type(b"q")
check(term.wait(10) and term.status == 0 and not term.left(), "q", "%s %s" % (term.status, term.left()))
check(wait_until(lambda: not left_over()), "and nothing is left", left_over())
term.close()
done()
