#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# memtop with settings files of every kind: it starts, says what was wrong in one line, and waits for
# nothing.  tests/unit/test_settings.c has the details.
set -u
program=${MEMTOP:-./memtop}
folder=$(mktemp -d "${TMPDIR:-/tmp}/memtop-settings-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/config/memtop" "$folder/here"
file=$folder/config/memtop/memtoprc
count=0

# ok NAME: as the command before it ended
ok() {
	status=$?
	count=$((count + 1))
	[ $status -eq 0 ] && echo "ok $count - $1" || echo "not ok $count - $1"
	sed 's/^/# /' "$folder/err"
}

# A table, with what was said on standard error in $folder/err; 20 s at most.
run() {
	(cd "$folder/here" && XDG_CONFIG_HOME=$folder/config timeout 20 "$program" -b -n 1 -p $$ "$@") \
		>"$folder/out" 2>"$folder/err" </dev/null && grep -q COMMAND "$folder/out"
}

said() {
	[ "$(wc -l <"$folder/err")" -eq 1 ] && grep -q "$1" "$folder/err"
}

run && [ ! -s "$folder/err" ]
ok "no file"
echo 'delay = 0.5' >"$file"
run && [ ! -s "$folder/err" ]
ok "a good file"
printf 'columns = pid command\n' >"$file"
run && ! grep -q RSS "$folder/out"
ok "its columns are shown"
run --columns rss,command && grep -q RSS "$folder/out" && ! grep -q PID "$folder/out"
ok "options win"
printf 'delay = 1\nnonsense = 1\n' >"$file"
run && said "line 2.*nonsense"
ok "a bad line is named"
echo 'theme = purple' >"$file"
run && said "purple"
ok "an unknown theme is named"
printf 'sort = \033]0;owned\007\n' >"$file"
run && said "sort" && ! grep -q "$(printf '\033')" "$folder/err"
ok "a hostile value is named without harm"
rm "$file" && mkfifo "$file"
run && said "not a regular file"
ok "a FIFO"
rm "$file" && ln -s /dev/zero "$file"
run && said "not a regular file"
ok "a link to /dev/zero"
rm "$file" && ln -s memtoprc "$file"
run && said "not read"
ok "a link to itself"
rm "$file" && mkdir "$file"
run && said "not a regular file"
ok "a folder"
rmdir "$file" && head -c 1048576 /dev/urandom >"$file"
run && said "larger than"
ok "a megabyte of junk"
rm "$file"
for name in memtoprc .memtoprc memtop/memtoprc; do
	mkdir -p "$folder/here/memtop"
	echo 'nonsense = 1' >"$folder/here/$name"
done
run && [ ! -s "$folder/err" ]
ok "nothing is read from the current folder"
XDG_CONFIG_HOME=. HOME='' timeout 20 "$program" -b -n 1 >/dev/null 2>"$folder/err" </dev/null &&
	[ ! -s "$folder/err" ]
ok "no home at all"
echo "1..$count"
