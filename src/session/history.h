/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history - what a flight recorder kept of this boot, as a store that goes on with what is live
 *
 * Read in slices beside a store that is shown already, and put in its place in the end: whoever
 * lives has the course of the day then, a verdict, and since when.  Processes are the same by pid
 * and start time; what was not recorded is a gap.  Of what is older only the key frames are
 * read, half an hour apart, where all looks would take too long.
 */
#pragma once

struct frame;
struct history;
struct store;
struct stream_header;

/* FOLDER is a flight recorder's (flight.h); nothing is opened yet. */
struct history *history_new(const char *folder);
void history_free(struct history *history); /* NULL is fine */

/* A live FRAME, from the first one on, which comes after what was recorded. */
void history_keep(struct history *history, const struct frame *frame);

/* Goes on for a few ms beside the live STORE.  Returns that, until all is read: then the one with
 * what was recorded, where there is any, in whose place STORE is freed; and *HISTORY, too, which is
 * NULL then. */
struct store *history_read(struct history **history, struct store *store);
