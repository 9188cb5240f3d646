#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""memtop without a screen: JSON, CSV, programs run, checks, commands run; read by what people read it with."""

import csv
import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/docs"))
import docs  # noqa: E402

MEMTOP = os.path.abspath(os.environ.get("MEMTOP", "./memtop"))
PROGRAMS = os.path.abspath(os.path.join(docs.SOURCE, "tests/programs"))
PYTHON = os.path.realpath(sys.executable)
LIMIT_S = 150
ENV = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def memtop(*arguments, **more):
    return subprocess.run([MEMTOP, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, encoding="utf-8", timeout=LIMIT_S, env=ENV,
                          check=False, **more)


def report(folder, *command, options=()):
    """(the report as data, what the program printed, status)"""
    path = os.path.join(folder, "report.json")
    done = memtop("--json", "--report", path, *options, "--", *command)
    with open(path, encoding="utf-8") as file:
        return json.load(file), done.stdout, done.returncode


def lines_in(path, count):
    """The lines of a file that a command writes, once there are COUNT."""
    end = time.monotonic() + LIMIT_S
    lines = []
    while time.monotonic() < end:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines = file.read().splitlines(keepends=True)
        if len(lines) >= count and lines[-1].endswith("\n"):
            break
        time.sleep(0.05)
    return lines


def check_json(tap):
    done = memtop("-b", "--json", "-n", "2", "-d", "0.2")
    ticks = [json.loads(line) for line in done.stdout.splitlines()]
    tap.ok(done.returncode == 0 and len(ticks) == 2, "an object a look", [done.stderr])
    mine = next(p for p in ticks[1]["processes"] if p["pid"] == os.getpid())
    with open("/proc/self/status", encoding="utf-8") as file:
        resident = next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))
    tap.ok(resident / 8 < mine["rss"] < resident * 2, "sizes are bytes", [str(mine), str(resident)])
    tap.ok(isinstance(mine["age"], (int, float)) and mine["age"] < 600, "times are seconds", [str(mine)])
    tap.ok(mine["base"] is None, "null for what is not known")
    with open("/proc/meminfo", encoding="utf-8") as file:
        total = int(file.readline().split()[1]) * 1024
    tap.ok(ticks[0]["system"]["total"] == total, "the machine's memory")
    done = memtop("--json", "-n", "1", "--columns", "pid,rss", "-p", str(os.getpid()))
    row, = json.loads(done.stdout)["processes"]
    tap.ok(list(row) == ["pid", "rss"], "--columns chooses and orders", [str(row)])
    if not shutil.which("jq"):
        tap.skip("jq reads it", "jq is not installed")
        return
    piped = subprocess.run(["sh", "-c", f"'{MEMTOP}' --json -n 2 -d 0.2 | jq -e '.processes | length > 1'"],
                           stdout=subprocess.PIPE, encoding="utf-8", check=False)
    tap.ok(piped.stdout.split() == ["true", "true"], "jq reads it")


