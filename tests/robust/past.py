#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What happened at 03:10, and before the last kill: --at and --last-kill of recordings, of a flight recorder's folder
with a night missing in it, printed and on the screen."""

import json
import os
import signal
import struct
import subprocess
import sys
import time

from robust import FAULTS, MEMTOP, Terminal, check, done, folder, only_killer, sanitized, skip, wait_until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import recording  # noqa: E402

LIMIT_S = 60
GIB = 1 << 30
os.environ["TZ"] = "UTC"            # a recording's second 0 is 2023-11-14 22:13:20
SHOP = "/shop.slice/shop.service"


def memtop(*options, **env):
    return subprocess.run([MEMTOP, *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", timeout=LIMIT_S, check=False, env=dict(os.environ, **env))


def ordered(frames):
    """A key says so first, as every writer must."""
    return (dict({"key": True}, **frame) if frame.get("key") else frame for frame in frames)


def killed():
    """A program grows 2 MiB a second in its group and is killed at 2:00 by the limit of that; another is still."""
    for second in range(151):
        parts = recording.key_parts(second) or {"use": [[10, 200_000 + 2048 * second, 4000, 900_000]]}
        if second % 60 == 0:
            parts["use"] = [[10, 200_000 + 2048 * second, 4000, 900_000], [11, 300_000, 4000, 600_000]]
            parts["born"] = [recording.born(10, 500, "climber"), recording.born(11, 600, "still")]
            parts["text"] = [[10, "cgroup", SHOP], [11, "cgroup", "/other.service"]]
        if second >= 120:
            parts = {"key": True, "born": [recording.born(11, 600, "still")], "use": [[11, 300_000, 4000, 600_000]]} \
                if second % 60 == 0 else {}
        if second == 120:
            parts["kills"] = [[SHOP, SHOP, 445_760, 1, False]]
        yield recording.tick(second + 1, second, recording.system(oom_kills=int(second >= 120)), **parts)


story, kill = os.path.join(folder, "story"), os.path.join(folder, "kill")
recording.write(story, recording.story())
recording.write(kill, ordered(killed()))

end = memtop("--at", "22:15:20", "--replay", story)
check(end.returncode == 0 and end.stdout.startswith("2023-11-14 22:15:20, ") and "Climbing then:\n  climber (10): " in
      end.stdout and "No kill for want of memory in the 2 minutes before" in end.stdout, "a time of the day", end)
look = json.loads(memtop("--at", "2023-11-14 22:15:20", "--replay", story, "--json").stdout)
check([g["pid"] for g in look["grew"]] == [10] and look["grew"][0]["climbing"] and look["kill"] is None and
      look["time"] == look["asked"] == look["recorded_from"] + 120 and look["look"]["processes"][0]["command"] == "climber",
      "the same for programs", look)
with open(story, encoding="utf-8") as lines:
    origin = [json.loads(line) for line in lines][1]["t"]
for words, seconds in (("-30s", 210), ("-4m", 0), ("22:15", 100), ("2023-11-14T22:14:00", 40)):
    look = json.loads(memtop("--at", words, "--replay", story, "--json").stdout)
    check(look["time"] == look["recorded_from"] + seconds, "--at %s" % words, look)
end = memtop("--at", "22:17", "--replay", story)
check("Seen from then: The kernel killed a process 40 s ago" in end.stdout, "a kill before is told", end)
end = memtop("--at", "22:13", "--replay", story)
check(end.returncode == 1 and "reaches back to 2023-11-14 22:13:20" in end.stderr and "--keep" not in end.stderr,
      "what lies before it: how far it reaches, and no word of --keep, which is of the recorder", end)
end = memtop("--at", "2023-11-15 03:10", "--replay", story)
check(end.returncode == 1 and "ends at 2023-11-14 22:17:20" in end.stderr and "nothing was recorded" in end.stderr, "what lies behind it", end)
marked = os.path.join(folder, "marked")
with open(story, "rb") as lines, open(marked, "wb") as file:
    file.write(b"\xef\xbb\xbf" + lines.read())
end = memtop("--at", "22:15:20", "--replay", marked)
check(end.stdout == memtop("--at", "22:15:20", "--replay", story).stdout and not end.stderr,
      "a byte order mark before it", end)
# a clock that runs an hour ahead for the first minute and is set right, as at the start of many a machine
ahead = os.path.join(folder, "ahead")
with open(kill, encoding="utf-8") as lines, open(ahead, "w", encoding="utf-8") as file:
    for line in map(json.loads, lines):
        if "t" in line:
            since = line["t"] - origin
            line["wall"] = 1_700_000_000_000 + since + (3_600_000 if since < 60_000 else 0)
            line = {key: line[key] for key in sorted(line, key=("wall", "t", "seq", "key").__contains__, reverse=True)}
        file.write(json.dumps(line, separators=(",", ":")) + "\n")
for words, seconds in (("22:14:40", 80), ("-20s", 130), ("2023-11-14 23:13:30", 10)):
    look = json.loads(memtop("--at", words, "--replay", ahead, "--json").stdout or '{"look": null}')
    check(look["look"] is not None and round(look["look"]["boot"] * 1000) == origin + seconds * 1000, "a clock set back: --at %s" % words, look)
end = memtop("--at", "22:14:10", "--replay", ahead)
check(end.returncode == 1 and "reaches back" in end.stderr, "what it showed at no time", end)


def looks_around_jump(path):
    """Records to PATH while the wall clock is set an hour back, and until a whole second begins behind that; of each
    look in turn the clock's distance, whether it begins anew, and the clock."""
    clock, looks, behind = os.path.join(folder, "clock"), {}, []
    with open(clock, "wb") as file:
        file.write(bytes(16))
    env = dict(os.environ, LD_PRELOAD=FAULTS, FAULT_CLOCK=clock)
    with open(path, "w", encoding="utf-8") as file, \
            subprocess.Popen([MEMTOP, "--stream", "-d", "0.2"], stdout=subprocess.PIPE, env=env,
                             encoding="utf-8") as run:
        for line in run.stdout:
            file.write(line)
            look = json.loads(line)
            if "seq" not in look:
                continue
            looks.setdefault(look["seq"], (look["wall"] - look["t"], look.get("key", False), look["wall"]))
            if look["seq"] == 4:
                with open(clock, "r+b") as times:
                    times.write(struct.pack("=qq", -3_600_000, 0))
            if looks[look["seq"]][0] < looks[1][0] - 3_000_000:
                behind.append(look["wall"])
            if behind and behind[-1] // 1000 * 1000 > behind[0]:
                run.terminate()
                break
    return [looks[seq] for seq in sorted(looks)]


