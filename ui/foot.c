/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foot - see foot.h. */
#include "ui/foot.h"

#include "base/text.h"
#include "ui/draw/keys.h"

enum { GAP = 2 };

static const struct hint {
	uint32_t key;
	const char *name, *words;
	int importance; /* 1 stays longest */
	bool acts;      /* on processes: not when that is forbidden */
} hints[] = {
	{ KEYS_F1, "F1", "Help", 1, false },
	{ KEYS_F2, "F2", "Setup", 6, false },
	{ KEYS_F3, "F3", "Search", 5, false },
	{ KEYS_F4, "F4", "Filter", 4, false },
	{ KEYS_F6, "F6", "Sort", 3, false },
	{ 'G', "G", "Growth", 8, false },
	{ 'M', "M", "Memory", 9, false },
	{ 'L', "L", "Climbers", 10, false },
	{ 'g', "g", "Groups", 12, false },
	{ 'w', "w", "Where", 13, false },
	{ ' ', "Space", "Tag", 11, true },
	{ KEYS_F9, "F9", "Signal", 7, true },
	{ KEYS_F10, "F10", "Quit", 2, false },
};

enum { HINTS = sizeof(hints) / sizeof(hints[0]) };

static int hint_width(const struct hint *hint)
{
	return text_width(hint->name) + 1 + text_width(hint->words);
}

/* How many of the most important fit into WIDTH: those up to the returned importance. */
static int least_shown(int width, bool readonly)
{
	int used = 0;

	for (int importance = 1; importance <= HINTS; importance++) {
		for (int i = 0; i < HINTS; i++) {
			if (hints[i].importance == importance && !(readonly && hints[i].acts))
				used += hint_width(&hints[i]) + (used ? GAP : 0);
		}
		if (used > width)
			return importance - 1;
	}
	return HINTS;
}

static bool is_shown(const struct hint *hint, int least, bool readonly)
{
	return hint->importance <= least && !(readonly && hint->acts);
}

static void draw_keys(struct canvas *canvas, bool readonly, int y)
{
	int least = least_shown(canvas->width, readonly);
	int x = 0;

	for (int i = 0; i < HINTS; i++) {
		if (!is_shown(&hints[i], least, readonly))
			continue;
		x += canvas_text(canvas, x, y, STYLE_KEY, hints[i].name, canvas->width) + 1;
		x += canvas_text(canvas, x, y, STYLE_LABEL, hints[i].words, canvas->width) + GAP;
	}
}

uint32_t foot_key(int width, bool readonly, int x)
{
	int least = least_shown(width, readonly);
	int from = 0;

	for (int i = 0; i < HINTS; i++) {
		if (!is_shown(&hints[i], least, readonly))
			continue;
		int end = from + hint_width(&hints[i]);
		if (x >= from && x < end)
			return hints[i].key;
		from = end + GAP;
	}
	return 0;
}

void foot_draw(struct canvas *canvas, const struct table_facts *facts, int y)
{
	const struct screen_message *message = facts->message;

	canvas_fill(canvas, 0, y, canvas->width, 1, STYLE_NORMAL, ' ');
	if (message->text[0])
		canvas_text(canvas, 0, y, message->bad ? STYLE_ALARM : STYLE_NOTICE, message->text,
			canvas->width);
	else
		draw_keys(canvas, facts->style->readonly, y);
}
