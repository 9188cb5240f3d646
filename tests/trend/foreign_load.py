#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How foreign.py starts each server, and what it is asked to do.

SERVERS has a row each: its name, the program it needs, and what begins it on a Stage.  The loads
are small: some requests a second each, on keys that come again, so that a server has work and a
working set, and nothing that ought to grow for ever.
"""
import base64
import glob
import json
import os
import random
import shutil
import socket
import time
import urllib.request

DICE = random.Random(7)
PORTS = {"redis": 17001, "memcached": 17002, "postgres": 17003, "mariadb": 17004, "prometheus": 17005,
         "exporter": 17006, "etcd": 17007, "peer": 17008, "influxdb": 17009, "varnish": 17010,
         "haproxy": 17011, "nginx": 17012, "node": 17013, "java": 17014, "influx-rpc": 17015}


def find(program):
    """Its path, or None; servers hide in folders that are in nobody's PATH."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    return found or next(iter(glob.glob("/usr/lib/postgresql/*/bin/" + program)), None)


def text(length):
    return "".join(DICE.choices("abcdefgh ", k=length))


def ask(name, path, data=None):
    url = "http://127.0.0.1:%d%s" % (PORTS[name], path)
    with urllib.request.urlopen(url, data, timeout=5) as answer:
        return answer.read()


def say(name, lines):
    """Lines to a server that speaks in lines; what it says is thrown away."""
    with socket.create_connection(("127.0.0.1", PORTS[name]), 5) as link:
        link.sendall("".join(line + "\r\n" for line in lines).encode())
        link.settimeout(.2)
        try:
            while link.recv(65536):
                pass
        except TimeoutError:
            pass


# ---- stores --------------------------------------------------------------------------------------

def redis(stage):
    stage.start(find("redis-server"), "--port", PORTS["redis"], "--bind", "127.0.0.1", "--maxmemory",
                "64mb", "--maxmemory-policy", "allkeys-lru", "--save", "120 50", "--dir",
                stage.place("redis"))

    def work():
        lines = ["SET key:%d %s" % (DICE.randrange(20000), text(DICE.randrange(50, 3000)).replace(" ", "_"))
                 for _ in range(40)]
        lines += ["LPUSH list:%d x" % DICE.randrange(50), "DEL list:%d" % DICE.randrange(50), "QUIT"]
        say("redis", lines)
    stage.load(work, .5)


def memcached(stage):
    stage.start(find("memcached"), "-u", "nobody", "-p", PORTS["memcached"], "-l", "127.0.0.1", "-m", 48)

    def work():
        lines = []
        for _ in range(30):
            value = text(DICE.randrange(50, 4000))
            lines += ["set k%d 0 0 %d" % (DICE.randrange(30000), len(value)), value]
        say("memcached", lines + ["quit"])
    stage.load(work, .5)


def postgres(stage):
    data = stage.place("postgres", "postgres")
    user = {"user": "postgres"}
    stage.run(find("initdb"), "-D", data / "data", "-A", "trust", **user)
    port = PORTS["postgres"]
    stage.start(find("postgres"), "-D", data / "data", "-p", port, "-h", "127.0.0.1", "-k", data,
                "-c", "shared_buffers=96MB", **user)
    pgbench = find("pgbench")
    if pgbench:
        time.sleep(3)
        stage.run(pgbench, "-h", data, "-p", port, "-i", "-s", 4, "postgres", **user)
        stage.start(pgbench, "-h", data, "-p", port, "-c", 6, "-R", 25, "-T", 86400, "postgres", **user)


def mariadb(stage):
    data = stage.place("mariadb", "mysql")
    link = data / "s"
    stage.run(find("mariadb-install-db"), "--no-defaults", "--datadir=%s" % (data / "data"),
              "--auth-root-authentication-method=normal", user="mysql")
    stage.start(find("mariadbd"), "--no-defaults", "--datadir=%s" % (data / "data"), "--socket=%s" % link,
                "--port=%d" % PORTS["mariadb"], "--bind-address=127.0.0.1",
                "--innodb-buffer-pool-size=96M", user="mysql")
    client = find("mariadb")
    script = stage.write("work.sql", "create database if not exists t; use t;\n"
                         "create table if not exists w (k int primary key, v text);\n" +
                         "".join("replace w values (%d, repeat('%s', %d));\nselect sum(length(v)) from w "
                                 "where k between %d and %d;\n" % (
                                     DICE.randrange(3000), text(8), DICE.randrange(1, 200),
                                     k, k + 50) for k in range(0, 3000, 30)))

    def work():
        stage.run("sh", "-c", "%s --no-defaults -u root -S %s < %s" % (client, link, script), wait_s=30)
    stage.load(work, 4)


