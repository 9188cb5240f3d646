#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Many machines (--host): a stand-in for ssh that works, refuses, hangs, floods, lies and is killed."""

import json
import os
import signal
import subprocess
import time

from robust import MEMTOP, Terminal, check, done, family, folder, note, wait_until

# The name of the host says what becomes of the connection.
STAND_IN = """#!/bin/sh
echo "$@" >>"$SSH_LOG"
if (: </dev/tty) 2>/dev/null; then echo "has a terminal" >>"$SSH_LOG"; fi
while [ "$1" != -- ]; do shift; done
host=$2
shift 2
case $host in
down*) echo "ssh: connect to host $host port 22: Connection timed out" >&2; exit 255 ;;
asks*) echo "root@$host: Permission denied (publickey,password)." >&2; exit 255 ;;
noshell*) echo "Could not chdir to home directory /nonexistent" >&2; echo "This account is currently not available."; exit 1 ;;
jumps*) echo "ssh: connect to host gate port 22: Connection refused" >&2; sleep 0.1
	echo "Connection closed by UNKNOWN port 65535" >&2; exit 255 ;;
without*) echo "sh: 1: exec: memtop: not found" >&2; exit 127 ;;
hangs*) exec sleep 600 ;;
floods*) exec yes "no line of a stream" ;;
zeros*) exec cat /dev/zero ;;
lies*) eval "${*#exec } -n 1" | head -n 1; exec yes '{"seq":1,"t":-5,"born":"all"}' ;;
newer*) echo '{"memtop":99}'; exec sleep 600 ;;
greets*) echo "Welcome to $host."; echo; echo '{"news":1}' ;;
gone*) eval "${*#exec }" -n 2; echo "Connection to $host closed by remote host." >&2; exit 255 ;;
esac
eval "$@"
"""

bin_folder = os.path.join(folder, "bin")
os.mkdir(bin_folder)
with open(os.path.join(bin_folder, "ssh"), "w", encoding="utf-8") as stand_in:
    stand_in.write(STAND_IN)
os.chmod(stand_in.name, 0o755)
os.symlink(os.path.abspath(MEMTOP), os.path.join(bin_folder, "memtop"))
LOG = os.path.join(folder, "ssh.log")
ENV = {"PATH": bin_folder + ":" + os.environ["PATH"], "SSH_LOG": LOG}


def ssh_log():
    with open(LOG, encoding="utf-8") as log:
        return log.read().splitlines()


