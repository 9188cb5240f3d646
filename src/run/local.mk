# SPDX-License-Identifier: GPL-2.0-or-later
# src/run: a program started, and what it took

run_sources = \
	src/run/launch.c src/run/launch.h \
	src/run/match.c src/run/match.h \
	src/run/tally.c src/run/tally.h \
	src/run/tally_chart.c src/run/tally_chart.h \
	src/run/tally_compare.c src/run/tally_compare.h \
	src/run/tally_compare_out.c \
	src/run/tally_json.c \
	src/run/tally_points.c src/run/tally_points.h \
	src/run/tally_put.c src/run/tally_put.h \
	src/run/tally_report.h \
	src/run/tally_share.c src/run/tally_share.h \
	src/run/tally_svg.c \
	src/run/tally_text.c
