#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A user whom only another program knows, behind a socket that a module of libc's asks, has a name all the
same: the reader of names is confined, and nothing it needs for that is refused."""

import glob
import json
import os
import shutil
import socket
import subprocess
import sys
import threading

from robust import MEMTOP, check, done, folder, skip_all

UID, NAME = 61200, "memtop-dynamic"


def answer(client):
    """The user database's protocol of systemd: JSON, each with a NUL behind it."""
    have = b""
    while True:
        more = client.recv(65536)
        if not more:
            return
        have += more
        while b"\0" in have:
            call, have = have.split(b"\0", 1)
            asked = json.loads(call).get("parameters", {})
            told = {"error": "io.systemd.UserDatabase.NoRecordFound", "parameters": {}}
            if asked.get("uid") == UID or asked.get("userName") == NAME:
                told = {"parameters": {"incomplete": False, "record": {
                    "userName": NAME, "uid": UID, "gid": UID, "service": "io.memtop.test",
                    "disposition": "dynamic"}}}
            client.sendall(json.dumps(told).encode() + b"\0")


def inside():
    """In mounts of its own: who else knows users, and which module is asked."""
    os.makedirs("/run/systemd/userdb")
    server = socket.socket(socket.AF_UNIX)
    server.bind("/run/systemd/userdb/io.memtop.test")
    os.chmod("/run/systemd/userdb/io.memtop.test", 0o666)
    server.listen(8)

    def serve():
        while True:
            client, _ = server.accept()
            threading.Thread(target=answer, args=(client,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    known = subprocess.run(["getent", "passwd", str(UID)], capture_output=True, text=True, check=False).stdout
    sleeper = subprocess.Popen(["sleep", "60"], user=UID, group=UID, extra_groups=[])
    seen = subprocess.run([MEMTOP, "--json", "-n", "6", "-d", "0.5", "-p", str(sleeper.pid), "--columns", "user"],
                          capture_output=True, text=True, check=False).stdout
    sleeper.kill()
    print(json.dumps([known, seen]))


if "inside" in sys.argv:
    inside()
    sys.exit(0)
if os.geteuid() != 0:
    skip_all("root is needed")
if not glob.glob("/usr/lib*/*/libnss_systemd.so.2") + glob.glob("/lib*/libnss_systemd.so.2"):
    skip_all("libnss_systemd is not here")
if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
    skip_all("no mounts of its own can be made here")

conf = os.path.join(folder, "nsswitch.conf")
with open(conf, "w", encoding="utf-8") as file:
    file.write("passwd: files systemd\ngroup: files systemd\n")
out = subprocess.run(["unshare", "-m", "sh", "-c", "mount -t tmpfs none /run && mount --bind %s /etc/nsswitch.conf "
                      "&& exec %s %s inside" % (conf, sys.executable, os.path.abspath(__file__))],
                     capture_output=True, text=True, env=dict(os.environ, MEMTOP=os.path.abspath(MEMTOP)), check=False)
if not out.stdout.startswith("["):
    skip_all("mounts are refused here: " + out.stderr[-200:])
known, seen = json.loads(out.stdout)
if NAME not in known:
    skip_all("this libnss_systemd does not ask there")
check(NAME in seen, "its name is found through the socket", seen[-500:])
done()
