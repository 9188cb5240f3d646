# SPDX-License-Identifier: GPL-2.0-or-later
# tests/lib: what tests share

frame_gen = tests/lib/frame_gen.c tests/lib/frame_gen.h
made_day = tests/lib/made_day.c tests/lib/made_day.h
made_python = tests/lib/made_python.c tests/lib/made_python.h
made_source = tests/lib/made_source.c tests/lib/made_source.h
made_tree = tests/lib/made_tree.c tests/lib/made_tree.h
scene = tests/lib/scene.c tests/lib/scene_inside.c tests/lib/scene.h
fleet = tests/lib/fleet.c tests/lib/fleet.h
story = tests/lib/story.c tests/lib/story.h
recording_world = $(frame_gen) tests/lib/recording_world.c tests/lib/recording_world.h

# a build for coverage keeps the counts of processes that end without exit(3)
if COVERAGE
ends_library = tests/lib/libends.a
endif
tests_lib_libends_a_SOURCES = tests/lib/ends.c

# what makes calls of a program fail, and what runs one in a made /proc
lib_helpers = \
	tests/lib/faults.so \
	tests/lib/in_fakeproc

tests_lib_faults_so_CFLAGS = $(MT_PLAIN_CFLAGS) -fPIC
tests_lib_faults_so_CPPFLAGS = -D_GNU_SOURCE -U_FORTIFY_SOURCE
tests_lib_faults_so_LDADD =
tests_lib_faults_so_LDFLAGS = -shared
tests_lib_faults_so_SOURCES = tests/lib/faults.c
tests_lib_in_fakeproc_LDADD =

test_scripts += \
	tests/lib/fakeproc_exact.sh \
	tests/lib/lacking.sh \
	tests/lib/stream_exact.py

EXTRA_DIST += \
	tests/lib/canvas_dump.h \
	tests/lib/cmocka_tap \
	tests/lib/fakeproc.py \
	tests/lib/pythons.py \
	tests/lib/range.h \
	tests/lib/recording.py \
	tests/lib/store_bytes.h \
	tests/lib/tap.py \
	tests/lib/tap_driver
