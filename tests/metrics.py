#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""--metrics on the machine as it is: both formats, a file that is whole whenever it is read, what is refused."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "lib"))
from tap import check, done, skip  # noqa: E402

MEMTOP = os.environ.get("MEMTOP", "./memtop")
SRCDIR = os.environ.get("srcdir", ".")
SAMPLE = re.compile(r'(memtop_[a-z_]+)(\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})? '
                    r'(-?[0-9.]+(?:e[+-]?[0-9]+)?)$')
PROMTOOL = shutil.which("promtool")


def run(*arguments):
    return subprocess.run([MEMTOP, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)


def wrong_in(text, opened):
    """What is wrong with a document: families in one piece, TYPE before samples, no series twice."""
    wrong, typed, series, family = [], {}, set(), None
    lines = text.split("\n")
    if lines.pop() != "":
        wrong.append("no end of line at the end")
    if opened and lines.pop() != "# EOF":
        wrong.append("no # EOF at the end")
    for line in lines:
        if line.startswith("# "):
            _, kind, name, rest = line.split(" ", 3)
            if kind == "TYPE":
                if name in typed:
                    wrong.append("two families " + name)
                typed[name], family = rest, name
            continue
        match = SAMPLE.match(line)
        if not match:
            wrong.append("no sample: " + line)
            continue
        name = match.group(1)
        if opened and typed.get(family) == "counter":
            name = name[:-len("_total")] if name.endswith("_total") else "counter without _total"
        if name != family:
            wrong.append("%s in the family %s" % (name, family))
        if (match.group(1), match.group(2)) in series:
            wrong.append("twice: " + line)
        series.add((match.group(1), match.group(2)))
    return "\n".join(wrong)


def check_formats():
    end = run("--metrics", "-")
    check(end.returncode == 0 and end.stderr == "", "prints once", end.stderr)
    check(not wrong_in(end.stdout, False), "the classic format", wrong_in(end.stdout, False))
    check('kind="program"' in end.stdout and "# EOF" not in end.stdout, "with programs", end.stdout)
    if PROMTOOL:
        judged = subprocess.run([PROMTOOL, "check", "metrics"], input=end.stdout, capture_output=True, text=True)
        check(judged.returncode == 0, "promtool finds nothing", judged.stdout + judged.stderr)
    else:
        skip("promtool finds nothing", "there is no promtool")
    opened = run("--metrics", "-", "--openmetrics").stdout
    check(not wrong_in(opened, True), "OpenMetrics", wrong_in(opened, True))
    several = run("--metrics", "-", "-n", "4", "-d", "0.1").stdout
    check(several.count("memtop_build_info{") == 3, "one at each look from the second on",
         several.count("memtop_build_info{"))


def check_file():
    folder = tempfile.mkdtemp(prefix="memtop-metrics-")
    path = os.path.join(folder, "memtop.prom")
    process = subprocess.Popen([MEMTOP, "--metrics", path, "-d", "0.1"], stdin=subprocess.DEVNULL)
    wrong, until, seen = [], time.monotonic() + 30, set()
    while time.monotonic() < until and len(seen) < 2:
        try:
            with open(path, encoding="utf-8") as file:
                wrong += [wrong_in(file.read(), False)]
                seen.add(os.fstat(file.fileno()).st_ino)
        except FileNotFoundError:
            pass
        time.sleep(0.002)
    check(len(seen) == 2, "a file that is written again", seen)
    check(not any(wrong), "whenever it is read it is whole", "\n".join(filter(None, wrong)))
    process.send_signal(signal.SIGTERM)
    check(process.wait(20) in (0, -signal.SIGTERM), "ends when told", process.returncode)
    check(os.listdir(folder) == ["memtop.prom"], "and leaves that file alone", os.listdir(folder))
    end = run("--metrics", os.path.join(folder, "not/there"))
    check(end.returncode == 1 and end.stderr.count("cannot write") == 1 and "folder" in end.stderr,
          "what can never be written is told, and the end", end.stderr)
    # a file of two names cannot be replaced whole: half of it must not be read
    os.link(path, path + ".too")
    before = os.stat(path).st_mtime_ns
    end = run("--metrics", path, "-n", "2", "-d", "0.1")
    check(end.returncode == 1 and "takes its place" in end.stderr and os.stat(path).st_mtime_ns == before,
          "nor is it written where it stands", end.stderr)
    shutil.rmtree(folder)


def check_refused():
    for options in (("-F", "rss>1g"), ("-p", "1"), ("-u", "root"), ("-b",), ("--json",)):
        end = run("--metrics", "-", *options)
        check(end.returncode == 2, "not with " + options[0], "%d %s" % (end.returncode, end.stderr))


def check_rules():
    if not PROMTOOL:
        skip("the rules for alerts", "there is no promtool")
        return
    end = subprocess.run([PROMTOOL, "test", "rules", "memtop.test.yml"], capture_output=True, text=True,
                         cwd=os.path.join(SRCDIR, "contrib/prometheus"))
    check(end.returncode == 0, "the rules for alerts", end.stdout + end.stderr)


check_formats()
check_file()
check_refused()
check_rules()
done()
