# SPDX-License-Identifier: GPL-2.0-or-later
# src/session: source and store together, as those who show them see them

session_sources = \
	src/session/looks.c src/session/looks.h \
	src/session/player.c src/session/player.h \
	src/session/session.c src/session/session.h
