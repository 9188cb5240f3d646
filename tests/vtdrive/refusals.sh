#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The harness must also say no: each of these lines has to fail, for the reason it names.
top_builddir=${top_builddir:-.}
vtdrive=$top_builddir/tests/vtdrive/vtdrive
demo=$top_builddir/tests/vtdrive/demo
count=0 status=0

# fails NAME SCRIPT WORDS...: the script has one failing line, and its remark holds the words
fails()
{
	name=$1 script=$2 words=$3
	count=$((count + 1))
	out=$(printf '%b' "$script" | "$vtdrive" -s 40x12 -t 20 -- "$demo" 2>&1)
	code=$?
	if [ "$code" = 1 ] && printf '%s\n' "$out" | grep -q '^not ok' &&
		printf '%s\n' "$out" | grep -q -- "$words"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		printf 'status %s\n%s\n' "$code" "$out" | sed 's/^/# /'
		status=1
	fi
}

fails 'a row that does not match' "expect 1 '^last q'\\n" 'row 1 is: last none'
fails 'a text that is not there' "expect-any nowhere\\n" 'no row matches'
fails 'a text that is there' "expect-not last\\n" 'row 1 matches'
fails 'a text that does not come' "wait-text nowhere 300\\n" 'it did not come'
fails 'the wrong attribute' "cell 0 3 bold=0\\n" 'bold=1'
fails 'the wrong cursor' "cursor 1 1\\n" 'it is at 8 2'
fails 'the wrong exit status' "key x\\nexit 0\\n" 'it exited with 3'
fails 'the wrong signal' "key k\\nexit 0\\n" 'it died of signal 6'
fails 'a program that does not end' "exit 0 200\\n" 'it still runs'
fails 'a terminal left behind' "signal KILL\\nexit KILL\\ntermstate 100\\n" 'alternate-screen'
fails 'settings left behind' "signal KILL\\nexit KILL\\ntermstate\\n" 'icanon'
fails 'a screen that is not ASCII' "ascii\\n" 'the cell at 3 3'
fails 'a screen with colours' "colorless\\n" 'fg=1'
fails 'a child left behind' "key f\\nsettle\\nkey q\\nexit 0\\nchildren-gone 200\\n" 'still there'
fails 'a title' "key t\\nharmless\\n" 'titles 1'
fails 'too many bytes' "key a\\ncount bytes < 5\\n" 'bytes is'
fails 'an unknown verb' "frobnicate\\n" 'no such verb'
fails 'a wrong number of words' "expect 1\\n" 'usage: expect'
fails 'an unknown key' "key F99\\n" 'no such key'
fails 'a bad expression' "expect 0 '('\\n" '('
fails 'an unknown variable' "text \${NO_SUCH_VARIABLE}\\n" 'is wrong'
fails 'a command that fails' "run exit 3\\n" 'status'

echo "1..$count"
exit $status
