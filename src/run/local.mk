# SPDX-License-Identifier: GPL-2.0-or-later
# src/run: a program started, and what it took

run_sources = \
	src/run/command.c src/run/command.h \
	src/run/launch.c src/run/launch.h \
	src/run/match.c src/run/match.h \
	src/run/profile.c src/run/profile.h \
	src/run/profile_chart.c src/run/profile_chart.h \
	src/run/profile_compare.c src/run/profile_compare.h \
	src/run/profile_compare_out.c \
	src/run/profile_json.c \
	src/run/profile_lines.h \
	src/run/profile_fall.c src/run/profile_fall.h \
	src/run/profile_points.c src/run/profile_points.h \
	src/run/profile_report.h \
	src/run/profile_share.c src/run/profile_share.h \
	src/run/profile_svg.c \
	src/run/profile_text.c \
	src/run/profile_types.c src/run/profile_types.h \
	src/run/profile_who.c src/run/profile_who.h
