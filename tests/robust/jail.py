#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A process in a jail puts links in the place of a file it has mapped: looked at in depth by root, nothing of
the host is opened for it."""

import mmap
import os
import shutil
import signal
import subprocess
import sys

from robust import MEMTOP, check, done, folder, skip_all, wait_until

if os.geteuid() != 0:
    skip_all("root is needed")

jail = os.path.join(folder, "jail")
fifo = os.path.join(folder, "fifo")
woken = os.path.join(folder, "woken")
os.makedirs(jail + jail)
os.mkfifo(fifo)
shutil.copy(os.path.realpath(sys.executable), jail + "/lib.so")
ready, tell = os.pipe()

prisoner = os.fork()
if prisoner == 0:
    try:
        os.chroot(jail)
        os.chdir("/")
        fd = os.open("/lib.so", os.O_RDONLY)
        kept = mmap.mmap(fd, 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC)
        kept[:1]
        os.unlink("/lib.so")
        for name in (jail + "/lib.so (deleted)", "/lib.so (deleted)", "/lib.so"):
            os.symlink(fifo, name)
        os.write(tell, b"x")
        signal.pause()
    finally:
        os._exit(1)
os.close(tell)
up = os.read(ready, 1)

waiter = os.fork()
if waiter == 0:
    os.close(os.open(fifo, os.O_WRONLY))  # until somebody opens it to read
    os.close(os.open(woken, os.O_CREAT | os.O_WRONLY))
    os._exit(0)
blocked = wait_until(lambda: open("/proc/%d/stat" % waiter, encoding="utf-8").read().split()[2] == "S")
seen = subprocess.run([MEMTOP, "-p", str(prisoner), "--detail"], capture_output=True, text=True, check=False)
check(up == b"x" and blocked, "a file is mapped, and links lie in its place")
check(seen.returncode == 0 and "Parts" in seen.stdout or "RSS" in seen.stdout, "it is looked at in depth",
      seen.stdout[:500])
check(not os.path.exists(woken), "what the links point to was not opened")
for pid in (prisoner, waiter):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
done()
