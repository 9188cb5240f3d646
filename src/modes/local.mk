# SPDX-License-Identifier: GPL-2.0-or-later
# src/modes: libmemtopmodes.a, what may print

libmemtopmodes_a_SOURCES = \
	src/modes/alarm.c src/modes/alarm.h \
	src/modes/await.c src/modes/await.h \
	src/modes/batch.c src/modes/batch.h \
	src/modes/batch_read.c src/modes/batch_read.h \
	src/modes/check_run.c src/modes/check_run.h \
	src/modes/detail_run.c src/modes/detail_run.h \
	src/modes/fleet_open.c src/modes/fleet_open.h \
	src/modes/hosts_run.c src/modes/hosts_run.h \
	src/modes/flight_run.c src/modes/flight_run.h \
	src/modes/inside_run.c src/modes/inside_run.h \
	src/modes/metrics_run.c src/modes/metrics_run.h \
	src/modes/past_run.c src/modes/past_run.h \
	src/modes/past_report.c src/modes/past_report.h \
	src/modes/report_out.c src/modes/report_out.h \
	src/modes/report_run.c src/modes/report_run.h \
	src/modes/run_lines.c src/modes/run_lines.h \
	src/modes/run_live.c src/modes/run_live.h \
	src/modes/runner.c src/modes/runner.h \
	src/modes/session_open.c src/modes/session_open.h \
	src/modes/tell.c src/modes/tell.h \
	src/modes/verdicts.c src/modes/verdicts.h \
	src/modes/watchman.c src/modes/watchman.h \
	src/modes/whole_file.c src/modes/whole_file.h