def check_csv(tap):
    done = subprocess.run([MEMTOP, "--csv", "-n", "2", "-d", "0.2"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, timeout=LIMIT_S, env=ENV, check=False)
    text = done.stdout.decode()
    tap.ok(text.count("\n") == text.count("\r\n"), "lines end as RFC 4180 says")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    tap.ok(len({len(row) for row in rows}) == 1, "CSV: all rows have as many fields")
    tap.ok(rows[0][:3] == ["time", "pid", "ppid"] and "cmdline" in rows[0], "CSV: titles")
    found = [dict(zip(rows[0], row)) for row in rows[1:] if row[1] == str(os.getpid())]
    tap.ok(len(found) == 2 and found[0]["base"] == "" and int(found[1]["rss"]) > 2**20,
           "CSV: a row a look, nothing where nothing is known", map(str, found))
    tap.ok(len(found) == 2 and found[0]["name"] == os.path.basename(__file__),
           "CSV: the name is that of the script", [str(found[:1])])
    done = subprocess.run(["sh", "-c", f"'{MEMTOP}' --csv -n 20 -d 0.1 | head -n 1"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    tap.ok(not done.stderr, "a reader that has had enough", [done.stderr.decode()])


def check_hostile(tap):
    """A name that is made to break JSON and CSV."""
    child = subprocess.Popen([PYTHON, "-c", "import sys; print(1, flush=True); sys.stdin.read()",
                              '",=1+1\r\n\x1b[31m{}\\', "\u202e"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    child.stdout.readline()
    one = json.loads(memtop("--json", "-n", "1", "-p", str(child.pid)).stdout)["processes"][0]
    rows = list(csv.DictReader(io.StringIO(memtop("--csv", "-n", "1", "-p", str(child.pid)).stdout)))
    child.communicate()
    for name, text in (("JSON", one["cmdline"]), ("CSV", rows[0]["cmdline"])):
        tap.ok('",=1+1' in text and not any(ord(c) < 32 or c == "\u202e" for c in text),
               f"{name}: a hostile command line", [repr(text)])


def check_status(tap, folder):
    for command, status in ((["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -9 $$"], 137),
                            (["true"], 0), (["/no/such/program"], 127), (["/etc/passwd"], 126)):
        done = memtop("--", *command)
        tap.ok(done.returncode == status, f"status {status}: {' '.join(command)}", [done.stderr])
    data, printed, _ = report(folder, "sh", "-c", "cat; echo out; echo $0 \"$@\"; exit 3", "a b", "-n", "--")
    tap.ok(printed == "out\na b -n --\n", "streams and arguments are the program's", [printed])
    tap.ok(data["status"] == 3 and data["signal"] is None and data["command"][3:] == ["a b", "-n", "--"],
           "the report has them", [str(data["command"])])
    data, _, status = report(folder, "sh", "-c", "kill -15 $$")
    tap.ok(status == 143 and data["signal"] == 15 and data["status"] is None, "a signal is told")
    done = memtop("--report", "/no/such/folder/x", "--", "sh", "-c", "echo ran")
    tap.ok(done.returncode == 125 and done.stdout == "", "a report that cannot be written: 125, not run")
    open_here, _ = os.pipe()
    done = memtop("--report", "/dev/null", "--", "sh", "-c", "ls /proc/self/fd", pass_fds=[open_here])
    plain = subprocess.run(["sh", "-c", "ls /proc/self/fd"], stdin=subprocess.DEVNULL, env=ENV,
                           stdout=subprocess.PIPE, encoding="utf-8", pass_fds=[open_here], check=False)
    tap.ok(done.stdout == plain.stdout, "no descriptor of ours, all of theirs", [done.stdout])


def check_signals(tap, folder):
    path = os.path.join(folder, "report")
    waits = ("import time\ntry:\n print('ready', flush=True)\n time.sleep(60)\n"
             "except KeyboardInterrupt:\n raise SystemExit(5)")
    child, master = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where the tests run in the background
        os.execve(MEMTOP, [MEMTOP, "--report", path, "--", PYTHON, "-c", waits], ENV)
    while b"ready" not in os.read(master, 1000):
        pass
    os.write(master, b"\x03")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(master)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    tap.ok(status == 5 and "ended with status 5" in text, "Ctrl-C reaches the program, the report comes",
           [str(status), text])
    script = "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"
    child = subprocess.Popen([MEMTOP, "--report", path, "--", "sh", "-c", script], stdout=subprocess.PIPE,
                             env=ENV)
    child.stdout.readline()
    child.terminate()
    tap.ok(child.wait(LIMIT_S) == 9, "a signal sent to memtop is passed on")
    child = subprocess.Popen([MEMTOP, "--report", path, "--", "sh", "-c", "echo $$; kill -STOP $$; exit 3"],
                             stdout=subprocess.PIPE, env=ENV)
    pid = int(child.stdout.readline())
    time.sleep(0.5)
    os.kill(pid, signal.SIGCONT)
    tap.ok(child.wait(LIMIT_S) == 3, "a program that is stopped goes on")


def maxrss(printed):
    return int(printed.split("maxrss ")[1].split()[0]) * 1024


def near(tap, name, data, printed):
    """Within 2 %, or what an interpreter takes between its last word and its end."""
    own = maxrss(printed)
    tap.ok(abs(data["peak_rss"] - own) <= max(own * 0.02, 400_000),
           f"{name}: {data['peak_rss'] // 1024} KiB, its own {own // 1024} KiB")


def check_programs(tap, folder):
    """The four programs of everyday trouble, the greedy way and the other."""
    peaks = {}
    for name, ways, count in (("list_or_generator", ("list", "generator"), "400000"),
                              ("csv_whole_or_chunks", ("whole", "chunks"), "40000"),
                              ("object_cycle", ("cycle", "weak"), "40")):
        for way in ways:
            data, printed, _ = report(folder, PYTHON, f"{PROGRAMS}/{name}.py", way, count)
            near(tap, f"{name} {way}", data, printed)
            peaks[way] = data["peak_footprint"]
            tap.ok(data["verdict"] != "climbing" and not data["climbed"], f"{way} does not climb")
        tap.ok(peaks[ways[0]] > 2 * peaks[ways[1]], f"{ways[0]} takes more than {ways[1]}", [str(peaks)])


def start_leaks(folder):
    children = {}
    for way in ("leaking", "bounded"):
        path = os.path.join(folder, f"{way}.json")
        command = [MEMTOP, "--json", "--report", path, "--record", os.path.join(folder, f"{way}.rec.zst"),
                   "--check", "state=climbing", "--", PYTHON, f"{PROGRAMS}/leaking_cache.py", way, "65"]
        children[way] = (path, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                                env=ENV, encoding="utf-8"))
    return children


def check_leaks(tap, folder, children):
    data = {}
    for way, (path, child) in children.items():
        printed, said = child.communicate(timeout=LIMIT_S)
        with open(path, encoding="utf-8") as file:
            data[way] = json.load(file)
        near(tap, way, data[way], printed)
        wanted = 1 if way == "leaking" else 0
        tap.ok(child.returncode == wanted and ("MATCH" in said) == bool(wanted),
               f"--check state=climbing on the {way} one: {wanted}", said.splitlines())
    tap.ok(data["leaking"]["verdict"] == "climbing", "the leaking cache climbs", [str(data["leaking"])])
    tap.ok(data["bounded"]["verdict"] != "climbing" and not data["bounded"]["climbed"],
           "the bounded one does not")
    rate = data["leaking"]["growth"]
    tap.ok(0.5e6 < rate < 1.0e6, f"its rate: {rate} bytes a second")
    if not has_zstd(folder):
        tap.skip("recordings of runs", "no libzstd")
        return
    check_recordings(tap, folder, data)


def has_zstd(folder):
    return os.path.getsize(os.path.join(folder, "leaking.rec.zst")) > 0


def check_recordings(tap, folder, data):
    leaking, bounded = (os.path.join(folder, f"{way}.rec.zst") for way in ("leaking", "bounded"))
    again = json.loads(memtop("--json", "--report-from", leaking).stdout)
    for key in ("peak_rss", "peak_footprint", "average_footprint"):
        tap.ok(abs(again[key] - data["leaking"][key]) <= data["leaking"][key] * 0.03,
               f"--report-from has the same {key}", [str(again[key]), str(data["leaking"][key])])
    tap.ok(again["verdict"] == "climbing" and again["command"] is None, "... and the same verdict")
    svg = os.path.join(folder, "chart.svg")
    done = memtop("--report-from", leaking, "--svg", svg)
    tap.ok("Peak footprint" in done.stdout and "climbing" in done.stdout, "... and in words")
    texts = [node.text or "" for node in xml.etree.ElementTree.parse(svg).iter()]
    tap.ok(any("verdict: climbing" in t for t in texts) and "seconds" in texts, "the picture is XML, with axes")
    done = memtop("--compare", bounded, leaking)
    tap.ok(done.returncode == 0 and "more at its peak" in done.stdout and "worse" in done.stdout,
           "--compare says what got worse", done.stdout.splitlines())
    done = memtop("--compare", bounded, leaking, "--json")
    both = json.loads(done.stdout)
    worst = both["programs"][0]
    tap.ok(both["worse"] and worst["worse"] and both["b"]["climbed"] and not both["a"]["climbed"] and
           worst["b"]["peak_footprint"] > worst["a"]["peak_footprint"] > 2**20 and
           0.9 < worst["b"]["growth"] / data["leaking"]["growth"] < 1.1, "... as JSON", [done.stdout, done.stderr])
    done = memtop("--compare", leaking, bounded)
    tap.ok("No program takes more" in done.stdout, "... and what did not", done.stdout.splitlines())
    for expr, status in (("state=climbing", 1), ("footprint>1g", 0), ("footprint>20m", 1)):
        done = memtop("--check", expr, "--replay", leaking)
        tap.ok(done.returncode == status, f"--check '{expr}' on a recording: {status}", [done.stdout])


def check_short(tap, folder):
    program = "x = bytearray(30 << 20)\nimport time, resource\ntime.sleep(0.02)\n" \
              "print('maxrss', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    data, printed, _ = report(folder, PYTHON, "-S", "-c", program)
    near(tap, "a program of 20 ms", data, printed)
    for _ in range(4):  # where others work, one may end before there is time for a look
        if data["looks"] > 0 and data["peak_footprint"] > 30 * 2**20 * 0.9:
            break
        data, _, _ = report(folder, PYTHON, "-S", "-c", program)
    tap.ok(data["looks"] > 0 and data["peak_footprint"] > 30 * 2**20 * 0.9, "... it was looked at",
           [str(data["looks"]), str(data["peak_footprint"])])
    data, _, status = report(folder, "sh", "-c",
                             "i=0; while [ $i -lt 500 ]; do sleep 60 & all=\"$all $!\"; i=$((i + 1)); done; "
                             "sleep 2; kill $all; wait; exit 0")
    tap.ok(status == 0 and data["most_processes"] >= 500 and len(data["processes"]) >= 501,
           f"500 children: {data['most_processes']} at once, {len(data['processes'])} seen")
    data, _, status = report(folder, "sh", "-c", f"({PYTHON} -S -c 'import time; x = bytearray(40 << 20); "
                             f"open(\"{folder}/orphan\", \"w\"); time.sleep(1)' &) ; "
                             f"while [ ! -e {folder}/orphan ]; do sleep 0.1; done; sleep 0.7")
    tap.ok(status == 0 and data["peak_footprint"] > 40 * 2**20, "an orphan is still seen",
           [str(data["programs"])])
    done = memtop("--live", "--", "sleep", "0.3")
    tap.ok("\r" not in done.stderr, "--live writes nothing without a terminal")


def on_terminal(*arguments):
    """What it writes to a terminal, and its status."""
    child, master = pty.fork()
    if child == 0:
        os.execve(MEMTOP, [MEMTOP, *arguments], {**ENV, "TERM": "xterm-256color"})
    written = b""
    try:
        while chunk := os.read(master, 65536):
            written += chunk
    except OSError:
        pass  # nobody has the other end any more
    os.close(master)
    return written.decode(errors="replace"), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def check_terminal(tap, folder):
    written, status = on_terminal("--live", "--", "sleep", "1")
    lines = [line for line in written.split("\r") if "peak" in line]
    tap.ok(status == 0 and len(lines) >= 3 and "\r\x1b[K" in written and "Peak RSS" in written,
           "--live: a line that is kept up to date, then the report", [repr(written[:500])])
    path = os.path.join(folder, "screen")
    written, status = on_terminal("-n", "3", "-d", "0.2", "--on", f"rss>1m and pid={os.getpid()}",
                                  "--exec", f"sh -c 'echo noise; cat >{path}'")
    told = json.loads("".join(lines_in(path, 1)))
    tap.ok(status == 0 and told["pid"] == os.getpid() and "noise" not in written,
           "--exec from the dashboard, which is not written over", [str(status)])


def check_check(tap):
    for arguments, status in ((["rss>1k"], 1), (["rss>100t"], 0), (["available<0.001%"], 0),
                              (["available>0.001%"], 1), (["rss>1k", "-p", "4194000"], 2),
                              (["rss>"], 2), ([""], 2), (["rss>1k", "-u", "no-such-user"], 2),
                              (["rss>1k", "--replay", "/no/such/file"], 2),
                              (["footprint>1k", "-p", str(os.getpid())], 1),
                              (["footprint>1k", "-F", "pid=1 and pid=2"], 2)):
        done = memtop("--check", *arguments)
        lines = (done.stdout + done.stderr).splitlines()
        tap.ok(done.returncode == status and len(lines) == 1,
               f"--check {' '.join(arguments).replace(str(os.getpid()), 'PID')}: {status}", lines)
    done = memtop("--check", "footprint>1k", "-p", str(os.getpid()))
    tap.ok(f"({os.getpid()})" in done.stdout and "MiB" in done.stdout, "it is named, with figures",
           [done.stdout])
    done = memtop("--check", "rss>100t", "-p", str(os.getpid()))
    tap.ok(" (1 process, " in done.stdout, "how many were looked at", [done.stdout])
    took = []
    for how in ([], ["--for", "2", "-d", "0.5"], []):  # beside what one look takes now
        begin = time.monotonic()
        done = memtop("--check", "rss>100t", *how)
        took.append(time.monotonic() - begin)
        tap.ok(done.returncode == 0, f"nothing matches: {how}", [done.stdout, done.stderr])
    tap.ok(2 <= took[1] < 3.5 + 5 * max(took[0], took[2]), f"--for 2: took {took[1]:.1f} s", [str(took)])


def check_on(tap, folder):
    path = os.path.join(folder, "told")
    command = f"sh -c 'cat >>{path}; echo $MEMTOP_PID $MEMTOP_COMMAND \"$MEMTOP_EXPR\" >>{path}'"
    expr = f"rss>1m and pid={os.getpid()}"
    done = memtop("-b", "-n", "4", "-d", "0.2", "--on", expr, "--exec", command)
    lines_in(path, 2)
    time.sleep(0.5)  # in which there would be more
    lines = [line.rstrip("\n") for line in lines_in(path, 2)]
    tap.ok(done.returncode == 0 and len(lines) == 2, "--exec runs once", lines)
    tap.ok(json.loads(lines[0])["pid"] == os.getpid(), "it reads the facts as JSON")
    tap.ok(lines[1].split()[0] == str(os.getpid()) and lines[1].endswith(expr),
           "and has them in its environment", lines)
    # of whom no row tells, and at the first look, which knows little of anybody
    for_it = ["--on", expr, "--exec", f"sh -c 'cat >{path}'"]
    for arguments in (["-F", "pid=1"], ["-d", "30"]):
        os.unlink(path)
        done = memtop("-b", "-n", "1", *arguments, *for_it)
        told = json.loads("".join(lines_in(path, 1)))
        unknown = [key for key in ("user", "file", "shmem", "peak", "threads", "oom", "cmdline")
                   if told[key] is None]
        tap.ok(done.returncode == 0 and told["pid"] == os.getpid() and not unknown,
               f"the facts are whole at the first look, {' '.join(arguments)}", [str(unknown)])
    for arguments, words in ((["--on", "rss>1"], "--on EXPR and --exec COMMAND go together"),
                             (["--every", "5"], "--every goes with --on EXPR and --exec COMMAND")):
        done = memtop("-b", "-n", "1", *arguments)
        tap.ok(done.returncode == 2 and done.stderr.startswith(f"memtop: {words}\n"), f"{arguments[0]} alone",
               [done.stderr])
    done = memtop("-b", "-n", "1", "--on", "rss>1", "--exec", "'")
    tap.ok(done.returncode == 2, "a command that is none is 2", [done.stderr])


def main():
    tap = docs.Tap()
    with tempfile.TemporaryDirectory(prefix="memtop-answers-") as folder:
        leaks = start_leaks(folder)  # they take a minute
        check_json(tap)
        check_csv(tap)
        check_hostile(tap)
        check_status(tap, folder)
        check_signals(tap, folder)
        check_short(tap, folder)
        check_programs(tap, folder)
        check_check(tap)
        check_on(tap, folder)
        check_terminal(tap, folder)
        check_leaks(tap, folder, leaks)
    tap.end()


main()
