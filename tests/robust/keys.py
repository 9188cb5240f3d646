#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""10,000 random keys, mouse and paste bytes: no crash, no hang, and nobody is signalled or reniced.

A signal takes a question and its confirmation, so there are two mixes.  In one nothing opens a question of
that kind (k, F9, r, F7, F8 are left out), and all that could confirm is in it: Enter, y, digits, clicks.  In
the other everything opens questions, and nothing confirms.  After neither may anybody have got anything.
q ends memtop (behind it ^C would meet a terminal that is as it was): then another one goes on with the rest.
"""

import os
import random
import subprocess

from robust import BUILD, LONG, Terminal, check, done, note, stat_of, wait_until

OPENERS = [b"\x1b[20~", b"\x1b[18~", b"\x1b[19~"]
ENTERS = [b"\r", b"\n", b"\x1bOM"]
KEYS = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F",
        b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b", b"\t", b"\x7f", b" ",
        b"\x0c", b"\x15", b"\x1b[3~", b"\x1b[Z", b"\x1b[M !!", b"\x1b[I", b"\x1b[O",
        b"\x1b[200~q\rk\r\x1b[201~", b"\x1b[200~k", b"\x1b[201~", b"\x1b[201~", b"\x1b[999;999;999m", b"\x1b[<0;5", b"\x9b", b"\xc3\xbc", b"\xff", b"\x00",
        b"\x1b]0;x\x07", b"\x1bP", b"\x1b[?1;2c", b"\x1b[12;40R", b"q", b"q"]
# what stops the terminal or memtop itself (tests of their own), and what writes the settings
NEVER = set(b"\x1a\x1c\x13\x11W")


class Mix:
    """What is typed: everything but the bytes LEFT_OUT."""

    def __init__(self, keys, left_out, clicks):
        self.keys, self.clicks = keys, clicks
        self.left_out = NEVER | set(left_out)

    def only(self, data):
        return bytes(byte for byte in data if byte not in self.left_out)

    def piece(self, rng):
        kind = rng.random()
        if kind < 0.35:
            return rng.choice(self.keys)
        if kind < 0.85:
            return self.only(bytes([rng.randrange(32, 127)]))
        if kind < 0.95:
            button = rng.choice((0, 1, 2, 32, 64, 65, 127) if self.clicks else (1, 2, 32, 64, 65, 127))
            return b"\x1b[<%d;%d;%d%s" % (button, rng.randrange(0, 300), rng.randrange(0, 100),
                                          rng.choice((b"M", b"m")))
        return self.only(rng.randbytes(rng.randrange(1, 40)))


MIXES = {
    "nothing opens a question": Mix(KEYS + ENTERS, b"kr\x03", True),
    "nothing confirms one": Mix(KEYS + OPENERS, b"\r\n\x03", False),
}


def begin(rng, pids):
    term = Terminal("-d", "0.1", "-p", pids, size=(rng.choice((5, 24, 60)), rng.choice((20, 80, 200))))
    term.wait_for(rb"PID|processes", 5)
    return term


def settle(term):
    """What an ended one wrote last may still be on its way through a busy kernel."""
    wait_until(lambda: term.read(0.02) == b"" and not term.left(), 1)


def type_all(mix, seed, pids):
    """Types 10,000 bytes: how often memtop was ended, what was wrong."""
    rng = random.Random(seed)
    term, sent, ends, turn = begin(rng, pids), 0, 0, 0
    while sent < 10000:
        turn += 1
        if turn % 25 == 0:  # out of pastes and dialogs, to where keys act
            for way_out in (b"\x1b[201~", b"\x1b", b"\x1b"):
                term.type(way_out)
                term.read(0.04)
        data = b"".join(mix.piece(rng) for _ in range(4))
        term.type(data)
        term.read(0.004)
        sent += len(data)
        if term.wait(0):
            settle(term)
            if term.status != 0 or term.left():
                return ends, "status %s, left %s, %r" % (term.status, term.left(), term.out[-300:])
            ends += 1
            term.close()
            term = begin(rng, pids)
    term.type(b"\x1b[201~")
    for _ in range(6):  # out of prompts and dialogs
        if term.wait(0):
            break
        term.type(b"\x1b")
        term.read(0.15)
    listened = term.end(5) is not None
    settle(term)
    wrong = ""
    if term.status != 0 or term.left():
        wrong = "q: %s, status %s, left %s, %r" % ("ended" if listened else "not heard", term.status, term.left(),
                                                   term.out[-2000:])
    term.close()
    return ends, wrong


targets = [subprocess.Popen([os.path.join(BUILD, "tests/programs/hold"), "4"], stdout=subprocess.PIPE)
           for _ in range(4)]
for target in targets:
    target.stdout.readline()
ours = os.getpriority(os.PRIO_PROCESS, 0)
pid_list = ",".join(str(target.pid) for target in targets)
for name, mixed in MIXES.items():
    for seed_ in range(1, 2 if not LONG else 11):
        ended, why = type_all(mixed, seed_, pid_list)
        check(not why, "%s, seed %d: 10,000 bytes" % (name, seed_), why)
        note("%d ends on the way" % ended)
    states = [(target.poll(), (stat_of(target.pid) or "--")[1],
               os.getpriority(os.PRIO_PROCESS, target.pid)) for target in targets]
    check(all(state in ((None, "S", ours), (None, "R", ours)) for state in states),
          name + ": nobody was signalled or reniced", states)

# and it is possible at all: question and confirmation
victim = targets.pop()
term = Terminal("-d", "0.1", "-p", str(victim.pid))
asked = term.wait_for(b"%d" % victim.pid, 5) and not term.type(b"k") and term.wait_for(rb"TERM", 5)
term.type(b"\r")
killed = wait_until(lambda: victim.poll() is not None, 5)
check(asked and killed and victim.returncode == -15, "k and Enter do end one", victim.returncode)
check(term.end(5) == 0, "q")
term.close()

# the report of a click, cut off by a slow line, holds nothing up: a figure that grows goes on changing
grower = subprocess.Popen([os.path.join(BUILD, "tests/programs/grow"), "-k", "1024"], stdout=subprocess.PIPE)
targets.append(grower)
term = Terminal("-d", "0.1", "-p", str(grower.pid), size=(24, 80))
check(term.wait_for(b"%d" % grower.pid, 5), "a process that grows")
term.type(b"\x1b[<0;5")
term.read(0.2)
check(len(term.read(2.0)) > 0, "ticks go on behind half a click")
check(term.end(2) == 0, "and q is heard")
term.close()

# a slow line brings a character in two parts; and behind bytes of none the next key is heard
term = Terminal("-d", "60", "-p", str(grower.pid), env={"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
check(term.wait_for(b"%d" % grower.pid, 5), "a screen that stands still")
check(b"\x1b[?1034h" not in term.out, "the terminal is not told to send Alt as the eighth bit")
for part in (b"/", b"\xc3", b"\xbc"):
    term.type(part)
    term.read(0.3)
check(term.wait_for(b"\xc3\xbc", 2), "both halves of a character are one", term.out[-300:])
term.type(b"\xb6\xe4\x1b[D\xe4\x1b[Dzz")
check(term.wait_for(b"zz", 2), "keys behind broken characters", term.out[-300:])
term.type(b"\x1b")
check(term.end(2) == 0, "and q")
term.close()
for target in targets:
    target.kill()
done()