if os.path.exists(FAULTS) and not sanitized():
    jump = os.path.join(folder, "jump")
    looks = looks_around_jump(jump)
    after = [look for look in looks if look[0] < looks[0][0] - 3_000_000]
    check(after and len(after) < len(looks) and after[0][1] and not all(look[1] for look in looks),
          "where the clock is set a recording begins anew", looks)
    wanted = after[-1][2] // 1000 * 1000 if after else 0
    words = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(wanted / 1000))
    look = json.loads(memtop("--at", words, "--replay", jump, "--json").stdout or '{"time": 0}')
    check(round(look["time"] * 1000) in [wall for _, _, wall in after], "so that --at finds what is behind it",
          (look["time"], words))
end = memtop("--at", "03.10", "--replay", story)
check(end.returncode == 2 and "--at wants a time such as 03:10" in end.stderr, "what is no time", end)
with open(story, encoding="utf-8") as lines:
    end = subprocess.run([MEMTOP, "--at", "22:15", "--replay", "-"], stdin=lines, stdout=subprocess.PIPE, check=False)
check(end.returncode == 0, "a file on standard input is one", end)
end = subprocess.run("cat %s | %s --at 22:15 --replay -" % (story, MEMTOP), shell=True, stderr=subprocess.PIPE,
                     encoding="utf-8", check=False)
check(end.returncode == 1 and "through a pipe" in end.stderr, "a pipe cannot be moved in time", end)

end = memtop("--last-kill", "--replay", kill)
check(end.returncode == 0 and end.stdout.startswith("The kernel killed climber (10, ") and
      "it met the limit of 435 MiB of " + SHOP in end.stdout and "in group " + SHOP in end.stdout and
      "Who grew into it:\n  climber (10): 42" in end.stdout and "The look before, 2023-11-14 22:15:19" in end.stdout and
      "still (11)" not in end.stdout, "the last kill: who, in which group, at which limit, who grew into it", end)
look = json.loads(memtop("--last-kill", "--replay", kill, "--json").stdout)
check(look["kill"]["name"] == "climber" and look["kill"]["group"] == SHOP and look["kill"]["limit"] == 445_760 * 1024 and
      [g["name"] for g in look["grew"]] == ["climber"] and
      look["look"]["processes"][0]["rss"] == (200_000 + 2048 * 119) * 1024, "the same for programs", look)
end = memtop("--last-kill", "--replay", story)
check("The kernel killed a process" in end.stdout and "climber (10)" in end.stdout,
      "a stream that only counts kills", end)
quiet = os.path.join(folder, "quiet")
recording.write(quiet, recording.pool())
end = memtop("--last-kill", "--replay", quiet)
check(end.returncode == 1 and "tells of no kill" in end.stderr, "none in it", end)

