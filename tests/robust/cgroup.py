#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory nearly gone: memtop and a hog in a control group with a small limit; the hog is killed, or we are."""

import os
import signal
import subprocess
import sys
import time

from robust import BUILD, MEMTOP, Terminal, check, done, note, only_killer, skip_all, wait_until

V1, V2 = "/sys/fs/cgroup/memory", "/sys/fs/cgroup"
root, limit_file = (V1, "memory.limit_in_bytes") if os.path.isdir(V1) else (V2, "memory.max")
group = os.path.join(root, "memtop-test-%d" % os.getpid())
try:
    os.mkdir(group)
    with open(os.path.join(group, limit_file), "w", encoding="ascii") as file:
        file.write(str(48 << 20))
    with open(os.path.join(group, "cgroup.procs"), "r", encoding="ascii"):
        pass
except OSError as error:
    if os.path.isdir(group):
        os.rmdir(group)
    skip_all("no control group can be made here: %s" % error)


def join(score=0):
    def run():
        with open(os.path.join(group, "cgroup.procs"), "w", encoding="ascii") as proc:
            proc.write(str(os.getpid()))
        if score:  # to lower it takes a right that containers do not give
            with open("/proc/self/oom_score_adj", "w", encoding="ascii") as proc:
                proc.write(str(score))
    return run


def hog(score):
    """Takes all there is, again and again, for some seconds; is killed before memtop is."""
    return subprocess.Popen([sys.executable, "-c", """
import time
end = time.time() + 3
kept = []
while time.time() < end:
    try:
        kept.append(bytearray(b'x') * (1 << 20))
    except MemoryError:
        kept.clear()
    time.sleep(0.01)
"""], preexec_fn=join(score))  # pylint: disable=subprocess-popen-preexec-fn


only_killer()
# a screen on which nothing moves is not drawn: outside of the group something does
grower = subprocess.Popen([os.path.join(BUILD, "tests/programs/grow"), "-k", "1024"], stdout=subprocess.PIPE)
try:
    term = Terminal("-d", "0.2", before=join())
    check(term.wait_for(rb"COMMAND", 10), "starts in a group of 48 MiB", repr(term.out[-300:]))
    term.read(1)
    killed = 0
    for _ in range(2):
        other = hog(900)
        end, frames = time.monotonic() + 3.2, 0
        while time.monotonic() < end:
            frames += term.read(0.1).count(b"\x1b[?2026l")
        other.kill()
        killed += other.wait() == -9
        note("%d frames in 3.2 s beside the hog" % frames)
        check(frames >= 10, "keeps ticking", frames)
    asked = time.monotonic()
    status = term.end(5)
    check(status == 0 and not term.left(), "q", "%s %s" % (status, term.left()))
    term.close()

    # memtop itself is what the kernel kills first: twice or three times its sampler, then the front end
    term = Terminal("-d", "0.2", before=join(1000))
    term.wait_for(rb"COMMAND", 10)
    other = hog(0)
    killed = term.wait(8)
    if killed and term.status == -9:
        wait_until(lambda: term.read(0.02) is not None and not term.left())  # the guard has no memory, either
        check(not term.left(), "killed by the kernel: the terminal is as before", term.left())
    else:
        check(not killed or term.status == 0, "another one was killed: memtop lives", term.status)
        check(term.end(5) is not None, "q")
    other.kill()
    other.wait()
    check(wait_until(lambda: not open(os.path.join(group, "cgroup.procs"), encoding="ascii").read()),
          "nothing of it is left")
    term.close()

    # a program that runs out of it under `memtop --`, which itself stays outside of the group: seen there
    # for a second, and dead at once, when only what the machine counts may be known
    grows = "import sys, time; time.sleep(float(sys.argv[1]))\n" \
            "b = []\nwhile True: b.append(bytearray(b'x') * (1 << 20))"
    its_group = "The kernel killed in its cgroup for want of memory."
    for rest, sentences in (("1.5", [its_group]), ("0", [its_group, "this one, it seems."])):
        ran = subprocess.run([MEMTOP, "--", "sh", "-c",
                              'echo $$ > "$1/cgroup.procs" && exec "$2" -c "$3" "$4"', "sh", group,
                              os.path.realpath(sys.executable), grows, rest], stdin=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, encoding="utf-8", check=False, timeout=60)
        check(ran.returncode == 137 and "killed by signal 9" in ran.stderr, "run out of memory: 137",
              "%s %s" % (ran.returncode, ran.stderr[:300]))
        check(any(sentence in ran.stderr for sentence in sentences), "... and the report says who did it", ran.stderr)
finally:
    grower.kill()
    for _ in range(100):
        try:
            with open(os.path.join(group, "cgroup.procs"), encoding="ascii") as file:
                for line in file:
                    os.kill(int(line), signal.SIGKILL)
            os.rmdir(group)
            break
        except OSError:
            time.sleep(0.05)
done()
