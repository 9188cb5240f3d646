/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stage - the screens without a terminal: a session and keys in, one canvas out
 *
 * What the loop (app.c) does at each turn, and tests do without one.
 */
#pragma once

struct key;
struct ui;

/* Begins with the table.  UI has its session, settings and options, and is all zero besides. */
void stage_open(struct ui *ui);
void stage_close(struct ui *ui); /* the session stays */

/* Rows and sentence from what is known now; to be called while `ui->stale`. */
void stage_rebuild(struct ui *ui);

/* Draws the screen on top, and those below that it does not cover, onto `ui->canvas`, which is
 * clear.  NOTE (note.h) stands beside the figures, COST where that is asked for. */
void stage_draw(struct ui *ui, const char *note, const char *cost);

/* A key goes to the screen on top or to its action (actions.h).  Rows must be fresh. */
void stage_press(struct ui *ui, const struct key *key);
