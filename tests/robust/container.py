#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A memory limit above memtop itself comes before the machine's memory: from the first look on, everywhere."""

import json
import os
import re
import subprocess
import tempfile
import time

from robust import BUILD, MEMTOP, SOURCE, check, done, folder, skip, skip_all

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
FAKE = os.path.join(SOURCE, "tests/lib/fakeproc.py")
MIB = 1024
# 200 MiB, 170 used, 40 of them files that can be dropped: 70 left, 35 %; the machine has 5 of 8 GiB
PARTS = "anon=%d file=%d shmem=%d inactive_file=%d active_file=%d file_dirty=%d file_writeback=%d" % tuple(
    n * MIB for n in (110, 55, 5, 10, 40, 8, 2))


def tree(name, *lines):
    path = os.path.join(folder, name)
    subprocess.run(["python3", FAKE, path, *lines], check=True)
    return path


def run(path, *args):
    return subprocess.run([RUN, path, MEMTOP, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", check=False, timeout=60)


def remove(group):
    """A control group, once those that were in it are gone."""
    for _ in range(100):
        try:
            os.rmdir(group)
            break
        except OSError:
            time.sleep(0.05)


plain = tree("plain", "meminfo MemTotal=8388608")
if subprocess.run([RUN, plain, "true"], check=False, stderr=subprocess.DEVNULL).returncode == 77:
    skip_all("no mount namespace can be made here")

CASES = {
    "v2, a limit of its own": ["cgroup /shop", "group /shop current=174080 max=204800 " + PARTS],
    "v2, a limit above": ["cgroup /shop/a/b", "group /shop current=174080 max=204800 " + PARTS,
                          "group /shop/a/b current=4096 max=max"],
    "v2, in a cgroup namespace": ["cgroup /", "group / current=174080 max=204800 " + PARTS],
    "v1": ["hierarchy v1", "cgroup /shop", "group /shop current=174080 max=204800 " + PARTS],
    "v2, memory.high alone": ["cgroup /shop", "group /shop current=174080 max=max high=204800 " + PARTS],
    "v2, behind 2000 mounts": ["mounts 2000", "cgroup /shop",
                               "group /shop current=174080 max=204800 " + PARTS],
}
for number, (name, lines) in enumerate(CASES.items()):
    path = tree("case%d" % number, *lines, "process 50 name=shop rss=102400 cgroup=/shop")
    told = run(path, "-b", "-n", "1").stdout.splitlines() or [""]
    check(told[0].startswith("Memory is not the problem: 35 % of this container's 200 MiB available"),
          name + ": the sentence of the first look", told[:3])
    look = json.loads(run(path, "--json", "-n", "1").stdout)
    container, shop = look["container"], [p for p in look["processes"] if p["pid"] == 50][0]
    check((container["limit"], container["usage"], container["reclaimable"], container["available"]) ==
          (200 << 20, 170 << 20, 40 << 20, 70 << 20), name + ": JSON", container)
    check((look["system"]["total"], look["system"]["available"], container["machine_total"]) ==
          (200 << 20, 70 << 20, 8 << 30), name + ": JSON of what there is", look["system"])
    check(shop["mem"] == 50, name + ": %MEM", shop)
    match = run(path, "--check", "available<36%")
    check(match.returncode == 1 and "70 MiB of 200 MiB available" in match.stdout + match.stderr,
          name + ": a check at the first look", match)
    check(run(path, "--check", "available<34%").returncode == 0, name + ": a check that does not match")
    told = run(path, "-b", "--account").stdout
    check(re.search(r"^in all +200\.000M +100\.0 %$", told, re.M) and
          re.search(r"^  shop +100\.000M +50\.0 %$", told, re.M) and
          re.search(r"^the kernel's, for this container +5120K", told, re.M),
          name + ": the account", told[:1200])
    check([p["pid"] for p in json.loads(run(path, "--json", "-n", "1", "-F", "rss>=50%").stdout)["processes"]] == [50],
          name + ": a share in a filter")

# no limit, or one above all the machine has: the machine
for number, lines in enumerate((["cgroup /x", "group /x current=4096 max=max"],
                                ["cgroup /x", "group /x current=4096 max=99999999"], ["hierarchy none"])):
    path = tree("none%d" % number, *lines)
    look = json.loads(run(path, "--json", "-n", "1").stdout)
    check(look["system"]["total"] == 8 << 30 and look["container"]["limit"] is None, "no container: %s" % lines[-1],
          look["container"])

# the machine has less left than the limit would allow
path = tree("less", "meminfo MemAvailable=51200", *CASES["v2, a limit of its own"])
look = json.loads(run(path, "--json", "-n", "1").stdout)
check(look["system"]["available"] == 50 << 20, "no more than the machine has", look["system"])

# swap that the group may not use
path = tree("swap", "cgroup /shop", "group /shop current=174080 max=204800 swap.max=0 swap.current=0 " + PARTS)
look = json.loads(run(path, "--json", "-n", "1").stdout)
check(look["system"]["swap_total"] == 0 and look["container"]["swap_limit"] == 0, "its swap", look["system"])

# what a group below is protected by is not there for the limit above it, its own limit takes it all the same
path = tree("protected", "cgroup /a/b",
            "group /a current=174080 max=204800 " + PARTS,
            "group /a/b current=174080 max=max min=133120 " + PARTS)
look = json.loads(run(path, "--json", "-n", "1").stdout)
check(look["container"]["available"] == (30 + 40) << 20, "protected, but less than it uses", look["container"])
subprocess.run(["python3", FAKE, path, "group /a/b current=174080 max=max low=153600 " + PARTS], check=True)
look = json.loads(run(path, "--json", "-n", "1").stdout)
check(look["container"]["available"] == (30 + 20) << 20, "protected: half of its files stay", look["container"])
path = tree("own", "cgroup /a", "group /a current=174080 max=204800 min=204800 " + PARTS)
look = json.loads(run(path, "--json", "-n", "1").stdout)
check(look["container"]["available"] == 70 << 20, "its own protection does not hold against its own limit",
      look["container"])

# a tmpfs behind 2000 other mounts is found all the same
shm = "/dev/shm"
if os.path.ismount(shm) and os.access(shm, os.W_OK):
    device = os.stat(shm).st_dev
    with tempfile.NamedTemporaryFile(dir=shm) as file:
        file.write(bytes(1 << 20))
        file.flush()
        path = tree("tmpfs", "mounts 2000", "tmpfs %s %d:%d" % (shm, os.major(device), os.minor(device)))
        with subprocess.Popen([RUN, path, MEMTOP, "--stream", "-n", "120", "-d", "0.5"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, encoding="utf-8") as watch:
            check(any(entry[0] == shm for line in watch.stdout for entry in json.loads(line).get("tmpfs", [])),
                  "a tmpfs behind 2000 mounts")
            watch.terminate()
else:
    skip("a tmpfs behind 2000 mounts", "there is none at /dev/shm")

# a cgroup of which nothing can be read, as without the memory controller, is no pass
path = tree("unread", "hierarchy none", "process 50 name=shop anon=1000 cgroup=/system.slice/shop.service")
match = run(path, "--check", "container=shop.service and unreclaimable>1k")
check(match.returncode == 2, "a container of which nothing is known", match)

# many rows in a table of one look: each with what its memory is, whose it is, and a verdict
path = tree("many", "cgroup /", *["group /s%d.slice/x.service current=2000 max=9000 anon=1000" % n for n in range(200)],
            *["process %d name=w anon=1000 cgroup=/s%d.slice/x.service" % (1000 + n, n) for n in range(200)])
rows = [line.split() for line in run(path, "-b", "--containers", "-n", "1").stdout.splitlines() if "x.service" in line]
check(len(rows) == 200 and {(row[1], row[4], row[8], row[-1]) for row in rows} == {("1000K", "11%", "new", "1")},
      "200 containers in one look", rows[:1] + rows[-1:])

# what conmon was told to call it is known at the first look, to whoever may read no file of an engine
number = "%064x" % 703710
scope = "/machine.slice/libpod-%s.scope" % number
path = tree("named", "cgroup /", "group %s current=20480 max=40960 anon=10240" % scope,
            'process 50 name=conmon "cmdline=/usr/bin/conmon -c %s -n shop"' % number,
            "process 51 name=sh ppid=50 anon=9000 cgroup=%s/container" % scope)
rows = json.loads(run(path, "--json", "--containers", "-n", "1").stdout)["containers"]
check([(row["name"], row["id"]) for row in rows if row["path"] == scope] == [("shop", number)], "conmon's name", rows)
match = run(path, "--check", "container=shop and unreclaimable>20%")
check(match.returncode == 1, "... and a check by it", match)
match = run(path, "-b", "-n", "1", "-F", "container=shop")
check(" sh\n" in match.stdout, "... and a filter", match.stdout[-300:])

# one that only a container has mounted, as long as it has
GROUPS = "/sys/fs/cgroup/memory" if os.path.isdir("/sys/fs/cgroup/memory") else "/sys/fs/cgroup"
group = os.path.join(GROUPS, "memtop-tmpfs-%d" % os.getpid())
point = os.path.join(folder, "only there")
os.makedirs(point)
try:
    os.mkdir(group)
except OSError as error:
    skip("a container's own tmpfs", "no control group can be made here: %s" % error)
else:
    fills = 'echo $$ >"$1/cgroup.procs" && mount -t tmpfs own "$2" && head -c 4194304 /dev/zero >"$2/x" && echo; exec cat'
    inside = subprocess.Popen(["unshare", "-m", "sh", "-c", fills, "sh", group, point], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    made = inside.stdout.readline()
    watch = subprocess.Popen([MEMTOP, "--stream", "-d", "0.3", "-n", "400"], stdout=subprocess.PIPE,
                             stdin=subprocess.PIPE, encoding="utf-8")
    mounts, name = [], "/" + os.path.basename(group)
    for line in watch.stdout:
        look = json.loads(line)
        for entry in look.get("cgroups", []):
            if entry[0] == name and entry[18]:
                watch.stdin.write('{"ask":"groups","pids":[%d]}\n' % entry[18])
                watch.stdin.flush()
        # its namespace has the mounts of tests that run beside this one, too
        mounts += [entry[1:3] for entry in look.get("cgmounts", []) if entry[1].startswith(folder + "/")]
        if mounts:
            break
    watch.stdin.close()
    watch.stdout.close()
    watch.wait()
    inside.communicate()
    remove(group)
    if made:
        check(mounts == [[point, 4096]], "a container's own tmpfs", mounts)
    else:
        skip("a container's own tmpfs", "none can be mounted here")

# an engine puts a process into its cgroup some time after it was sighted, and then it never runs again
group = os.path.join(GROUPS, "memtop-after-%d" % os.getpid())
try:
    os.mkdir(group)
except OSError as error:
    skip("who is put elsewhere when it is young is found there", "no control group can be made here: %s" % error)
else:
    watch = subprocess.Popen([MEMTOP, "--json", "--containers", "-n", "120", "-d", "0.5"], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, encoding="utf-8")
    for _ in range(4):
        watch.stdout.readline()
    pause = subprocess.Popen(["sh", "-c", 'sleep 4; echo $$ >"$1/cgroup.procs"; exec sleep 300', "sh", group])
    looks, found = 0, False
    for line in watch.stdout:
        looks += 1
        found = "/" + os.path.basename(group) in [row["path"] for row in json.loads(line)["containers"]]
        if found:
            break
    watch.kill()
    watch.communicate()
    pause.kill()
    pause.wait()
    check(found, "who is put elsewhere when it is young is found there", looks)
    remove(group)

# mounted later
path = tree("later", "hierarchy none", *CASES["v2, a limit of its own"][:1],
            "group /shop current=174080 max=204800 " + PARTS)
watch = subprocess.Popen([RUN, path, MEMTOP, "--json", "-n", "9", "-d", "0.5"], stdout=subprocess.PIPE,
                         stdin=subprocess.DEVNULL, encoding="utf-8")
first = json.loads(watch.stdout.readline())
subprocess.run(["python3", FAKE, path, "hierarchy v2"], check=True)
last = first
for line in watch.stdout:
    last = json.loads(line)
watch.wait()
check(first["container"]["limit"] is None and last["container"]["limit"] == 200 << 20, "a controller mounted later",
      last["container"])
done()
