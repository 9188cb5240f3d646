#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes that may not be seen: hidepid=1, 2, 4, a user namespace, a container's own /proc."""

import os
import re
import shutil
import subprocess

from robust import MEMTOP, check, done, folder, skip, skip_all, without_namespace

if not shutil.which("unshare") or os.geteuid() != 0:
    skip_all("hidepid needs root and unshare(1)")
# nobody must be able to run it
program = os.path.join(folder, "memtop")
shutil.copy(MEMTOP, program)
os.chmod(folder, 0o755)
AS_NOBODY = "exec setpriv --reuid 65534 --regid 65534 --clear-groups "
if not shutil.which("setpriv"):
    skip_all("no setpriv(1)")


def inside(command, *options):
    return subprocess.run(["unshare", *options, "sh", "-c", command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
                          check=False, env=dict(os.environ, XDG_CONFIG_HOME="/nonexistent"))


if without_namespace("-m"):
    skip_all(without_namespace("-m"))
for level in (1, 2, 4):
    run = inside("mount -t proc -o hidepid=%d proc /proc && %s %s -b -n 1" % (
        level, AS_NOBODY, program), "-m")
    if "mount:" in run.stderr:
        skip("hidepid=%d" % level, run.stderr.strip().splitlines()[-1])
        continue
    check(run.returncode == 0 and re.search(r"may not be looked at|are hidden", run.stdout) is not None,
          "hidepid=%d: says that processes are hidden" % level, run.stdout[:800] + run.stderr)
    check(re.search(r"leaves \d.* unaccounted", run.stdout) is not None,
          "hidepid=%d: and how much memory that leaves" % level, run.stdout[:800])

for name, options in (("a user namespace", ["-U"]),
                      ("a container with its own /proc", ["-p", "-f", "-m", "--mount-proc"])):
    if without_namespace(*options):
        skip(name, without_namespace(*options))
        continue
    run = inside("exec %s -b -n 1" % program, *options)
    check(run.returncode == 0 and "COMMAND" in run.stdout, name, run.stdout[:400] + run.stderr)

# what may not be read is n/a, never 0: PSS of root's processes for nobody
run = inside("%s %s -b -n 2 -d 0.3 --columns pid,rss,pss,swap,majflt,command -p 1" % (
    AS_NOBODY, program), "-m")
rows = [line for line in run.stdout.splitlines() if re.match(r" *1 ", line)]
check(rows and not re.match(r" *1 +\S+ +0 ", rows[-1]), "what may not be read is not 0", run.stdout)
done()
