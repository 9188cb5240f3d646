#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Containers of the other engines that Debian has, beside what their own tools say: docker, containerd, LXC,
systemd-nspawn, a whole Debian in that and podman within it; services, scopes, what a user's own systemd runs.  Each is
one row; who leaks is called, its end is told, and its kill with its name."""

import json
import os
import re
import subprocess
import tempfile

import debian
from machine import BUILD, check, done, note

MIB = 1 << 20
# who leaks 1 MiB a second: kind, limit, and the processes that are there
LEAKS = {"dshop": ("docker", 112, 1), "keeper": ("cgroup", 84, 1), "cave": ("lxc", 93, 1), "den": ("nspawn", 102, 1),
         "mine.service": ("user service", 58, 1), "adhoc.scope": ("scope", 86, 1), "parted.service": ("service", 80, 2)}
STILL = {"third-one": ("nspawn", None, 2), "dfree": ("docker", None, 1), "inner": ("podman", 60, 1),
         "deep": ("nspawn", None, None), "hand.scope": ("user scope", None, 1)}
ON_SCREEN = ("dshop", "den", "hand.scope")
TOGETHER_S = 2.5  # of kills that come so soon after each other only the last has a sentence

SCREEN = "start\n" + "".join(r"""
wait-text '^.* %s ' 120000
text /%s
key Enter
wait-text 'search %s' 20000
key Enter
wait-text '^PROCESSES' 30000
screen
key Esc
""" % (name, name, name) for name in ON_SCREEN) + "text q\nexit 0\n"

SCRIPT = r"""
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
useradd -m -u 1000 -s /bin/bash anna
loginctl enable-linger anna; systemctl start user@1000.service
as() { setpriv --reuid 1000 --regid 1000 --init-groups env XDG_RUNTIME_DIR=/run/user/1000 HOME=/home/anna \
	DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus sh -c "cd; $*"; }
mkdir -p /srv/c/usr /srv/c/root /srv/c/var /deep /var/lib/lxc/cave; say() { echo "$(cut -d' ' -f1 /proc/uptime) $*"; }; say begin
systemctl start docker
tar -C /srv/c -c . | docker import - base >/dev/null

# a Debian of its own, in which podman runs
mount --bind / /deep
cat >/inner.sh <<X
mkdir -p /inner; cp -r /srv/c/. /inner
podman run -d --network none --name inner -m ${INNER}m --rootfs /inner /bin/hold 20
X
systemd-run -q --unit=holds-deep -E SYSTEMD_SECCOMP=0 systemd-nspawn -q -D /deep -M deep -b \
	--volatile=overlay --private-network --capability=all -- --unit=basic.target
memtop --json --containers -d 1 -n 900 >/tmp/looks & looks=$!

docker run -d --network none --name dfree base /bin/hold 20 >/dev/null
cp -r /srv/c /var/lib/machines/third-one
unit=/etc/systemd/system/systemd-nspawn@third-one.service.d
mkdir -p $unit; cat >$unit/hold.conf <<'X'
[Service]
ExecStart=
ExecStart=systemd-nspawn -q --keep-unit --private-network --machine=%i /bin/hold 15
X
systemctl daemon-reload; systemctl start systemd-nspawn@third-one
as "systemd-run -q --user --scope --unit=hand hold 10" >/dev/null &
say deep; tries=0
until systemd-run -q -M deep --wait --pipe sh /inner.sh 2>/dev/null | grep '^[0-9a-f]*$'; do
	sleep 2; [ $((tries += 1)) -lt 20 ] || break
done; say inner

cat >/var/lib/lxc/cave/config <<X
lxc.rootfs.path = dir:/srv/c
lxc.uts.name = other-host
lxc.net.0.type = empty
lxc.init.cmd = /bin/grow -k 1024
lxc.cgroup2.memory.max = ${CAVE}M
lxc.apparmor.profile = unconfined
X
lxc-start -n cave -d
docker run -d --network none --name dshop -m ${DSHOP}m --memory-swap ${DSHOP}m base /bin/grow -k 1024 >/dev/null
ctr run -d --rootfs --memory-limit $((KEEPER << 20)) /srv/c keeper /bin/grow -k 1024
systemd-nspawn -q -D /srv/c -M den --property=MemoryMax=${DEN}M --volatile=overlay --private-network \
	/bin/grow -k 1024 >/dev/null 2>&1 </dev/null &
