#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The whole program under valgrind: a batch of 30 ticks, and a session on a terminal.  Run by
# `make check-valgrind`.  Every process of memtop writes its own log; one word in any of them fails.
MEMTOP=${MEMTOP:-./memtop}
supp=${srcdir:-.}/tests/valgrind.supp
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT

# Runs memtop with arguments; each process logs to $logs/PID.
valgrind_memtop() {
	rm -f "$logs"/*
	timeout 300 valgrind -q --trace-children=yes --leak-check=full \
		--errors-for-leak-kinds=definite,possible --suppressions="$supp" \
		--log-file="$logs/%p" "$MEMTOP" "$@"
}

# report NUMBER NAME STATUS: good when memtop ended well and valgrind had nothing to say.
report() {
	# "--PID--" begins what valgrind says of itself (a system call it does not know)
	said=$(cat "$logs"/* 2>/dev/null | grep -v '^--[0-9]')
	if [ "$3" = 0 ] && [ -z "$said" ]; then
		echo "ok $1 - $2"
	else
		echo "not ok $1 - $2"
		echo "# exit status $3"
		echo "$said" | head -n 60 | sed 's/^/# /'
	fi
}

if ! command -v valgrind >/dev/null; then
	echo "1..0 # SKIP no valgrind"
	exit 0
fi
if ! timeout 20 "$MEMTOP" -b -n 1 -d 0.1 >/dev/null 2>&1; then
	echo "1..0 # SKIP this memtop cannot run in batch mode here"
	exit 0
fi

echo 1..2
valgrind_memtop -b -n 30 -d 0.1 >/dev/null
report 1 "30 ticks in batch mode" $?

# sh, not memtop, waits between keys: valgrind is slow, and a key too early is only read later
if command -v script >/dev/null; then
	export logs MEMTOP
	command="valgrind -q --trace-children=yes --leak-check=full \
		--errors-for-leak-kinds=definite,possible --suppressions=$supp \
		--log-file=$logs/%p $MEMTOP"
	rm -f "$logs"/*
	{
		sleep 5
		for key in j G M / x '\r' '?' q ' ' q; do
			printf '%b' "$key"
			sleep 0.5
		done
		sleep 10
	} | TERM=xterm-256color timeout 120 script -qec "stty rows 40 cols 120; $command" /dev/null \
		>/dev/null
	report 2 "a session with keys" $?
else
	echo "ok 2 # SKIP no script(1)"
fi
