# SPDX-License-Identifier: GPL-2.0-or-later
# tests/vtdrive: the terminal harness (a pty and libvterm), and the program that it is tried on

vtdrive_programs = \
	tests/vtdrive/demo \
	tests/vtdrive/vtdrive

tests_vtdrive_demo_LDADD = $(CURSES_LIBS)
tests_vtdrive_vtdrive_CPPFLAGS = $(AM_CPPFLAGS) $(VTERM_CFLAGS)
tests_vtdrive_vtdrive_LDADD = $(VTERM_LIBS)
tests_vtdrive_vtdrive_SOURCES = \
	tests/vtdrive/driver.c tests/vtdrive/driver.h \
	tests/vtdrive/keys.c tests/vtdrive/keys.h \
	tests/vtdrive/main.c \
	tests/vtdrive/proc.c tests/vtdrive/proc.h \
	tests/vtdrive/pty.c tests/vtdrive/pty.h \
	tests/vtdrive/screen.c tests/vtdrive/screen.h \
	tests/vtdrive/script.c tests/vtdrive/script.h \
	tests/vtdrive/sentinel.c tests/vtdrive/sentinel.h \
	tests/vtdrive/session.c tests/vtdrive/session.h \
	tests/vtdrive/settle.c tests/vtdrive/settle.h \
	tests/vtdrive/tap.c tests/vtdrive/tap.h \
	tests/vtdrive/ticks.c tests/vtdrive/ticks.h \
	tests/vtdrive/verbs.c tests/vtdrive/verbs.h \
	tests/vtdrive/verbs_count.c \
	tests/vtdrive/verbs_input.c \
	tests/vtdrive/verbs_run.c \
	tests/vtdrive/verbs_see.c \
	tests/vtdrive/wire.c tests/vtdrive/wire.h

EXTRA_DIST += tests/vtdrive/README.md
