#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The small programs are what they say: rates, sizes, names, states.
top_builddir=${top_builddir:-.}
top_srcdir=${top_srcdir:-.}
python=${PYTHON3:-python3}
here=$top_builddir/tests/programs
dir=$(mktemp -d)
count=0 status=0 pids=

finish()
{
	for pid in $pids; do
		kill "$pid" 2> /dev/null
	done
	rm -rf "$dir"
}
trap finish EXIT

# start COMMAND...: runs it, waits until it is ready; sets $pid
start()
{
	mkfifo "$dir/fifo"
	"$@" > "$dir/fifo" 2> "$dir/why" &
	pids="$pids $!"
	read -r word pid < "$dir/fifo"
	rm "$dir/fifo"
	[ "$word" = ready ]
}

field()
{
	awk -v name="$2:" '$1 == name { print $2 }' "/proc/$1/status"
}

# between NAME VALUE LEAST MOST
between()
{
	count=$((count + 1))
	if [ -n "$2" ] && awk "BEGIN { exit !($2 >= $3 && $2 <= $4) }"; then
		echo "ok $count - $1: $2"
	else
		printf 'not ok %s - %s: %s, not %s to %s\n' "$count" "$1" "$2" "$3" "$4"
		status=1
	fi
}

now_ms()
{
	awk '{ print int($1 * 1000) }' /proc/uptime
}

# rate NAME PID FIELD LEAST MOST: from now on, to be between these KiB a second at rates_end
rate()
{
	echo "$1|$2|$3|$4|$5|$(field "$2" "$3")|$(now_ms)" >> "$dir/rates"
}

rates_end()
{
	sleep 2
	while IFS='|' read -r name pid field least most from begin; do
		between "$name: KiB a second" \
			$((($(field "$pid" "$field") - from) * 1000 / ($(now_ms) - begin))) \
			"$least" "$most"
	done < "$dir/rates"
}

children()
{
	grep -l "^PPid:	$1\$" /proc/[0-9]*/status 2> /dev/null
}

start "$here/grow" -k 2048 -b 8
rate grow "$pid" RssAnon 1843 2253
start "$here/grow" -k 2048 -m shm -u 16
rate 'grow shm' "$pid" RssShmem 1843 2253
start "$here/grow" -k 8192 -m file -u 64
rate 'grow file' "$pid" RssFile 7372 9011
start "$here/grow" -k 65536 -u 4
sleep 0.5
between 'grow: until' "$(field "$pid" RssAnon)" 4096 8192

start "$here/hold" 64
between 'hold: KiB' "$(field "$pid" RssAnon)" 65536 70000
rate hold "$pid" VmRSS 0 0
if command -v "$python" > /dev/null; then
	start "$python" "$top_srcdir/tests/programs/apps.py" cache 8
	rate cache "$pid" RssAnon 6500 12000
	start "$python" "$top_srcdir/tests/programs/apps.py" stream 2
	rate stream "$pid" RssAnon -256 256
fi
rates_end

start "$here/herd" -n 20 -m 5 -t 50
between 'herd: processes' "$(children "$pid" | wc -l)" 25 25
between 'herd: still ones' "$(children "$pid" | xargs grep -l '^Name:	still' | wc -l)" 20 20

start "$here/zombie" 3
between 'zombie: dead ones' "$(children "$pid" | xargs grep -l '^State:	Z' | wc -l)" 3 3

start "$here/threads" 15
between 'threads' "$(field "$pid" Threads)" 16 16

start "$here/hostile" all
between 'hostile: processes' "$(children "$pid" | wc -l)" "$("$here/hostile" count)" \
	"$("$here/hostile" count)"
between 'hostile: with an escape in the name' \
	"$(children "$pid" | sed 's/status$/comm/' | xargs grep -l "$(printf '\033')" | wc -l)" 8 12
between 'hostile: with an escape in the arguments' \
	"$(children "$pid" | sed 's/status$/cmdline/' | xargs grep -l "$(printf '\033')" | wc -l)" 8 12

count=$((count + 1))
if start "$here/blocked"; then
	if timeout 0.5 cat "/proc/$pid/cmdline" > /dev/null || ! timeout 1 cat "/proc/$pid/statm" > /dev/null; then
		echo "not ok $count - blocked: the command line hangs, statm does not"
		status=1
	else
		echo "ok $count - blocked: the command line hangs, statm does not"
	fi
	# at once: whoever lists processes on this machine hangs with us
	kill $!
else
	echo "ok $count - blocked # SKIP $word $pid"
fi

echo "1..$count"
exit $status
