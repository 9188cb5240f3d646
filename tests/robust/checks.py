#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A check never passes because nothing was seen: figures, command lines and users that cannot be read leave it
undecided, those that come late are waited for; around a program, too."""

import json
import os
import signal
import subprocess
import sys
import time

from robust import BUILD, MEMTOP, check, done, folder, skip

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests/lib"))
import fakeproc  # noqa: E402

LIMIT_S = 60
IN_FAKEPROC = os.path.join(BUILD, "tests/lib/in_fakeproc")
PYTHON = os.path.realpath(sys.executable)


def run(*command, **more):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=LIMIT_S, check=False, **more)


def decided(status, *command):
    """Its end.  Where the machine gives the reader no time, memtop says so after 10 s, and is asked again."""
    for _ in range(3):
        end = run(*command)
        if end.returncode == status or end.returncode != 2:
            break
    return end


def judged(name, end, status, words):
    said = end.stdout + end.stderr
    check(end.returncode == status and words in said, "%s: %d" % (name, status), "%d %s" % (end.returncode, said))


# --- a made /proc, in which some things cannot be read ---------------------------------------------------------

tree = fakeproc.Tree(os.path.join(folder, "proc"))
tree.line("process 10 name=server cmdline=server\\x00--port anon=90000 pss=80000 swap=7000 oom_score=500 uid=4001")
tree.line("process 11 name=small cmdline=small anon=2000 pss=1000 uid=4001")
tree.line("process 12 name=zombie state=Z anon=0 uid=4001")
tree.line("process 13 name=thread kernel=1")
# (files that are not there, expression, options, status, words)
CASES = (
    ((), "command~nobody", (), 0, "OK"),
    ((), "command~port", (), 1, "MATCH 'command~port': server (10)"),
    ((), "anon>1m", (), 1, "server (10)"),
    ((), "pss>70m", (), 1, "server (10)"),
    ((), "pss>1g", (), 0, "OK"),
    ((), "swap>5m and oom>400 and cgroup=/", (), 1, "server (10)"),
    ((), "swap>5g or oom>700 or peak>1t or shmem>1t", (), 0, "OK"),
    ((), "user=4001 and rss>50m", (), 1, "server (10)"),
    ((), "user=www", (), 0, "OK"),
    ((), "cpu>5000 or majflt>100", (), 0, "OK"),
    ((), "nobody-is-called-so", (), 0, "OK"),
    ((), "base>1m", (), 2, "only the dashboard sets"),
    (("11/cmdline",), "command~nobody", (), 2, "the command line of small (11) could not be read"),
    (("11/cmdline",), "nobody-is-called-so", (), 2, "command line"),
    (("11/cmdline",), "command~nobody and rss>1g", (), 0, "OK"),
    (("11/cmdline",), "command~nobody or rss>50m", (), 1, "server (10)"),
    (("11/cmdline",), "not command~nobody and rss>1g", (), 0, "OK"),
    (("11/cmdline",), "rss>1k", ("-F", "command~nobody"), 2, "command line"),
    (("11/cmdline",), "command~nobody", ("-p", "10"), 0, "(1 process, "),
    (("11/smaps_rollup",), "pss>1g", (), 2, "the pss of small (11)"),
    (("11/smaps_rollup",), "pss>70m", (), 1, "server (10)"),
    (("11/oom_score",), "oom>700", (), 2, "the oom of small (11)"),
    (("11/cgroup",), "cgroup~nowhere", (), 2, "the cgroup of small (11)"),
    (("11/status",), "peak>1g", (), 2, "the peak of small (11)"),
    (("11/status",), "swap>1g", (), 2, "the swap of small (11)"),
    (("11/status",), "footprint>1g", (), 2, "the footprint of small (11)"),
    (("11/status",), "footprint>50m", (), 1, "server (10)"),
    ((), "rss>1k", ("-p", "999"), 2, "no process 999"),
)
for missing, expr, options, status, words in CASES:
    name = "'%s'%s%s" % (expr, " " + " ".join(options) if options else "",
                         " without " + missing[0] if missing else "")
    for path in missing:
        os.rename(tree.at(path), tree.at(path) + ".away")
    end = decided(status, IN_FAKEPROC, tree.root, MEMTOP, "--check", expr, *options)
    for path in missing:
        os.rename(tree.at(path) + ".away", tree.at(path))
    if end.returncode == 77:
        skip(name, end.stderr.strip())
    else:
        judged(name, end, status, words)

# the same of tables: whom the filter takes is known, or it is said that it is not
TABLES = (
    ((), ("-F", "command~port"), 0, "server"),
    ((), ("-F", "pss>70m", "--columns", "pid,pss,command"), 0, "78.125M"),
    ((), ("-F", "pss>70m"), 0, "server"),
    (("11/cmdline",), ("-F", "command~port"), 2, "UNDECIDED: the command line of small (11)"),
    (("11/cmdline",), ("-F", "command~port and pid=10"), 0, "server"),
    (("11/smaps_rollup",), ("-F", "pss>1g"), 2, "UNDECIDED: the pss of small (11)"),
    ((), ("-F", "growth>1m"), 2, "UNDECIDED: nobody was watched for long enough"),
    ((), ("-F", "state=climbing"), 2, "UNDECIDED: nobody was watched for long enough"),
    ((), ("-F", "state=climbing and user=www"), 0, ""),
    ((), ("-F", "state=new"), 0, "server"),
    ((), ("-F", "state=zombie"), 0, "zombie"),
    ((), ("-F", "state=zombie and pid<12"), 0, ""),
    ((), ("-p", "999"), 1, "there is no process 999"),
    ((), ("-p", "999", "--json"), 1, "there is no process 999"),
    ((), ("-p", "999", "--csv"), 1, "there is no process 999"),
    ((), ("-p", "10,999"), 1, "there is no process 999"),
    ((), ("-p", "999", "--detail"), 1, "there is no process 999, or it may not be seen"),
    ((), ("-p", "999", "--inside"), 1, "there is no process 999, or it may not be seen"),
)
for missing, options, status, words in TABLES:
    name = "memtop %s%s" % (" ".join(options), " without " + missing[0] if missing else "")
    for path in missing:
        os.rename(tree.at(path), tree.at(path) + ".away")
    end = decided(status, IN_FAKEPROC, tree.root, MEMTOP, *(() if options[2:] in (("--detail",), ("--inside",)) else ("-b",)), "-n", "1",
                  *options)
    for path in missing:
        os.rename(tree.at(path) + ".away", tree.at(path))
    if end.returncode == 77:
        skip(name, end.stderr.strip())
        continue
    judged(name, end, status, words)
    if options == ("-p", "999"):
        check(end.stdout == "", "... and no table of nobody", end.stdout)

# --- a recording holds what it holds ---------------------------------------------------------------------------

tape = os.path.join(folder, "tape")
os.rename(tree.at("11/cmdline"), tree.at("11/cmdline.away"))
end = run(IN_FAKEPROC, tree.root, MEMTOP, "-b", "-n", "3", "-d", "0.3", "--record", tape)
if end.returncode == 77:
    skip("checks of a recording", end.stderr.strip())
else:
    for expr, options, status, words in (("command~port", (), 1, "server (10)"), ("command~nobody", (), 2, "small (11)"),
                                         ("rss>1g", (), 0, "OK"), ("user=4001", (), 1, "MATCH"),
                                         ("rss>1g", ("-p", "999"), 2, "no process 999"),
                                         ("state=climbing", (), 2, "too short")):
        judged("'%s' %s on a recording" % (expr, " ".join(options)),
               run(MEMTOP, "--check", expr, *options, "--replay", tape), status, words)

# --- no time for the reader ------------------------------------------------------------------------------------

# everybody on one CPU, memtop with a tenth of what the others get
busy = [subprocess.Popen([PYTHON, "-c", "import time\nend = time.time() + 20\nwhile time.time() < end: pass"])
        for _ in range(3)]
victim = subprocess.Popen([PYTHON, "-c", "import time; time.sleep(60)", "late-word"])
cpu = min(os.sched_getaffinity(0))
for child in busy:
    os.sched_setaffinity(child.pid, {cpu})


def slowly():
    os.sched_setaffinity(0, {cpu})
    os.nice(10)


late = [run(MEMTOP, "--check", "command~late-word", "-p", str(victim.pid), preexec_fn=slowly)
        for _ in range(3)]
check(all(end.returncode == 1 for end in late), "a command line that comes late is waited for",
      [end.stdout + end.stderr for end in late])
tables = [run(MEMTOP, "--json", "-n", "1", "-p", str(victim.pid), preexec_fn=slowly) for _ in range(3)]
rows = [json.loads(end.stdout)["processes"][0] for end in tables if end.stdout]
check(len(rows) == 3 and all(row[key] is not None for row in rows for key in
                             ("user", "cmdline", "peak", "swap", "oom", "threads", "cgroup")),
      "so is all that a table shows", tables)
end = run(MEMTOP, "-b", "-n", "1", "-p", str(victim.pid), "-F", "command~late-word", preexec_fn=slowly)
check(str(victim.pid) in end.stdout and end.returncode == 0, "and whom its filter takes", end)
for child in busy:
    child.kill()
    child.wait()
victim.kill()
victim.wait()

# --- a condition -----------------------------------------------------------------------------------------------

told = os.path.join(folder, "told")
waits = subprocess.Popen([PYTHON, "-c", "import time; time.sleep(60)", "first-word"])
time.sleep(0.3)
for expr, looks in (("command~first-word and pid=%d" % waits.pid, "1"), ("pss>1k and pid=%d" % waits.pid, "4")):
    end = run(MEMTOP, "-b", "-n", looks, "-d", "0.3", "-F", "pid=1", "--on", expr, "--exec", "sh -c 'cat >%s'" % told)
    begin = time.monotonic()
    while not (os.path.exists(told) and os.path.getsize(told)) and time.monotonic() - begin < 10:
        time.sleep(0.05)
    check(os.path.exists(told), "--on '%s': what has to be read is asked for" % expr.split(" and")[0], end)
    if os.path.exists(told):
        os.unlink(told)
waits.kill()
waits.wait()

# --- around a program ------------------------------------------------------------------------------------------

GROWS = "x = bytearray(60 << 20); import time; time.sleep(0.3)"
report = os.path.join(folder, "report")
for expr, command, status, words in (
        ("rss>40m", (PYTHON, "-c", GROWS), 1, "MATCH"), ("rss>900m", (PYTHON, "-c", GROWS), 0, "OK"),
        ("rss>40m", (PYTHON, "-c", GROWS + "; raise SystemExit(3)"), 3, "MATCH"),
        ("rss>1t", ("true",), 0, "OK"), ("state=climbing", ("sleep", "0.3"), 125, "too short to be sure")):
    judged("'%s' around %s" % (expr, command[0]),
           run(MEMTOP, "--check", expr, "--report", report, "--", *command), status, words)


# what it had between two looks, and nobody saw, may have matched
end = run(MEMTOP, "--check", "footprint>60m", "--report", report, "--", PYTHON, "-c",
          "import os, time; time.sleep(1); x = bytearray(100 << 20); del x; os._exit(0)")
check(end.returncode in (1, 125), "a footprint between two looks is no OK", end.stderr)

# the program's own end is told by the kernel, whatever memtop could see of it: here the family is one in which
# the program is not, since /proc is another one
end = run(IN_FAKEPROC, tree.root, MEMTOP, "--check", "rss>40m", "--report", report, "--", PYTHON, "-c",
          GROWS + "; time.sleep(1)")
if end.returncode == 77:
    skip("a program that was never looked at", end.stderr.strip())
else:
    judged("'rss>40m' around a program that was never looked at", end, 1, "as the kernel counted it")
    with open(report, encoding="utf-8") as file:
        text = file.read()
    check("never looked at" in text and "was over before" not in text, "... and its report says so", text)
    end = run(IN_FAKEPROC, tree.root, MEMTOP, "--check", "command~x", "--report", report, "--", "sleep", "1.2")
    judged("'command~x' around it", end, 125, "UNDECIDED")
    end = run(IN_FAKEPROC, tree.root, MEMTOP, "--report", report, "--", "sleep", "1.2")
    check(end.returncode == 125, "no look, no check: 125", end.returncode)
    end = run(IN_FAKEPROC, tree.root, MEMTOP, "--json", "--report", "-", "--", "sleep", "1.2")
    unseen = json.loads(end.stdout)
    check(unseen["chart"] == [] and unseen["peak_footprint_time"] is None and unseen["peak_rss_time"] is None,
          "... and no chart of zeros in its JSON", unseen)

# --- streams, signals, what is left ----------------------------------------------------------------------------

ran = os.path.join(folder, "ran")
for closed in ("0<&-", ">&-", "2>&-"):
    end = run("sh", "-c", '"$1" -- touch "$2" ' + closed, "sh", MEMTOP, ran)
    check(end.returncode == 125 and not os.path.exists(ran), "a program with %s: 125, not run" % closed,
          end.returncode)

COUNTS = """
import signal, sys, time
got = 0
def count(*_):
    global got
    got += 1
