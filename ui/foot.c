/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foot - see foot.h. */
#include "ui/foot.h"

#include "base/text.h"

enum { GAP = 2 };

static const char *name_of(const struct hint *hint, char out[KEYS_NAME_MAX])
{
	return hint->name ? hint->name : keys_name(hint->key, out);
}

static int hint_width(const struct hint *hint)
{
	char name[KEYS_NAME_MAX];

	return text_width(name_of(hint, name)) + 1 + text_width(hint->words);
}

static bool is_shown(const struct hint *hint, int least, bool readonly)
{
	return hint->importance <= least && !(readonly && hint->acts);
}

static int width_up_to(const struct hint *hints, size_t n, int importance, bool readonly)
{
	int used = 0;

	for (size_t i = 0; i < n; i++)
		if (is_shown(&hints[i], importance, readonly))
			used += hint_width(&hints[i]) + (used ? GAP : 0);
	return used;
}

/* How many of the most important fit into WIDTH: those up to the returned importance. */
static int least_shown(const struct hint *hints, size_t n, int width, bool readonly)
{
	int least = 0;

	while (least < (int)n && width_up_to(hints, n, least + 1, readonly) <= width)
		least++;
	return least;
}

uint32_t foot_key(const struct hint *hints, size_t n, int width, bool readonly, int x)
{
	int least = least_shown(hints, n, width, readonly);
	int from = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_shown(&hints[i], least, readonly))
			continue;
		int end = from + hint_width(&hints[i]);
		if (x >= from && x < end)
			return hints[i].key;
		from = end + GAP;
	}
	return 0;
}

static void draw_keys(struct canvas *canvas, const struct hint *hints, size_t n, bool readonly,
	int y)
{
	int least = least_shown(hints, n, canvas->width, readonly);
	char name[KEYS_NAME_MAX];
	int x = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_shown(&hints[i], least, readonly))
			continue;
		x += canvas_text(canvas, x, y, STYLE_KEY, name_of(&hints[i], name), canvas->width) +
		     1;
		x += canvas_text(canvas, x, y, STYLE_LABEL, hints[i].words, canvas->width) + GAP;
	}
}

void foot_draw(struct canvas *canvas, const struct shown *shown, const struct hint *hints, size_t n,
	int y)
{
	const struct screen_message *message = shown->message;

	canvas_fill(canvas, 0, y, canvas->width, 1, STYLE_NORMAL, ' ');
	if (message->text[0])
		canvas_text_cut(canvas, 0, y, message->bad ? STYLE_ALARM : STYLE_NOTICE,
			message->text, canvas->width);
	else
		draw_keys(canvas, hints, n, shown->style->readonly, y);
}