def left_over():
    """What was started through the stand-in and is still there."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % pid, "rb") as file:
                if ("SSH_LOG=" + LOG).encode() in file.read() and int(pid) != os.getpid():
                    found.append(int(pid))
        except OSError:
            pass
    return found


def run(*args):
    return subprocess.run([MEMTOP, *args], env=dict(os.environ, **ENV), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)


# --- as JSON: every one says what it does, and none waits for another
BAD = {"noshell1": "may run no commands", "jumps1": "stopped at its jump host", "down1": "no answer",
       "asks1": "set up a key", "without1": "not installed there", "floods1": "not memtop's stream",
       "zeros1": "not memtop's stream",
       "lies1": "cannot read", "newer1": "newer memtop"}
GOOD = ["works1", "works2", "greets1"]
began = time.monotonic()
result = run("--json", "--host", ",".join(GOOD), "--host", " ".join(BAD), "-d", "0.3")
took = time.monotonic() - began
hosts = {host["host"]: host for host in json.loads(result.stdout)["hosts"]} if result.stdout else {}
note("%d hosts in %.1f s" % (len(hosts), took))
check(result.returncode == 0 and not result.stderr, "one that answers is enough", result)
check(sorted(hosts) == sorted(GOOD + list(BAD)), "a row each", sorted(hosts))
wrong = {name: hosts[name] for name in GOOD
         if hosts[name]["state"] != "live" or not hosts[name]["total"] or hosts[name]["age"] > 10}
check(not wrong, "those that answer are live, a banner or not", wrong)
wrong = {name: hosts[name]["why"] for name, words in BAD.items()
         if hosts[name]["state"] not in ("lost", "connecting") or words not in (hosts[name]["why"] or "")}
check(not wrong, "the others say why", wrong)
check(all(hosts[name]["available"] is None and hosts[name]["climbing"] is None for name in BAD),
      "nothing is made up for them")
# this machine itself may be in trouble meanwhile, which goes first
order = [host["host"] for host in json.loads(result.stdout)["hosts"]]
well = [order.index(name) for name in GOOD if "not the problem" in hosts[name]["sentence"]]
check(all(order.index(name) < min(well, default=99) for name in BAD),
      "what cannot be seen stands above what is well", order)
check(wait_until(lambda: not left_over()), "nothing is left running", left_over())

# --- how ssh is called
calls = [line for line in ssh_log() if line.endswith("works1 exec memtop --stream -d 0.300 --readonly")]
check(len(calls) == 1 and "-- works1 exec" in calls[0], "what is run there", ssh_log()[:3])
check("BatchMode=yes" in calls[0] and "ConnectTimeout=" in calls[0] and "HostKey" not in calls[0],
      "never a question, no check weakened", calls)
result = run("-b", "--host", "down1,works1,me@[::1]:2200", "--ssh-option", "Port=2222", "--allow-signals", "-w", "100")
call = [line for line in ssh_log() if "Port=2222" in line and "works1" in line]
check(call and call[0].index("Port=2222") < call[0].index("BatchMode"), "the user's options go first", call)
check(call and call[0].endswith("--stream -d 1.000"), "signals only when allowed", call)
call = [line for line in ssh_log() if "-- me@::1 exec" in line]
check(call and call[0].startswith("-T -p 2200 "), "an address and a port as ssh takes them", call)
lines = result.stdout.splitlines()
rows = {line.split()[0]: line for line in lines[1:]}
check(len(lines) == 4 and "down, or a firewall" in rows.get("down1", "") and "%" in rows.get("works1", ""),
      "a table", repr(result.stdout))

result = run("-b", "--host", "down1,asks1")
check(result.returncode == 1 and len(result.stdout.splitlines()) == 3, "none answers: status 1", result)
result = run("-b", "--host", "a;reboot")
check(result.returncode == 2 and "no name of a host" in result.stderr, "a name that is none", result)
listed = os.path.join(folder, "hosts")
with open(listed, "w", encoding="utf-8") as file:
    file.write("# ours\nworks1  # the first\n\nworks2, works1\n")
result = run("--json", "--hosts", listed)
check([host["host"] for host in json.loads(result.stdout)["hosts"]] == ["works1", "works2"],
      "a file of names", result)

# --- what runs on all of them
result = run("--json", "--host", "works1,works2,down1", "-F", "host=works2 and rss>0", "-s", "rss")
all_of = json.loads(result.stdout)["processes"] if result.stdout else []
check(all_of and {p["host"] for p in all_of} == {"works2"}, "a filter by host", result.stderr or all_of[:2])
check(all_of == sorted(all_of, key=lambda p: -p["rss"]), "in one order", [p["rss"] for p in all_of[:9]])
check(all(p["host"] == "works2" and p["pid"] > 0 and "command" in p for p in all_of), "with all columns", all_of[:1])
result = run("-b", "--host", "works1,works2", "-s", "pid", "-w", "80")
lines = result.stdout.splitlines()
check(len(lines) > 3 and lines[0].split()[:2] == ["HOST", "PID"] and all(len(line) <= 80 for line in lines) and
      [line.split()[:2] for line in lines[1:3]] == [["works1", "1"], ["works2", "1"]], "as a table", lines[:3])
result = run("--json", "--containers", "--host", "works1")
check("containers" in json.loads(result.stdout or "{}"), "containers of all, too", result)
result = run("-b", "--host", "works1", "-F", "hosts=1")
check(result.returncode == 2 and "no column" in result.stderr, "a filter that is none", result.stderr)

# --- on the screen
SHOWN = ["works1", "works2", "gone1", "hangs1", "down1"]
term = Terminal("--host", ",".join(SHOWN), "-d", "0.3", env=ENV)
check(term.wait_for(rb"5 hosts", 5) and term.wait_for(rb"works2.*?%", 10), "the list")
check(term.wait_for(rb"no answer: it is down", 5), "one that is down says so")
check(term.wait_for(rb"closed the connection", 10), "one whose connection ends says so, too")


def ways():
    """The stand-ins and what they became, children of memtop."""
    return [pid for pid, name in family(term.pid).items() if name in ("ssh", "memtop")]


# killed again and again, one of them always comes back, and nobody else is held up
for _ in range(3):
    victim = [pid for pid, name in family(term.pid).items() if name == "memtop" and pid != term.pid]
    if victim:
        os.kill(victim[-1], signal.SIGKILL)
    term.read(0.3)
check(term.wait(0) is False and wait_until(lambda: (term.read(0.1), len(ways()) > 2)[1], 10),
      "kill -9 of a connection is harmless", family(term.pid))
zombies = [pid for pid in os.listdir("/proc") if pid.isdigit() and pid in map(str, left_over())
           and open("/proc/%s/stat" % pid, encoding="utf-8").read().rpartition(")")[2].split()[0] == "Z"]
check(not zombies, "no zombies", zombies)

# to one that is well, its dashboard, and back; which row that is in depends on what else is wrong
DASHBOARD = rb"processes.*works[12]|works[12].*processes"


def open_well():
    for row in range(len(SHOWN)):
        term.out = b""
        term.type(b"\x1b[H" + row * b"j" + b"\r")
        if term.wait_for(DASHBOARD, 3):
            return True
        term.type(b"O")  # that of another, or still the list, where it does nothing
        term.read(0.3)
    return False


check(open_well(), "Enter opens its dashboard", term.out[-400:])
term.out = b""
term.type(b"k")
check(term.wait_for(rb"readonly|not allowed|forbids|may not|--allow-signals", 5), "which sends no signals",
      term.out[-400:])
term.type(b"\x1b")
term.read(0.3)
term.out = b""
term.type(b"O")
check(term.wait_for(rb"5 hosts", 5), "O goes back to the list")


def shows(pattern, seconds=10):
    """The screen, written whole again until it has that; what changes alone has no words."""
    def look():
        term.out = b""
        term.type(b"\x0c")
        return term.wait_for(pattern, 0.5)
    return wait_until(look, seconds)


term.type(b"g")
check(shows(rb"processes of 5 hosts") and shows(rb"works2"), "g: what runs on all of them", term.out[-400:])
term.type(b"\\host=works2\r")
check(shows(rb"that match host=works2"), "of one by a filter", term.out[-400:])
term.type(b"\r")
check(shows(rb"old .*works2"), "Enter: the process on its host's dashboard", term.out[-400:])
term.type(b"\x1b")
check(shows(rb"processes.*works2"), "Esc: its host's", term.out[-400:])
term.type(b"O")
check(shows(rb"that match host=works2"), "and back", term.out[-400:])
term.type(b"2")
check(shows(rb"containers? of 5 hosts"), "2: containers", term.out[-400:])
term.type(b"?")
check(shows(rb"sort by memory, by growth, by host"), "?: its own keys first", term.out[-400:])
term.type(b"qg")
check(shows(rb"5 hosts[,;]"), "g: the list again", term.out[-400:])
term.type(b"?")
check(shows(rb"opens the dashboard of a host"), "?: those of the list", term.out[-400:])
term.type(b"q")
term.read(0.3)
term.type(b"q")
check(term.wait(5) and term.status == 0 and not term.left(), "q", "%s %s" % (term.status, term.left()))
check(wait_until(lambda: not left_over()), "nothing is left running then", left_over())
term.close()
check(not [line for line in ssh_log() if "has a terminal" in line], "no way to ask anything")
done()
