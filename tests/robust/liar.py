#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer that lies in the place of the sampler: its lines are refused with a word, the screen lives.

Without LIAR in the environment the test; with it the peer (requests on descriptor 3, lines to 4).  Every
lie begins with a true header and a true tick, but those about the beginning.
"""

import json
import os
import sys
import time

LIE = os.environ.get("LIAR")


def say(text):
    data = text.encode() if isinstance(text, str) else text
    while data:
        data = data[os.write(4, data):]


def tick(seq, **more):
    frame = {"key": seq == 1, "seq": seq, "t": 1000000 + seq * 100, "wall": 1700000000000 + seq * 100}
    frame.update(json.loads(os.environ["LIAR_TICK"]) if seq == 1 else {})
    frame.update(more)
    say(json.dumps(frame) + "\n")


def born(first, count, name="liar"):
    return [[pid, 5, 1, 0, False, "S", name] for pid in range(first, first + count)]


def many_pids():
    for turn in range(10 ** 9):
        first = 2 + turn * 2000 % 4000000
        tick(2 + turn, born=born(first, 2000),
             text=[[pid, "cmdline", "%d " % pid + "x" * 4000] for pid in range(first, first + 2000, 4)])


def lies():
    if LIE == "silent":
        time.sleep(60)
    if LIE == "order":
        tick(1)
    say(os.environ["LIAR_HEADER"])
    if LIE == "newer":
        say(b'{"memtop":99}\n' * 1000)
        time.sleep(60)
    tick(1)
    tick(2)
    if LIE == "counts":  # in one line, as long as lines may be; and in one longer than that
        for seq in range(3, 6):
            tick(seq, born=born(2, 300000))
        say(b'{"seq":9,"born":[' + b'[1,5,1,0,false,"S","x"],' * 1500000 + b"[]]}\n")
    elif LIE == "negative":
        for seq in range(3, 12):
            say('{"seq":%d,"t":-5,"wall":-1,"use":[[1,-1,-1,-1]]}\n' % -seq)
    elif LIE == "backwards":
        for seq in range(20):
            say('{"seq":%d,"t":%d,"wall":1}\n' % (20 - seq, 2000000 - seq))
    elif LIE == "endless":
        while True:
            say(b"x" * 65536)
    elif LIE == "nested":
        say(b"[" * 8000000 + b"\n")
        say(b'{"a":' * 3000000 + b"\n")
    elif LIE == "middle":
        say(b'{"seq":3,"t":2000000,"born":[[1,5,1,0,fa')
    elif LIE == "ends":
        say(b'{"seq":3,"t":2000000,"born":[[1,5,1,0,fa')
        sys.exit(3)
    elif LIE == "junk":
        while True:
            say(os.urandom(4096))
    elif LIE == "flood":
        for seq in range(3, 10 ** 9):
            tick(seq)
    elif LIE == "pids":
        many_pids()
    elif LIE == "users":
        for seq in range(3, 10 ** 9):
            tick(seq, users=[[uid, "user%d" % uid] for uid in range(seq * 500, seq * 500 + 500)])
    time.sleep(60)


if LIE:
    try:
        lies()
    except BrokenPipeError:
        pass
    sys.exit(0)

import re
import subprocess

from robust import FAULTS, MEMTOP, Terminal, check, done, family, note, preloaded, sanitized, skip_all, \
    wait_until

if sanitized():
    skip_all("a sanitizer's library must come first")
if not os.path.exists(FAULTS):
    skip_all("tests/lib/faults.so could not be built")

# what is said of each; how many MiB the front end may take for it at most
LIES = {
    "silent": (rb"sampler said nothing for \d", 12),
    "newer": (rb"sampler (writes what cannot be read|.*newer)", 12),
    "order": (rb"line of the sampler cannot be read", 12),
    "counts": (rb"(line of the sampler cannot be read|sampler tells of more)", 100),
    "negative": (rb"line of the sampler cannot be read", 12),
    "backwards": (rb"sampler writes what cannot be read \(time runs backwards\)", 12),
    "endless": (rb"line of the sampler cannot be read: line too long", 60),
    "nested": (rb"line of the sampler cannot be read", 60),
    "middle": (rb"sampler said nothing for \d", 12),
    "ends": (rb"sampler ended \(status 3\)", 12),
    "junk": (rb"sampler writes what cannot be read .* and was ended", 12),
    "flood": (None, 12),
    "pids": (rb"sampler tells of more processes", 300),
    "users": (rb"sampler tells of more processes, users", 40),
}

first = subprocess.run([MEMTOP, "--stream", "-n", "1", "-d", "0.1"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
frame = json.loads(first[1])
frame = {name: frame[name] for name in ("key", "sys", "born") if name in frame}
frame["born"] = frame["born"][:20]


def highest_mib(pid):
    with open("/proc/%d/status" % pid, encoding="utf-8") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) // 1024


for lie, (said, most_mib) in LIES.items():
    env = preloaded(sampler=os.path.abspath(__file__))
    env.update(LIAR=lie, LIAR_HEADER=first[0] + "\n", LIAR_TICK=json.dumps(frame))
    term = Terminal("-d", "0.1", env=env, size=(24, 120))
    told = term.wait_for(said, 120) if said else term.wait_for(rb"PID", 60) or term.read(2)
    check(told, lie + ": a word that names the peer", term.out[-400:])
    shown = re.search(rb"PID", term.out) is not None
    began = time.monotonic()
    if shown:  # the help opens, whatever else goes on
        term.type(b"?")
        check(term.wait_for(rb"keeps growing", 2), lie + ": keys are answered")
        note("%s: a key was answered after %.0f ms" % (lie, (time.monotonic() - began) * 1000))
        term.type(b"\x1b")
        term.read(0.1)
    members = family(term.pid)
    if shown:
        highest = highest_mib(term.pid)
        note("%s: %d MiB" % (lie, highest))
        check(highest <= most_mib, lie + ": memory is bounded", "%d MiB of %d" % (highest, most_mib))
        check(term.end() == 0 and not term.left(), lie + ": q ends it",
              "%s %s" % (term.status, term.left()))
    else:  # there never was anything to show
        check(term.wait(60) and term.status == 1 and not term.left(), lie + ": memtop gives up",
              "%s %s" % (term.status, term.left()))
    gone = wait_until(lambda: not [pid for pid in members if os.path.exists("/proc/%d" % pid)])
    check(gone, lie + ": nothing is left running", members)
    term.close()
done()
