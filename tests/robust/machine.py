#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Odd machines: what containers, emulations, old kernels and ZFS hosts put into /proc, or leave out.

Any file of /proc may be missing, empty, cut or a folder: memtop starts, tells what is there, says null of what is
not, and one sentence of what is missing.
"""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import time

from robust import BUILD, MEMTOP, SKIP, check, done, folder, note, preloaded, sanitized, skip, skip_all
import fakeproc

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
GIB = 1 << 30
pool = concurrent.futures.ThreadPoolExecutor(4)


def made(name, *lines):
    tree = fakeproc.Tree(os.path.join(folder, name))
    for line in lines or ("process 500 name=server anon=50000 file=20000 shmem=30000 swap=1000 hwm=123456",):
        tree.line(line)
    return tree


def run(tree, *args):
    return subprocess.run([RUN, tree.root, MEMTOP, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False,
                          env=dict(os.environ, XDG_CONFIG_HOME="/nonexistent"))


def look(tree, *args):
    """The last tick as JSON."""
    done_run = run(tree, "-b", "-n", "1", "--json", *args)
    try:
        return json.loads(done_run.stdout.splitlines()[-1]), done_run
    except (ValueError, IndexError):
        return None, done_run


first = made("plain")
if subprocess.run([RUN, first.root, "true"], stderr=subprocess.PIPE, check=False).returncode == SKIP:
    skip_all("no made /proc without the right to mount")

# --- which of the kernel's caches grows: takes ten seconds, beside all else ----------------------------

SLABS = "slabinfo - version: 2.1\n# name  <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : ...\n" \
    "dentry %d %d 192 21 1 : tunables 0 0 0 : slabdata 0 0 0\nkmalloc-1k 90 96 1024 16 4 : tunables 0 0 0 :\n" \
    "kmalloc-192 %d %d 192 21 1 : tunables 0 0 0 : slabdata 0 0 0\n"


def grow_a_slab(tree):
    fakeproc.put(tree.at("slabinfo"), SLABS % (21000, 21000, 21000, 21000))
    stream = subprocess.Popen([RUN, tree.root, MEMTOP, "--stream", "-d", "0.5"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    told, end, ticks = None, time.monotonic() + 60, 0
    for line in iter(stream.stdout.readline, ""):
        frame = json.loads(line)
        ticks += "sys" in frame
        if ticks == 5:
            fakeproc.put(tree.at("slabinfo"), SLABS % (420000, 420000, 210000, 210000))  # dentries can be dropped
            tree.line("meminfo SUnreclaim=%d" % (65536 + 9000 * 4))
        told = frame.get("slabs")
        if told or time.monotonic() > end:
            break
    stream.kill()
    stream.wait()
    return told


slabs = pool.submit(grow_a_slab, made("slabs", "process 500 name=server rss=1000"))

# --- one file of the machine's is not as it should be -----------------------------------------------

NAMES = {"meminfo": ("total", "free", "available", "cache", "anon", "swap_total"),
         "vmstat": ("swap_in", "swap_out", "refaults", "majflt", "oom_kills"),
         "loadavg": ("load", "running"), "pressure/memory": ("psi_some", "psi_full"),
         "stat": (), "uptime": (), "sys/kernel/pid_max": (), "mounts": (), "filesystems": ()}
WRONG = ("gone", "empty", "folder", "cut")


def spoil(path, how):
    if how in ("gone", "folder"):
        os.unlink(path)
    if how == "folder":
        os.mkdir(path)
    if how == "empty":
        os.truncate(path, 0)
    if how == "cut":
        os.truncate(path, min(9, os.path.getsize(path) // 2))


def spoiled(case):
    name, how = case
    tree = made("%s-%s" % (name.replace("/", "-"), how))
    spoil(tree.at(*name.split("/")), how)
    return case, look(tree)


cases = [(name, how) for name in NAMES for how in WRONG[:4 if NAMES[name] else 1]]
for (name, how), (seen, ran) in pool.map(spoiled, cases):
    what = "%s %s" % (name, how)
    server = seen and [p for p in seen["processes"] if p["pid"] == 500]
    good = bool(server) and ran.returncode == 0 and server[0]["rss"] == 100000 << 10 and \
        server[0]["peak"] == 123456 << 10 and server[0]["swap"] == 1000 << 10
    check(good, what + ": the process is there", ran.stdout[:500] + ran.stderr)
    if not good:
        continue
    lost = [key for key in NAMES[name] if seen["system"][key] is not None]
    check(not lost, what + ": what is not known is null", lost)
    kept = [key for other in NAMES if other != name for key in NAMES[other]
            if seen["system"][key] is None and key not in ("swap_in", "swap_out", "refaults", "majflt")]
    check(not kept, what + ": all else is known", kept)
    says = {"gone": "is missing", "empty": "is empty", "folder": "cannot be read",
            "cut": "tells none of it" if name == "vmstat" else "does not tell it"}[how]
    if name == "meminfo":
        words = "How much memory this machine has is not known, /proc/meminfo %s: only processes are shown." % says
        check(seen["headline"]["text"] == words, what + ": the sentence", seen["headline"]["text"])
    words = {"meminfo": "memtop: How much memory this machine has is not known, /proc/meminfo %s: "
                        "only processes are shown.\n" % says,
             "vmstat": "memtop: Swap traffic, refaults and kills for want of memory are not known, "
                       "/proc/vmstat %s.\n" % says}.get(name, "")
    check(ran.stderr == words, what + ": said once", ran.stderr)

bare = made("bare")
for name in ("meminfo", "vmstat", "loadavg", "stat", "uptime"):
    os.unlink(bare.at(name))
text = run(bare, "-b", "-n", "1")
check(text.returncode == 0 and "Memory:" not in text.stdout and text.stdout.count("is missing") == 1 and
      text.stderr == "", "nothing of the machine: the table says so once", text.stdout[:400] + text.stderr)
text = run(bare, "-b", "-n", "1", "--account")
check(text.stdout == "This machine does not say how much memory it has.\n", "... and the account", text.stdout)

for expr, status, word in (("available<10%", 2, "UNDECIDED"), ("rss>1%", 2, "UNDECIDED"), ("mem>1", 2, "UNDECIDED"),
                           ("rss>90m", 1, "MATCH")):
    said = run(bare, "--check", expr)
    check(said.returncode == status and word in said.stdout + said.stderr,
          "a check of %s without the machine's memory: %s" % (expr, word), said.stdout + said.stderr)
check(run(bare, "-b", "-n", "1", "-F", "rss>1%").stdout.count("server") == 0, "... and a filter takes nobody in")

# --- meminfo whose lines contradict each other -----------------------------------------------------

odd = made("odd", "meminfo MemTotal=8000000 MemFree=9000000 MemAvailable=99000000 Cached=18446744073709346016 "
           "Shmem=18446744073709551615 AnonPages=9000000 SwapTotal=0 SwapFree=18446744073709346016",
           "process 500 name=server rss=100000")
seen, ran = look(odd)
system = seen["system"]
check(system["swap_free"] == 0 and system["swap_total"] == 0, "swap that went below zero is none", system)
check(all(system[key] <= system["total"] for key in ("free", "available", "cache", "shmem", "anon")),
      "no part is larger than the whole", system)

# --- caches outside the page cache ------------------------------------------------------------------

ARC = "13 1 0x01 147 39984 1 2\nname type data\nsize 4 %d\nc 4 %d\nc_min 4 1073741824\nc_max 4 21474836480\n"
MEMORY = ("meminfo MemTotal=33554432 MemFree=1300000 MemAvailable=1500000 Buffers=10000 Cached=300000 "
          "SReclaimable=100000 SUnreclaim=900000 AnonPages=9000000 Shmem=50000 SwapTotal=0 SwapFree=0")
zfs = made("zfs", MEMORY, "process 500 name=postgres rss=8000000")
os.makedirs(zfs.at("spl/kstat/zfs"))
fakeproc.put(zfs.at("spl/kstat/zfs/arcstats"), ARC % (19 * GIB, 19 * GIB))
seen, ran = look(zfs)
check(seen["system"]["available"] == (1500000 << 10) + 18 * GIB and seen["system"]["arc"] == 19 * GIB and
      seen["system"]["arc_reclaimable"] == 18 * GIB, "the cache of ZFS is available, but for its least", seen["system"])
check(seen["headline"]["text"].startswith("Memory is not the problem: 61 % available"), "... and no trouble",
      seen["headline"]["text"])
text = run(zfs, "-b", "-n", "1", "--account").stdout
check("cache of ZFS (ARC)                    19.000G  59.4 %" in text, "... and stands in the account", text)
check(run(zfs, "--check", "available<10%").returncode == 0, "... and no check takes it for used")
before = seen["system"]["total"] - seen["system"]["available"]
fakeproc.put(zfs.at("spl/kstat/zfs/arcstats"), ARC % (20 * GIB, 20 * GIB))
zfs.line("meminfo MemFree=%d MemAvailable=%d" % (1300000 - (1 << 20), 1500000 - (1 << 20)))
seen, ran = look(zfs)
check(seen["system"]["total"] - seen["system"]["available"] == before, "... nor does its filling use any",
      seen["system"])
fakeproc.put(zfs.at("spl/kstat/zfs/arcstats"), ARC % (99 * GIB, 99 * GIB))
seen, ran = look(zfs)
check(seen["system"]["available"] <= seen["system"]["total"] and seen["system"]["arc"] <= seen["system"]["total"],
      "a cache larger than memory", seen["system"])

gpu = made("gpu", MEMORY, "meminfo GPUActive=2000000 GPUReclaim=4000000 Balloon=3000000", "process 500 rss=100")
seen, ran = look(gpu)
check(seen["system"]["available"] == 5500000 << 10 and seen["system"]["gpu"] == 6000000 << 10 and
      seen["system"]["balloon"] == 3000000 << 10, "pages graphics drivers keep are available", seen["system"])
text = run(gpu, "-b", "-n", "1", "--account").stdout
check("graphics drivers " in text and "lent to the host (balloon) " in text, "... and in the account", text)

# --- huge pages -------------------------------------------------------------------------------------

huge = made("huge", "meminfo MemTotal=67108864 HugePages_Total=8 Hugepagesize=2048 Hugetlb=33570816")
check(look(huge)[0]["system"]["huge_pool"] == 33570816 << 10, "pools of all sizes")

# --- one file of a process's is not as it should be --------------------------------------------------

FIELDS = ("rss", "footprint", "anon", "file", "shmem", "swap", "hugetlb", "peak", "oom", "user", "threads", "cgroup")
KEYS = "pid,rss,footprint,anon,file,shmem,swap,hugetlb,peak,oom,user,threads,cgroup,command"
USUAL = {"rss": 100000 << 10, "footprint": 81000 << 10, "anon": 50000 << 10, "file": 20000 << 10, "shmem": 30000 << 10,
         "swap": 1000 << 10, "hugetlb": 0, "peak": 123456 << 10, "oom": 667, "threads": 3, "cgroup": "/some"}
# what each file alone tells
TELLS = {"status": ("file", "shmem", "swap", "hugetlb", "peak", "footprint"), "statm": (), "oom_score": ("oom",),
         "cgroup": ("cgroup",), "limits": (), "cmdline": (), "comm": (), "io": (), "smaps_rollup": ()}
USUAL_LINE = ("name=odd{pid} anon=50000 file=20000 shmem=30000 swap=1000 hwm=123456 oom_score=667 threads=3 "
              "cgroup=/some")
tree = made("processes", "processes 600-699 " + USUAL_LINE)
places = {}
for name in TELLS:
    for how in WRONG:
        pid = 600 + len(places)
        places[pid] = (name, how)
        spoil(tree.at(str(pid), name), how)
ran = run(tree, "-b", "-n", "3", "-d", "0.3", "--json", "--columns", KEYS)
rows = {row["pid"]: row for row in json.loads(ran.stdout.splitlines()[-1])["processes"]} if ran.stdout else {}
check(ran.returncode == 0 and len(rows) == 101, "all of them are there", "%d rows\n%s" % (len(rows), ran.stderr))
for pid, (name, how) in places.items():
    row = rows.get(pid, {})
    wrong = ["%s is %s" % (key, row.get(key)) for key in FIELDS if key in USUAL and row.get(key) !=
             (None if key in TELLS[name] and not (name == "status" and how == "cut") else USUAL[key])]
    # of a file that is cut anything may still be told, but nothing else than what is so
    if how == "cut":
        wrong = ["%s is %s" % (key, row.get(key)) for key in USUAL if row.get(key) not in (None, USUAL[key])]
    check(not wrong, "%s of a process %s: null for what it tells, all else as it is" % (name, how), wrong)
check(all(rows.get(699, {}).get(key) == USUAL[key] for key in USUAL), "... and its neighbours are told right",
      rows.get(699))

# --- kernels before 4.5, 4.4, 4.13: each line by itself ------------------------------------------------

old = made("old", "process 500 name=old anon=50000 file=20000 shmem=300000 swap=100000 hwm=400000 "
           "lacks=RssAnon,RssFile,RssShmem,HugetlbPages", "vmstat oom_kill=none workingset_refault_anon=none "
           "workingset_refault_file=none", "meminfo MemAvailable=none Percpu=none Hugetlb=none KReclaimable=none")
ran = run(old, "-b", "-n", "3", "-d", "0.3", "--json", "--columns", KEYS)
seen = json.loads(ran.stdout.splitlines()[-1])
row = [row for row in seen["processes"] if row["pid"] == 500][0]
check(row["rss"] == 370000 << 10 and row["anon"] == 50000 << 10 and row["swap"] == 100000 << 10 and
      row["peak"] == 400000 << 10, "Linux 3.10: RSS, anonymous memory, swap and peak are known", row)
check(row["footprint"] is None and row["shmem"] is None and row["file"] is None and row["hugetlb"] is None,
      "... shared memory, and with it the footprint, is not", row)
system = seen["system"]
check(system["oom_kills"] is None and system["refaults"] is None and system["swap_in"] == 0 and
      system["majflt"] == 0, "... nor kills and refaults; swap traffic is", system)
check(system["available"] == (2 << 30) + (131072 + (3 << 20) + 131072 - 65536 << 10),
      "... available is what is free and cached", system)
text = run(old, "-b", "-n", "1", "--columns", "pid,rss,footprint,anon,file,shmem,swap,command").stdout
check(re.search(r"^ *500 361\.33M +- 48\.828M +- +- 97\.656M old$", text, re.M), "... as text", text)
text = run(old, "-b", "-n", "1", "--account").stdout
check(re.search(r"^per-CPU data of the kernel +-$", text, re.M), "... and the account has a dash", text)

# --- the main thread has ended, others go on ----------------------------------------------------------

headless = made("headless", "process 500 name=server anon=50000 file=20000 shmem=30000 swap=1000 hwm=123456 "
                "main=ended state=S cmdline='server --all'", "process 502 name=dead state=Z anon=0",
                "process 504 name=dead2 state=Z threads=2 anon=0")
ran = run(headless, "-b", "-n", "3", "-d", "0.3", "--json", "--columns", KEYS + ",run_state")
rows = {row["pid"]: row for row in json.loads(ran.stdout.splitlines()[-1])["processes"]}
row = rows[500]
check(row["rss"] == 100000 << 10 and row["footprint"] == 81000 << 10 and row["peak"] == 123456 << 10 and
      row["run_state"] == "S", "main thread ended: figures and state of those that go on", row)
check(row["cmdline"] == "server --all", "... and its command line", row)
check(rows[502]["run_state"] == "Z" and rows[502]["rss"] == 0 and rows[504]["run_state"] == "Z",
      "one that has ended as a whole is that", (rows[502], rows[504]))
headless.line("process 500 anon=150000")

# --- huge pages of a process ---------------------------------------------------------------------------

pool_of = made("hugetlb", "meminfo Hugetlb=65536", "process 500 name=base anon=100 file=1000 hugetlb=40960")
ran = run(pool_of, "-b", "-n", "3", "-d", "0.3", "--json", "--columns", KEYS)
row = [row for row in json.loads(ran.stdout.splitlines()[-1])["processes"] if row["pid"] == 500][0]
check(row["hugetlb"] == 40960 << 10 and row["footprint"] == 41060 << 10, "huge pages are part of the footprint", row)
detail = run(pool_of, "-p", "500", "--detail", "-n", "1").stdout
check(re.search(r"footprint +40\.10M.*\n(?s:.*)huge pool +40", detail), "... and of it in depth", detail)

# --- pages of 16 and 64 KiB -------------------------------------------------------------------------------

for size in () if sanitized() else (16, 64):
    fakeproc.PAGE_KIB = size
    pages = made("pages%d" % size, "process 500 name=server anon=%d file=%d shmem=%d swap=%d hwm=%d" % (
        50 * 64, 20 * 64, 30 * 64, 10 * 64, 110 * 64))
    fakeproc.PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
    stream = subprocess.Popen([RUN, pages.root, MEMTOP, "-b", "-n", "3", "-d", "0.5", "--json", "--columns", KEYS],
                              stdout=subprocess.PIPE, text=True, env=dict(os.environ, **preloaded(page=size)))
    for count in range(3):
        pages.line("vmstat pswpin=%d pswpout=%d" % (count * 100, count * 100))
        line = stream.stdout.readline()
    stream.wait()
    row = [row for row in json.loads(line)["processes"] if row["pid"] == 500][0]
    told = [row[key] // 1024 // 64 for key in ("rss", "anon", "file", "shmem", "swap", "peak", "footprint")]
    check(told == [100, 50, 20, 30, 10, 110, 90], "pages of %d KiB: every size of a process" % size, row)
    swap_in = json.loads(line)["system"]["swap_in"]
    check(0 < swap_in and swap_in / (size << 10) < 1000, "... and swap traffic", swap_in)

# --- files that not everybody may read --------------------------------------------------------------------

if os.geteuid() == 0 and shutil.which("setpriv"):
    program = os.path.join(folder, "memtop")
    shutil.copy(MEMTOP, program)
    os.chmod(folder, 0o755)
    shut = made("shut", "process 500 name=server rss=100000")
    os.chmod(shut.at("vmstat"), 0)
    said = subprocess.run([RUN, shut.root, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                           program, "-b", "-n", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False)
    check(said.returncode == 0 and "server" in said.stdout and said.stderr ==
          "memtop: Swap traffic, refaults and kills for want of memory are not known, /proc/vmstat may not be read.\n",
          "vmstat may not be read", said.stdout[:300] + said.stderr)
    os.chmod(shut.at("meminfo"), 0)
    said = subprocess.run([RUN, shut.root, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                           program, "-b", "-n", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False)
    check("How much memory this machine has is not known, /proc/meminfo may not be read: only processes are shown."
          in said.stdout and "server" in said.stdout, "... nor meminfo", said.stdout[:300] + said.stderr)
else:
    skip("files that may not be read", "needs root and setpriv(1)")

# --- what the kernel's own /proc does not do, but mounts over it ------------------------------------


def covered(script, *args):
    """memtop in a mount namespace of its own, behind SCRIPT."""
    return subprocess.run(["unshare", "-m", "sh", "-c", script + ' && exec "$@"', "sh", *args],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=60, check=False, env=dict(os.environ, XDG_CONFIG_HOME="/nonexistent"))


if not shutil.which("unshare") or covered("true", "true").returncode != 0:
    skip("files mounted over those of /proc", "needs root and unshare(1)")
    done()

run_sub = covered("mount -t proc -o subset=pid proc /proc", MEMTOP, "-b", "-n", "1")
if "mount:" in run_sub.stderr:
    skip("subset=pid", run_sub.stderr.strip())
else:
    check(run_sub.returncode == 0 and run_sub.stderr == "" and
          "/proc is mounted with subset=pid, which hides the machine's own figures: only processes are shown.\n"
          in run_sub.stdout,
          "subset=pid: says what is hidden and by what", run_sub.stdout[:300] + run_sub.stderr)
    check("memtop" in run_sub.stdout, "subset=pid: and shows the processes", run_sub.stdout[:300])

bare = covered("mount -t tmpfs none /dev", MEMTOP, "--json", "-n", "1", "-p", str(os.getpid()))
check(bare.returncode == 0 and bare.stderr == "" and "machine.py" in json.loads(bare.stdout)["processes"][0]["cmdline"],
      "no /dev (a chroot of a rescue): all the same, command lines too", bare.stdout[:300] + bare.stderr)
few = subprocess.run(["sh", "-c", 'ulimit -n 10; exec "$@"', "sh", MEMTOP, "-b", "-n", "1"], stdout=subprocess.PIPE,
                     stderr=subprocess.PIPE, text=True, timeout=60, check=False)
check(few.returncode == 1 and "Too many open files" in few.stderr, "too few descriptors: says so", few.stderr)

zram = covered("mount -t tmpfs none /sys/block && cd /sys/block && mkdir zram1 zram4 zram17 && "
               "echo 0 0 0 0 0 0 0 0 0 >zram1/mm_stat && echo 1 1 1100000256 0 >zram4/mm_stat && "
               "echo 1 1 2100000768 0 >zram17/mm_stat && cd /", os.path.abspath(MEMTOP), "-b", "-n", "1", "--json")
check('"zram":3200001024,' in zram.stdout, "zram devices with any numbers", zram.stdout[:300] + zram.stderr)

# the newest pid of the host, a file that stands still, one that is empty: a program is seen all the same
def run_behind(case):
    name, loadavg = case
    path = os.path.join(folder, "loadavg-" + name.replace(" ", "-"))
    with open(path, "w", encoding="ascii") as file:
        file.write(loadavg)
    return name, covered("mount --bind %s /proc/loadavg" % path, MEMTOP, "--json", "--", sys.executable, "-c",
                         "x = bytearray(60 << 20); import time; time.sleep(1)")


LOADAVGS = (("is of the host", "0.10 0.20 0.30 1/100 1234567\n"), ("stands still", "0 0 0 0/0 0\n"),
            ("is near ours", "0.10 0.20 0.30 1/100 %d\n" % os.getpid()), ("is told by nobody", ""))
for name, report in pool.map(run_behind, LOADAVGS):
    peak = re.search(r'"peak_footprint":(\d+)', report.stdout + report.stderr)
    check(peak and int(peak.group(1)) >= 60 << 20, "the newest pid %s: a program that is run is seen" % name,
          report.stdout[:600] + report.stderr[:400])

# --- a real program in huge pages, one without its main thread -------------------------------------------

HUGE = """
import ctypes, mmap, time
m = mmap.mmap(-1, 40 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)
time.sleep(.4)
ctypes.memset(ctypes.addressof(ctypes.c_char.from_buffer(m)), 1, 40 << 20)
time.sleep(.8)
"""
NR = "/proc/sys/vm/nr_hugepages"
try:
    with open(NR, encoding="ascii") as file:
        before = int(file.read())
    with open("/proc/meminfo", encoding="ascii") as file:
        size = int(re.search(r"Hugepagesize: +(\d+)", file.read()).group(1))
    want = -(-40960 // size)
    with open(NR, "w", encoding="ascii") as file:
        file.write(str(before + want))
    with open(NR, encoding="ascii") as file:
        got = int(file.read()) - before
except (OSError, AttributeError) as error:
    got, want, before = 0, 1, None
    note(error)
if got < want:
    skip("a program in huge pages", "no huge pages to be had")
else:
    report = subprocess.run([MEMTOP, "--json", "--", sys.executable, "-c", HUGE], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, timeout=60, check=False).stdout
    peak = re.search(r'"peak_footprint":(\d+)', report)
    check(peak and 40 << 20 <= int(peak.group(1)) < 80 << 20, "a program in huge pages has its footprint", report[:600])
if before is not None:
    with open(NR, "w", encoding="ascii") as file:
        file.write(str(before))

told = slabs.result()
page_kib = os.sysconf("SC_PAGE_SIZE") // 1024
check(told and told[0][:3] == ["kmalloc-192", 10000 * page_kib, 9000 * page_kib] and 8000 < told[0][3] < 60000,
      "the slab cache that grew is told", told)

program = subprocess.Popen([os.path.join(BUILD, "tests/programs/threads"), "headless", "60"], stdout=subprocess.PIPE)
program.stdout.readline()
row = json.loads(subprocess.run([MEMTOP, "-b", "-n", "1", "--json", "-p", str(program.pid)], stdout=subprocess.PIPE,
                                text=True, timeout=60, check=False).stdout)["processes"]
check(row and row[0]["rss"] >= 60 << 20 and row[0]["run_state"] == "S" and row[0]["cmdline"].endswith("headless 60"),
      "a process whose main thread has ended: RSS, state, command line", row)
program.kill()
program.wait()
done()
