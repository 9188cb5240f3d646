#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""src/tick.ld anew: which functions run in every second, of the front end and of the sampler.

usage: tick_order.py [--memtop PATH] [--herd PATH] [--seconds 50] >src/tick.ld

Runs memtop under valgrind's callgrind, among processes that stand still and among some that move, are born and end,
and writes the functions that ran in the second half of that time.  As root in a pid namespace of its own, so that
nobody else's processes count.  Takes two minutes.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile
import textwrap

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path.insert(0, os.path.join(TOP, "tests/bench"))
from compare import Herd  # noqa: E402
from monitor import Monitor  # noqa: E402

HEAD = """\
/* The code that runs in every second stands together.
 *
 * The kernel brings code into a process 64 KiB at a time.  Where what runs at every tick is strewn over
 * the whole program, nearly all of that counts as memory of the front end, and of the sampler.  Made by
 * tests/tools/tick_order.py, once in a while: a function that is not named here stands behind those that
 * are, and one that is named and is no more does no harm.
 */
SECTIONS
{
	.text.tick :
	{
"""
TAIL = """\
	}
}
INSERT BEFORE .text;
"""
# a tick of each begins there; readers and the guard run these while they wait
SAMPLER, FRONT_END = "sampler_tick", "store_apply"
WAITING = ["guard_start", "pin_memory", "pin_shed_rest", "shed_object", "shed_stack", "xalloc_trim", "settle_down",
           "settle_stream", "reader_child", "reader_rest_ms", "rest_awhile", "read_more", "clock_boot_ms"]
NAME = re.compile(r"c?fn=\((\d+)\)(?: ([^'\n]*))?")
COLUMNS = 100


def functions_in(path):
    """The names of all functions that ran; callgrind writes a name out where it is first used."""
    names, ran = {}, set()
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = NAME.match(line)
            if match is None:
                continue
            if match.group(2) is not None:
                names[match.group(1)] = match.group(2)
            ran.add(names.get(match.group(1)))
    return ran


def second_half(folder):
    """{SAMPLER: functions, FRONT_END: functions} of the ticks in the second half."""
    dumps, ran = {}, {SAMPLER: set(), FRONT_END: set()}
    for path in glob.glob(folder + "/ran.*.*"):
        pid, number = path.rsplit(".", 2)[1:]
        dumps.setdefault(pid, []).append((int(number), path))
    for paths in dumps.values():
        found = [functions_in(path) for _, path in sorted(paths)[len(paths) // 2:]]
        for first in ran:
            if any(first in functions for functions in found):
                ran[first] = ran[first].union(*found)
    return ran


def profile(args, still, moving, births):
    """The functions that run at the ticks of memtop among such processes."""
    with tempfile.TemporaryDirectory() as folder, Herd(args.herd, still, moving):
        maker = births and subprocess.Popen(["sh", "-c", "while :; do sleep .2; done"])
        monitor = Monitor(["valgrind", "--quiet", "--tool=callgrind", "--dump-before=" + SAMPLER,
                           "--dump-before=" + FRONT_END, "--callgrind-out-file=" + folder + "/ran.%p", args.memtop])
        monitor.read(args.seconds)
        monitor.close()
        if maker:
            maker.kill()
            maker.wait()
        return second_half(folder)


def own_functions(memtop):
    lines = subprocess.run(["nm", memtop], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[-1] for line in lines if line.split()[-2] in "tT"}


def sections(functions):
    """Where they stand, in each a part of a function that the compiler made (name.part.0), too."""
    for name in sorted(functions):
        whole, dot, _ = name.partition(".")
        yield ".text." + whole + (".*" if dot else "")


def members_with(functions):
    """Members of our libraries that have some of them."""
    libraries = glob.glob(os.path.join(TOP, "lib*.a"))
    lines = subprocess.run(["nm", "-A", "--defined-only", *libraries], capture_output=True, text=True, check=True).stdout.splitlines()
    return sorted({line.split(":")[1] for line in lines if ":" in line and line.split()[-1] in functions})


def print_group(what, words, around=("", "")):
    lines = textwrap.wrap(around[0] + " ".join(words) + around[1], COLUMNS - 30, break_long_words=False,
                          break_on_hyphens=False)
    print("\t\t/* " + what + " */\n\t\t" + "\n\t\t".join(lines))


def print_functions(what, functions):
    print_group(what, sorted(set(sections(functions))), ("*(", ")"))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--memtop", default=os.path.join(TOP, "memtop"))
    ap.add_argument("--herd", default=os.path.join(TOP, "tests/programs/herd"))
    ap.add_argument("--seconds", type=float, default=50)
    ap.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = ap.parse_args()
    if not args.inside:
        os.execvp("unshare", ["unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$@"; exit $?', "sh",
                              sys.executable] + sys.argv + ["--inside"])
    own = own_functions(args.memtop)
    still, moves = profile(args, 300, 0, False), profile(args, 300, 100, True)
    front, sampler = still[FRONT_END] & own, still[SAMPLER] & own
    front_moves, sampler_moves = moves[FRONT_END] & own, moves[SAMPLER] & own
    both = (front | front_moves) & (sampler | sampler_moves) | own.intersection(WAITING)
    print(HEAD, end="")
    print_functions("the front end, where processes move", front_moves - front - both)
    print_functions("... and always", front - both)
    print_functions("both, and who waits for them", both)
    print_functions("the sampler, always", sampler - both)
    print_functions("... and where processes move", sampler_moves - sampler - both)
    members = members_with(front | front_moves | sampler | sampler_moves)
    print_group("what else is in their files, which runs now and then", ["*:%s(.text.*)" % name for name in members])
    print(TAIL, end="")


main()
