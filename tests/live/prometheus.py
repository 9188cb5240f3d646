#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole way for real: memtop's file through node_exporter into Prometheus, on loopback.

A program that leaks and one that only fills the page cache; the rules of contrib/prometheus, with their
waiting shortened.  The leak alone must raise an alert.  Takes a minute or two; skipped where Debian's
prometheus and prometheus-node-exporter are missing.  Everything started here ends here.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from tap import check, done, note, skip_all  # noqa: E402

MEMTOP = os.path.abspath(os.environ.get("MEMTOP", "./memtop"))
SRCDIR = os.environ.get("srcdir", ".")
PATIENCE_S = 180
LEAK = "import time\nheld = []\nwhile True:\n    held.append(bytearray(b'x' * (1 << 19)))\n    time.sleep(0.2)\n"
FILL = "import time\nfile = open('filled', 'wb')\nwhile True:\n    file.write(b'x' * (1 << 19))\n    file.flush()\n" \
       "    time.sleep(0.2)\n    file.tell() > 400 << 20 and file.seek(0)\n"

for tool in ("prometheus", "prometheus-node-exporter"):
    if not shutil.which(tool):
        skip_all("there is no " + tool)

folder = tempfile.mkdtemp(prefix="memtop-prometheus-")
started = []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(*command):
    log = open(os.path.join(folder, os.path.basename(command[0]) + ".log"), "w")
    started.append(subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log))


def ask(port, query):
    """The series of an instant query; none while the server is not up."""
    url = "http://127.0.0.1:%d/api/v1/query?query=%s" % (port, urllib.parse.quote(query))
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)["data"]["result"]
    except OSError:
        return []


def wait_for(port, query):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        found = ask(port, query)
        if found:
            return found
        time.sleep(1)
    return []


def script(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def start_all():
    exporter, server = free_port(), free_port()
    with open(os.path.join(SRCDIR, "contrib/prometheus/memtop.rules.yml")) as file:
        script("rules.yml", re.sub(r"for: \d+m", "for: 2s", file.read()))
    script("prometheus.yml", "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
                             "rule_files: [rules.yml]\n"
                             "scrape_configs:\n  - job_name: node\n    static_configs:\n"
                             "      - targets: ['127.0.0.1:%d']\n" % exporter)
    os.mkdir(os.path.join(folder, "text"))
    start(MEMTOP, "--metrics", "text/memtop.prom")
    start(sys.executable, script("leaks_on.py", LEAK))
    start(sys.executable, script("fills_cache.py", FILL))
    start("prometheus-node-exporter", "--web.listen-address=127.0.0.1:%d" % exporter,
          "--collector.disable-defaults", "--collector.textfile", "--collector.textfile.directory=text")
    start("prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
          "--web.listen-address=127.0.0.1:%d" % server)
    return server


try:
    port = start_all()
    check(wait_for(port, "memtop_build_info"), "scraped and found")
    broken = ask(port, "node_textfile_scrape_error")
    check(broken and broken[0]["value"][1] == "0", "the textfile collector finds nothing wrong", broken)
    fired = wait_for(port, 'ALERTS{alertname="MemoryKeepsClimbing",alertstate="firing",group="leaks_on.py"}')
    check(fired, "an alert for the program that leaks",
         ask(port, 'memtop_group_climbing{group=~"leaks.*"}'))
    rate = ask(port, 'memtop_group_growth_bytes_per_second{group="leaks_on.py"}')
    note("grows by %s bytes a second" % (rate and rate[0]["value"][1]))
    check(rate and 1.5e6 < float(rate[0]["value"][1]) < 4e6, "as fast as it does", rate)
    cache = ask(port, 'ALERTS{group="fills_cache.py"}')
    check(not cache, "none for the one that fills the cache", cache)
finally:
    for process in reversed(started):
        process.terminate()
    for process in started:
        process.wait(30)
    shutil.rmtree(folder)
done()
