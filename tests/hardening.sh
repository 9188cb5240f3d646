#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped binary is hardened: what the linker and the compiler were asked for is in the files.
MEMTOP=${MEMTOP:-./memtop}

if [ "$HARDENING" != yes ]; then
	echo "1..0 # SKIP built without hardening"
	exit 0
fi
if ! command -v readelf >/dev/null; then
	echo "1..0 # SKIP no readelf"
	exit 0
fi

elf=$(readelf --wide --file-header --program-headers --dynamic --dyn-syms "$MEMTOP") || exit 1
number=0

# has NAME PATTERN: the binary has a line like PATTERN.
has() {
	number=$((number + 1))
	if echo "$elf" | grep -qE "$2"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
	fi
}

echo 1..6
has "position-independent" '^ *Type: +DYN'
has "read-only relocations" 'GNU_RELRO'
has "bound at start" 'BIND_NOW|Flags:.* NOW'
has "no executable stack" 'GNU_STACK( +0x[0-9a-f]+)+ RW +0x'
elf=$(nm libmemtop.a 2>/dev/null)
has "stack protector" '__stack_chk_fail'
# not every build asks for FORTIFY (it needs optimisation)
if [ "$FORTIFY" = yes ]; then
	has "fortified calls" 'U __[a-z]+_chk$'
else
	echo "ok 6 # SKIP built without FORTIFY"
fi
