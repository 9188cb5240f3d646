#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What terminals send for keys arrives as those keys, whatever TERM says: through curses, in one piece and,
as a slow line brings it, byte by byte."""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../robust"))
from robust import BUILD, check, done, skip_all  # noqa: E402

TERMS = ("linux vt100 vt220 ansi xterm xterm-256color screen-256color tmux-256color rxvt-unicode-256color"
         " putty konsole foot alacritty st-256color").split()
KEYS = (
    # the numeric keypad
    ("\033Op", "0 48"), ("\033Oy", "9 57"), ("\033Ok", r"\+"), ("\033Om", "-"), ("\033Oj", r"\*"),
    ("\033Oo", "/"), ("\033On", r"\."), ("\033Ol", ","), ("\033OM", "Enter"),
    # rxvt, the Linux console, PuTTY
    ("\033[7~", "Home"), ("\033[8~", "End"), ("\033[a", "Up"), ("\033Oa", "Up"), ("\033[5$", "PgUp"),
    ("\033[[C", "F3"), ("\033[13~", "F3"), ("\033OS", "F4"), ("\033[21~", "F10"), ("\033[4~", "End"),
    ("\033[H", "Home"), ("\033OF", "End"),
    # with something held, and all keys told apart
    ("\033[1;5B", "Down"), ("\033[1;2D", "Left"), ("\033[6;5~", "PgDn"), ("\033[27;5;112~", r"\^P"),
    ("\033[112;5u", r"\^P"), ("\033[27u", "Esc"),
)
NOTHING = ("\033[23~", "\033[1;2P", "\033[20;2~", "\033[E", "\033[97;1:3u", "\033[[F", "\033[33~", "\033[25^")


def script():
    lines = ["start", "expect 1 'key none'"]
    for sequence, name in KEYS:
        lines += ['text "%s"' % sequence, "wait-text '^key %s *$'" % name, "text x", "wait-text '^key x'"]
    for sequence in NOTHING:
        lines += ['text "%s"' % sequence, "expect 1 '^key x'"]
    for sequence, name in KEYS[1:2] + KEYS[9:10] + KEYS[21:22]:
        lines += ['text "%s"' % sequence[:2], "pass 60", 'text "%s"' % sequence[2:],
                  "wait-text '^key %s *$'" % name]
    return "\n".join([*lines, "text q", "exit 0", "termstate"]) + "\n"


def through(term):
    result = subprocess.run([os.path.join(BUILD, "tests/vtdrive/vtdrive"), "-e", "TERM=" + term, "-", "--",
                             os.path.join(BUILD, "tests/term/sheet")],
                            input=script(), capture_output=True, text=True)
    return result.returncode == 0, "\n".join(re.findall(r"not ok.*(?:\n# .*)*", result.stdout)) or result.stderr


def main():
    if not shutil.which("infocmp"):
        skip_all("no infocmp, which tells what is known of a terminal")
    terms = [term for term in TERMS
             if subprocess.run(["infocmp", term], capture_output=True).returncode == 0]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for term, (passed, why) in zip(terms, pool.map(through, terms)):
            check(passed, term, why.replace("\033", "Esc"))
    done()


main()
