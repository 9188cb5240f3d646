# SPDX-License-Identifier: GPL-2.0-or-later
"""A small virtual machine with Debian's own kernel, for what no container shows: control groups v2 from their
root on, the machine's memory running out, swap, PSI, Yama.  Emulated, so no hardware need help; it boots in
some seconds.  Standard library only; qemu, busybox and a kernel package, which apt fetches once and nobody
installs, are looked for, and who lacks them is skipped with a word.

The machine runs a script of busybox's shell.  What it prints below a line "== NAME" comes back by that name.
"""

import functools
import gzip
import lzma
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
from tap import check, done, note, skip_all  # noqa: E402,F401

BUILD = os.environ.get("top_builddir", ".")
MEMTOP = os.environ.get("MEMTOP", os.path.join(BUILD, "memtop"))
QEMU = "qemu-system-x86_64"
PACKAGE = "linux-image-cloud-amd64"
SECONDS = 280  # the longest a machine may run

INIT = """#!/bin/sh
export PATH=/bin HOME=/root TERM=dumb LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t cgroup2 none /sys/fs/cgroup
echo +memory >/sys/fs/cgroup/cgroup.subtree_control
for module in /modules/*; do [ ! -e "$module" ] || insmod "$module"; done
echo '== begin'
sh /script
echo "== end $?"
poweroff -f
"""


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = os.path.join(base, "memtop-vm")
    os.makedirs(path, exist_ok=True)
    return path


def told(*command, folder=None):
    """What a command prints; "" when there is no such command or it fails."""
    try:
        return subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, encoding="utf-8", check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def kernel(package=PACKAGE):
    """The folder of an unpacked kernel package, the newest apt knows; fetched once.  None: there is none."""
    name = re.search(r"Depends: (linux-image-\S+)", told("apt-cache", "depends", package))
    version = re.search(r"Version: (\S+)", told("apt-cache", "show", name.group(1)) if name else "")
    if not version:
        return None
    kept = os.path.join(cache(), name.group(1) + "_" + version.group(1))
    if os.path.isdir(kept):
        return kept
    with tempfile.TemporaryDirectory(dir=cache()) as folder:
        told("apt-get", "-q", "download", name.group(1), folder=folder)
        packages = [os.path.join(folder, file) for file in os.listdir(folder) if file.endswith(".deb")]
        unpacked = os.path.join(folder, "kernel")
        if not packages or subprocess.run(["dpkg-deb", "-x", packages[0], unpacked], check=False).returncode != 0:
            return None
        os.rename(unpacked, kept)
    return kept


@functools.lru_cache(None)
def needs(package=PACKAGE):
    """(busybox, folder of the kernel), or an end of the test that says what is missing."""
    if not shutil.which(QEMU):
        skip_all("%s is not installed" % QEMU)
    busybox = shutil.which("busybox")
    if not busybox or "not a dynamic" not in told_all("ldd", busybox):
        skip_all("there is no busybox that is linked statically")
    folder = kernel(package)
    if not folder:
        skip_all("no kernel: apt knows no %s, or cannot fetch it" % package)
    return busybox, folder


def told_all(*command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            encoding="utf-8", check=False)
    return result.stdout


def modules(folder, names):
    """(name, content) of kernel modules and all they need, in the order in which to load them."""
    paths = {}
    for at, _, files in os.walk(os.path.join(folder, "lib", "modules")):
        for file in files:
            match = re.match(r"(.*)\.ko(\.xz)?$", file)
            if match:
                paths[match.group(1).replace("-", "_")] = os.path.join(at, file)
    found = {}

    def add(name):
        if name in found or name not in paths:
            return  # what is no module is part of the kernel
        with (lzma.open if paths[name].endswith(".xz") else open)(paths[name], "rb") as file:
            content = file.read()
        needed = re.search(rb"\0depends=([^\0]*)\0", content)
        for other in needed.group(1).decode().split(",") if needed else ():
            add(other.replace("-", "_"))
        found[name] = content

    for name in names:
        add(name)
    return list(found.items())


