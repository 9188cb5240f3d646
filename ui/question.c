/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question - see question.h */
#include "ui/question.h"

#include "base/xalloc.h"
#include "ui/ui.h"

#include <stdlib.h>

struct question_screen {
	struct screen screen;
	struct prompt prompt;
	const struct question_ops *ops;
};

static void draw_screen(struct screen *screen, const struct shown *shown, struct canvas *canvas)
{
	(void)shown;
	prompt_draw(canvas, &((struct question_screen *)screen)->prompt);
}

static void close_question(struct ui *ui)
{
	ui->typing = false;
	ui_pop(ui);
}

static bool take_key(struct screen *screen, struct ui *ui, const struct key *key)
{
	struct question_screen *question = (struct question_screen *)screen;
	const struct question_ops *ops = question->ops;
	enum dialog_outcome outcome = prompt_key(&question->prompt, key);

	if (outcome == DIALOG_CANCELLED) {
		close_question(ui);
		if (ops->left != NULL)
			ops->left(ui);
	} else if (outcome == DIALOG_DONE) {
		if (ops->done(ui, &question->prompt))
			close_question(ui);
	} else if (ops->changed != NULL) {
		ops->changed(ui, &question->prompt);
	}
	return true;
}

static void free_screen(struct screen *screen)
{
	free(screen);
}

static const struct screen_ops screen_ops = {
	.over = true,
	.draw = draw_screen,
	.key = take_key,
	.done = free_screen,
};

void question_open(struct ui *ui, const char *label, const char *text,
	const struct question_ops *ops)
{
	struct question_screen *question = xalloc_zero(1, sizeof(*question));

	question->screen.ops = &screen_ops;
	question->ops = ops;
	prompt_init(&question->prompt, label, text);
	ui->typing = true;
	ui_push(ui, &question->screen);
}
