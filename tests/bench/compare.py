#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What memtop costs, side by side with top and htop, on this machine.

    compare.py [--memtop PATH] [--herd PATH] [--flat PATH] [--quick] [--alone] [--rounds N]
               [--seconds S] [--only 300,5000,5000+500,20000,slow,flat] [--json FILE] [--markdown]
    compare.py --from FILE         the tables of a run kept with --json, once more

Starts a herd of real processes, then each monitor in turn on a pseudo terminal of 120x40 with one
look a second, several rounds, each in another order, and prints the median of each figure, its ratio to
memtop's, and what was asked for.  5000+500: 500 more of which each changes its size at every tick.

CPU       the kernel's count of time on a processor (/proc/PID/task/*/schedstat) of all processes of the
          monitor, over SECONDS that begin some seconds after its start, when memtop has read who has
          not been on the screen: that takes 30 ms of each of its first six ticks among 5,000
screen    from the start until 30 of the 40 rows hold text, the same for all three; of five starts a round, since
          a kernel that looks who uses which page makes one that maps libc wait where thousands have it mapped
key       from a key to the first byte after it: down and up in memtop and htop, the sort keys P and M in
          top, whose arrows wait for the rest of a sequence; "in a tick": sent one upon the other while
          a tick is measured and drawn
memory    sum of the PSS of the monitor's processes (smaps_rollup)
kernel    what kept descriptors of /proc/PID hold: 4.4 KiB each
slow      the process whose name is the time tells how old the screen is

