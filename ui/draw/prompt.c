/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prompt - see prompt.h. */
#include "ui/draw/prompt.h"

#include "base/text.h"

#include <string.h>

enum { LEAST = 5, MOST = 10 }; /* columns for the text beside a label that wants them all */
enum { CTRL_A = 1, CTRL_E = 5, CTRL_H = 8, DEL = 127 };

void prompt_init(struct prompt *prompt, const char *label, const char *text)
{
	*prompt = (struct prompt){ 0 };
	text_clean(prompt->label, sizeof(prompt->label), label, strlen(label));
	prompt->cursor = text_clean(prompt->text, sizeof(prompt->text), text, strlen(text));
}

void prompt_error(struct prompt *prompt, size_t at, const char *error)
{
	size_t len = strlen(prompt->text);

	prompt->error_at = at < len ? at : len;
	text_clean(prompt->error, sizeof(prompt->error), error, strlen(error));
}

/* Byte before which the character (with its marks) left of AT begins. */
static size_t before(const char *text, size_t at)
{
	const char *reader = text;
	size_t start = 0;

	while (*reader && (size_t)(reader - text) < at) {
		size_t here = (size_t)(reader - text);

		if (text_char_width(text_next(&reader)) > 0)
			start = here;
	}
	return start;
}

/* Behind the next character and the marks that are on it: the cursor never stands between them. */
static size_t after(const char *text, size_t at)
{
	const char *reader = text + at;

	if (!*reader)
		return at;
	text_next(&reader);
	for (const char *next = reader; *next; reader = next) {
		if (text_char_width(text_next(&next)) > 0)
			break;
	}
	return (size_t)(reader - text);
}

static void erase(struct prompt *prompt, size_t from, size_t to)
{
	size_t len = strlen(prompt->text);

	memmove(prompt->text + from, prompt->text + to, len - to + 1);
	prompt->cursor = from;
}

/* As a shell's ^W: back to the blank before. */
static void erase_word(struct prompt *prompt)
{
	size_t from = prompt->cursor;

	while (from > 0 && prompt->text[from - 1] == ' ')
		from--;
	while (from > 0 && prompt->text[from - 1] != ' ')
		from--;
	erase(prompt, from, prompt->cursor);
}

/* Refuses what would make the text unclean, or too long. */
static void insert_char(struct prompt *prompt, uint32_t ch)
{
	char bytes[4];
	char text[PROMPT_TEXT_MAX];
	size_t count = text_put(bytes, ch);
	size_t len = strlen(prompt->text);

	if (len + count >= sizeof(text))
		return;
	memcpy(text, prompt->text, prompt->cursor);
	memcpy(text + prompt->cursor, bytes, count);
	memcpy(text + prompt->cursor + count, prompt->text + prompt->cursor,
		len - prompt->cursor + 1);
	if (!text_is_clean(text, len + count))
		return;
	memcpy(prompt->text, text, len + count + 1);
	prompt->cursor += count;
}

/* The keys of a shell's line, as far as they are common. */
static void edit(struct prompt *prompt, uint32_t code)
{
	switch (code) {
	case KEYS_LEFT:
		prompt->cursor = before(prompt->text, prompt->cursor);
		break;
	case KEYS_RIGHT:
		prompt->cursor = after(prompt->text, prompt->cursor);
		break;
	case KEYS_HOME:
	case CTRL_A:
		prompt->cursor = 0;
		break;
	case KEYS_END:
	case CTRL_E:
		prompt->cursor = strlen(prompt->text);
		break;
	case KEYS_BACKSPACE:
	case CTRL_H:
	case DEL:
		erase(prompt, before(prompt->text, prompt->cursor), prompt->cursor);
		break;
	case KEYS_DELETE:
		erase(prompt, prompt->cursor, after(prompt->text, prompt->cursor));
		break;
	case KEYS_CTRL_U:
		erase(prompt, 0, prompt->cursor);
		break;
	case KEYS_CTRL_W:
		erase_word(prompt);
		break;
	default:
		if (code >= ' ' && code < KEYS_BASE)
			insert_char(prompt, code);
		break;
	}
}

enum dialog_outcome prompt_key(struct prompt *prompt, const struct key *key)
{
	if (key->code == KEYS_MOUSE || key->code == KEYS_RESIZE)
		return DIALOG_OPEN;
	prompt->error[0] = '\0';
	if (key->code == KEYS_ENTER)
		return DIALOG_DONE;
	if (key->code == KEYS_ESC || key->code == KEYS_CTRL_C)
		return DIALOG_CANCELLED;
	edit(prompt, key->code);
	return DIALOG_OPEN;
}

/* The first byte shown, so that the cursor is in a window of ROOM columns. */
static size_t first_shown(const struct prompt *prompt, int room)
{
	size_t from = 0;

	while (from < prompt->cursor &&
		text_widthn(prompt->text + from, prompt->cursor - from) >= room)
		from = after(prompt->text, from);
	return from;
}

void prompt_draw(struct canvas *canvas, const struct prompt *prompt)
{
	int y = canvas->height - 1;

	canvas_row(canvas, y, STYLE_NORMAL);
	/* the label gives way to the text on a narrow screen, and to so much that may be typed */
	int typed = text_width(prompt->text) + 2;
	int label_room = canvas->width - (typed < LEAST ? LEAST : typed < MOST ? typed : MOST);
	int x = canvas_text_cut(canvas, 0, y, STYLE_KEY, prompt->label,
		label_room > 0 ? label_room : 0);
	x += x > 0 ? 1 : 0;
	int room = canvas->width - x;
	size_t from = first_shown(prompt, room);
	int used = canvas_text(canvas, x, y, STYLE_NORMAL, prompt->text + from, room);
	canvas->cursor_x = x + text_widthn(prompt->text + from, prompt->cursor - from);
	canvas->cursor_y = y;
	if (!prompt->error[0])
		return;
	if (prompt->error_at >= from && prompt->text[prompt->error_at])
		canvas_overlay(canvas,
			x + text_widthn(prompt->text + from, prompt->error_at - from), y, 1,
			STYLE_ALARM);
	x += used + 2;
	if (x + text_width(prompt->error) > canvas->width && y > 0) {
		/* no room behind the text: above it */
		x = 0;
		y--;
		canvas_row(canvas, y, STYLE_NORMAL);
	}
	canvas_text_cut(canvas, x, y, STYLE_ALARM, prompt->error, canvas->width - x);
}