class Image:
    """An initial file system: cpio, "newc"."""

    def __init__(self):
        self.out, self.number, self.folders = bytearray(), 0, set()

    def put(self, path, content, mode):
        self.number += 1
        name = path.encode() + b"\0"
        fields = (self.number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        self.out += b"070701" + b"".join(b"%08X" % field for field in fields) + name
        self.out += b"\0" * (-len(self.out) % 4) + content
        self.out += b"\0" * (-len(self.out) % 4)

    def folder(self, path):
        if path and path not in self.folders:
            self.folder(os.path.dirname(path))
            self.folders.add(path)
            self.put(path, b"", 0o40755)

    def file(self, path, content, mode=0o755):
        self.folder(os.path.dirname(path))
        self.put(path, content.encode() if isinstance(content, str) else content, 0o100000 | mode)

    def link(self, path, to):
        self.put(path, to.encode(), 0o120777)

    def program(self, path, source, root=""):
        """A program from here, with its libraries, also the one that it loads by name when it runs; below ROOT."""
        with open(source, "rb") as file:
            content = file.read()
        self.file(root + path, content)
        wanted = re.findall(r"(/\S+) \(0x", told("ldd", source))
        for name in set(re.findall(rb"libproc2[-\w.]*\.so\.\d+", content)):
            found = re.search(re.escape(name.decode()) + r" .*=> (/\S+)", told("/sbin/ldconfig", "-p"))
            if found:
                wanted += [found.group(1), *re.findall(r"(/\S+) \(0x", told("ldd", found.group(1)))]
        for library in wanted:
            path = root + library[1:]
            if path not in self.folders:
                self.folders.add(path)
                with open(library, "rb") as file:
                    self.file(path, file.read())

    def busybox(self, source, root=""):
        with open(source, "rb") as file:
            self.file(root + "bin/busybox", file.read())
        for applet in told(source, "--list").split():
            if applet != "busybox":
                self.link(root + "bin/" + applet, "busybox")

    def modules(self, folder, names):
        for number, (name, content) in enumerate(modules(folder, names)):
            self.file("modules/%02d-%s.ko" % (number, name), content)

    def done(self):
        self.put("TRAILER!!!", b"", 0)
        return gzip.compress(bytes(self.out), 1)


def image(busybox, folder, script, programs, wanted):
    new = Image()
    for name in ("proc", "sys", "dev", "tmp", "root", "etc", "bin", "mnt"):
        new.folder(name)
    new.busybox(busybox)
    for source in [MEMTOP, *programs]:
        new.program("bin/" + os.path.basename(source), source)
    new.modules(folder, wanted)
    new.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/tmp:/bin/sh\n", 0o644)
    new.file("etc/group", "root:x:0:\nanna:x:1000:\n", 0o644)
    new.file("script", script)
    new.file("init", INIT)
    return new.done()


def run(script, memory_mib, programs=(), wanted=(), disk_mib=0, arguments=""):
    """Runs SCRIPT in a machine of MEMORY_MIB with memtop, PROGRAMS and the kernel's modules WANTED (and what they
    need), an empty /dev/vda of DISK_MIB with "virtio_blk"; returns {name: what was printed below "== name"}.
    """
    busybox, folder = needs()
    with tempfile.TemporaryDirectory() as work:
        disk = os.path.join(work, "disk")
        with open(disk, "wb") as file:
            file.truncate(disk_mib << 20)
        return boot(folder, image(busybox, folder, script, programs, wanted), memory_mib,
                    ["-drive", "file=%s,format=raw,if=virtio" % disk] if disk_mib else [], arguments)


def boot(folder, initial, memory_mib, more, arguments="", seconds=SECONDS):
    """Boots the kernel in FOLDER with an initial file system; returns what run() does.  With MEMTOP_VM_TERMINAL the
    machine has the terminal, for a script that ends with a shell."""
    name = [name for name in os.listdir(os.path.join(folder, "boot")) if name.startswith("vmlinuz")][0]
    with tempfile.NamedTemporaryFile() as initrd:
        initrd.write(initial)
        initrd.flush()
        command = [QEMU, "-accel", "tcg", "-smp", "2", "-m", str(memory_mib), "-kernel",
                   os.path.join(folder, "boot", name), "-initrd", initrd.name, "-append",
                   "console=ttyS0 quiet panic=-1 " + arguments, "-display", "none", "-serial", "stdio",
                   "-monitor", "none", "-no-reboot", "-nic", "none", *more]
        if os.environ.get("MEMTOP_VM_TERMINAL"):
            sys.exit(subprocess.run(command, check=False).returncode)
        try:
            out = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 check=False, timeout=seconds).stdout
        except subprocess.TimeoutExpired as late:
            out = (late.stdout or b"") + b"\n(and it had to be stopped)\n"
    text = out.decode("utf-8", "replace").replace("\r", "")
    if os.environ.get("MEMTOP_VM_LOG"):
        with open(os.environ["MEMTOP_VM_LOG"], "w", encoding="utf-8") as file:
            file.write(text)
    parts = re.split(r"^== (.*)\n", text, flags=re.M)
    found = dict(zip(parts[1::2], parts[2::2]))
    if not check("end 0" in found, "the machine ran to its end", text[-1500:]):
        done()
    return found
