#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hold the verdict against real servers (make check-foreign; needs root and a Debian).

    foreign.py [--minutes N] [--memtop PROGRAM] [--keep RECORDING] [--no-install] [--only NAME]...

Installs a dozen servers from the distribution, starts each with its files in a temporary folder
and on loopback only, puts it under a load that all together stays within one core, records the
machine, and judges each call by what happened after it (aftermath.py).  Fails above .1 false calls
an hour.  What it starts it ends; the packages stay.
"""
import argparse
import os
import pathlib
import pwd
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import aftermath  # noqa: E402
import foreign_load  # noqa: E402

MOST_AN_HOUR = .1
PACKAGES = ("redis-server memcached postgresql mariadb-server prometheus prometheus-node-exporter "
            "etcd-server influxdb varnish haproxy nginx-light chromium nodejs git gcc "
            "default-jdk-headless").split()


class Stage:
    """A folder, the processes started in it, and the threads that load them."""

    def __init__(self, folder, core):
        self.folder, self.core = pathlib.Path(folder), core
        self.children, self.threads, self.stop = [], [], threading.Event()

    def place(self, name, owner=None):
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        if owner:
            entry = pwd.getpwnam(owner)
            os.chown(path, entry.pw_uid, entry.pw_gid)
        return path

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def _command(self, command, user):
        run = ["taskset", "-c", str(self.core), "nice", "-n", "10"]
        if user:
            entry = pwd.getpwnam(user)
            run += ["setpriv", "--reuid", str(entry.pw_uid), "--regid", str(entry.pw_gid),
                    "--clear-groups"]
        return run + [str(part) for part in command]

    def start(self, *command, user=None, env=None):
        log = open(self.folder / "log", "a")
        child = subprocess.Popen(self._command(command, user), stdin=subprocess.DEVNULL, stdout=log,
                                 stderr=log, cwd=self.folder, start_new_session=True,
                                 env={**os.environ, "HOME": str(self.folder), **(env or {})})
        self.children.append(child)
        return child

    def run(self, *command, user=None, wait_s=120):
        """Runs to its end, for that long at most."""
        child = self.start(*command, user=user)
        try:
            return child.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.end(child)
            return None

    def load(self, work, every_s):
        """Calls WORK every so many seconds until the end; what it meets while a server starts, or
        ends, is no matter."""
        def loop():
            while not self.stop.wait(every_s):
                try:
                    work()
                except (OSError, ValueError):
                    pass
        thread = threading.Thread(target=loop, daemon=True)
        self.threads.append(thread)
        thread.start()

    def end(self, child):
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def close(self):
        self.stop.set()
        for child in reversed(self.children):
            self.end(child)


def install():
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["nice", "apt-get", "update", "-q"], env=env, stdout=subprocess.DEVNULL, check=False)
    for package in PACKAGES:
        run = subprocess.run(["nice", "apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "-y", "-q",
                              "--no-install-recommends", package],
                             env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        if run.returncode != 0:
            print("# %s cannot be installed here" % package, flush=True)


def set_up(stage, only):
    """Starts what is there; says what is not."""
    for name, needs, begin in foreign_load.SERVERS:
        if only and name not in only:
            continue
        if not foreign_load.find(needs):
            print("# no %s here" % needs, flush=True)
            continue
        try:
            begin(stage)
            print("# %s" % name, flush=True)
        except (OSError, subprocess.SubprocessError) as error:
            print("# %s does not start: %s" % (name, error), flush=True)


def watch(memtop, path, minutes):
    return subprocess.Popen([memtop, "-b", "-n", str(int(minutes * 60)), "-d", "1", "--record", path],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--memtop", default=os.environ.get("MEMTOP", "./memtop"))
    parser.add_argument("--keep", help="leave the recording here")
    parser.add_argument("--no-install", action="store_true")
    parser.add_argument("--only", action="append", help="this server (again for more)")
    args = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("foreign.py: installing and starting servers takes root")
    if not args.no_install:
        install()
    core = max(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="memtop-foreign-") as folder:
        os.chmod(folder, 0o755)
        path = args.keep or os.path.join(folder, "machine.jsonl")
        os.sched_setaffinity(0, {core})  # the threads that load them, too
        stage = Stage(folder, core)
        recorder = watch(args.memtop, path, args.minutes)
        print("# recorded: what descends from %d" % os.getpid(), flush=True)
        try:
            set_up(stage, args.only)
            recorder.wait(args.minutes * 60 + 120)
        finally:
            recorder.terminate()
            stage.close()
        count, wrong = aftermath.report(args.memtop, path, os.getpid(), True)
    sys.exit(wrong > MOST_AN_HOUR or sum(count.values()) == 0)


if __name__ == "__main__":
    main()
