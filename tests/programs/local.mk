# SPDX-License-Identifier: GPL-2.0-or-later
# tests/programs: small programs of known behaviour, for tests to look at; they share program.h

program_helpers = \
	tests/programs/blocked \
	tests/programs/grow \
	tests/programs/heaps \
	tests/programs/herd \
	tests/programs/hold \
	tests/programs/hostile \
	tests/programs/parts \
	tests/programs/storm \
	tests/programs/threads \
	tests/programs/thrash \
	tests/programs/zombie

# nothing in them but what they say they do; private: what they depend on is built as usual
tests/programs/%: private AM_CFLAGS = $(MT_PLAIN_CFLAGS)
tests/programs/%: private AM_LDFLAGS = $(MT_PLAIN_LDFLAGS)
tests/programs/%: private LDADD = -lpthread -ldl

test_scripts += \
	tests/programs/parts.py \
	tests/programs/test_programs.sh

EXTRA_DIST += \
	tests/programs/apps.py \
	tests/programs/Garbage.java \
	tests/programs/causes.py \
	tests/programs/csv_whole_or_chunks.py \
	tests/programs/everyday.py \
	tests/programs/grows.py \
	tests/programs/kept.py \
	tests/programs/leaking_cache.py \
	tests/programs/line_tables.py \
	tests/programs/list_or_generator.py \
	tests/programs/object_cycle.py \
	tests/programs/program.h \
	tests/programs/python_known.py \
	tests/programs/sessions.py \
	tests/programs/stacks.py
