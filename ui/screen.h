/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen - what the user has asked to see: the state of the front end
 *
 * Cursor, tags, scroll and dialogs, kept by identity and never in the store.  Screens (screen_*.c)
 * draw it onto a canvas; app.c changes it when keys come.
 */
#ifndef MEMTOP_UI_SCREEN_H
#define MEMTOP_UI_SCREEN_H

#include "table/view.h"
#include "ui/draw/canvas.h"
#include "ui/table/layout.h"
#include "ui/draw/plot.h"

enum { SCREEN_TEXT_MAX = 256, SCREEN_TAGS_MAX = 1024, SCREEN_FOLDS_MAX = 1024 };

/* Where the screen stands between frames. */
struct table_state {
	struct ident cursor; /* row_ident; pid 0: the first row */
	long cursor_row;     /* row last drawn at; the fall-back when its process is gone */
	long top;            /* first row shown */
	bool follow;         /* scroll with the process as rows move */
	struct ident *tags;  /* sorted by pid */
	size_t ntags;
	struct ident *folds; /* branches that are shut, groups that are open (row_ident) */
	size_t nfolds;
	char search[SCREEN_TEXT_MAX];
	char filter[SCREEN_TEXT_MAX];
	struct query *query; /* of `filter`; NULL: none */
};

/* How things are shown; settings.h reads and writes them. */
struct screen_style {
	enum plot_alphabet alphabet;
	struct column_style column;
	uint32_t span_s; /* of the sparklines: 60, 300, 600, 3600 */
	const enum column_id *columns;
	size_t ncolumns;
	bool show_cost;
	bool show_pss; /* somebody has asked for it: a column more */
	bool readonly;
};

/* One line at the bottom for a while ("sent TERM to node (812)"). */
struct screen_message {
	char text[SCREEN_TEXT_MAX];
	bool bad;
	uint64_t until_ms;
};

#endif
