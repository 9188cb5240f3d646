#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# bootstrap where packages are missing and nobody may install them: what only the tests want does not
# stop it, what memtop is built with does.  Nothing is built: configure and make are stand-ins.
set -u
top=$(cd "${top_srcdir:-.}" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/memtop-bootstrap-XXXXXX") || exit 99
trap 'rm -rf "$folder"' EXIT
count=0

stand_in() {
	mkdir -p "$(dirname "$folder/$1")"
	printf '#!/bin/sh\n%s\n' "$2" >"$folder/$1"
	chmod +x "$folder/$1"
}

# check NAME STATUS WORDS [LACKING ...]: bootstrap's status and what it says where pkg-config knows
# nothing that is called LACKING; the rest are its options.
check() {
	name=$1 wanted=$2 words=$3 lacks=$4
	shift 4
	count=$((count + 1))
	PATH=$folder/bin:$PATH LACKS=$lacks sh "$folder/bootstrap" --no-install "$@" >"$folder/out" 2>&1
	status=$?
	if [ $status = "$wanted" ] && grep -q "$words" "$folder/out"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "# status $status, not $wanted, or no '$words':"
		sed 's/^/# /' "$folder/out"
	fi
}

cp "$top/bootstrap" "$folder/bootstrap"
stand_in configure 'exit 0'
stand_in build-aux/tap-driver.sh 'exit 0'
# shellcheck disable=SC2016 # for the stand-in to expand
stand_in bin/pkg-config 'case " $* " in *" $LACKS "*) exit 1 ;; esac'
touch "$folder/Makefile" "$folder/Makefile.in" "$folder/config.h.in" "$folder/config.status"
for tool in cc gcc make autoconf automake python3 jq zstd pgrep strace readelf; do
	stand_in "bin/$tool" 'exit 0'
done
check "all there" 0 "done: ./memtop is ready" nothing
check "cmocka is missing: builds, and names it" 0 "only make check needs:.*cmocka" cmocka
check "libproc2 is missing: stops, and names it" 1 "proc" libproc2
check "cmocka is missing for --ci: stops" 1 "cmocka" cmocka --ci
echo "1..$count"
