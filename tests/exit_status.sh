#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# How memtop ends, and the one line it says then: memtop(1), EXIT STATUS.
set -u
program=${MEMTOP:-./memtop}
folder=$(mktemp -d "${TMPDIR:-/tmp}/memtop-exit-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
XDG_CONFIG_HOME=$folder
export XDG_CONFIG_HOME
count=0

# check NAME WANTED LINES: against the status in $status and the lines on standard error
check() {
	count=$((count + 1))
	lines=$(wc -l <"$folder/err")
	if [ "$status" = "$2" ] && [ "$lines" -eq "$3" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		echo "# status $status, not $2; $lines lines on standard error, not $3:"
		sed 's/^/# /' "$folder/err"
	fi
}

run() {
	timeout 30 "$program" "$@" >"$folder/out" 2>"$folder/err" </dev/null
	status=$?
}

# The reader takes a line and goes.
cut() {
	{
		timeout 30 "$program" "$@" 2>"$folder/err" </dev/null
		echo $? >"$folder/status"
	} | head -n 1 >"$folder/out"
	status=$(cat "$folder/status")
}

run -b -n 1
check "a table" 0 0
run --help
check "help" 0 0
run --version
check "the version" 0 0
run --stream -n 1
check "a stream that was long enough" 0 0
cut -b -n 100 -d 0.1
check "the reader of a table goes" 0 0
cut --stream -d 0.1
check "the reader of a stream goes" 0 0

if [ -c /dev/full ]; then
	timeout 30 "$program" -b >/dev/full 2>"$folder/err" </dev/null
	status=$?
	check "a table on a full disk" 1 1
	timeout 30 "$program" --help >/dev/full 2>"$folder/err" </dev/null
	status=$?
	check "help on a full disk" 1 1
	# a status, and one line that says why
	full() {
		what=$1
		want=$2
		shift 2
		timeout 30 "$program" "$@" >/dev/full 2>"$folder/err" </dev/null
		status=$?
		check "$what on a full disk" "$want" 1
	}
	full "a stream" 1 --stream -n 1
	full "a stream without an end" 1 --stream -d 0.1
	full "JSON" 1 --json -n 1
	full "a process in depth" 1 --detail -p $$
	full "a check that finds nothing" 2 --check 'rss>900g'
	full "a check that finds something" 1 --check 'rss>1k'
fi
run
grep -q 'memtop -b' "$folder/err" || status="$status, and does not name -b"
check "no terminal" 1 1
printf '{"memtop":1,"hz":100,"page":4}\n' >"$folder/lookless"
for mode in -b --json --csv --verdicts '--metrics -' '-b --containers' '-b --at -1s'; do
	# shellcheck disable=SC2086
	run $mode --replay "$folder/lookless"
	check "a recording without a look: $mode" 1 1
done
run --report-from "$folder/lookless"
check "a report of none" 1 1
run --replay "$folder/none" -b
check "no such recording" 1 1
run --replay "$folder/none"
grep -q "$folder/none" "$folder/err" || status="$status, and does not name it"
check "no such recording, and no terminal" 1 1
run -b --record "$folder/no/such/folder"
check "a recording that cannot be made" 1 1
# of every mode that records: a file that may not grow to a whole look
cut_short() {
	what=$1
	shift
	(ulimit -f 1 && timeout 30 "$program" --record "$folder/$what" "$@" >/dev/null 2>"$folder/err" </dev/null)
	status=$?
	grep -q "recording stopped" "$folder/err" || status="$status, and does not tell of the recording"
	check "a recording that cannot go on: $what" 0 1
}
cut_short table -b -n 1
cut_short check --check 'rss>900g'
cut_short depth --detail -p $$ -n 1
run --record "$folder/program" --report /dev/null -- sh -c true
check "a recording of a program" 0 0

for wrong in --nonsense -x '-d nan' '-n 0' '-p init' '-s colour' '-u no-such-user-here' '-F rss>' \
	'--append' '--columns pid,pid' stray; do
	# shellcheck disable=SC2086
	run -b $wrong
	check "-b $wrong" 2 1
done
echo "1..$count"
