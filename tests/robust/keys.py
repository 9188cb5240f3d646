#!/usr/bin/env python3
"""10,000 random keys, mouse and paste bytes: no crash, no hang, and nobody is signalled or reniced.

Keys that confirm a signal or a nice value (Enter after k, F9, ], [ …) are part of it only while no
question of that kind can be open: Enter, y and digits are left out, so that nothing may be sent at all.
"""

import random

from robust import BUILD, LONG, SECONDS, Terminal, check, done, note, os, subprocess, time, within

KEYS = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[5~", b"\x1b[6~", b"\x1b[H", b"\x1b[F",
        b"\x1bOP", b"\x1bOQ", b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b[18~", b"\x1b[19~",
        b"\x1b[20~", b"\x1b", b"\t", b"\x7f", b" ", b"\x0c", b"\x15", b"\x1b[3~", b"\x1b[Z",
        b"\x1b[M !!", b"\x1b[I", b"\x1b[O", b"\x1b[200~", b"\x1b[201~", b"\x1b[999;999;999m", b"\x9b",
        b"\xc3\xbc", b"\xff", b"\x00", b"\x1b]0;x\x07", b"\x1bP", b"\x1b[?1;2c", b"\x1b[12;40R"]
LEFT_OUT = set(b"q\r\n\x03\x1a\x1c\x13\x11W")


def piece(rng):
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(KEYS)
    if kind < 0.85:
        return bytes([rng.choice([b for b in range(32, 127) if b not in LEFT_OUT])])
    if kind < 0.95:
        return b"\x1b[<%d;%d;%d%s" % (rng.choice((0, 1, 2, 32, 64, 65, 127)), rng.randrange(0, 300),
                                      rng.randrange(0, 100), rng.choice((b"M", b"m")))
    return bytes(b for b in (rng.randrange(256) for _ in range(rng.randrange(1, 40)))
                 if b not in LEFT_OUT)


target = subprocess.Popen([os.path.join(BUILD, "tests/programs/hold"), "4"],
                          stdout=subprocess.DEVNULL)
for seed in [1] if not LONG else within(SECONDS, range(1, 21)):
    rng = random.Random(seed)
    term = Terminal("-d", "0.1", size=(rng.choice((5, 24, 60)), rng.choice((20, 80, 200))))
    term.wait_for(rb"PID", 5)
    sent = 0
    while sent < 10000 and not term.wait(0):
        data = b"".join(piece(rng) for _ in range(20))
        term.type(data)
        term.read(0.004)
        sent += len(data)
    check(term.status is None, "seed %d: %d bytes, still running" % (seed, sent),
          "%s %r" % (term.status, term.out[-300:]))
    if term.status is None:
        term.type(b"\x1b[201~")
        for _ in range(6):  # out of prompts and dialogs
            term.type(b"\x1b")
            term.read(0.15)
        check(term.end(5) == 0 and not term.left(), "seed %d: q ends it" % seed,
              "%s %s" % (term.status, term.left()))
    term.close()
check(target.poll() is None and os.getpriority(os.PRIO_PROCESS, target.pid) ==
      os.getpriority(os.PRIO_PROCESS, 0), "nobody was signalled or reniced")
target.kill()
done()
