#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh SRCDIR SECONDS TARGET - one fuzz target for so long, over its seeds and what earlier runs found
#
# Prints what it did; on failure all it said, with the name of the file that shows it.  Ends with 255 then,
# so that xargs starts no other one.
set -u
srcdir=$1 seconds=$2 target=$3
name=${target##*/fuzz_}
# memory that was freed is taken again soon: else nearly all time goes into pages that are new
: "${ASAN_OPTIONS:=quarantine_size_mb=4:thread_local_quarantine_size_kb=64}"
export ASAN_OPTIONS
mkdir -p "fuzz-work/$name"

run() {
	"./$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="fuzz-work/$name-" "fuzz-work/$name" \
		"$srcdir/tests/fuzz/corpus/$name" >"fuzz-work/$name.log" 2>&1
}

# The limit of an input is of the wall clock, and a machine may stand still or its clock be set.  An input
# that took too long is asked again by itself: one that is slow is slow then, too.
was_a_stall() {
	slow=$(sed -n "s|.*Test unit written to \(fuzz-work/$name-timeout-[0-9a-f]*\)\$|\1|p" "fuzz-work/$name.log")
	[ -n "$slow" ] && "./$target" -timeout=10 "$slow" >>"fuzz-work/$name.log" 2>&1
}

for attempt in first second; do
	if run; then
		runs=$(sed -n 's/^stat::number_of_executed_units: //p' "fuzz-work/$name.log")
		echo "fuzz $name: $seconds s, $runs runs, nothing found"
		exit 0
	fi
	[ $attempt = first ] && was_a_stall || break
	echo "fuzz $name: $slow took over 10 s once and not by itself; from the start"
done
cat "fuzz-work/$name.log"
echo "fuzz $name: FAILED" >&2
exit 255
