/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_sentence - the first lines: what is to be said of the machine, each sentence in the colour
 * of its own mood
 *
 * Two rows from TABLE_SENTENCE_ROWS rows on, whatever there is to say, so that nothing below moves
 * when moods change; else one, on which when it ends and at which limit are kept longest.  Cut only
 * between words.
 */
#pragma once

#include "model/headline.h"
#include "ui/draw/canvas.h"

enum { TABLE_SENTENCE_ROWS = 20 };

/* Draws from row 0 on; returns the rows. */
int table_sentence_draw(struct canvas *canvas, const struct headline *headline);

/* The same from row Y on, in one row or two. */
void table_sentence_put(struct canvas *canvas, int y, bool two_rows,
	const struct headline *headline);

/* How many bytes of TEXT (clean) fit into COLUMNS, cut at the end of a sentence, or else of a
 * word; *CUT: words are missing, and a mark of MARK columns belongs after it (COLUMNS leave
 * room for it). */
size_t table_sentence_fit(const char *text, int columns, int mark, bool *cut);
