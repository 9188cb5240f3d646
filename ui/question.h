/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question - a line to type on the stack of screens, and what comes of it */
#pragma once

#include "ui/draw/prompt.h"

struct ui;

struct question_ops {
	/* After each key, while it is open; NULL: nothing to do. */
	void (*changed)(struct ui *ui, struct prompt *prompt);
	/* Enter.  False: it stays open, and PROMPT says why (prompt_error). */
	bool (*done)(struct ui *ui, struct prompt *prompt);
	void (*left)(struct ui *ui); /* given up; NULL: nothing to do */
};

/* Asks LABEL, with TEXT to begin with; OPS, a constant, say what becomes of the answer. */
void question_open(struct ui *ui, const char *label, const char *text,
	const struct question_ops *ops);
