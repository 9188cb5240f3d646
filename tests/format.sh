#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The layout is what `make format` makes of it.  Another clang-format than ours would lay out otherwise.
srcdir=$(cd "${srcdir:-.}" && pwd) || exit 1
OURS=14
for tool in clang-format clang-format-$OURS; do
	! $tool --version 2>/dev/null | grep -q "version $OURS\." || format=$tool
done
[ -n "$format" ] || { echo "1..0 # SKIP no clang-format $OURS" && exit 0; }

echo 1..1
if complaints=$(cd "$srcdir" && find src ui tests -name '*.[ch]' -exec $format --dry-run -Werror {} + 2>&1); then
	echo "ok 1 - laid out as make format does it"
else
	echo "not ok 1 - laid out as make format does it"
	printf '%s\n' "$complaints" | grep error: | sed 's/^/# /'
fi
