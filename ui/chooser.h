/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chooser - a menu on the stack of screens, and what comes of it */
#pragma once

#include "ui/draw/menu.h"

struct ui;

/* Opens a menu, to be filled by the caller at once; it is valid until then.  It is closed before
 * CHOSEN gets the value of the item, or LEFT (NULL: nothing to do) is told that there is none. */
struct menu *chooser_open(struct ui *ui, const char *title, const char *help,
	void (*chosen)(struct ui *ui, int value), void (*left)(struct ui *ui));
