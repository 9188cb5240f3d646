#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal that says it is huge costs little memory, and none once it is small again."""

import fcntl
import os
import struct
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../robust"))
from robust import Terminal, check, done, rss_kib, sanitized, skip_all, wait_until  # noqa: E402

if sanitized():
    skip_all("a sanitizer keeps what was given back")

terminal = Terminal("-d", "0.2")


def rss_at(columns, rows, settled):
    """Once it is SETTLED, or after a while."""
    fcntl.ioctl(terminal.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def look():
        terminal.read(0.1)
        return settled(rss_kib(terminal.pid))

    wait_until(look, 10)
    return rss_kib(terminal.pid)


terminal.wait_for(rb"PID", 10)
terminal.read(1.5)  # what starting took has been given back
before = rss_kib(terminal.pid)
huge = rss_at(65535, 65535, lambda rss: rss > before + 8192)
terminal.read(0.5)
huge = max(huge, rss_kib(terminal.pid))
after = rss_at(80, 24, lambda rss: rss < before + 2048)
check(before + 4096 < huge < before + 24576, "65535x65535 takes less than 24 MiB", "%d KiB, then %d" % (before, huge))
check(after < before + 2048, "and gives it back", "%d KiB, then %d" % (before, after))
check(terminal.end() == 0, "and memtop goes on")
done()
