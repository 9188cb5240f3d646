/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chooser - see chooser.h */
#include "ui/chooser.h"

#include "base/xalloc.h"
#include "ui/ui.h"

#include <stdlib.h>

struct chooser {
	struct screen screen;
	struct menu menu;
	void (*chosen)(struct ui *ui, int value);
	void (*left)(struct ui *ui);
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	(void)shown;
	menu_draw(canvas, &((struct chooser *)screen)->menu);
}

/* The screen is gone once it is popped, so what it was told to do is copied before. */
static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct chooser was = *(struct chooser *)screen;
	enum dialog_outcome outcome = menu_key(&((struct chooser *)screen)->menu, key,
		ui->canvas.height);
	int value = menu_value(&((struct chooser *)screen)->menu);

	if (outcome == DIALOG_OPEN)
		return true;
	ui_pop(ui);
	ui->stale = true;
	if (outcome == DIALOG_DONE)
		was.chosen(ui, value);
	else if (was.left != NULL)
		was.left(ui);
	return true;
}

static void free_screen(struct screen *screen)
{
	menu_done(&((struct chooser *)screen)->menu);
	free(screen);
}

static const struct screen_ops ops = {
	.over = true,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

struct menu *chooser_open(struct ui *ui, const char *title, const char *help,
	void (*chosen)(struct ui *ui, int value), void (*left)(struct ui *ui))
{
	struct chooser *chooser = xalloc_zero(1, sizeof(*chooser));

	chooser->screen.ops = &ops;
	chooser->chosen = chosen;
	chooser->left = left;
	menu_init(&chooser->menu, title, help);
	ui_push(ui, &chooser->screen);
	return &chooser->menu;
}
