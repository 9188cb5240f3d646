# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole Debian in a virtual machine: systemd, its services, podman with crun, users.  What machine.py does for
a kernel alone.  Its disk is made once by debootstrap (a minute and a half, root, the network) and kept beside the
kernel; a machine writes to a copy that goes with it.

The script is run by a service of that Debian.  Programs are in /usr/local/bin and, with their libraries, in the
root file system /srv/c of containers.
"""

import os
import re
import subprocess
import tempfile
import zlib

import machine
from machine import MEMTOP, skip_all

KERNEL = "linux-image-amd64"  # the one for clouds has no zswap
PACKAGES = ("systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps,kmod,podman,crun,netavark,iptables,uidmap,"
            "catatonit,slirp4netns,fuse-overlayfs,libproc2-0,libncursesw6,libzstd1,"
            "docker.io,containerd,runc,lxc,systemd-container")
MODULES = ("virtio_pci", "virtio_blk", "crc32c_generic", "ext4", "overlay", "fuse", "tun", "zram", "lzo_rle",
           "autofs4")
SECONDS = 560

INIT = """#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$module"; done
while [ ! -b /dev/vda ]; do sleep .1; done
mount -t ext4 /dev/vda /mnt
cp -a /payload/. /mnt/
umount /proc /sys /dev
exec switch_root /mnt /sbin/init
"""

UNIT = """[Unit]
After=basic.target systemd-logind.service
[Service]
Type=oneshot
StandardInput=tty-force
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
Environment=LANG=C.UTF-8 TERM=linux HOME=/root
ExecStart=/bin/sh -c 'echo; echo "== begin"; /bin/sh /trial; echo "== end $?"; poweroff -ff'
[Install]
WantedBy=multi-user.target
"""


def suite():
    with open("/etc/os-release", encoding="utf-8") as file:
        found = re.search(r"^VERSION_CODENAME=(\w+)", file.read(), re.M)
    return found.group(1) if found else "sid"


def disk():
    """The disk of that Debian, as it is before anything ran."""
    kept = os.path.join(machine.cache(), "debian-%s-%08x.ext4" % (suite(), zlib.crc32(PACKAGES.encode())))
    if os.path.exists(kept):
        return kept
    if os.geteuid() != 0:
        skip_all("only root makes a Debian")
    with tempfile.TemporaryDirectory(dir=machine.cache()) as work:
        root, made = os.path.join(work, "root"), os.path.join(work, "disk")
        for command in (["debootstrap", "--variant=minbase", "--include=" + PACKAGES, suite(), root],
                        ["sh", "-c", "rm -rf $0/var/cache/apt/archives/*.deb $0/var/lib/apt/lists/*", root],
                        ["mke2fs", "-q", "-t", "ext4", "-d", root, made, "3G"]):
            try:
                subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
            except (OSError, subprocess.CalledProcessError) as why:
                skip_all("no Debian: %s" % why)
        os.rename(made, kept)
    return kept


def run(script, memory_mib, programs=(), installed=None, arguments=""):
    """Runs SCRIPT in that Debian with memtop and PROGRAMS, and with the tree INSTALLED put over it."""
    busybox, folder = machine.needs(KERNEL)
    kept = disk()
    new = machine.Image()
    for name in ("proc", "sys", "dev", "mnt"):
        new.folder(name)
    new.busybox(busybox)
    new.modules(folder, MODULES)
    new.file("init", INIT)
    payload = "payload/"
    for name in ("proc", "sys", "dev", "tmp", "etc", "run"):
        new.folder(payload + "srv/c/" + name)
    new.busybox(busybox, payload + "srv/c/")
    for source in (MEMTOP, *programs):
        path = "bin/" + os.path.basename(source)
        new.program(path, source, payload + "srv/c/")
        with open(source, "rb") as file:
            new.file(payload + "usr/local/" + path, file.read())
    for at, _, files in os.walk(installed or os.devnull):
        for name in files:
            with open(os.path.join(at, name), "rb") as file:
                new.file(payload + os.path.relpath(os.path.join(at, name), installed), file.read())
    new.file(payload + "trial", script)
    unit = "etc/systemd/system/trial.service"
    new.file(payload + unit, UNIT, 0o644)
    new.file(payload + "etc/machine-id", "", 0o644)
    new.folder(payload + "etc/systemd/system/multi-user.target.wants")
    new.link(payload + "etc/systemd/system/multi-user.target.wants/trial.service", "../trial.service")
    return machine.boot(folder, new.done(), memory_mib, ["-drive", "file=%s,format=raw,if=virtio,snapshot=on" % kept],
                        "systemd.show_status=0 zswap.enabled=1 " + arguments, SECONDS)
