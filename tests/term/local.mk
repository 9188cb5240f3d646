# SPDX-License-Identifier: GPL-2.0-or-later
# tests/term: the real binary from end to end; vtdrive runs each .script
term_scripts = \
	tests/robust/clocks.script \
	tests/robust/helpers.script \
	tests/robust/old.script \
	tests/term/background.script \
	tests/term/blocked.script \
	tests/term/early.script \
	tests/term/ends.script \
	tests/term/fake.script \
	tests/term/groups.script \
	tests/term/growth.script \
	tests/term/growth_wide.script \
	tests/term/hostile.script \
	tests/term/inside.script \
	tests/term/keys.script \
	tests/term/limits.script \
	tests/term/limits_cgroup.script \
	tests/term/looks.script \
	tests/term/options.sh \
	tests/term/ownerless.script \
	tests/term/pipe.script \
	tests/term/process.script \
	tests/term/record.script \
	tests/term/record_zst.script \
	tests/term/replay.script \
	tests/term/resize.script \
	tests/term/scripts.script \
	tests/term/signal.script \
	tests/term/slow.script \
	tests/term/start.script \
	tests/term/suspend.script \
	tests/term/terminal.script \
	tests/vtdrive/harness.script \
	tests/vtdrive/refusals.sh

test_scripts += \
	tests/term/huge.py \
	tests/term/keypads.py \
	tests/term/rows.py

EXTRA_DIST += $(term_scripts)

if HAVE_VTERM
term_helpers = \
	tests/term/gallery \
	tests/term/sheet \
	$(vtdrive_programs)
run_term_scripts = $(term_scripts)
endif

tests_term_gallery_LDADD = libmemtopui.a libmemtop.a $(backend_libs) $(CURSES_LIBS) -lm
tests_term_gallery_SOURCES = tests/term/gallery.c $(scene) $(curses_sources)
tests_term_sheet_LDADD = libmemtopui.a libmemtop.a $(backend_libs) $(CURSES_LIBS) -lm
tests_term_sheet_SOURCES = tests/term/sheet.c $(curses_sources)
