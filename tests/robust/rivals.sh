#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What other programs do in the rows that can be run against them: `make rivals`.  A report, no test.
top_builddir=${top_builddir:-.}
export top_builddir
drive=$top_builddir/tests/vtdrive/vtdrive

# row NAME PROGRAM SCRIPT: whether the script passes
row() {
	if printf '%s\n' "$3" | timeout 60 "$drive" -s 100x30 - -- $2 >"$log" 2>&1; then
		result=passes
	else
		result="fails: $(grep '^not ok' "$log" | head -n 1 | sed 's/^not ok [0-9]* - -*[^ ]*: //')"
	fi
	grep -q '# SKIP' "$log" && result="not run"
	printf '%-10s %-28s %s\n' "$2" "$1" "$result"
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
for program in htop top "top -c"; do
	command -v "${program%% *}" >/dev/null || continue
	row 'blocked memory lock' "$program" "spawn-ready b exec \"\$top_builddir/tests/programs/blocked\"
start
wait-text PID 3000
latency Down 500
key q
exit 0 2000"
	row 'kill -9' "$program" "start
wait-text PID 3000
signal KILL
exit KILL
termstate 1000"
	row 'SIGHUP' "$program" "start
wait-text PID 3000
signal HUP
exit any 2000
termstate 1000"
	row 'SIGSEGV' "$program" "start
wait-text PID 3000
signal SEGV
exit any 2000
termstate 1000"
	row 'hostile names' "$program" "spawn-ready h exec \"\$top_builddir/tests/programs/hostile\" all
start
wait-text PID 3000
pass 2000
harmless"
	row '1x1 and 200 resizes' "$program" "start
wait-text PID 3000
storm 200 0
resize 1x1
resize 100x30
running"
	row 'TERM unset' "$program" "env TERM
start
wait-text PID 2000"
done
