#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The made /proc is believed: top and ps, unmodified, show the very numbers of the description.
top_builddir=${top_builddir:-.}
top_srcdir=${top_srcdir:-.}
python=${PYTHON3:-python3}
fake="$python $top_srcdir/tests/lib/fakeproc.py"
run=$top_builddir/tests/lib/in_fakeproc
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0 status=0

# is NAME EXPECTED ACTUAL
is()
{
	count=$((count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $count - $1"
	else
		printf 'not ok %s - %s\n# wanted: %s\n# got:    %s\n' "$count" "$1" "$2" "$3"
		status=1
	fi
}

# the row of a pid in top: pid, size, resident, shared, state, name
top_row()
{
	"$run" "$dir/proc" top -b -n 1 -w 200 | awk -v pid="$1" '$1 == pid { print $1, $5, $6, $7, $8, $12 }'
}

ps_field()
{
	"$run" -s "$dir/proc" ps -o "$2=" -p "$1" | sed 's/^ *//; s/ *$//'
}

command -v "$python" > /dev/null || {
	echo '1..0 # SKIP python3 is not there'
	exit 0
}
command -v top > /dev/null && command -v ps > /dev/null || {
	echo '1..0 # SKIP top and ps are not there'
	exit 0
}
$fake "$dir/proc" << 'END' || exit 1
meminfo MemTotal=8388608 MemFree=1048576
process 2 name=kthreadd kernel=1
process 500 name=leaky cmdline='leaky --fast "two words"' uid=12345 rss=524288 file=10240 vsize=900000 threads=3
process 501 name='a) R 1 2 3 (b' rss=4096 state=D
process 502 name=nicest rss=4096 nice=19
processes 1000-1049 name=idle{pid} rss=2048
END
"$run" "$dir/proc" true 2> "$dir/why" || {
	[ $? = 77 ] && echo "1..0 # SKIP $(cat "$dir/why")" && exit 0
}

is 'top: total memory' 8192.0 "$("$run" "$dir/proc" top -b -n 1 | awk '/MiB Mem/ { print $4 }')"
is 'top: number of processes' 55 "$("$run" "$dir/proc" top -b -n 1 | awk '/^Tasks/ { print $2 }')"
is 'top: a row' '500 900000 524288 10240 S leaky' "$(top_row 500)"
is 'top: a name with a parenthesis' '501 8192 4096 0 D a)' "$(top_row 501)"
is 'ps: resident' 524288 "$(ps_field 500 rss)"
is 'ps: command line' 'leaky --fast two words' "$(ps_field 500 args)"
is 'ps: user' 12345 "$(ps_field 500 uid)"
is 'ps: threads' 3 "$(ps_field 500 nlwp)"
is 'ps: a name with a parenthesis' 'a) R 1 2 3 (b' "$(ps_field 501 comm)"
is 'ps: nice' 19 "$(ps_field 502 ni)"
is 'ps: a kernel thread' '[kthreadd]' "$(ps_field 2 args)"

# changes: growth in a file kept open, an end, a pid taken again
exec 3< "$dir/proc/500/statm" 4< "$dir/proc/501/statm"
$fake "$dir/proc" 'process 500 rss=1048576' 'gone 501' 'reuse 502 name=other rss=1024'
is 'growth' 1048576 "$(ps_field 500 rss)"
is 'the peak follows' 1048576 "$(awk '/VmHWM/ { print $2 }' "$dir/proc/500/status")"
is 'growth in a kept file' "$((1048576 * 1024 / $(getconf PAGESIZE)))" "$(cut -d' ' -f2 <&3)"
is 'an ended process in a kept file' '' "$(cat <&4)"
is 'an ended process' '' "$(ps_field 501 rss)"
is 'a pid taken again: name' other "$(ps_field 502 comm)"
is 'a pid taken again: started later' 1 \
	"$(awk '{ print ($22 > 502) }' "$dir/proc/502/stat")"
is 'smaps_rollup adds up' 1048576 "$(awk '/^Rss/ { print $2 }' "$dir/proc/500/smaps_rollup")"
is 'no pressure file' 1 "$($fake "$dir/proc" 'pressure none'; test ! -e "$dir/proc/pressure/memory"; echo $((1 - $?)))"
is 'itself is real' "$(readlink -f "$(command -v readlink)")" \
	"$("$run" "$dir/proc" readlink -f /proc/self/exe)"

echo "1..$count"
exit $status