as "systemd-run -q --user --unit=mine -p MemoryMax=${MINE}M grow -k 1024"
systemd-run -q --scope --unit=adhoc -p MemoryMax=${ADHOC}M grow -k 1024 >/dev/null &
cat >/parted.sh <<'X'
at=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)
mkdir $at/main $at/leak; echo $$ >$at/main/cgroup.procs; echo +memory >$at/cgroup.subtree_control
sh -c 'echo $$ >$0/cgroup.procs; exec grow -k 1024' $at/leak &
exec hold 12
X
systemd-run -q --unit=parted -p MemoryMax=${PARTED}M -p Delegate=yes -E PATH sh /parted.sh
LD_LIBRARY_PATH=$(echo /srv/c/lib/*-linux-gnu /srv/c/usr/lib/*-linux-gnu | tr ' ' :) \
	vtdrive -t 150 -s 120x40 /screen -- memtop --containers >/tmp/screens & screens=$!
say leaks; sleep 20
echo '== tools'; docker ps --no-trunc --format 'docker {{.Names}} {{.ID}}'; lxc-ls -1 | sed 's/^/lxc /'
machinectl list --no-legend --no-pager | sed 's/^/machine /'; ctr containers ls -q | sed 's/^/ctr /'
systemd-run -q -M deep --wait --pipe podman ps --no-trunc --format 'podman {{.Names}} {{.ID}}'
systemctl list-units --plain --no-legend | sed 's/^/unit /'
as systemctl --user list-units --plain --no-legend | sed 's/^/unit /'
while pidof grow >/dev/null; do sleep 1; done; say over
sleep 6
kill $looks; wait $screens
echo '== screens'; cat /tmp/screens
echo '== looks'; cat /tmp/looks
"""


def numbers():
    """The limits, as the script has them."""
    return "".join("%s=%d\n" % (name.split(".")[0].upper().replace("-", "_"), limit)
                   for name, (_, limit, _) in {**LEAKS, **STILL}.items() if limit)


with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "screen"), "w", encoding="utf-8") as file:
        file.write(SCREEN)
    os.makedirs(os.path.join(folder, "etc/docker"))
    with open(os.path.join(folder, "etc/docker/daemon.json"), "w", encoding="utf-8") as file:
        file.write('{"bridge": "none", "iptables": false, "ip6tables": false}')
    found = debian.run(numbers() + SCRIPT, 2000, [os.path.join(BUILD, name) for name in (
        "tests/programs/grow", "tests/programs/hold", "tests/vtdrive/vtdrive")], folder, "apparmor=0")
tools = [line.split() for line in found["tools"].splitlines() if line]
looks = [json.loads(line) for line in found["looks"].splitlines() if line.endswith("}")]


def rows(name):
    """(time, row) of each look in which a row of that name has processes."""
    return [(look["boot"], row) for look in looks for row in look["containers"]
            if row["name"] == name and row["kind"] != "monitor" and row["processes"]]


called = {words[1] for words in tools}
for name, (kind, limit, processes) in {**LEAKS, **STILL}.items():
    seen = rows(name)
    if not check(name in called and seen, "a row by the name that its own tool shows: " + name,
                 (sorted(called), sorted({row["name"] for look in looks for row in look["containers"]}))):
        continue
    paths = {row["path"] for _, row in seen}
    last = seen[-1][1]
    check(last["kind"] == kind and len(paths) == 1, "... of its kind, and one", (last["kind"], paths))
    below = {row["path"] for look in looks for row in look["containers"]
             if row["path"].startswith(last["path"] + "/") and row["processes"]}
    check(len(below) == (name == "deep"), "... with no other row in it, but who is a container", below)
    check(processes in (None, max(row["processes"] for _, row in seen)), "... with its processes",
          sorted({row["processes"] for _, row in seen}))
    # an engine may set it when its first process is there
    check({row["limit"] for _, row in seen} <= {None, limit and limit * MIB} and last["limit"] == (limit and limit * MIB) and
          (last["limit_path"] or last["path"]).startswith(last["path"]), "... and its own limit, or none", last)
    numbers_told = [words[2] for words in tools if words[0] in ("docker", "podman") and words[1] == name]
    check(not numbers_told or last["id"] == numbers_told[0], "... and its number", (last["id"], numbers_told))

said = [look["headline"]["text"] for look in looks]
killed = {}
for look in looks:
    for row in look["containers"]:
        if row["kills"] and row["kind"] != "monitor":
            killed.setdefault(row["name"], look["boot"])
for name, (_, limit, _) in LEAKS.items():
    seen = [(at, row) for at, row in rows(name) if row["usage"] > 14 * MIB or name != "parted.service"]
    if not seen:
        continue
    ended = killed.get(name, seen[-1][0]) + .5
    told = [(row["eta"], ended - at) for at, row in seen if row["eta"] is not None and ended - at > 8]
    note("%s grew for %.0f s; told %s" % (name, ended - seen[0][0], ["%.0f s, %.0f were left" % pair for pair in told[::9]]))
    check(told and any(row["verdict"] == "climbing" for _, row in seen), name + ", which leaks, is called", seen[-1])
    check(all(abs(eta - left) < .15 * left + 1 for eta, left in told), "... and its end is told within 15 %",
          ["%.1f told, %.1f left" % pair for pair in told])
    # a plain cgroup is a row as long as somebody is in it
    check(name in killed or seen[-1][1]["kind"] == "cgroup", "... and its kill is counted", seen[-1])
    if any(other != name and abs(at - killed.get(name, 0)) < TOGETHER_S for other, at in killed.items()):
        note("another was killed at the same time")
        continue
    pattern = r"killed grow \(\d+, \d+ MiB\).*: it met the limit of %d MiB of \S*%s[. ]" % (limit, re.escape(name))
    check(any(re.search(pattern, text) for text in said), "... and told, with its name and limit",
          sorted({re.sub(r" .* s ago", "", text) for text in said if "killed" in text})[-12:])
for name in STILL:
    check(all(row["verdict"] != "climbing" and row["eta"] is None for _, row in rows(name)), name + " is not called",
          rows(name)[-1:])

check("not ok" not in found["screens"], "the screen of each", found["screens"])
for name, screen in zip(ON_SCREEN, found["screens"].split("|PROCESSES")[1:]):
    program = "grow" if name in LEAKS else "hold"
    check(re.search(r"^ \(1\).*\n# \|%s \(\d+\) " % program, screen), "... has its process: " + name, screen[:400])
done()
