/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dialog - what stands over the table for a while: the shape all dialogs share
 *
 * A menu (menu.h), a line to type (prompt.h), a page of text (pager.h): the app opens one, gives it
 * keys, and reads the outcome.  Drawing is pure.
 */
#pragma once

#include "ui/draw/canvas.h"

enum dialog_outcome { DIALOG_OPEN, DIALOG_DONE, DIALOG_CANCELLED };

/* Room for WIDTH x HEIGHT cells inside a frame in the middle of a screen; less where it does not
 * fit.  Screens of less than 3 rows or columns leave the frame out. */
struct canvas_box dialog_place(int screen_width, int screen_height, int width, int height);

/* Draws the frame around BOX, blanks its inside, and writes TITLE and HELP into the frame. */
void dialog_frame(struct canvas *canvas, struct canvas_box box, const char *title,
	const char *help);
