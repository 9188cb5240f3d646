#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The flight recorder: killed at any moment it loses a look at most, goes on in the same folder, and is played as one."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import time

from robust import LONG, MEMTOP, check, done, folder, skip, wait_until

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
for words in (("--flight", "--status", kept), ("--flight", "--status", kept, "-d", "1"),
              ("--flight", "-d", "1", "--status", kept)):
    end = memtop(*words)
    check(end.returncode == 0 and "being recorded now" in end.stdout and kept in end.stdout,
          "the folder may stand behind %s" % words[-2], (words, end))
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


def last_look(path):
    """When the last look in it was, as seconds since 1970; 0: there is none."""
    end = memtop("--at", "-0", "--replay", path, "--json")
    return json.loads(end.stdout)["time"] if end.returncode == 0 else 0


shot, lost = os.path.join(folder, "shot"), []
for _ in range(100 if LONG else 4):
    # looks come every 0.2 s; what a busy machine delays is not lost, so what counts is what was told as written
    begun, recorder = time.time(), subprocess.Popen([MEMTOP, "--flight", shot, "-d", "0.2"], stdin=subprocess.DEVNULL)
    wait_until(lambda begun=begun: last_look(shot) > begun, LIMIT_S)
    known = last_look(shot)
    recorder.kill()
    recorder.wait()
    after = last_look(shot)
    if not known <= after:
        lost.append((known, after))
check(not lost, "kill -9, again and again: nothing that was written is lost", lost)


def small_disk(name, size):
    """A file system of that size at that name in our folder; None: nothing can be mounted here."""
    disk = os.path.join(folder, name)
    os.mkdir(disk)
    end = subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0700,size=" + size, "tmpfs", disk],
                         stderr=subprocess.DEVNULL, check=False)
    return disk if end.returncode == 0 else None


def fill_disk():
    """A disk of 1 MiB that is nearly full: the recorder says so and goes on when there is room again."""
    disk = small_disk("disk", "1m")
    if disk is None:
        return skip("a full disk", "nothing can be mounted here")
    stone, errors = os.path.join(disk, "stone"), os.path.join(folder, "errors")
    try:
        with open(stone, "wb") as file:
            file.write(b"x" * (1020 << 10))
        with open(errors, "w", encoding="utf-8") as file:
            recorder = subprocess.Popen([MEMTOP, "--flight", os.path.join(disk, "f"), "-d", "0.1"],
                                        stdin=subprocess.DEVNULL, stderr=file)

        def told():
            with open(errors, encoding="utf-8") as file:
                return file.read()
        check(wait_until(lambda: "No space left" in told(), LIMIT_S), "a full disk is told", told())
        os.unlink(stone)
        check(wait_until(lambda: last_look(os.path.join(disk, "f")) > 0, LIMIT_S), "and it goes on when there is room",
              told())
        check(recorder.poll() is None and told().count("No space left") == 1, "which is told once", told())
        recorder.terminate()
        recorder.wait(LIMIT_S)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def go_round():
    """A disk of 512 KiB that its own ring would fill: the oldest go, and it goes on."""
    disk = small_disk("small", "512k")
    if disk is None:
        return skip("a small disk", "nothing can be mounted here")
    ring = os.path.join(disk, "f")
    os.mkdir(ring, 0o700)
    try:
        for i in range(8):
            with open(os.path.join(ring, "%06d-20260101T0%d0000Z.zst" % (i + 1, i)), "wb") as file:
                file.write(b"x" * (1 << 16 if i < 7 else (1 << 16) - 4096))
        recorder = subprocess.Popen([MEMTOP, "--flight", ring, "-d", "0.1"], stdin=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
        check(wait_until(lambda: last_look(ring) > 0 and "000001-20260101T000000Z.zst" not in os.listdir(ring), LIMIT_S),
              "a disk that its own recording fills: the oldest make room", os.listdir(ring))
        check(len(os.listdir(ring)) >= 4, "and no more of them than that takes", os.listdir(ring))
        recorder.terminate()
        recorder.wait(LIMIT_S)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def take_away():
    """Its folder is removed under it: it says so and begins anew."""
    away, errors = os.path.join(folder, "away"), os.path.join(folder, "away.errors")
    with open(errors, "w", encoding="utf-8") as file:
        recorder = subprocess.Popen([MEMTOP, "--flight", os.path.join(away, "f"), "-d", "0.1"],
                                    stdin=subprocess.DEVNULL, stderr=file)
    wait_until(lambda: last_look(os.path.join(away, "f")) > 0, LIMIT_S)
    os.rename(away, away + ".old")
    check(wait_until(lambda: last_look(os.path.join(away, "f")) > 0, LIMIT_S), "a folder that is taken away is made again")
    with open(errors, encoding="utf-8") as file:
        check("was removed" in file.read(), "which is told")
    recorder.terminate()
    recorder.wait(LIMIT_S)


def shut_away():
    """Another user's recordings, and a file where there may be none: what can be done is said, whatever asks."""
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return skip("recordings of another user", "needs root and setpriv(1)")
    program, lone = os.path.join(folder, "memtop"), os.path.join(folder, "lone.jsonl")
    shutil.copy(MEMTOP, program)
    shutil.copy(MEMTOP, lone)
    os.chmod(folder, 0o755)
    os.chmod(lone, 0o600)
    reads = [(mode + ("--replay", what), what) for what in (kept, lone)
             for mode in (("-b",), ("-b", "--at", "-1s"), ("--last-kill",), ("--verdicts",))]
    reads += [(("--flight", "--status", kept), kept), (("--report-from", lone), lone), (("--compare", lone, lone), lone)]
    reads = [(words, what + ": Permission denied; it is for its owner alone: sudo memtop ... reads it") for words, what in reads]
    fresh, no_folder = os.path.join(folder, "fresh.zst"), os.path.join(folder, "none", "fresh.zst")
    writes = [(("-b", "-n", "1", "--record", fresh), fresh + ": Permission denied; name a file where you may write"),
              (("-b", "-n", "1", "--append", "--record", lone), lone + ": Permission denied; name a file where you may write"),
              (("-b", "-n", "1", "--record", no_folder), no_folder + ": No such file or directory; its folder has to be there")]
    os.chmod(home, 0o755)
    for words, wanted in reads + writes:
        end = subprocess.run(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", program, *words],
                             stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=LIMIT_S, check=False)
        check((end.returncode, end.stdout, end.stderr) == (1, "", "memtop: %s\n" % wanted), "refused: " + " ".join(words), end)


fill_disk()
go_round()
take_away()
shut_away()
done()