# ---- watchers ------------------------------------------------------------------------------------

def exporter(stage):
    stage.start(find("prometheus-node-exporter"), "--web.listen-address=127.0.0.1:%d" % PORTS["exporter"])
    stage.load(lambda: ask("exporter", "/metrics"), 2)


def prometheus(stage):
    targets = ", ".join("'127.0.0.1:%d'" % PORTS[n] for n in ("prometheus", "exporter", "etcd"))
    config = stage.write("prometheus.yml", "global: {scrape_interval: 2s}\nscrape_configs:\n"
                         "- job_name: all\n  static_configs: [{targets: [%s]}]\n" % targets)
    stage.start(find("prometheus"), "--config.file=%s" % config, "--storage.tsdb.path=%s" %
                stage.place("prometheus"), "--web.listen-address=127.0.0.1:%d" % PORTS["prometheus"])
    stage.load(lambda: ask("prometheus", "/api/v1/query?query=rate(process_cpu_seconds_total[1m])"), 2)


def etcd(stage):
    url, peer = ("http://127.0.0.1:%d" % PORTS[n] for n in ("etcd", "peer"))
    stage.start(find("etcd"), "--data-dir", stage.place("etcd"), "--listen-client-urls", url,
                "--advertise-client-urls", url, "--listen-peer-urls", peer,
                "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=" + peer,
                "--auto-compaction-retention", "1m")

    def work():
        for _ in range(5):
            pair = {"key": DICE.randrange(2000), "value": text(DICE.randrange(20, 2000))}
            pair = {k: base64.b64encode(str(v).encode()).decode() for k, v in pair.items()}
            ask("etcd", "/v3/kv/put", json.dumps(pair).encode())
    stage.load(work, .5)


def influxdb(stage):
    root = stage.place("influxdb")
    config = stage.write("influx.conf", 'reporting-disabled = true\nbind-address = "127.0.0.1:%d"\n'
                         '[meta]\ndir = "%s/meta"\n[data]\ndir = "%s/data"\nwal-dir = "%s/wal"\n'
                         '[http]\nbind-address = "127.0.0.1:%d"\nlog-enabled = false\n' % (
                             PORTS["influx-rpc"], root, root, root, PORTS["influxdb"]))
    stage.start(find("influxd"), "-config", config)

    def work():
        ask("influxdb", "/query?q=CREATE+DATABASE+t", b"")
        lines = "".join("m,h=%d v=%f\n" % (DICE.randrange(50), DICE.random()) for _ in range(200))
        ask("influxdb", "/write?db=t", lines.encode())
        ask("influxdb", "/query?db=t&q=SELECT+mean(v)+FROM+m+GROUP+BY+h")
    stage.load(work, 2)


# ---- the web -------------------------------------------------------------------------------------

def nginx(stage):
    for size in range(1, 30):
        stage.write("www/%d.txt" % size, text(size * 3000))
    stage.write("www/index.html", "<script>let a=[]; setInterval(()=>{a.push(new Array(2000).fill(Math.random()));"
                "if (a.length>200) a=[]; document.title=a.length; document.body.innerHTML='<p>x'.repeat("
                "a.length)}, 100)</script><body></body>")
    root = stage.place("nginx")
    config = stage.write("nginx.conf", "daemon off; worker_processes 2; pid %s/pid; error_log %s/error;\n"
                         "events {}\nhttp { access_log off; server { listen 127.0.0.1:%d; root %s; } }\n" % (
                             root, root, PORTS["nginx"], stage.folder / "www"))
    stage.start(find("nginx"), "-c", config)
    stage.load(lambda: ask("nginx", "/%d.txt" % DICE.randrange(1, 30)), .2)


def varnish(stage):
    vcl = stage.write("v.vcl", 'vcl 4.1; backend b { .host = "127.0.0.1"; .port = "%d"; }\n' % PORTS["nginx"])
    stage.start(find("varnishd"), "-F", "-f", vcl, "-a", "127.0.0.1:%d" % PORTS["varnish"], "-s",
                "malloc,32m", "-n", stage.place("varnish"))
    stage.load(lambda: ask("varnish", "/%d.txt?%d" % (DICE.randrange(1, 30), DICE.randrange(3000))), .1)


