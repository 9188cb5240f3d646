#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Containers of a real engine in a whole Debian: podman of root and of a user, pods, services of systemd, compressed
swap, memtop inside a container, the flight recorder's unit."""

import json
import os
import re
import subprocess
import tempfile

import debian
from machine import BUILD, check, done, note

SHOP, EATER, SLOW, INSIDE = 110 << 20, 64 << 20, 24 << 20, 200 << 20

SCREEN = r"""
start
wait-text 'packed' 90000
text /packed
key Enter
wait-text 'search packed' 20000
key Enter
wait-text 'compressed swap' 60000
screen
key Esc
wait-text '^.* shop ' 90000
text /shop
key Enter
wait-text 'search shop' 20000
key Enter
wait-text 'its own max' 30000
screen
key Esc
wait-text '^.* fill ' 30000
text /fill
key Enter
wait-text 'search fill' 20000
key Enter
wait-text 'is climbing.* in the tmpfs /scratch' 90000
screen
key Esc
text q
exit 0
"""

SCRIPT = r"""
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
useradd -m -u 1000 -s /bin/bash anna
chmod 666 /dev/net/tun
loginctl enable-linger anna; systemctl start user@1000.service
cp -r /srv/c /home/anna/c; chown -R anna /home/anna/c
as() { setpriv --reuid 1000 --regid 1000 --init-groups env XDG_RUNTIME_DIR=/run/user/1000 HOME=/home/anna \
	DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus sh -c "cd; $*"; }
run() { name=$1; shift; podman run -d --network none --name "$name" "$@" >/dev/null; }
dd if=/dev/zero of=/srv/data bs=1M count=160 2>/dev/null; sync; echo 3 >/proc/sys/vm/drop_caches
echo 400M >/sys/block/zram0/disksize; mkswap /dev/zram0 >/dev/null; swapon /dev/zram0

systemctl enable -q --now memtop-flight
recorder=$(systemctl show -P MainPID memtop-flight)
memtop --json --containers -d 1 -n 900 >/tmp/looks & looks=$!

cat >/packed.pl <<'X'
$text .= "a line of text $_, much the same as the others are\n" for 1..1300000; sleep 1000
X
run reader -m 100m -v /srv/data:/data --rootfs /srv/c:O /bin/sh -c \
	'i=0; while :; do dd if=/data of=/dev/null bs=1M count=1 skip=$i 2>/dev/null; i=$((i + 1)); [ $i -lt 150 ] || i=0; sleep .4; done'
podman pod create --name basket --network none >/dev/null
podman run -d --pod basket --name cart --rootfs /srv/c:O /bin/hold 24 >/dev/null
podman run -d --pod basket --name till --rootfs /srv/c:O /bin/hold 12 >/dev/null
as "podman run -d --network none --name annas -m 80m --rootfs /home/anna/c /bin/hold 30" >/dev/null
systemd-run -q --unit=packed -p MemoryHigh=30M perl /packed.pl
run fill --tmpfs /scratch --rootfs /srv/c:O /bin/sh -c \
	'i=0; while :; do dd if=/dev/zero of=/scratch/$i bs=64k count=4 2>/dev/null; i=$((i + 1)); sleep .5; done'
LD_LIBRARY_PATH=$(echo /srv/c/lib/*-linux-gnu /srv/c/usr/lib/*-linux-gnu | tr ' ' :) \
	vtdrive -t 240 -s 120x40 /screen -- memtop --containers >/tmp/screens & screens=$!
run slow --cgroup-conf memory.high=%d --cgroup-conf memory.swap.max=0 --rootfs /srv/c:O /bin/grow -k 2048
run shop -m %d --memory-swap %d --rootfs /srv/c:O /bin/grow -k 1024
systemd-run -q --unit=eater -p MemoryMax=%d -p MemorySwapMax=0 grow -k 1024
kill -9 "$recorder"
echo '== shop'; podman wait shop; sleep 5
kill $looks; wait $screens
echo '== screens'; cat /tmp/screens
echo '== ps'; podman ps -a --no-trunc --format '{{.ID}} {{.Names}}'; as "podman ps -a --no-trunc --format '{{.ID}} {{.Names}}'"
echo '== looks'; cat /tmp/looks
echo '== inside'; podman run --rm --network none -m %d --rootfs /srv/c:O /bin/memtop --json --containers -n 2 -d 1
echo '== inside without'; podman run --rm --network none --rootfs /srv/c:O /bin/memtop --json --containers -n 2 -d 1
while [ "$(systemctl show -P NRestarts memtop-flight)" = 0 ] || [ "$(systemctl is-active memtop-flight)" != active ]; do sleep 1; done
sleep 12
echo '== recorder'; systemctl show -P MainPID -P NRestarts memtop-flight; echo "$recorder"
echo '== status'; memtop --flight --status
echo '== last kill'; memtop --last-kill --json
""" % (SLOW, SHOP, SHOP, EATER, INSIDE)


