#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command line: clear words, right exit status, and no dashboard where there is no terminal.
memtop=${MEMTOP:-./memtop}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0 status=0

# check NAME CONDITION...: an ok line for a command's success
check()
{
	name=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# out: /' "$dir/out" | head -5
		sed 's/^/# err: /' "$dir/err" | head -5
		echo "# exit status $code"
		status=1
	fi
}

run()
{
	timeout 10 "$memtop" "$@" > "$dir/out" 2> "$dir/err" < /dev/null
	code=$?
}

# refused NAME OPTIONS...: exit status 2, one clear line, nothing on standard output
refused()
{
	name=$1
	shift
	run "$@"
	check "$name: exit status 2" test "$code" = 2
	check "$name: one line" test "$(wc -l < "$dir/err")" = 1
	check "$name: named after memtop" grep -q '^memtop: ' "$dir/err"
	check "$name: nothing on standard output" test ! -s "$dir/out"
}

refused 'an unknown option' --no-such-option
refused 'an unknown letter' -@
refused 'a malformed number' -d abc
refused 'a number out of range' -d -1
refused 'a malformed count' -n x
refused 'a malformed pid' -p 12x
refused 'an unknown column' -s nosuchcolumn
refused 'a malformed filter' -F 'rss>('
refused 'a missing value' -d
refused 'a word too many' nonsense
refused 'an unknown user' -u no-such-user-at-all

run --no-such-option
check 'the option is named' grep -q -e 'no-such-option' "$dir/err"
printf 'bad: --\033]0;x\a\n' > /dev/null
run "$(printf -- '--\033]0;PWNED\a')"
check 'an escape in an option is not repeated' sh -c "! grep -q \"\$(printf '\\033')\" '$dir/err'"

run -h
check '-h: exit status 0' test "$code" = 0
check '-h: on standard output' grep -q -- '--readonly' "$dir/out"
check '-h: nothing on standard error' test ! -s "$dir/err"
run -V
check '-V: exit status 0' test "$code" = 0
check '-V: the version' grep -q '^memtop [0-9]' "$dir/out"

# no terminal
run
check 'no terminal: says so and fails' test "$code" = 1 -o "$code" = 2
check 'no terminal: names -b' grep -q -e '-b' "$dir/err"
check 'no terminal: one line' test "$(wc -l < "$dir/err")" = 1

# a table needs none
run -b -n 1
check '-b: exit status 0' test "$code" = 0
check '-b: titles' grep -q 'PID.*USER.*RSS.*COMMAND' "$dir/out"
check '-b: itself is listed' grep -q 'memtop' "$dir/out"
check '-b: nothing on standard error' test ! -s "$dir/err"
check '-b: no escape' sh -c "! grep -q \"\$(printf '\\033')\" '$dir/out'"
run -b -n 1 -p 1 -U
check '-b -p: one process' test "$(grep -c '^ *[0-9][0-9]* .*[a-z]' "$dir/out")" -ge 1
timeout 10 "$memtop" -b -n 1 > /dev/full 2> "$dir/err" < /dev/null
code=$?
check 'a full disk is no success' test "$code" != 0 -a "$code" != 124
check 'a full disk is named' test -s "$dir/err"
timeout 10 "$memtop" -b -d 0.1 < /dev/null 2> "$dir/err" | head -3 > "$dir/out"
code=0
check 'a closed pipe ends it quietly' test ! -s "$dir/err"

# the stream
run --stream -n 1
check '--stream: exit status 0' test "$code" = 0
check '--stream: lines of JSON' grep -q '^{' "$dir/out"

echo "1..$count"
exit $status