def haproxy(stage):
    config = stage.write("haproxy.cfg", "defaults\n mode http\n timeout client 9s\n timeout server 9s\n"
                         " timeout connect 9s\nfrontend f\n bind 127.0.0.1:%d\n default_backend b\n"
                         "backend b\n server s 127.0.0.1:%d\n" % (PORTS["haproxy"], PORTS["nginx"]))
    stage.start(find("haproxy"), "-f", config)
    stage.load(lambda: ask("haproxy", "/%d.txt" % DICE.randrange(1, 30)), .1)


def chromium(stage):
    stage.start(find("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=%s" %
                stage.place("chromium"), "--remote-debugging-port=0",
                "http://127.0.0.1:%d/index.html" % PORTS["nginx"])


# ---- languages -----------------------------------------------------------------------------------

def node(stage):
    script = stage.write("server.js", "const kept=new Map(); require('http').createServer((q,r)=>{"
                         "const o={}; for (let i=0;i<3000;i++) o['k'+i]=Math.random();"
                         "kept.set(Math.floor(Math.random()*500), JSON.stringify(o));"
                         "r.end(String(kept.size))}).listen(%d,'127.0.0.1')" % PORTS["node"])
    stage.start(find("node"), script)
    stage.load(lambda: ask("node", "/"), .2)


def java(stage):
    source = stage.write("Server.java", """
import com.sun.net.httpserver.HttpServer;
public class Server {
	public static void main(String[] a) throws Exception {
		java.util.Map<Integer, byte[]> kept = new java.util.concurrent.ConcurrentHashMap<>();
		HttpServer s = HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", %d), 0);
		s.createContext("/", x -> {
			for (int i = 0; i < 50; i++)
				kept.put((int) (Math.random() * 2000), new byte[(int) (Math.random() * 9000)]);
			byte[] b = ("" + kept.size()).getBytes();
			x.sendResponseHeaders(200, b.length);
			x.getResponseBody().write(b);
			x.close();
		});
		s.start();
	}
}
""" % PORTS["java"])
    stage.start(find("java"), "-Xmx128m", source)
    stage.load(lambda: ask("java", "/"), .2)


def git(stage):
    root = stage.place("repository")
    stage.run("git", "init", "-q", root)

    def work():
        for i in range(20):
            (root / ("f%d" % DICE.randrange(200))).write_text(text(20000))
        stage.run("sh", "-c", "cd %s && git add -A && git -c user.name=a -c user.email=a@b commit -qm x && "
                  "git repack -adfq" % root, wait_s=60)
    stage.load(work, 25)


def gcc(stage):
    source = stage.write("big.c", "".join("int f%d(int x) { int s = 0; for (int i = 0; i < x; i++) s += i * %d %% "
                                          "(x + %d); return s; }\n" % (i, i, i + 1) for i in range(4000)))
    stage.load(lambda: stage.run("gcc", "-O1", "-c", source, "-o", os.devnull, wait_s=120), 20)


def chunks(stage):
    script = stage.write("chunks.py", """
import csv, io, random, time
table = "\\n".join("%d,%f,%s" % (i, random.random(), "x" * 40) for i in range(20000))
while True:
	rows = list(csv.reader(io.StringIO(table[:random.randrange(len(table))])))
	time.sleep(random.uniform(.5, 3))
	del rows
""")
    stage.start("python3", script)


SERVERS = (
    ("redis", "redis-server", redis), ("memcached", "memcached", memcached),
    ("nginx", "nginx", nginx), ("varnish", "varnishd", varnish), ("haproxy", "haproxy", haproxy),
    ("etcd", "etcd", etcd), ("node exporter", "prometheus-node-exporter", exporter),
    ("prometheus", "prometheus", prometheus), ("influxdb", "influxd", influxdb),
    ("postgres", "initdb", postgres), ("mariadb", "mariadbd", mariadb),
    ("chromium", "chromium", chromium), ("node", "node", node), ("java", "java", java),
    ("git", "git", git), ("gcc", "gcc", gcc), ("python in chunks", "python3", chunks),
)
