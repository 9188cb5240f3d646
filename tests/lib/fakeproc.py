#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a tree that looks like /proc, from a short description, and changes it.

usage: fakeproc.py DIR [LINE...]        (lines from standard input when there are none)

Lines (words as in a shell, sizes in KiB, # begins a remark):

  meminfo NAME=KIB...         values of /proc/meminfo; MemTotal 8 GiB unless given
  vmstat NAME=N...            values of /proc/vmstat
  pressure NAME=VALUE...      some_avg10 some_avg60 some_avg300 some_total full_...; or: none
  cgroup PATH                 the control group that /proc/self/cgroup names
  group PATH NAME=KIB...      memory files of a control group: current max high min low swap.current
                              swap.max; of memory.stat: anon file shmem inactive_file active_file
                              file_dirty file_writeback slab_reclaimable; or a count: oom_kill oom
  nogroup PATH                that one is gone
  hierarchy v1|v2|none        which one is mounted; v1 has current, max, the parts of memory.stat by
                              their names there, oom_kill, and oom as its failcnt
  mounts N                    so many other mounts are listed before it
  tmpfs PATH DEVICE           and this one behind it (DEVICE: MAJOR:MINOR, of a tmpfs that is there)
  hidepid N                   how /proc says it is mounted
  process PID FIELD=VALUE...  make a process, or change some fields of one
  processes A-B FIELD=VALUE...  many, {pid} stands for the number
  reuse PID FIELD=VALUE...    the old one ends, a new one has its pid
  gone PID...                 they end

Fields: name cmdline ppid uid gid state anon file shmem swap rss hwm pss vsize threads nice cpu
(seconds) minflt majflt oom_score oom_adj cgroup age (seconds) start (ticks since boot) kernel=1 hugetlb
main=ended (its main thread has, another goes on) lacks=LINE,... (lines that status does not have; of meminfo and
vmstat NAME=none)
environ read written. rss alone means anon. \\xNN and \\n are understood in names and command
lines. FAKEPROC_PAGE_KIB in the environment is the size of a page. A file is rewritten in place, so that one kept open sees the change; the files of a process
that ends become empty before they go.

Run a program on it with in_fakeproc. Standard library only.
"""

import json
import os
import shlex
import shutil
import sys
import time

PAGE_KIB = int(os.environ.get("FAKEPROC_PAGE_KIB") or os.sysconf("SC_PAGE_SIZE") // 1024)
HZ = os.sysconf("SC_CLK_TCK")

MEMINFO = {
    "MemTotal": 8 << 20, "MemFree": 2 << 20, "MemAvailable": 5 << 20, "Buffers": 131072,
    "Cached": 3 << 20, "SwapCached": 0, "Active": 2 << 20, "Inactive": 2 << 20,
    "Active(anon)": 1 << 20, "Inactive(anon)": 0, "Active(file)": 1 << 20,
    "Inactive(file)": 2 << 20, "Unevictable": 0, "Mlocked": 0, "SwapTotal": 2 << 20,
    "SwapFree": 2 << 20, "Zswap": 0, "Zswapped": 0, "Dirty": 512, "Writeback": 0,
    "AnonPages": 1 << 20, "Mapped": 262144, "Shmem": 65536, "KReclaimable": 131072,
    "Slab": 196608, "SReclaimable": 131072, "SUnreclaim": 65536, "KernelStack": 8192,
    "PageTables": 16384, "NFS_Unstable": 0, "Bounce": 0, "WritebackTmp": 0,
    "CommitLimit": 6 << 20, "Committed_AS": 2 << 20, "VmallocTotal": 34359738367,
    "VmallocUsed": 20480, "VmallocChunk": 0, "Percpu": 2048, "HardwareCorrupted": 0,
    "AnonHugePages": 0, "ShmemHugePages": 0, "ShmemPmdMapped": 0, "FileHugePages": 0,
    "FilePmdMapped": 0, "HugePages_Total": 0, "HugePages_Free": 0, "HugePages_Rsvd": 0,
    "HugePages_Surp": 0, "Hugepagesize": 2048, "Hugetlb": 0,
}

VMSTAT = {
    "nr_free_pages": 524288, "nr_dirty": 128, "pgpgin": 1000000, "pgpgout": 500000, "pswpin": 0,
    "pswpout": 0, "pgfault": 1000000, "pgmajfault": 1000, "pgscan_kswapd": 0,
    "pgscan_direct": 0, "pgsteal_kswapd": 0, "pgsteal_direct": 0, "allocstall_normal": 0,
    "workingset_refault_anon": 0, "workingset_refault_file": 0, "oom_kill": 0,
}

PRESSURE = {kind + "_" + name: 0 for kind in ("some", "full")
            for name in ("avg10", "avg60", "avg300", "total")}

PROCESS = {
    "name": "process", "cmdline": None, "ppid": 1, "uid": 0, "gid": 0, "state": "S", "anon": 1024,
    "file": 0, "shmem": 0, "swap": 0, "hwm": 0, "pss": None, "vsize": None, "threads": 1,
    "nice": 0, "cpu": 0, "minflt": 100, "majflt": 0, "oom_score": 0, "oom_adj": 0,
    "cgroup": "/", "start": None, "kernel": 0, "hugetlb": 0, "main": "lives", "lacks": "", "environ": "", "read": 0, "written": 0,
}

TEXT_FIELDS = {"name", "cmdline", "state", "cgroup", "environ", "main", "lacks"}

LIMITS = """Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max data size             unlimited            unlimited            bytes     
Max stack size            8388608              unlimited            bytes     
Max resident set          unlimited            unlimited            bytes     
Max open files            1024                 524288               files     
Max locked memory         8388608              8388608              bytes     
Max address space         unlimited            unlimited            bytes     
"""

STATES = {"R": "running", "S": "sleeping", "D": "disk sleep", "T": "stopped", "Z": "zombie",
          "I": "idle", "t": "tracing stop", "X": "dead"}


def to_bytes(text):
    """A name or command line of the description: \\x and \\n understood, the rest UTF-8."""
    out, i = bytearray(), 0
    while i < len(text):
        if text.startswith("\\x", i):
            out.append(int(text[i + 2:i + 4], 16))
            i += 4
        elif text.startswith("\\n", i):
            out += b"\n"
            i += 2
        else:
            out += text[i].encode("utf-8", "surrogateescape")
            i += 1
    return bytes(out)


def put(path, content):
    """In place: who keeps the file open reads the new content."""
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(fd, content, 0)
        os.ftruncate(fd, len(content))
    finally:
        os.close(fd)


class Tree:
    def __init__(self, root):
        self.root = root
        os.makedirs(root, exist_ok=True)
        self.system_path = os.path.join(root, ".system")
        if os.path.exists(self.system_path):
            with open(self.system_path, encoding="utf-8") as file:
                self.system = json.load(file)
        else:
            self.system = {"meminfo": dict(MEMINFO), "vmstat": dict(VMSTAT),
                           "pressure": dict(PRESSURE), "cgroup": "/", "hidepid": "0",
                           "hierarchy": "v2", "mounts": "0"}
            self.make_self()
            self.write_fixed()
            self.write_system()
            self.process(1, {"name": "init", "cmdline": "/sbin/init", "ppid": "0"})

    def at(self, *names):
        return os.path.join(self.root, *names)

    # --- the system ----------------------------------------------------------

    def make_self(self):
        """What a program asks about itself is true, except its control group and its mounts."""
        os.makedirs(self.at(".cgroup"), exist_ok=True)
        os.makedirs(self.at("self"), exist_ok=True)
        os.makedirs(self.at(".real"), exist_ok=True)
        for name in os.listdir("/proc/self"):
            if name not in ("cgroup", "mountinfo"):
                os.symlink("../.real/self/" + name, self.at("self", name))
        os.symlink(".real/thread-self", self.at("thread-self"))

    def write_fixed(self):
        now = time.clock_gettime(time.CLOCK_BOOTTIME)
        for folder in ("sys/kernel", "sys/vm", "pressure", "tty"):
            os.makedirs(self.at(folder), exist_ok=True)
        put(self.at("uptime"), "%.2f %.2f\n" % (now, now * 2))
        put(self.at("loadavg"), "0.10 0.20 0.30 1/100 1000\n")
        put(self.at("version"), "Linux version 6.1.0 (fake) #1 SMP\n")
        put(self.at("cpuinfo"), "processor\t: 0\n\nprocessor\t: 1\n\n")
        put(self.at("filesystems"), "nodev\tproc\n")
        put(self.at("mounts"), "proc /proc proc rw 0 0\n")
        put(self.at("swaps"), "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n")
        put(self.at("tty", "drivers"), "")
        put(self.at("sys/kernel/pid_max"), "4194304\n")
        put(self.at("sys/kernel/osrelease"), "6.1.0-fake\n")
        put(self.at("sys/vm/overcommit_memory"), "0\n")
        put(self.at("sys/vm/swappiness"), "60\n")
        put(self.at("stat"), "cpu  1000 0 1000 100000 0 0 0 0 0 0\n"
            "cpu0 500 0 500 50000 0 0 0 0 0 0\ncpu1 500 0 500 50000 0 0 0 0 0 0\n"
            "intr 1000\nctxt 10000\nbtime %d\nprocesses 1000\nprocs_running 1\n"
            "procs_blocked 0\n" % (time.time() - now))

    def write_system(self):
        pressure = self.system["pressure"]
        counts = {"HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp"}
        put(self.at("meminfo"), "".join(
            "%-16s%8d%s\n" % (name + ":", kib, "" if name in counts else " kB")
            for name, kib in self.system["meminfo"].items()))
        put(self.at("vmstat"), "".join("%s %d\n" % item for item in self.system["vmstat"].items()))
        v1 = self.system["hierarchy"] == "v1"
        put(self.at("self", "cgroup"), cgroup_file(v1, self.system["cgroup"]))
        lines = ["21 1 0:20 / /proc rw,nosuid - proc proc rw,hidepid=%s\n" % self.system["hidepid"]]
        for i in range(int(self.system["mounts"])):
            lines.append("%d 1 8:1 /layer%d /var/lib/containers/storage/overlay/%064d/merged "
                         "rw,relatime - overlay overlay rw,lowerdir=/l/%d\n" % (100 + i, i, i, i))
        if self.system["hierarchy"] != "none":
            lines.append("22 1 0:21 / /proc/.cgroup rw,nosuid - " +
                         ("cgroup cgroup rw,memory\n" if v1 else "cgroup2 cgroup2 rw\n"))
        if "tmpfs" in self.system:
            path, device = self.system["tmpfs"]
            lines.append("23 1 %s / %s rw - tmpfs tmpfs rw\n" % (device, path))
        put(self.at("self", "mountinfo"), "".join(lines))
        if pressure is None:
            if os.path.exists(self.at("pressure", "memory")):
                os.unlink(self.at("pressure", "memory"))
        else:
            put(self.at("pressure", "memory"), "".join(
                "%s avg10=%.2f avg60=%.2f avg300=%.2f total=%d\n" % (kind, *(
                    float(pressure[kind + "_" + name])
                    for name in ("avg10", "avg60", "avg300", "total")))
                for kind in ("some", "full")))
        put(self.system_path, json.dumps(self.system))

    # --- processes -----------------------------------------------------------

    def process(self, pid, fields, fresh=False):
        folder = self.at(str(pid))
        state_path = os.path.join(folder, ".fields")
        if fresh:
            self.gone(pid)
        if os.path.exists(state_path):
            with open(state_path, encoding="utf-8") as file:
                p = json.load(file)
        else:
            os.makedirs(folder)
            p = dict(PROCESS)
            # a pid taken again starts later than the one before
            p["start"] = pid if not fresh else now_ticks()
        update(p, fields)
        p["hwm"] = max(p["hwm"], p["anon"] + p["file"] + p["shmem"])
        seen = self.threads(folder, pid, p) if p["main"] == "ended" else p
        for name, content in process_files(pid, seen, self.system["hierarchy"] == "v1").items():
            put(os.path.join(folder, name), content)
        put(state_path, json.dumps(p))
        try:
            os.chown(folder, p["uid"], p["gid"])
        except PermissionError:
            pass  # not root: the owner of the folder is who runs the test

    def threads(self, folder, pid, p):
        """A main thread that has ended, and one that has all the memory."""
        p["threads"] = max(2, p["threads"])
        ended = {**p, "state": "Z", "anon": 0, "file": 0, "shmem": 0, "swap": 0, "hugetlb": 0, "vsize": 0}
        for tid, thread in ((pid, ended), (pid + 1, p)):
            where = os.path.join(folder, "task", str(tid))
            os.makedirs(where, exist_ok=True)
            for name, content in process_files(tid, thread, self.system["hierarchy"] == "v1").items():
                put(os.path.join(where, name), content)
        return ended

    def group(self, path, values):
        folder = self.at(".cgroup", path.strip("/"))
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, ".group")
        group = {"anon": "0", "inactive_file": "0"}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                group = json.load(file)
        group.update(values)
        put(path, json.dumps(group))
        v1 = self.system["hierarchy"] == "v1"
        for name, content in group_files(group, v1).items():
            put(os.path.join(folder, "memory." + name), content)

    def gone(self, pid):
        folder = self.at(str(pid))
        if not os.path.isdir(folder):
            return
        for name in os.listdir(folder):
            if os.path.isfile(os.path.join(folder, name)):
                os.truncate(os.path.join(folder, name), 0)
        # renamed first: a listing sees all of it or nothing
        os.rename(folder, folder + ".gone")
        shutil.rmtree(folder + ".gone")

    # --- the description -----------------------------------------------------

    def line(self, text):
        words = shlex.split(text, comments=True)
        if not words:
            return
        verb, rest = words[0], words[1:]
        if verb in ("meminfo", "vmstat"):
            for name, value in pairs(rest):
                if value == "none":
                    self.system[verb].pop(name, None)
                else:
                    self.system[verb][name] = int(value)
        elif verb == "pressure":
            self.system["pressure"] = None if rest == ["none"] else {
                **(self.system["pressure"] or PRESSURE), **dict(pairs(rest))}
        elif verb in ("cgroup", "hidepid", "hierarchy", "mounts"):
            self.system[verb] = rest[0]
        elif verb == "group":
            self.group(rest[0], pairs(rest[1:]))
            return
        elif verb == "tmpfs":
            self.system["tmpfs"] = rest
        elif verb == "nogroup":
            shutil.rmtree(self.at(".cgroup", rest[0].strip("/")))
            return
        elif verb in ("process", "reuse"):
            self.process(int(rest[0]), dict(pairs(rest[1:])), verb == "reuse")
            return
        elif verb == "processes":
            first, last = (int(n) for n in rest[0].split("-"))
            for pid in range(first, last + 1):
                self.process(pid, {name: value.replace("{pid}", str(pid))
                                   for name, value in pairs(rest[1:])})
            return
        elif verb == "gone":
            for pid in rest:
                self.gone(int(pid))
            return
        else:
            raise SystemExit("fakeproc: no such line: %s" % text)
        self.write_system()


# parts of memory.stat, and what version 1 calls them
STAT = {"anon": "total_rss", "file": "total_cache", "shmem": "total_shmem",
        "inactive_file": "total_inactive_file", "active_file": "total_active_file",
        "file_dirty": "total_dirty", "file_writeback": "total_writeback",
        "slab_reclaimable": None, "swap": "total_swap"}


def cgroup_file(v1, path):
    return "3:cpu,cpuacct:/\n4:memory:%s\n0::/\n" % path if v1 else "0::%s\n" % path


def group_files(group, v1):
    """The memory files of a control group, by what follows "memory." in their names."""
    files, stat = {}, ""
    for name, value in group.items():
        size = "max\n" if value == "max" else "%d\n" % (int(value) * 1024)
        if name in STAT:
            name = STAT[name] if v1 else name
            stat += "%s %s" % (name, size) if name else ""
        elif name == "current":
            files["usage_in_bytes" if v1 else "current"] = size
        elif name == "max":
            unlimited = "9223372036854771712\n" if value == "max" else size
            files["limit_in_bytes" if v1 else "max"] = unlimited if v1 else size
        elif name not in ("oom_kill", "oom") and not v1:
            files[name] = size
    files["stat"] = stat
    kills, met = group.get("oom_kill", 0), group.get("oom", 0)
    if v1:
        files["failcnt"] = "%s\n" % met
        files["oom_control"] = "oom_kill_disable 0\nunder_oom 0\noom_kill %s\n" % kills
    elif "oom_kill" in group or "oom" in group:
        files["events"] = "low 0\nhigh 0\nmax 0\noom %s\noom_kill %s\n" % (met, kills)
    return files


def now_ticks():
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * HZ)


def pairs(words):
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise SystemExit("fakeproc: not NAME=VALUE: %s" % word)
        yield name, value


def update(p, fields):
    """Takes fields of the description over; rss and age are other words for anon and start."""
    rss = None
    for name, value in fields.items():
        if name == "rss":
            rss = int(value)
        elif name == "age":
            p["start"] = max(0, now_ticks() - int(float(value) * HZ))
        elif name not in p:
            raise SystemExit("fakeproc: no such field: %s" % name)
        else:
            p[name] = value if name in TEXT_FIELDS else int(value)
    if rss is not None:
        if "file" not in fields and rss < p["file"] + p["shmem"]:
            p["file"] = 0
        p["anon"] = rss - p["file"] - p["shmem"]
    if p["kernel"]:
        p.update(anon=0, file=0, shmem=0, ppid=0 if p["name"] == "kthreadd" else 2)


def arguments(p):
    """The words of a command line; backslashes are to_bytes' business."""
    if p["cmdline"] is None:
        return [p["name"]]
    lexer = shlex.shlex(p["cmdline"], posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
    return list(lexer)


def process_files(pid, p, v1=False):
    """The files of /proc/PID, by name."""
    name = to_bytes(p["name"])
    rss = p["anon"] + p["file"] + p["shmem"]
    vsize = p["vsize"] if p["vsize"] is not None else (0 if p["kernel"] else rss + 4096)
    pss = p["pss"] if p["pss"] is not None else rss
    cmdline = b"" if p["kernel"] or p["state"] == "Z" else b"".join(
        to_bytes(word) + b"\0" for word in arguments(p))
    files = {
        "stat": stat_line(pid, p, name, rss, vsize),
        "statm": "%d %d %d 100 0 %d 0\n" % (vsize // PAGE_KIB, rss // PAGE_KIB,
                                            (p["file"] + p["shmem"]) // PAGE_KIB,
                                            p["anon"] // PAGE_KIB),
        "status": status(pid, p, name, rss, vsize),
        "cmdline": cmdline,
        "comm": name[:15] + b"\n",
        "environ": to_bytes(p["environ"]),
        "cgroup": cgroup_file(v1, p["cgroup"]),
        "oom_score": "%d\n" % p["oom_score"],
        "oom_score_adj": "%d\n" % p["oom_adj"],
        "limits": LIMITS,
        "io": "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: %d\nwrite_bytes: %d\n"
              "cancelled_write_bytes: 0\n" % (p["read"], p["written"]),
        "wchan": "0",
    }
    files.update(mappings(p, rss, pss))
    return files


def stat_line(pid, p, name, rss, vsize):
    """proc_pid_stat(5), 52 fields."""
    cpu = p["cpu"] * HZ
    flags = 0x200000 if p["kernel"] else 0x400000
    return b"%d (" % pid + name[:63] + (
        ") %s %d %d %d 0 -1 %d %d 0 %d 0 %d 0 0 0 %d %d %d 0 %d %d %d 18446744073709551615 "
        "1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n" % (
            p["state"], p["ppid"], pid, pid, flags, p["minflt"], p["majflt"], cpu,
            20 + p["nice"], p["nice"], p["threads"], p["start"], vsize * 1024,
            rss // PAGE_KIB)).encode()


def escape_name(name):
    """status writes a name with newline and backslash escaped, stat and comm do not."""
    return name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n")


def status(pid, p, name, rss, vsize):
    out = b"Name:\t" + escape_name(name[:15]) + (
        "\nUmask:\t0022\nState:\t%s (%s)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\n"
        "TracerPid:\t0\nUid:\t%d\t%d\t%d\t%d\nGid:\t%d\t%d\t%d\t%d\nFDSize:\t64\nGroups:\t \n" % (
            p["state"], STATES[p["state"]], pid, pid, p["ppid"], *[p["uid"]] * 4,
            *[p["gid"]] * 4)).encode()
    if not p["kernel"] and p["state"] != "Z":
        out += "".join("%s:\t%8d kB\n" % item for item in (
            ("VmPeak", vsize), ("VmSize", vsize), ("VmLck", 0), ("VmPin", 0), ("VmHWM", p["hwm"]),
            ("VmRSS", rss), ("RssAnon", p["anon"]), ("RssFile", p["file"]),
            ("RssShmem", p["shmem"]), ("VmData", p["anon"]), ("VmStk", 132), ("VmExe", 64),
            ("VmLib", 2048), ("VmPTE", 64), ("VmSwap", p["swap"]),
            ("HugetlbPages", p["hugetlb"])) if item[0] not in p["lacks"].split(",")).encode()
    return out + b"Threads:\t%d\nSigQ:\t0/1000\nvoluntary_ctxt_switches:\t10\n" \
        b"nonvoluntary_ctxt_switches:\t1\n" % p["threads"]


def smaps_entry(kind, kib, pss, swap):
    return ("Size:           %8d kB\nKernelPageSize: %8d kB\nMMUPageSize:    %8d kB\n"
            "Rss:            %8d kB\nPss:            %8d kB\nPss_Dirty:      %8d kB\n"
            "Shared_Clean:   %8d kB\nShared_Dirty:   %8d kB\nPrivate_Clean:  %8d kB\n"
            "Private_Dirty:  %8d kB\nReferenced:     %8d kB\nAnonymous:      %8d kB\n"
            "LazyFree:              0 kB\nAnonHugePages:         0 kB\n"
            "Swap:           %8d kB\nSwapPss:        %8d kB\nLocked:                0 kB\n" % (
                kib, PAGE_KIB, PAGE_KIB, kib, pss, pss if kind == "anon" else 0,
                kib if kind == "file" else 0, kib if kind == "shmem" else 0, 0,
                kib if kind == "anon" else 0, kib, kib if kind == "anon" else 0, swap, swap))


def mappings(p, rss, pss):
    """smaps, smaps_rollup and maps of a heap, a library and a shared segment."""
    if p["kernel"] or p["state"] == "Z":
        return {"maps": "", "smaps": "", "smaps_rollup": ""}
    start, maps, smaps, rollup = 0x550000000000, "", "", ""
    share = pss / rss if rss else 1
    for kind, head, path in (("anon", "rw-p 00000000 00:00 0", "[heap]"),
                             ("file", "r-xp 00000000 08:01 100", "/usr/lib/libfake.so"),
                             ("shmem", "rw-s 00000000 00:01 200", "/dev/shm/fake")):
        kib = p[kind]
        line = "%x-%x %s %s\n" % (start, start + max(kib, PAGE_KIB) * 1024, head.ljust(40), path)
        start += 0x100000000000 // 16
        maps += line
        smaps += line + smaps_entry(kind, kib, int(kib * share),
                                    p["swap"] if kind == "anon" else 0) + \
            "THPeligible:           0\nVmFlags: rd wr mr mw me\n"
    rollup = "%x-%x ---p 00000000 00:00 0                    [rollup]\n" % (
        0x550000000000, start) + (
        "Rss:            %8d kB\nPss:            %8d kB\nPss_Dirty:      %8d kB\n"
        "Pss_Anon:       %8d kB\nPss_File:       %8d kB\nPss_Shmem:      %8d kB\n"
        "Shared_Clean:   %8d kB\nShared_Dirty:   %8d kB\nPrivate_Clean:         0 kB\n"
        "Private_Dirty:  %8d kB\nReferenced:     %8d kB\nAnonymous:      %8d kB\n"
        "LazyFree:              0 kB\nAnonHugePages:         0 kB\n"
        "Swap:           %8d kB\nSwapPss:        %8d kB\nLocked:                0 kB\n" % (
            rss, pss, int(p["anon"] * share), int(p["anon"] * share), int(p["file"] * share),
            int(p["shmem"] * share), p["file"], p["shmem"], p["anon"], rss, p["anon"], p["swap"],
            p["swap"]))
    return {"maps": maps, "smaps": smaps, "smaps_rollup": rollup}


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.stderr.write(__doc__)
        return 2
    tree = Tree(sys.argv[1])
    for line in sys.argv[2:] or sys.stdin:
        tree.line(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
