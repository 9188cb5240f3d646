#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# memtop -b: as many tables as asked for, in the time they take, and an honest exit status.
MEMTOP=${MEMTOP:-./memtop}
number=0
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT

# check NAME COMMAND...: good when the command is.
check() {
	number=$((number + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		tail -n 5 "$out" | sed 's/^/# /'
	fi
}

# tables N OPTIONS...: memtop ends with 0, within 20 s, after N tables.
tables() {
	wanted=$1
	shift
	timeout 20 "$MEMTOP" -b "$@" >"$out" 2>&1 || return
	[ "$(grep -c '^ *PID ' "$out")" = "$wanted" ]
}

# status N OPTIONS...: memtop ends with N.
status() {
	wanted=$1
	shift
	timeout 20 "$MEMTOP" "$@" >"$out" 2>&1
	[ $? = "$wanted" ]
}

full_disk() {
	timeout 20 "$MEMTOP" -b -n 1 >/dev/full 2>"$out"
	[ $? = 1 ] && grep -q 'No space left' "$out"
}

closed_pipe() {
	timeout 20 "$MEMTOP" -b -n 50 -d 0.1 2>"$out" | head -n 1 >/dev/null
	[ ! -s "$out" ]
}

echo 1..7
# shorter than memtop waits for the names of the first table
check "one table at 0.1 s" tables 1 -n 1 -d 0.1
check "three tables at 0.1 s" tables 3 -n 3 -d 0.1
check "one table of one process" tables 1 -n 1 -p $$
check "a full disk is said and is 1" full_disk
check "a reader that went away is no trouble" closed_pipe
check "a malformed option is 2" status 2 -b -d never
check "an unknown option is 2" status 2 --no-such-option
