#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The flight recorder: killed at any moment it loses a look at most, goes on in the same folder, and is played as one."""

import json
import os
import re
import signal
import stat
import subprocess
import time

from robust import MEMTOP, check, done, folder, wait_until

LIMIT_S = 60
home = os.path.join(folder, "state")
kept = os.path.join(home, "flight")


def start(*options):
    return subprocess.Popen([MEMTOP, "--flight", kept, "-d", "0.2", *options], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")


def memtop(*options):
    return subprocess.run([MEMTOP, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", timeout=LIMIT_S, check=False)


def looks():
    end = memtop("--report-from", kept, "--json")
    return json.loads(end.stdout)["looks"] if end.returncode == 0 else 0


end = memtop("--flight", kept, "--status")
check(end.returncode == 1 and "nothing is recorded there" in end.stderr, "no recording: it says so, status 1", end)
first = start()
wait_until(lambda: looks() >= 4, LIMIT_S)
end = memtop("--flight", kept, "--status")
check(end.returncode == 0 and "being recorded now" in end.stdout and "not being" not in end.stdout,
      "--status says that it is being recorded", end)
end = memtop("--flight", kept, "-n", "1")
check(end.returncode == 1 and "another memtop records there" in end.stderr, "a second one is refused", end)
before = looks()
first.send_signal(signal.SIGKILL)
first.wait()
check(looks() >= before >= 4, "kill -9 leaves what was written", (before, looks()))
names = sorted(os.listdir(kept))
modes = {stat.S_IMODE(os.stat(os.path.join(kept, name)).st_mode) for name in names}
check(stat.S_IMODE(os.stat(kept).st_mode) == 0o700 and stat.S_IMODE(os.stat(home).st_mode) == 0o700 and modes == {0o600},
      "the folders are 0700, the files 0600", (names, modes))
before = looks()
second = start()
wait_until(lambda: looks() >= before + 3, LIMIT_S)
second.send_signal(signal.SIGTERM)
check(second.wait(LIMIT_S) in (-signal.SIGTERM, 128 + signal.SIGTERM) and len(os.listdir(kept)) == len(names) + 1,
      "it goes on in the same folder, and ends when it is told to", os.listdir(kept))
end = memtop("--flight", kept, "--status")
check("not being recorded now" in end.stdout and "2 segments" in end.stdout, "--status says that it is not", end)
end = memtop("-b", "-n", "3", "--replay", kept)
tables = re.findall(r"^ *PID .* COMMAND$", end.stdout, re.M)
check(end.returncode == 0 and len(tables) == 3, "a folder is replayed", (end.returncode, len(tables), end.stderr))
end = memtop("-b", "--replay", home)
check(end.returncode != 0 and "nothing that memtop --flight recorded" in end.stderr, "another folder is refused", end)
shared = os.path.join(folder, "shared")
os.mkdir(shared)
os.chmod(shared, 0o777)
end = memtop("--flight", shared, "-n", "1")
check(end.returncode == 1 and "others may write" in end.stderr and not os.listdir(shared),
      "a folder that others may write into is refused", end)
done()
