# SPDX-License-Identifier: GPL-2.0-or-later
# tests/term: the terminal harness vtdrive (a pty and libvterm), and tests of the real binary from end
# to end; vtdrive runs each .script
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
	tests/term/harness.script \
	tests/term/hostile.script \
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
	tests/term/refusals.sh \
	tests/term/replay.script \
	tests/term/resize.script \
	tests/term/scripts.script \
	tests/term/signal.script \
	tests/term/slow.script \
	tests/term/start.script \
	tests/term/suspend.script \
	tests/term/terminal.script

test_scripts += \
	tests/term/huge.py \
	tests/term/keypads.py \
	tests/term/rows.py

EXTRA_DIST += $(term_scripts)

if HAVE_VTERM
term_helpers = \
	tests/term/demo \
	tests/term/gallery \
	tests/term/sheet \
	tests/term/vtdrive
run_term_scripts = $(term_scripts)
endif

tests_term_demo_LDADD = $(CURSES_LIBS)
tests_term_gallery_LDADD = libmemtopui.a libmemtop.a $(CURSES_LIBS) -lm
tests_term_gallery_SOURCES = tests/term/gallery.c $(scene) $(curses_sources)
tests_term_sheet_LDADD = libmemtopui.a libmemtop.a $(CURSES_LIBS) -lm
tests_term_sheet_SOURCES = tests/term/sheet.c $(curses_sources)
tests_term_vtdrive_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_term_vtdrive_LDADD = $(VTERM_LIBS)
tests_term_vtdrive_SOURCES = \
	tests/term/driver.c tests/term/driver.h \
	tests/term/keys.c tests/term/keys.h \
	tests/term/main.c \
	tests/term/proc.c tests/term/proc.h \
	tests/term/pty.c tests/term/pty.h \
	tests/term/screen.c tests/term/screen.h \
	tests/term/script.c tests/term/script.h \
	tests/term/session.c tests/term/session.h \
	tests/term/settle.c tests/term/settle.h \
	tests/term/tap.c tests/term/tap.h \
	tests/term/ticks.c tests/term/ticks.h \
	tests/term/verbs.c tests/term/verbs.h \
	tests/term/verbs_count.c \
	tests/term/verbs_input.c \
	tests/term/verbs_run.c \
	tests/term/verbs_see.c \
	tests/term/wire.c tests/term/wire.h