signal.signal(signal.SIGINT, count)
signal.signal(signal.SIGTERM, count)
print("ready", flush=True)
end = time.monotonic() + 20
while not got and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.5)
print(got, flush=True)
"""
for name, send in (("to memtop alone", lambda pid: os.kill(pid, signal.SIGTERM)),
                   ("to the group", lambda pid: os.killpg(pid, signal.SIGINT)),
                   ("to both, as timeout(1) does", lambda pid: (os.kill(pid, signal.SIGINT),
                                                                os.killpg(pid, signal.SIGINT)))):
    with subprocess.Popen([MEMTOP, "--report", report, "--", PYTHON, "-c", COUNTS], stdout=subprocess.PIPE,
                          text=True, start_new_session=True) as child:
        child.stdout.readline()
        send(child.pid)
        got = child.stdout.readline().strip()
    check(got == "1", "a signal %s reaches the program once" % name, got)

# a report is what it was until there is another one
for name, prepare in (("a file", lambda p: None), ("a link", lambda p: os.symlink(p + ".real", p)),
                      ("a file with another link", lambda p: os.link(p, p + ".other"))):
    path = os.path.join(folder, name.replace(" ", "-"))
    with open(path + ".real" if name == "a link" else path, "w", encoding="utf-8") as file:
        file.write("before")
    prepare(path)
    end = run(MEMTOP, "--report", path, "--", "cat", path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    check(end.stdout == "before" and text.startswith("memtop: cat") and os.path.islink(path) == (name == "a link"),
          "%s that a report goes to is what it was until then" % name, (end, text))
    run(MEMTOP, "--report", path, "--", "/no/such/program")
    with open(path, encoding="utf-8") as file:
        check(file.read() == text, "... and stays it when nothing was run", path)
check(not [name for name in os.listdir(folder) if "memtop-" in name], "nothing is left beside it", os.listdir(folder))
out = os.path.join(folder, "both")
with open(out, "w", encoding="utf-8") as file:
    subprocess.run([MEMTOP, "--report", out, "--", "echo", "said"], stdout=file, stderr=subprocess.DEVNULL,
                   stdin=subprocess.DEVNULL, timeout=LIMIT_S, check=False)
with open(out, encoding="utf-8") as file:
    text = file.read()
check(text.startswith("said\nmemtop: echo: ended"), "a report into the program's own output comes behind it", text)

LEAVES = "%s -c 'x = bytearray(30 << 20); import time; time.sleep(2)' </dev/null >/dev/null 2>&1 & sleep 0.2" % PYTHON
end = run(MEMTOP, "--", "sh", "-c", LEAVES)
check("1 process was left running: " in end.stderr and "--wait-all" in end.stderr, "what is left running is told",
      end.stderr)
begin = time.monotonic()
end = run(MEMTOP, "--wait-all", "--json", "--", "sh", "-c", LEAVES + "; exit 7")
took = time.monotonic() - begin
data = json.loads(end.stderr)
check(end.returncode == 7 and took >= 2 and data["left_running"] == 0 and data["peak_footprint"] > 30 << 20,
      "--wait-all waits for it", "%d %.1f s %s" % (end.returncode, took, end.stderr[:300]))
done()
