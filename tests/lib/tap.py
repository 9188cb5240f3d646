# SPDX-License-Identifier: GPL-2.0-or-later
"""Results in the Test Anything Protocol, on standard output: for tests written in Python."""
import sys

_count = _failed = 0


def check(passed, name, why=""):
    """One result.  WHY is printed, at most 20 lines of it, when it is a failure.  Returns PASSED."""
    global _count, _failed
    _count += 1
    _failed += not passed
    print("%sok %d - %s" % ("" if passed else "not ", _count, name), flush=True)
    if why and not passed:
        for line in str(why).splitlines()[:20]:
            note(line)
    return passed


def skip(name, why):
    """A result that cannot be had here."""
    global _count
    _count += 1
    print("ok %d - %s # SKIP %s" % (_count, name, why), flush=True)


def note(text):
    print("# " + text, flush=True)


def done():
    """The plan, and the end of the script: status 1 when something failed."""
    print("1..%d" % _count)
    sys.exit(_failed > 0)


def skip_all(why):
    """Ends a script that cannot run here at all; before the first result."""
    print("1..0 # SKIP " + why)
    sys.exit(0)
