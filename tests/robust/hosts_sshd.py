#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Twenty machines over a real sshd on loopback, beside some that are in trouble: none waits for another."""

import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import time

from robust import MEMTOP, check, done, folder, note, skip_all, wait_until

SSHD = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
if not SSHD or not shutil.which("ssh") or not shutil.which("ssh-keygen"):
    skip_all("no OpenSSH server and client here")
HOSTS = 20
home = os.path.join(folder, "ssh")
bin_folder = os.path.join(folder, "bin")
os.mkdir(home, 0o700)
os.mkdir(bin_folder)
os.symlink(os.path.abspath(MEMTOP), os.path.join(bin_folder, "memtop"))
for key in ("host", "user"):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(home, key)], check=True)
shutil.copy(os.path.join(home, "user.pub"), os.path.join(home, "authorized"))
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    PORT = free.getsockname()[1]
with open(os.path.join(home, "config"), "w", encoding="utf-8") as file:
    file.write("Port %d\nListenAddress 127.0.0.1\nHostKey %s/host\nAuthorizedKeysFile %s/authorized\n"
               "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\nPidFile none\n"
               "SetEnv PATH=%s:/usr/bin:/bin\nLoginGraceTime 30\n" % (PORT, home, home, bin_folder))
if os.geteuid() == 0:
    os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
sshd = subprocess.Popen([SSHD, "-D", "-e", "-f", os.path.join(home, "config")], stderr=subprocess.PIPE)


def answers():
    with socket.socket() as peer:
        return peer.connect_ex(("127.0.0.1", PORT)) == 0


atexit.register(sshd.kill)  # else it would hold whoever reads what this test prints
if not wait_until(answers, 10):
    skip_all("sshd does not run here: %s" % sshd.stderr.read(500))
with open(os.path.join(home, "host.pub"), encoding="utf-8") as file:
    known = "[127.0.0.1]:%d %s" % (PORT, file.read())
with open(os.path.join(home, "known"), "w", encoding="utf-8") as file:
    file.write(known)
OPTIONS = []
for option in ("HostName=127.0.0.1", "Port=%d" % PORT, "UserKnownHostsFile=%s/known" % home,
               "IdentityFile=%s/user" % home, "IdentitiesOnly=yes", "GlobalKnownHostsFile=/dev/null"):
    OPTIONS += ["--ssh-option", option]
REAL = ["real%d" % i for i in range(1, HOSTS + 1)]
BAD = ["stranger@real1"]  # no key of his is known
began = time.monotonic()
run = subprocess.Popen([MEMTOP, "--json", "-n", "12", "-d", "0.5", "--host", ",".join(REAL + BAD), *OPTIONS],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                       start_new_session=True)
looks, killed = [], False
for line in run.stdout:
    looks.append(json.loads(line)["hosts"])
    if len(looks) == 1:
        note("the first table after %.1f s" % (time.monotonic() - began))
    if len(looks) == 5:
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(run.pid)], stdout=subprocess.PIPE, text=True,
                                  check=False).stdout.split()
        killed = len(children) > 4
        if killed:
            os.kill(int(children[2]), signal.SIGKILL)
run.wait(30)
errors = run.stderr.read()
check(run.returncode == 0 and not errors, "status and no word on standard error", (run.returncode, errors))
check(len(looks) == 12 and killed, "all looks come, though a connection is killed", (len(looks), killed))
rows = {host["host"]: host for host in looks[3]} if len(looks) > 3 else {}
live = [name for name in REAL if rows.get(name, {}).get("state") == "live"]
check(len(live) == HOSTS, "all %d are live" % HOSTS, {n: rows[n]["why"] for n in rows if n not in live})
check("wants a password" in (rows.get(BAD[0], {}).get("why") or ""), "one that asks for a password says so", rows.get(BAD[0]))
ages = sorted(host["age"] for look in looks[3:] for host in look if host["host"] in REAL and host["age"] is not None)
p99 = ages[len(ages) * 99 // 100] if ages else 99
note("age of a row: half below %.2f s, 99 %% below %.2f s" % (ages[len(ages) // 2] if ages else 99, p99))
check(p99 < 5, "no row is late for another", ages[-5:])
back = [look for look in looks[-1] if look["host"] in REAL and look["state"] != "live"]
check(len(back) <= 1, "of one whose connection was killed only its own row waits", back)
left = subprocess.run(["pgrep", "-g", str(run.pid)], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
check(not left, "nothing is left running", left)
sshd.terminate()
sshd.wait(10)
done()