flight = os.path.join(folder, "flight")
os.mkdir(flight)
os.link(story, os.path.join(flight, "000001-20231114T221320Z.zst"))
recording.WALL_MS += 8 * 3600 * 1000   # the next morning, in the same boot
recording.BOOT_MS += 8 * 3600 * 1000
recording.write(os.path.join(flight, "000002-20231115T061320Z.zst"), recording.kernel())
end = memtop("--at", "2023-11-15 03:10", MEMTOP_FLIGHT=flight)
check(end.returncode == 0 and end.stdout.startswith("2023-11-14 22:17:20, ") and
      "the last look before 2023-11-15 03:10:00: nothing was recorded in between" in end.stdout,
      "a moment in a gap is the look before it, and that is said", end)
os.unlink(os.path.join(flight, "000001-20231114T221320Z.zst"))
with open(story, encoding="utf-8") as lines, \
        open(os.path.join(flight, "000001-20231114T221320Z.zst"), "w", encoding="utf-8") as cut:
    cut.writelines(lines.readlines()[:-13])
end = memtop("--at", "2023-11-15 03:10", MEMTOP_FLIGHT=flight)
check(end.stdout.startswith("2023-11-14 22:17:07, "), "the very last, whenever that was", end)
end = memtop("--last-kill", MEMTOP_FLIGHT=flight)
check("That was at 2023-11-14 22:16:20" in end.stdout, "the last kill is looked for in all that is kept", end)
end = memtop("--at", "-2h", MEMTOP_FLIGHT=os.path.join(folder, "nothing"))
check(end.returncode == 1 and "nothing was recorded in" in end.stderr and "--flight" in end.stderr,
      "where nothing is recorded: what to do", end)
end = memtop("--at", "-2h", MEMTOP_FLIGHT=flight)
check(end.returncode == 1 and "ends at 2023-11-15 06:18:20" in end.stderr and "is memtop --flight running?" in end.stderr,
      "a flight recorder that stopped long ago", end)

screen = Terminal("--at", "22:15:20", "--replay", story, size=(24, 110))
check(screen.wait_for(rb"22:15:20 x1, paused", LIMIT_S), "on a terminal it is replayed from there", screen.out)
screen.type(b"q")
check(screen.wait(LIMIT_S) and screen.status == 0, "and ends", screen.status)
screen = Terminal("--at", "2023-11-15 03:10", "--replay", story)
check(screen.wait(LIMIT_S) and screen.status == 1 and b"ends at" in screen.out, "or says why not", screen.out)


def real_kill():
    """A hog in a group of 40 MiB beside a flight recorder."""
    v1 = "/sys/fs/cgroup/memory"
    group = os.path.join(v1 if os.path.isdir(v1) else "/sys/fs/cgroup", "memtop-past-%d" % os.getpid())
    limit = "memory.limit_in_bytes" if os.path.isdir(v1) else "memory.max"
    try:
        os.mkdir(group)
        with open(os.path.join(group, limit), "w", encoding="ascii") as file:
            file.write(str(40 << 20))
    except OSError as error:
        if os.path.isdir(group):
            os.rmdir(group)
        skip("a real kill in a group", "no control group can be made here: %s" % error)
        return

    def join():
        with open(os.path.join(group, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write(str(os.getpid()))

    kept = os.path.join(folder, "killed")
    recorder = subprocess.Popen([MEMTOP, "--flight", kept, "-d", "0.2"], stdin=subprocess.DEVNULL)
    wait_until(lambda: os.path.isdir(kept) and os.listdir(kept), LIMIT_S)
    hog = subprocess.Popen([sys.executable, "-c", "import time; kept = []\nwhile True: kept.append(bytearray(b'x') * "
                            "(1 << 20)); time.sleep(0.06)"], preexec_fn=join)  # pylint: disable=subprocess-popen-preexec-fn
    try:
        status = hog.wait(LIMIT_S)
        told = wait_until(lambda: memtop("--last-kill", "--replay", kept).returncode == 0, LIMIT_S)
        time.sleep(1)
    finally:
        hog.kill()
        recorder.terminate()
        recorder.wait(LIMIT_S)
        os.rmdir(group)
    look = json.loads(memtop("--last-kill", "--replay", kept, "--json").stdout) if told else {}
    name = "/" + os.path.basename(group)
    check(status == -signal.SIGKILL and look["kill"]["pid"] == hog.pid and look["kill"]["limit"] == 40 << 20 and
          look["kill"]["group"].endswith(name) and look["kill"]["cgroup"].endswith(name) and
          [grower["pid"] for grower in look["grew"]] == [hog.pid],
          "a real kill in a group: who, where, at which limit, who grew into it", look)


only_killer()
real_kill()
done()
