/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prompt - one line to type, at the bottom of the screen */
#pragma once

#include "ui/draw/dialog.h"
#include "ui/draw/keys.h"

enum { PROMPT_TEXT_MAX = 256 };

struct prompt {
	char label[120];
	char text[PROMPT_TEXT_MAX]; /* clean UTF-8 */
	size_t cursor;              /* byte */
	char error[120];            /* shown beside it; "" none; the next key takes it away */
	size_t error_at;            /* byte of TEXT it points at */
};

/* The cursor stands behind TEXT. */
void prompt_init(struct prompt *prompt, const char *label, const char *text);
void prompt_error(struct prompt *prompt, size_t at, const char *error);

/* Text at the cursor; ^U ^W Home End (^A ^E) Left Right Backspace Delete; Enter; Esc or ^C. */
enum dialog_outcome prompt_key(struct prompt *prompt, const struct key *key);
void prompt_draw(struct canvas *canvas, const struct prompt *prompt);