def installed(folder):
    """The tree that `make install` makes, with the script of the screens beside it."""
    subprocess.run(["make", "-s", "-C", BUILD, "install", "DESTDIR=" + folder], stdout=subprocess.DEVNULL, check=True,
                   env={key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS")})
    with open(os.path.join(folder, "screen"), "w", encoding="utf-8") as file:
        file.write(SCREEN)
    return folder


def kib(text):
    number = re.fullmatch(r"([\d.]+)([KMG]?)", text)
    return float(number.group(1)) * {"": 1, "K": 1, "M": 1024, "G": 1 << 20}[number.group(2)] if number else None


def parts(screen):
    """What the parts on a screen add up to, what is not told apart, and what it has in all; in KiB."""
    lines = re.findall(r"^# \|(\S.*?) {2,}([\d.]+(?:[KMG]|(?= )))", screen.split("|MEMORY")[1], re.M)
    named = {name: kib(size) for name, size in lines}
    whole, rest = named.pop("in all"), named.pop("not told apart", 0)
    named.pop("swapped out, beside that", None)
    return sum(named.values()), rest, whole


with tempfile.TemporaryDirectory() as folder:
    found = debian.run(SCRIPT, 1300, [os.path.join(BUILD, name) for name in (
        "tests/programs/grow", "tests/programs/hold", "tests/vtdrive/vtdrive")], installed(folder))
looks = [json.loads(line) for line in found["looks"].splitlines() if line.endswith("}")]
last = {}
for look in looks:
    last.update({row["path"]: (look["boot"], row) for row in look["containers"]})
named = {row["name"]: row for _, row in last.values()}


def rows(name):
    """(time, row) of each look in which it has processes."""
    return [(look["boot"], row) for look in looks for row in look["containers"]
            if row["path"] == named[name]["path"] and row["processes"]]


ids = dict(reversed(line.split()) for line in found["ps"].splitlines())
for name in ("reader", "cart", "till", "annas", "fill", "slow", "shop"):
    check(name in named and named[name]["kind"] == "podman" and named[name]["id"] == ids[name],
          "a row by the name of podman: " + name, sorted(named))
infra = [name for name in ids if name.endswith("-infra")]
check(infra and infra[0] in named, "... and what holds a pod open", (infra, sorted(named)))

reader = rows("reader")
note("the reader was seen for %.0f s" % (reader[-1][0] - reader[0][0]))
check(all(row["verdict"] != "climbing" and row["eta"] is None for _, row in reader),
      "who reads files for minutes is never called and has no end", reader[-1:])
check(max(row["cache"] or 0 for _, row in reader) > 50 << 20, "... though its cache has grown", reader[-1:])

for name, limit in (("shop", SHOP), ("eater.service", EATER)):
    seen = rows(name)
    ended = seen[-1][0] + .5
    told = [(row["eta"], ended - at) for at, row in seen if row["eta"] is not None and ended - at > 8]
    note("%s grew for %.0f s; told %s" % (name, ended - seen[0][0], ["%.0f s, %.0f were left" % pair for pair in told[::6]]))
    check(told and any(row["verdict"] == "climbing" for _, row in seen), name + ", which leaks, is called", seen[-1:])
    check(all(abs(eta - left) < .15 * left + 1 for eta, left in told), "... and its end is told within 15 %",
          ["%.1f told, %.1f left" % pair for pair in told])
    check(all(row["limit"] == limit and row["limit_path"].startswith(row["path"]) for _, row in seen[3:]),
          "... by its own limit", seen[-1:])
    check(named[name]["kills"] == 1, "... and its kill", named[name])
said = [look["headline"]["text"] for look in looks]
check(any(re.search(r"killed grow \(\d+, \d+ MiB\).*: it met the limit of 110 MiB of ", text) for text in said) and
      any(re.search(r"killed grow \(\d+, \d+ MiB\).*: it met the limit of 64 MiB of /system.slice/eater.service", text)
          for text in said), "kills are told, with the name", [text for text in said if "killed" in text][-3:])

check(any(row["verdict"] == "climbing" for _, row in rows("fill")), "who fills a tmpfs is called", rows("fill")[-1:])
check("in the tmpfs /scratch" in found["screens"].replace("\n# |", " ") and "not ok" not in found["screens"], "... with its mount", found["screens"])

pods = [row for _, row in last.values() if row["kind"] == "pod"]
check(len(pods) == 1 and pods[0]["processes"] == 3, "a pod of two is a row", pods)
inside = [named[name] for name in ("cart", "till", infra[0])]
check(abs(pods[0]["usage"] - sum(row["usage"] for row in inside)) < .02 * pods[0]["usage"] + (512 << 10),
      "... and has what its containers have", (pods[0], inside))
check(named["slow"]["limit"] == SLOW and max(row["stalls"] or 0 for _, row in rows("slow")) > 5,
      "who is slowed down by memory.high is seen to wait", named["slow"])

# what is in swap may still be in memory, too
large = [row for look in looks[-30:] for row in look["containers"]
         if row["kind"] == "podman" and row["processes"] and row["usage"] > 8 << 20 and not row["swap"]]
off = [row for row in large if abs(row["usage"] - row["unreclaimable"] - row["cache"]) > .02 * row["usage"] + (512 << 10)]
check(large and not off, "of each what is used and its cache are what the kernel has charged", off[-2:])
packed = named["packed.service"]
check(packed["swap"] > 20 << 20 and looks[-1]["system"]["zswap"] > 1 << 20, "zswap is at work", packed)
for screen, name in zip(found["screens"].split("|LIMITS"), ("packed", "shop", "fill")):
    named_kib, rest, whole = parts(screen)
    check(abs(named_kib + rest - whole) < .02 * whole and (rest < .02 * whole or name == "packed"),
          "the parts of %s on its screen add up" % name, (named_kib, rest, whole, screen))

for name, limit in (("inside", INSIDE), ("inside without", None)):
    look = json.loads(found[name].splitlines()[-1])
    row = look["containers"][0]
    check(look["container"]["limit"] == limit and (look["system"]["total"] == limit or limit is None) and
          len(look["containers"]) == 1 and row["name"] == "this container" and row["limit"] == limit and
          row["processes"] == look["system"]["processes"], name + " a container it is the machine, and a row", look)

before, now = found["recorder"].split()[-1], found["recorder"].split()
check(before not in now[:-1] and "0" not in now[:-1], "the flight recorder's unit comes back after kill -9", now)
check(re.search(r"\d", found["status"]) and "/var/lib/memtop" in found["status"], "... and goes on recording", found["status"])
kill = json.loads(found["last kill"])
check(kill["kill"]["name"] == "grow" if "kill" in kill else False, "... and knows the last kill", found["last kill"][:800])
done()
