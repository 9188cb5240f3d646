# SPDX-License-Identifier: GPL-2.0-or-later
"""The Pythons tests look into: each a command, a list of words.  One in another root is
["chroot", DIR, "python3"], and reads programs from its own /tmp."""
import glob
import os
import re
import shutil
import subprocess

PROGRAMS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "programs")


def found():
    """All from 3.9 on that are on PATH or in ~/.pyenv/versions, and run."""
    paths = [shutil.which("python3.%d" % minor) for minor in range(9, 15)]
    paths += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3")))
    return [[path] for path in paths if path and
            re.search(r"3\.(9|1[0-4])", os.path.realpath(path)) and
            subprocess.run([path, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0]


def chosen(words):
    """By the words of a command line: "--all", commands; without any python3."""
    pythons = [word.split() for word in words if word != "--all"]
    if "--all" in words:
        pythons += found()
    return pythons or [["python3"]]


def version_of(python):
    """How it is called in results."""
    said = subprocess.run(python + ["-c", "import sys;print('%d.%d.%d' % sys.version_info[:3])"],
                          stdout=subprocess.PIPE, text=True).stdout.strip()
    return "Python %s" % said if python == ["python3"] else "Python %s (%s)" % (said, " ".join(python))


def path_in(python, program):
    """The path by which PYTHON can read one of tests/programs."""
    if python[0] != "chroot":
        return os.path.join(PROGRAMS, program)
    there = os.path.join(python[1], "tmp", program)
    shutil.copy(os.path.join(PROGRAMS, program), there + ".new")
    os.replace(there + ".new", there)  # another one may be about to read it
    return "/tmp/" + program