Only processes started here are ended.  Plain Python 3; needs the right to read smaps_rollup of its own
children.  --alone, as root, runs all of it in a pid namespace of its own, with nobody but the herd.  A
busy machine makes figures larger and ratios doubtful: the load is printed.  --markdown adds the table of
the README.  What the machine cannot carry is left out with a word.
"""
import argparse
import datetime
import json
import os
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time

from monitor import Grid, Monitor, STATM_KIB, cpu_ns, descendants, proc_descriptors, pss_kib

SETTLE_S, QUIET_S = 6.0, 10.0   # until CPU is counted; the same where bytes are, with nobody who moves
STARTS = 5                      # in a round, for the first screen
ROOM_KIB = 100                  # of memory that a process of the herd may take, in the kernel and outside
SLOW_BYTES_S = 9600
ARROWS, SORTS = (b"\x1b[B", b"\x1b[A"), (b"P", b"M")
FIGURES = [("cpu_ms", "CPU a tick, ms"), ("first_ms", "first screen, ms"),
           ("key_p50", "key to screen, median ms"), ("key_p99", "key to screen, p99 ms"),
           ("tick_p99", "the same in a tick, p99 ms"), ("bytes_s", "bytes a second"),
           ("pss_mib", "memory (PSS), MiB"), ("kernel_mib", "kernel memory of files, MiB")]

# size, figure, beside whom (None: as it is), must, aim
ASKED = [("300", "cpu_ms", "top", 1 / 2, 1 / 4), ("300", "cpu_ms", "htop", 1 / 4, 1 / 8),
         ("5000", "cpu_ms", "top", 1 / 6, 1 / 15), ("5000", "cpu_ms", "htop", 1 / 10, 1 / 25),
         ("5000+500", "cpu_ms", "top", 1 / 4, 1 / 8),
         ("300", "first_ms", None, 60, 30), ("300", "first_ms", "top", 1 / 2, None),
         ("5000", "first_ms", None, 150, 80), ("5000", "first_ms", "top", 1 / 2, None),
         ("5000", "key_p99", None, 30, 10), ("5000", "tick_p99", None, 30, 10),
         ("300", "bytes_s", "htop", 1, 1 / 2),
         ("300", "pss_mib", None, 5, None), ("300", "pss_mib", "htop", None, 1),
         ("5000", "pss_mib", None, 9.8, None), ("5000", "pss_mib", "htop", None, 1),
         ("5000", "kernel_mib", None, 4, None), ("20000", "kernel_mib", None, 4, None),
         ("20000", "cpu_per", "5000", 1.2, 1),
         ("slow", "age_s", None, 2.5, None), ("slow", "key_s", None, 1, None),
         ("slow", "stall_s", None, 2.5, None), ("slow", "stall_kib", None, 24, None)]
WORDS = dict(FIGURES, cpu_per="CPU a process", age_s="9.6 KB/s: age of the screen, s, p90",
             key_s="9.6 KB/s: key to screen, s, p90", stall_s="10 s unread: newest screen after, s",
             stall_kib="10 s unread: waiting output, KiB")


def start_once(argv):
    monitor = Monitor(argv)
    took_ms = monitor.first_screen() * 1000
    monitor.close()
    return took_ms


def measure(argv, settle, seconds, keys, in_ticks):
    """One round of one monitor."""
    starts = [start_once(argv) for _ in range(STARTS - 1)]
    monitor = Monitor(argv)
    pair = SORTS if argv[0] == "top" else ARROWS
    figures = {"starts": starts + [monitor.first_screen() * 1000]}
    monitor.read(settle)
    before, bytes_before, began = cpu_ns(descendants(monitor.pid)), monitor.bytes, time.monotonic()
    monitor.read(seconds)
    pids = descendants(monitor.pid)
    after, took = cpu_ns(pids), time.monotonic() - began
    figures["cpu_ms"] = sum(ns - before.get(task, 0) for task, ns in after.items()) / 1e6 / took
    figures["bytes_s"] = (monitor.bytes - bytes_before) / took
    figures["pss_mib"] = pss_kib(pids) / 1024
    figures["kernel_mib"] = proc_descriptors(pids) * STATM_KIB / 1024
    figures["keys"] = monitor.keys(pair, keys)
    figures["ticks"] = monitor.keys_in_ticks(pair, in_ticks) if in_ticks else []
    monitor.close()
    return figures


def percentile(times, share):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * share))]


def summary(rounds):
    """Medians of the rounds; of the keys of all rounds together."""
    out = {key: statistics.median(r[key] for r in rounds)
           for key in ("cpu_ms", "bytes_s", "pss_mib", "kernel_mib")}
    out["first_ms"] = statistics.median(t for r in rounds for t in r["starts"])
    keys = [t for r in rounds for t in r["keys"]]
    if keys:
        out["key_p50"], out["key_p99"] = percentile(keys, 0.5) * 1000, percentile(keys, 0.99) * 1000
    ticks = [t for r in rounds for t in r["ticks"]]
    if ticks:
        out["tick_p99"] = percentile(ticks, 0.99) * 1000
    return out


class Herd:
    def __init__(self, path, still, moving, life_s=600):
        self.process = subprocess.Popen([path, "-n", str(still), "-m", str(moving), "-l", str(life_s)],
                                        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.failed = not self.process.stdout.readline()
        time.sleep(1.0 + (still + moving) / 5000)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        time.sleep(0.5)


def print_table(medians):
    others = [name for name in medians if name != "memtop"]
    print(f"  {'':28}" + "".join(f"{name:>11}" for name in medians) +
          "".join(f"{'of ' + n:>10}" for n in others))
    for key, words in FIGURES:
        ours = medians["memtop"].get(key)
        if ours is None:
            continue
        row = "".join(f"{m[key]:11.2f}" if key in m else f"{'-':>11}" for m in medians.values())
        row += "".join(f"{ours / medians[n][key]:10.3f}" if medians[n].get(key) else f"{'-':>10}"
                       for n in others)
        print(f"  {words:28}{row}", flush=True)


def lacks_room(count):
    """Why the machine cannot carry so many processes; None if it can."""
    with open("/proc/sys/kernel/pid_max") as f:
        pids = int(f.read())
    with open("/proc/meminfo") as f:
        free = next((int(line.split()[1]) for line in f if line.startswith("MemAvailable")), 0)
    most, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    running = sum(1 for name in os.listdir("/proc") if name.isdigit())
    if running + count + 1000 > pids:
        return f"pid_max is {pids}"
    if most != resource.RLIM_INFINITY and running + count + 1000 > most:
        return f"ulimit -u is {most}"
    if free < count * ROOM_KIB:
        return f"{count * ROOM_KIB >> 10} MiB of memory are wanted, {free >> 10} MiB available"
    return None


def rounds_of(args, still, moving):
    """Monitors, rounds and keys of one size: the large ones are short."""
    monitors = dict(args.commands)
    if still >= 10000:
        return {"memtop": monitors["memtop"]}, 1, 0
    if moving:
        monitors.pop("htop", None)
        return monitors, min(args.rounds, 2), 0
    return monitors, args.rounds, args.keys


def keys_for(who, keys):
    return keys if who == "memtop" else min(keys, 10) if who == "top" else keys // 4


def run_size(args, name, result):
    still, _, moving = name.partition("+")
    still, moving = int(still), int(moving or 0)
    why = lacks_room(still + moving)
    if why:
        print(f"\n{name} processes: left out, {why}", flush=True)
        return
    monitors, rounds, keys = rounds_of(args, still, moving)
    settle = QUIET_S if still < 1000 else SETTLE_S
    got, order = {who: [] for who in monitors}, list(monitors)
    with Herd(args.herd, still, moving) as herd:
        if herd.failed:
            print(f"\n{name} processes: left out, the herd could not be started", flush=True)
            return
        processes = sum(1 for pid in os.listdir("/proc") if pid.isdigit())
        for i in range(rounds):
            for who in order[i % len(order):] + order[:i % len(order)]:
                ticks = args.ticks if who == "memtop" and keys and still >= 5000 else 0
                got[who].append(measure(monitors[who], settle, args.seconds, keys_for(who, keys),
                                        ticks))
    moves = f", {moving} of them move every tick" if moving else ""
    print(f"\n{processes} processes{moves} (load {os.getloadavg()[0]:.1f})")
    result[name] = {who: summary(r) for who, r in got.items()}
    for figures in result[name].values():
        figures["cpu_per"] = figures["cpu_ms"] / processes
    print_table(result[name])


# --- a slow link -----------------------------------------------------------------------------------

class Mark:
    """A process whose name is the time: what is on the screen tells how old it is."""

    def __init__(self):
        code = ("import time,ctypes\n"
                "p=ctypes.CDLL(None).prctl\n"
                "while True:\n"
                " p(15,b'mark%09d'%int(time.monotonic()*10),0,0,0); time.sleep(0.1)\n")
        self.process = subprocess.Popen(["python3", "-c", code])

    def age(self, grid):
        marks = re.findall(r"mark(\d{9})", grid.text())
        return time.monotonic() - max(int(m) for m in marks) / 10 if marks else None

    def close(self):
        self.process.kill()
        self.process.wait()


def paced(monitor, grid, seconds, mark, ages):
    """Reads no faster than the link allows."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        grid.feed(monitor.take(SLOW_BYTES_S // 50))
        time.sleep(0.02)
        age = mark.age(grid)
        if age is not None:
            ages.append(age)


