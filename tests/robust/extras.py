#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What memtop tells a terminal besides cells, byte by byte: the title of its window and that it is given back
whatever ends memtop, the clipboard (OSC 52), the bell (BEL, OSC 9); and nothing of it where the terminal is an
old one or the settings say no."""

import base64
import concurrent.futures
import os
import re
import signal
import subprocess
import sys

from robust import BUILD, MEMTOP, SKIP, Terminal, check, done, folder, sanitized, skip, wait_until
import fakeproc

KEPT, BACK, TITLE = rb"\x1b\[22;2t", rb"\x1b\[23;2t", rb"\x1b\]2;([^\x1b\x07]*)\x1b\\"


def settings(name, text):
    """The environment of a memtop with these settings."""
    home = os.path.join(folder, name)
    os.makedirs(os.path.join(home, "memtop"))
    with open(os.path.join(home, "memtop", "memtoprc"), "w", encoding="utf-8") as file:
        file.write(text)
    return {"XDG_CONFIG_HOME": home}


def title_is_back(term):
    """It was kept once before each that was given, and the last word is to give it back."""
    words = re.findall(rb"\x1b\[2([23]);2t", term.out)
    return len(words) > 0 and words.count(b"2") == words.count(b"3") and words[-1] == b"3"


# --- the title, whatever ends it -------------------------------------------------------------------------

def ended(number):
    """By a signal, or by q (0)."""
    term = Terminal("-d", "0.2")
    given = term.wait_for(TITLE, 20)
    if number:
        os.kill(term.pid, number)
        os.waitpid(term.pid, 0)
    else:
        term.type(b"q")
        term.wait(20)
    # the guard of one that was killed says it in two pieces, the title first
    back = wait_until(lambda: term.read(0.02) is not None and title_is_back(term) and not term.left(), 10)
    modes = term.left()
    term.close()
    return given, back, modes


ENDS = (0, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for number, (given, back, modes) in zip(ENDS, pool.map(ended, ENDS)):
        what = signal.Signals(number).name if number else "q"
        check(given, what + ": the window had a title of ours")
        check(back and not modes, what + ": it has its own again", modes)

# --- what it says, and who has asked for none ------------------------------------------------------------

child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()", "a word"], stdin=subprocess.PIPE)
pid = str(child.pid)
host = os.uname().nodename.encode()
term = Terminal("-d", "0.2", "-p", pid)
check(term.wait_for(re.escape(b"\x1b]2;memtop on " + host), 20), "the title names the machine")
check(term.wait_for(rb"python", 10), "the process is there")
term.type(b"\r")
check(term.wait_for(rb"\x1b\]2;[^\x1b]+ - memtop on ", 10), "... and the program whose screen is open")
term.type(b"\x1b")

# --- the clipboard ----------------------------------------------------------------------------------------

def copied(keys):
    """What y and these keys give to the clipboard; only then anything is."""
    before = len(term.out)
    term.type(b"y")
    wait_until(lambda: term.read(0.02) is not None and b"Enter copies" in term.out[before:], 10)
    if b"]52;" in term.out[before:]:
        return "before the key"
    term.type(keys)
    found = []

    def came():
        term.read(0.02)
        found[:] = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x1b\\", term.out[before:])
        return found
    wait_until(came, 10)
    return base64.b64decode(found[0], validate=True).decode() if found else None


with open("/proc/%s/cmdline" % pid, encoding="utf-8") as file:
    line = file.read().rstrip("\0").replace("\0", " ")
term.wait_for(rb"\x1b", 1)
check(copied(b"\r") == pid, "y, Enter: the pid")
wait_until(lambda: copied(b"c\r") == line)  # a busy machine reads command lines late
told = copied(b"c\r")
check(told == line, "the command, as it was started", (told, line))
told = copied(b"s\r")
check(told and told.endswith("."), "the sentence", told)
check(b"\x07" not in re.sub(rb"\x1b\][^\x07\x1b]*\x07", b"", term.out), "no bell that nobody asked for")
check(term.end() == 0, "q")
term.close()

term = Terminal("-d", "0.2", env=settings("plain", "title = no\n"))
term.wait_for(rb"PID", 20)
term.read(0.5)
check(term.end() == 0 and not re.search(KEPT + rb"|\x1b\]", term.out), "title = no: not a byte of it")
term.close()
term = Terminal("-d", "0.2", "-p", pid, env={"TERM": "vt100", "LANG": "C"})
term.wait_for(rb"PID", 20)
term.type(b"y")
term.wait_for(rb"Enter copies", 10)
term.type(b"\r")
term.read(0.5)
check(term.end() == 0 and b"\x1b]" not in term.out and not re.search(KEPT + rb"|" + BACK, term.out),
      "a vt100 is told nothing that it would print")
term.close()
child.communicate()

# --- the bell -----------------------------------------------------------------------------------------------

RUN = os.path.join(BUILD, "tests/lib/in_fakeproc")
tree = fakeproc.Tree(os.path.join(folder, "proc"))
tree.line("process 500 name=server anon=50000")


def rung(bell, term_name):
    """What comes when the kernel kills, with this setting."""
    env = dict(settings("bell-%s-%s" % (bell.replace(", ", "-"), term_name), "bell = %s\ntitle = no\n" % bell),
               TERM=term_name)
    term = Terminal(tree.root, MEMTOP, "-d", "0.2", program=[RUN], env=env)
    term.wait_for(rb"server", 20)
    term.read(0.6)
    quiet = b"\x07" not in term.out and b"]9;" not in term.out
    rung.kills += 1
    tree.line("vmstat oom_kill=%d" % rung.kills)
    term.wait_for(rb"killed", 15)
    term.read(0.3)
    told = re.findall(rb"\x07|\x1b\]9;[^\x1b]*\x1b\\", term.out)
    term.end()
    term.close()
    return quiet, told


rung.kills = 0
if subprocess.run([RUN, tree.root, "true"], stderr=subprocess.PIPE, check=False).returncode == SKIP:
    skip("the bell", "no made /proc without the right to mount")
elif sanitized():
    skip("the bell", "sanitizers read /proc for themselves")
else:
    quiet, told = rung("kill", "xterm-256color")
    check(quiet and told == [b"\x07"], "bell = kill: one BEL, at the kill", (quiet, told))
    quiet, told = rung("kill, notify", "xterm-256color")
    check(quiet and len(told) == 1 and b"kernel" in told[0], "with notify: the sentence (OSC 9)", (quiet, told))
    quiet, told = rung("kill, notify", "vt100")
    check(quiet and told == [b"\x07"], "... which a vt100 hears as BEL", (quiet, told))
    quiet, told = rung("none", "xterm-256color")
    check(quiet and told == [], "bell = none: silence", (quiet, told))
done()
