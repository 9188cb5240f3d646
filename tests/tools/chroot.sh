#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# chroot.sh - `./bootstrap && make check` on another Debian: trixie, sid ...
#
#   chroot.sh SUITE [COMMAND]
#
# Makes that Debian with debootstrap, once, in CHROOT_DIR (/var/tmp/memtop-SUITE), copies what git
# knows of these sources there, and runs COMMAND in the copy.  It is no chroot in the kernel's sense, in which
# there are no user namespaces, but a mount namespace with a root of its own, so that all tests can
# run.  Where root or debootstrap is missing it says so and ends with 77.  MIRROR: another than
# debootstrap's own.
set -eu
cd "$(dirname "$0")/../.."

skip() {
	echo "chroot.sh: $1" >&2
	exit 77
}

suite=${1:-}
[ -n "$suite" ] || {
	sed -n '3,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0"
	exit 2
}
command=${2:-./bootstrap && make check}
root=${CHROOT_DIR:-/var/tmp/memtop-$suite}
[ "$(id -u)" = 0 ] || skip "only root can make a system to try it in"
for tool in git unshare pivot_root; do
	command -v $tool >/dev/null || skip "$tool is missing"
done

# From an end to the other, or not at all.
make_root() {
	command -v debootstrap >/dev/null || skip "debootstrap is missing: apt-get install debootstrap"
	rm -rf "$root.new"
	debootstrap --variant=minbase "$suite" "$root.new" ${MIRROR:+"$MIRROR"} || {
		rm -rf "$root.new"
		skip "no Debian $suite could be made (see above)"
	}
	mv "$root.new" "$root"
}

[ -d "$root" ] || make_root
rm -rf "$root/memtop"
mkdir -p "$root/memtop" "$root/mnt/old"
git ls-files -z --cached --others --exclude-standard | tar --null --ignore-failed-read -cf - -T - 2>/dev/null |
	tar -xf - -C "$root/memtop"
git describe --match 'v[0-9]*' 2>/dev/null | sed 's/^v//' >"$root/memtop/.tarball-version"
[ -s "$root/memtop/.tarball-version" ] || echo 0.1.0-unknown >"$root/memtop/.tarball-version"

# Its own mounts, which end with it.
exec env ROOT="$root" COMMAND="$command" unshare --mount --propagation private sh -euc '
	mount --bind "$ROOT" "$ROOT"
	cd "$ROOT"
	mount --rbind /dev dev
	mount --rbind /sys sys
	mount -t proc proc proc
	pivot_root . mnt/old
	cd /memtop
	umount -l /mnt/old
	exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		LANG=C.UTF-8 TERM="${TERM:-dumb}" sh -euc "$COMMAND"'