def paced_key(monitor, key):
    """Seconds until the link has brought what a key changed: the next whole frame."""
    sent, text = time.monotonic(), b""
    os.write(monitor.fd, key)
    while time.monotonic() - sent < 5:
        text += monitor.take(SLOW_BYTES_S // 50)
        if b"\x1b[?2026h" in text and b"\x1b[?2026l" in text.partition(b"\x1b[?2026h")[2]:
            break
        time.sleep(0.02)
    return time.monotonic() - sent, text


def run_slow(args, result):
    """memtop alone, at five looks a second so that it has more to say than the link takes."""
    mark, ages, keys = Mark(), [], []
    with Herd(args.herd, 100, 200):
        monitor = Monitor([args.commands["memtop"][0], "-d", "0.2", "-s", "-pid"])
        grid = Grid()
        os.write(monitor.fd, b"c")  # names, not command lines
        paced(monitor, grid, 8, mark, [])
        if mark.age(grid) is None:
            os.write(monitor.fd, b"I")
            paced(monitor, grid, 4, mark, [])
        paced(monitor, grid, 8 if args.quick else 15, mark, ages)
        for i in range(10 if args.quick else 20):
            paced(monitor, grid, random.uniform(0.2, 0.6), mark, ages)
            took, text = paced_key(monitor, ARROWS[i % 2])
            grid.feed(text)
            keys.append(took)
        time.sleep(10)
        waiting = b""
        while True:
            data = monitor.take()
            if not data:
                break
            waiting += data
            if len(waiting) > 1 << 20:
                break
        grid.feed(waiting)
        begun = time.monotonic()
        while time.monotonic() - begun < 10 and (mark.age(grid) or 99) > 1.2:
            paced(monitor, grid, 0.1, mark, [])
        figures = {"age_s": percentile(ages, 0.9) if ages else float("nan"),
                   "key_s": percentile(keys, 0.9), "stall_s": time.monotonic() - begun,
                   "stall_kib": len(waiting) / 1024}
        monitor.close()
    mark.close()
    result["slow"] = {"memtop": figures}
    print("\nslow link, memtop -d 0.2 among 200 processes that move")
    for key, value in figures.items():
        print(f"  {WORDS[key]:40}{value:8.2f}", flush=True)


# --- the run ---------------------------------------------------------------------------------------

def run_flat(args, result):
    ticks = "20000" if args.quick else "100000"
    run = subprocess.run([args.flat, ticks], capture_output=True, text=True)
    print("\n" + run.stdout.strip(), flush=True)
    result["flat"] = {"flat": run.returncode == 0}


def reached(result, size, key, other):
    """The figure, or its ratio to another's; None where there is none."""
    ours = result.get(size, {}).get("memtop", {}).get(key)
    beside = result.get(other, {}).get("memtop", {}) if key == "cpu_per" else \
        result.get(size, {}).get(other, {})
    if ours is None or other is None:
        return ours
    return ours / beside[key] if beside.get(key) else None


def print_asked(result):
    print(f"\n{'asked for':46}{'must':>9}{'aim':>9}{'reached':>10}")
    missed = 0
    for size, key, other, must, aim in ASKED:
        got = reached(result, size, key, other)
        if got is None:
            continue
        words = f"{size}: {WORDS[key]}" + (f", of {other}" if other is not None else "")
        verdict = "aim" if aim is not None and got <= aim else \
            "must" if must is not None and got <= must else "" if must is None else "MISSED"
        missed += verdict == "MISSED"
        show = [f"{v:9.3f}" if v is not None else f"{'-':>9}" for v in (must, aim)]
        print(f"  {words:44}{show[0]}{show[1]}{got:10.3f}  {verdict}")
    if "flat" in result:
        flat = result["flat"]["flat"]
        missed += not flat
        print(f"  {'own memory after many ticks':44}{'flat':>9}{'-':>9}"
              f"{'flat' if flat else 'GROWS':>10}{'' if flat else '  MISSED'}")
    return missed


# --- for the README ----------------------------------------------------------------------------------

MARKDOWN = [("CPU a tick, of top's", "cpu_ms", "top"), ("CPU a tick, of htop's", "cpu_ms", "htop"),
            ("first screen, of top's", "first_ms", "top"),
            ("first screen, of htop's", "first_ms", "htop"),
            ("key to screen (99 %), of htop's", "key_p99", "htop"),
            ("bytes to the terminal, of top's", "bytes_s", "top"),
            ("bytes to the terminal, of htop's", "bytes_s", "htop"),
            ("memory (PSS), of top's", "pss_mib", "top"), ("memory (PSS), of htop's", "pss_mib", "htop")]
COLUMNS = ["300", "5000", "5000+500"]


def cell(result, size, key, other):
    got = reached(result, size, key, other)
    return "" if got is None else f"{got:.2f}"


def print_markdown(result):
    about = result["about"]
    print(f"\n{about['date']}, {about['machine']}: {about['versions']}.\n")
    print("| memtop's share | 300 processes | 5,000 | 5,000, and 500 that move |\n| --- | --- | --- | --- |")
    for words, key, other in MARKDOWN:
        print(f"| {words} | " + " | ".join(cell(result, size, key, other) for size in COLUMNS) + " |")
    ours = {size: result[size]["memtop"] for size in COLUMNS if size in result}
    for words, key, unit in (("first screen", "first_ms", " ms"), ("memory (PSS)", "pss_mib", " MiB"),
                             ("CPU a tick", "cpu_ms", " ms"), ("key to screen (99 %)", "key_p99", " ms")):
        print(f"| {words} | " + " | ".join(f"{ours[size][key]:.1f}{unit}" if key in ours.get(size, {}) else ""
                                           for size in COLUMNS) + " |")


def commands(memtop):
    found = {"memtop": [memtop]}
    if shutil.which("top"):
        found["top"] = ["top", "-d", "1"]
    if shutil.which("htop"):
        found["htop"] = ["htop", "-d", "10"]
    return found


def version(argv):
    out = subprocess.run([argv[0], "-V"], capture_output=True, text=True).stdout.strip()
    return out.splitlines()[0] if out else "?"


def about(args):
    with open("/proc/cpuinfo") as f:
        model = next((line.partition(":")[2].strip() for line in f if line.startswith("model name")),
                     "processor unknown")
    return {"date": datetime.date.today().isoformat(),
            "machine": f"Linux {os.uname().release.partition('-')[0]}, {os.cpu_count()} x {model}",
            "versions": ", ".join(version(argv) for argv in args.commands.values()),
            "load": os.getloadavg()[0]}


def print_about(result):
    about = result["about"]
    print(f"{about['date']}, {about['machine']}, load {about['load']:.1f}\n{about['versions']}", flush=True)


def print_all(result):
    print_about(result)
    for name in result:
        if name[:1].isdigit():
            print(f"\n{name} processes")
            print_table(result[name])


def run_all(args):
    args.commands = commands(os.path.abspath(args.memtop))
    result = {"about": about(args)}
    print_about(result)
    for name in args.only.split(","):
        if name == "slow":
            run_slow(args, result)
        elif name == "flat":
            run_flat(args, result)
        else:
            run_size(args, name, result)
    if args.json:
        with open(args.json, "w") as f:
            json.dump(result, f, indent=1)
    return result


def go_alone(args):
    """Everything once more in a pid namespace, below a shell: the first process there has to wait for all
    that others leave behind."""
    argv = [arg for arg in sys.argv if arg != "--alone"]
    os.execvp("unshare", ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; exit $?',
                          "sh", sys.executable] + argv)


