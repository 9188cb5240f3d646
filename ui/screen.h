/* SPDX-License-Identifier: GPL-2.0-or-later */
/* screen - what all screens have in common: how they are drawn, and who takes keys
 *
 * A screen owns its state, its keys and its drawing.  The app (app.c) keeps a short stack of them,
 * draws what is in view and gives keys to the one on top: first to its own `key`, then to the table
 * of actions (actions.h), of which those hold that name the screen in `where`.
 *
 * Drawing is pure: from the values of `struct shown` and the screen's own state to a canvas.
 */
#pragma once

#include "model/headline.h"
#include "table/view.h"
#include "ui/draw/canvas.h"
#include "ui/draw/keys.h"
#include "ui/draw/plot.h"
#include "ui/keymap.h"

enum { SCREEN_TEXT_MAX = 256 };

/* Where an action holds: on which screens, and what must be so besides. */
enum screen_where {
	WHERE_TABLE = 1,
	WHERE_PROCESS = 2,
	WHERE_REPLAY = 4, /* only in a recording */
	WHERE_SEARCH = 8, /* only while a search stands */
	WHERE_FLEET = 16, /* only where there are other machines to go to */
	WHERE_SCREENS = WHERE_TABLE | WHERE_PROCESS,
};

/* How things are shown; settings.h reads and writes them. */
struct screen_style {
	enum plot_alphabet alphabet;
	struct column_style column;
	uint32_t span_s; /* of the sparklines: 60, 300, 600, 3600 */
	const enum column_id *columns;
	size_t ncolumns;
	bool chosen; /* somebody has chosen them: all are shown, whatever they have to say */
	bool show_cost;
	bool show_pss; /* somebody has asked for it: a column more */
	bool readonly;
};

/* One line at the bottom for a while ("sent TERM to node (812)"). */
struct screen_message {
	char text[SCREEN_TEXT_MAX];
	bool bad;
	uint64_t until_ms; /* clock_mono_ms */
	uint64_t read_ms;  /* a key may take it away from then on, if it is BAD */
};

/* The state of a recording at the moment. */
enum replay_state {
	REPLAY_NONE, /* there is none, or it is one of now (player_remote) */
	REPLAY_PLAYS,
	REPLAY_HOLDS,
	REPLAY_ENDED, /* nothing comes after what is shown */
};

/* All that screens are drawn from; pointers are borrowed for the call. */
struct shown {
	const struct store *store;
	const struct view *view;
	const struct view_ask *ask;
	const struct headline *headline;
	const struct screen_style *style;
	const struct screen_message *message; /* text "" for none */
	const char *cost; /* what memtop itself costs; NULL while that is not asked for */
	/* "paused", "replay 12:03:10 x4", "sampler restarted"; "" for none */
	const char *source_note;
	struct keymap keys;
	enum replay_state replay;
	uint32_t interval_ms;
	bool paused;
};

struct ui;
struct hint; /* foot.h */
struct screen;

struct screen_ops {
	unsigned where; /* WHERE_TABLE or WHERE_PROCESS; 0: no actions, only `key` */
	/* The screen by whose keys of old its own `key` goes, however they are bound now; 0: it
	 * takes what was pressed (letters that are typed, lists to choose from). */
	unsigned keys_of;
	bool over;                /* the screen below is in view, too */
	const struct hint *hints; /* of the bottom line; NULL: it has none */
	size_t nhints;
	void (*draw)(struct screen *screen, const struct shown *shown, struct canvas *canvas);
	/* True: taken.  NULL: it takes none itself.  It may close the screen (ui_pop). */
	bool (*key)(struct screen *screen, struct ui *ui, const struct key *key);
	/* Frees it, once it is off the stack; NULL: it is part of `struct ui`. */
	void (*done)(struct screen *screen);
};

/* The first member of each screen's own struct. */
struct screen {
	const struct screen_ops *ops;
};
