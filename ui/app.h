/* SPDX-License-Identifier: GPL-2.0-or-later */
/* app - the dashboard: one loop over the sampler, the terminal and signals
 *
 * Draws only when something changed and the terminal takes output; what the user chose is kept by
 * identity, so that a cursor, a tag or a signal never moves to another process.
 */
#pragma once

#include "table/view.h"

#include <stdbool.h>
#include <stdint.h>

struct fleet;
struct session;
struct settings;

/* Options of the command line beyond the settings. */
struct app_options {
	uint32_t count;      /* end after so many ticks; 0: never */
	struct view_ask ask; /* the rows at first; its query is left out: FILTER is read again */
	const char *filter;  /* NULL: none; must parse */
	bool no_color;
	bool ascii;
	bool readonly;
	bool utf8;                 /* the locale's codeset */
	const char *note;          /* shown at first: what the settings file had wrong; NULL */
	const char *settings_path; /* for key W; NULL: there is none */
	struct fleet *fleet;       /* many machines, a session each; NULL: one */
};

enum { APP_WHY_MAX = 200 };

/* Runs until the user quits.  SESSION is NULL where there is a fleet.  Returns 0; -errno with one
 * line in WHY when the terminal cannot be used or the sampler is gone for good; or the number of
 * the signal that ended it, which the caller should die of.  SETTINGS are changed by what the user
 * chooses. */
int app_run(struct session *session, struct settings *settings, const struct app_options *options,
	char why[APP_WHY_MAX]);