def options():
    here = os.path.dirname(os.path.abspath(__file__))
    build = os.environ.get("top_builddir", os.path.join(here, "..", ".."))
    ap = argparse.ArgumentParser(description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--memtop", default=os.environ.get("MEMTOP", os.path.join(build, "memtop")))
    ap.add_argument("--herd", default=os.path.join(build, "tests/programs/herd"))
    ap.add_argument("--flat", default=os.path.join(build, "tests/bench/bench_flat"))
    ap.add_argument("--only", default="300,5000,5000+500,20000,slow,flat")
    ap.add_argument("--quick", action="store_true", help="a minute and a half: 300 and 5000, one round")
    ap.add_argument("--alone", action="store_true")
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--seconds", type=float, default=8)
    ap.add_argument("--keys", type=int, default=80)
    ap.add_argument("--ticks", type=int, default=6)
    ap.add_argument("--json")
    ap.add_argument("--markdown", action="store_true")
    ap.add_argument("--from", dest="kept")
    return ap.parse_args()


def main():
    args = options()
    if args.alone:
        go_alone(args)
    if args.quick:
        args.rounds, args.seconds, args.keys, args.ticks = 1, 4, 40, 3
        args.only = "300,5000"
    if args.kept:
        with open(args.kept) as f:
            result = json.load(f)
        print_all(result)
    else:
        result = run_all(args)
    missed = print_asked(result)
    if args.markdown:
        print_markdown(result)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
