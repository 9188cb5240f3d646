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
	ui/container/container_lines.c ui/container/container_lines.h \
	ui/container/container_screen.c ui/container/container_screen.h \
	ui/process/process.c ui/process/process.h \
	ui/process/process_columns.c ui/process/process_columns.h \
	ui/process/process_info.c \
	ui/process/process_inside.c \
	ui/process/process_lines.c \
	ui/process/process_look.c ui/process/process_look.h \
	ui/process/process_parts.c \
	ui/process/process_screen.c ui/process/process_screen.h \
	ui/table/layout.c ui/table/layout.h \
	ui/table/table.c ui/table/table.h \
	ui/table/table_cursor.c ui/table/table_cursor.h \
	ui/table/table_folds.c ui/table/table_folds.h \
	ui/table/table_gauges.c ui/table/table_gauges.h \
	ui/table/table_head.c ui/table/table_head.h \
	ui/table/table_keys.c ui/table/table_keys.h \
	ui/table/table_rows.c ui/table/table_rows.h \
	ui/table/table_sentence.c ui/table/table_sentence.h \
	ui/table/table_span.c ui/table/table_span.h \
	ui/term/guard.c ui/term/guard.h \
	ui/term/input.c ui/term/input.h \
	ui/term/job.c ui/term/job.h \
	ui/term/restore.c ui/term/restore.h \
	ui/term/sequences.c ui/term/sequences.h \
	ui/term/term_output.c ui/term/term_output.h \
	ui/term/tty.c ui/term/tty.h \
	ui/account.c ui/account.h ui/account_draw.c \
	ui/actions.c ui/actions.h \
	ui/keymap.c ui/keymap.h \
	ui/app.c ui/app.h \
	ui/bell.c ui/bell.h \
	ui/bindings.c ui/bindings.h \
	ui/chooser.c ui/chooser.h \
	ui/copy.c ui/copy.h \
	ui/foot.c ui/foot.h \
	ui/help.c ui/help.h \
	ui/hosts.c ui/hosts.h \
	ui/hosts_all.c ui/hosts_all.h \
	ui/menus.c ui/menus.h \
	ui/note.c ui/note.h \
	ui/prompts.c ui/prompts.h \
	ui/pss.c ui/pss.h \
	ui/question.c ui/question.h \
	ui/replay.c ui/replay.h \
	ui/screen.h \
	ui/setup.c ui/setup.h \
	ui/stage.c ui/stage.h \
	ui/style.c ui/style.h \
	ui/targets.c ui/targets.h \
	ui/terminal.c ui/terminal.h \
	ui/ui.c ui/ui.h \
	ui/views.c ui/views.h \
	ui/watch.c ui/watch.h

# what goes into programs that have a terminal
curses_sources = \
	ui/term/term.h \
	ui/term/term_curses.c ui/term/term_curses.h \
	ui/term/term_curses_extra.c \
	ui/term/term_curses_keys.c \
	ui/term/term_curses_paint.c \
	ui/term/term_curses_strings.c
