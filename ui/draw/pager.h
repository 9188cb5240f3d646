/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pager - pages of text over the whole screen: help */
#pragma once

#include "ui/draw/dialog.h"
#include "ui/draw/keys.h"

struct pager {
	char title[120];
	char **lines; /* owned */
	size_t count;
	size_t cap;
	size_t top;
	int width;       /* of the screen; the owner's to set: two columns where there is room */
	char search[64]; /* lines that have it stand out; "": none */
	bool typing;     /* what is to be searched for, in the bottom line */
};

/* A pager without lines; TITLE is copied, and cleaned. */
void pager_init(struct pager *pager, const char *title);
void pager_done(struct pager *pager); /* NULL is fine */

/* Adds a line of clean text.  One that does not begin with a blank is a heading; in
 * "KEY<TAB>words" KEY stands out and the words are aligned in a column of their own, over
 * several lines if need be. */
void pager_add(struct pager *pager, const char *line);

/* Arrows, paging, Home, End; / asks for words to find (Enter ends them, Esc gives up), n goes to
 * the next line that has them; DIALOG_DONE for what closes it.  HEIGHT is the screen's. */
enum dialog_outcome pager_key(struct pager *pager, const struct key *key, int height);
void pager_draw(struct canvas *canvas, const struct pager *pager);
