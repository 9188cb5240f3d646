/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app_state - what the files of the app share; for app*.c only
 *
 * app.c          the loop: frames, keys, signals, drawing
 * app_act.c      what each action does to the table
 * app_ask.c      dialogs: opened, given keys, and carried out
 * app_job.c      ^Z, fg and bg
 * app_group.c    groups and trees: what is open, added up, tagged
 * app_account.c  the account of memory
 * app_process.c  one process in depth, in place of the table
 * app_pss.c      PSS, read when asked for
 * app_target.c   whom a signal or a nice value is for, and what has become of it
 * app_play.c     a recording: moved in time, and where it stands
 */
#ifndef MEMTOP_UI_APP_STATE_H
#define MEMTOP_UI_APP_STATE_H

#include "model/account.h"
#include "options/settings.h"
#include "session/session.h"
#include "ui/app.h"
#include "ui/term/guard.h"
#include "ui/draw/menu.h"
#include "ui/draw/pager.h"
#include "ui/draw/prompt.h"
#include "ui/process/process.h"
#include "ui/setup.h"
#include "ui/table/table.h"
#include "ui/term/term.h"

enum app_dialog {
	APP_TABLE,   /* none is open */
	APP_HELP,    /* pager */
	APP_ACCOUNT, /* a screen of its own */
	APP_SORT,    /* menus */
	APP_SIGNAL,
	APP_USER,
	APP_SETUP,
	APP_SEARCH, /* prompts */
	APP_FILTER,
	APP_INTERVAL,
	APP_NICE,
};

enum { APP_TARGETS_MAX = SCREEN_TAGS_MAX };

/* Whom a signal or a nice value is for: settled when the dialog opens, by identity. */
struct app_targets {
	struct ident ids[APP_TARGETS_MAX];
	size_t count;
	char name[80];                        /* "node (812)" or "3 tagged processes" */
	uint32_t first_request, last_request; /* whose answers are awaited */
	size_t done, failed;
	char failure[SESSION_TEXT_MAX]; /* of the first that failed */
	char doing[40];                 /* "sent TERM to" */
};

/* Whose PSS was asked for, and up to whom it has been passed on. */
struct app_pss {
	struct ident *ids;
	size_t count, cap, next;
	uint64_t looked_ms; /* when sums on the screen were last looked through, boot time */
};

struct app {
	struct session *session;
	struct settings *settings;
	const struct app_options *options;
	struct term *term;
	struct guard guard;
	struct canvas canvas;

	struct view view;
	struct view_ask ask;
	struct headline headline;
	struct table_state table;
	struct table_geometry geometry;
	struct process_state process;
	struct process_geometry process_geometry;
	struct screen_style style;
	struct screen_message message;

	enum app_dialog dialog;
	struct menu menu;
	struct prompt prompt;
	struct pager pager;
	struct setup setup;
	struct account account, account_base; /* now, and at the baseline */
	long account_top;
	struct ident before_search; /* the cursor as it was */
	struct app_targets targets;
	struct app_pss pss;
	int nice_step; /* what the prompt for a nice value proposes to change */

	struct request watch; /* as last asked */
	char note[120];       /* app_note */
	uint64_t tick_us;     /* when the newest tick came (boot time) */
	unsigned old_s;       /* its age once the next one is overdue; else 0 */
	uint64_t tick_cpu_us; /* our CPU time until then */
	char cost[80];        /* of the tick before, in words; for screen_style.show_cost */
	bool stale;           /* rows must be built again */
	bool dirty;           /* the screen must be drawn again */
	bool shrunk;          /* the terminal is far smaller than it was */
	bool quit;
	int end_signal; /* that asked us to end; 0: none */
	int error;      /* -errno that ends the loop */
};

/* app.c */
const struct store *app_store(const struct app *app);
void app_say(struct app *app, bool bad, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void app_apply_settings(struct app *app);
void app_set_interval(struct app *app, uint32_t interval_ms);

/* app_job.c */
/* Is stopped until the terminal is ours.  False: app->error (-ENOTTY: it never will be) or
 * app->end_signal says why not. */
bool app_await_turn(struct app *app);
/* Stops, the WHOLE job or memtop alone, and comes back when the terminal is ours again. */
void app_suspend(struct app *app, bool whole);
void app_continued(struct app *app); /* after a stop from outside */

/* app_act.c */
void app_act(struct app *app, enum action action);
void app_mouse(struct app *app, const struct key *key);
void app_follow_cursor(struct app *app);              /* after rows were built anew */
const struct proc *app_cursor(const struct app *app); /* NULL: no row, or a group */
long app_cursor_row(const struct app *app);           /* -1: there are no rows */
void app_put_cursor(struct app *app, long row);       /* or the nearest row there is */
/* of the process screen, else the cursor's */
const struct proc *app_subject(const struct app *app);
bool app_search(struct app *app, long from, int step); /* moves the cursor; false: not found */
void app_sort(struct app *app, enum column_id column);

/* app_target.c */
/* The tagged ones, else the one under the cursor.  False, and said, when there is nobody. */
bool app_choose_targets(struct app *app);
void app_release_targets(struct app *app);
/* Asks for KIND with VALUE for each of them; DOING ("sent TERM to") is for the answer. */
void app_act_on_targets(struct app *app, enum request_kind kind, int value, const char *doing);
void app_take_notices(struct app *app); /* answers of the sampler, and what it has to tell */
/* What the source recovered from; whoever was to get a signal or a nice value has it or not. */
void app_take_trouble(struct app *app);

/* app_group.c; false: not an action of groups and trees, or not on this row */
bool app_group(struct app *app, enum action action);
bool app_shut(struct app *app);       /* the group the cursor is in; false: it is in none */
void app_toggle_tag(struct app *app); /* of a process, or of all members of a group */

/* app_pss.c */
void app_pss_ask(struct app *app);  /* of the row under the cursor, or of the tagged ones */
void app_pss_step(struct app *app); /* at each tick */
void app_pss_look(struct app *app); /* rows were built anew: of the members of their sums */
void app_pss_done(struct app *app);

/* app_account.c; app_account_begin: the first baseline; app_account_key: false closes it */
void app_account_open(struct app *app);
void app_account_begin(struct app *app);
void app_account_draw(struct app *app);
bool app_account_key(struct app *app, const struct key *key);

/* app_ask.c */
void app_open(struct app *app, enum app_dialog dialog);
void app_dialog_key(struct app *app, const struct key *key);
void app_dialog_draw(struct app *app);
void app_close_dialog(struct app *app);
bool app_set_filter(struct app *app, const char *text, struct query_error *error);

/* app_process.c */
bool app_process_is_open(const struct app *app);
void app_process_open(struct app *app); /* of the row under the cursor */
void app_process_key(struct app *app, const struct key *key);
void app_process_draw(struct app *app);

/* app_play.c; false: not an action of a replay, or this is none */
bool app_play(struct app *app, enum action action);
void app_grow_old(struct app *app); /* to be called at each turn */
/* when there will be something to do for it; -1: never */
int app_old_timeout_ms(const struct app *app);
const char *app_note(struct app *app); /* what stands beside the figures; "" for nothing */

#endif
