/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ui - what all screens share: the session, what is asked of it, the stack of screens, the message
 *
 * Screens change it when keys come, the app (app.c) draws it.  They never see the terminal: what is
 * to be done to it is wished for in `redraw`, `suspend`, `ring`, `copy`, `typing` and `theme`.
 */
#pragma once

#include "model/account.h"
#include "options/settings.h"
#include "session/session.h"
#include "ui/app.h"
#include "ui/bell.h"
#include "ui/draw/theme.h"
#include "ui/hosts.h"
#include "ui/process/process.h"
#include "ui/pss.h"
#include "ui/table/table.h"
#include "ui/targets.h"

enum { UI_SCREENS_MAX = 5, UI_NO_HOST = 0, TERM_COPY_MAX = 4096 };

struct ui {
	struct session *session;
	struct settings *settings;
	const struct app_options *options;
	const struct action *actions; /* actions_table: as they are of old */
	size_t nactions;
	/* those, where the user has keys of their own; owned, or NULL */
	struct action *own_actions;

	struct canvas canvas; /* as large as the terminal */
	struct view view;
	struct view_ask ask;
	struct headline headline;
	uint64_t headline_ms; /* when it was put up, on the store's clock; 0: not yet */
	struct screen_style style;
	struct screen_message message;

	struct screen *stack[UI_SCREENS_MAX]; /* owned, but for those that are part of UI */
	size_t depth;
	struct table table; /* the lowest screen, always there */
	struct process process;
	struct ident subject;   /* whose screen is open; pid 0: nobody's */
	struct account account; /* of memory, at the baseline */
	struct targets targets;
	struct hosts_place hosts; /* in the list of machines */
	size_t host; /* whose dashboard is open, from 1 on; UI_NO_HOST: the list, or none is */
	size_t host_wanted; /* the same for the next turn */
	struct pss pss;
	struct bell bell;
	char copy[TERM_COPY_MAX]; /* for the clipboard; "": nothing */

	enum settings_view table_view; /* whose rows the table shows (views.h) */
	enum theme_id theme;
	bool stale;   /* rows must be built again */
	bool dirty;   /* the screen must be drawn again */
	bool redraw;  /* every cell of the terminal is to be written */
	bool suspend; /* memtop is to be stopped (^Z) */
	bool ring;    /* a bell is due */
	bool typing;  /* a paste is text for a line being typed */
	bool quit;
};

/* Whether the list of machines is what is shown, and the table below it of none. */
bool ui_lists_hosts(const struct ui *ui);

/* The store of the session that is shown. */
const struct store *ui_store(const struct ui *ui);

/* Says so in the bottom line for a while. */
void ui_say(struct ui *ui, bool bad, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same of WORDS with names of keys in them (keymap_words). */
void ui_tell(struct ui *ui, bool bad, const char *words);

/* Keys as they are bound, and what holds besides the screen on top. */
struct keymap ui_keys(const struct ui *ui);

/* Puts SCREEN on top of the others; it is the stack's now.  Where that is full (keys cannot bring
 * it there) it is freed at once. */
void ui_push(struct ui *ui, struct screen *screen);
void ui_pop(struct ui *ui); /* frees the top one; not the table */
struct screen *ui_top(const struct ui *ui);

/* Puts what the settings say into what the screens read. */
void ui_apply_settings(struct ui *ui);

/* Asks for a look every INTERVAL_MS, and says so. */
void ui_set_interval(struct ui *ui, uint32_t interval_ms);

/* Changes *WHAT, says ON or OFF, and has the rows built again. */
void ui_toggle(struct ui *ui, bool *what, const char *on, const char *off);

/* Says that this is a recording where nothing can be read again; false: it is none. */
bool ui_is_past(struct ui *ui);

/* --- what keys do on all screens (actions.c) --- */
void ui_pace(struct ui *ui, int step); /* 1: look less often, -1: more often */
void ui_pause(struct ui *ui);          /* of what is live; a recording is played (replay.h) */
void ui_save(struct ui *ui);
void ui_show_cost(struct ui *ui);
void ui_redraw(struct ui *ui);
void ui_suspend(struct ui *ui);
void ui_quit(struct ui *ui);
