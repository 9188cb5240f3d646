# SPDX-License-Identifier: GPL-2.0-or-later
# ui: libmemtopui.a, which is all but term_curses*.c

libmemtopui_a_SOURCES = \
	ui/draw/canvas.c ui/draw/canvas.h \
	ui/draw/chart.c ui/draw/chart.h \
	ui/draw/dialog.c ui/draw/dialog.h \
	ui/draw/keys.c ui/draw/keys.h \
	ui/draw/menu.c ui/draw/menu.h \
	ui/draw/pager.c ui/draw/pager.h \
	ui/draw/plot.c ui/draw/plot.h \
	ui/draw/prompt.c ui/draw/prompt.h \
	ui/draw/theme.c ui/draw/theme.h \
	ui/process/process.c ui/process/process.h \
	ui/process/process_info.c \
	ui/process/process_parts.c \
	ui/table/layout.c ui/table/layout.h \
	ui/table/table.c ui/table/table.h \
	ui/table/table_head.c ui/table/table_head.h \
	ui/table/table_rows.c ui/table/table_rows.h \
	ui/term/guard.c ui/term/guard.h \
	ui/term/input.c ui/term/input.h \
	ui/term/job.c ui/term/job.h \
	ui/term/restore.c ui/term/restore.h \
	ui/term/sequences.c ui/term/sequences.h \
	ui/term/term_output.c ui/term/term_output.h \
	ui/term/tty.c ui/term/tty.h \
	ui/account.c ui/account.h \
	ui/app.c ui/app.h \
	ui/app_account.c \
	ui/app_act.c \
	ui/app_ask.c \
	ui/app_group.c \
	ui/app_job.c \
	ui/app_play.c \
	ui/app_process.c \
	ui/app_pss.c \
	ui/app_state.h \
	ui/app_target.c \
	ui/foot.c ui/foot.h \
	ui/help.c ui/help.h \
	ui/screen.h \
	ui/setup.c ui/setup.h \
	ui/style.c ui/style.h

# what goes into programs that have a terminal
curses_sources = \
	ui/term/term.h \
	ui/term/term_curses.c ui/term/term_curses.h \
	ui/term/term_curses_keys.c \
	ui/term/term_curses_paint.c
