# SPDX-License-Identifier: GPL-2.0-or-later
# src/session: source and store together, as those who show them see them

session_sources = \
	src/session/history.c src/session/history.h \
	src/session/looks.c src/session/looks.h \
	src/session/player.c src/session/player.h \
	src/session/session.c src/session/session.h \
	src/session/thin.c src/session/thin.h
