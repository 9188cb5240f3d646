/* SPDX-License-Identifier: GPL-2.0-or-later */
/* foot - see foot.h. */
#include "ui/foot.h"

#include "base/text.h"
#include "ui/replay.h"

#include <stdio.h>

enum { GAP = 2, NAMES_MAX = HINT_KEYS_MAX * KEYS_NAME_MAX, HINTS_MAX = 32 };

/* The line as it is to be laid out. */
struct foot {
	const struct shown *shown;
	unsigned screen;
	const struct hint *hints;
	size_t n;
	int width;
	const char *lead;                /* before the keys; "": nothing */
	struct hint moves[REPLAY_HINTS]; /* in a recording these are HINTS */
	int widths[HINTS_MAX];           /* of each; 0: it is not shown */
};

static const uint32_t *keys_of(const struct hint *hint)
{
	return hint->names[0] != 0 ? hint->names : &hint->key;
}

static int count_keys(const struct hint *hint)
{
	int n = 1;

	while (hint->names[0] != 0 && n < HINT_KEYS_MAX && hint->names[n] != 0)
		n++;
	return n;
}

/* The names of its keys, with blanks between them; "": nothing does it any more. */
static const char *name_of(const struct foot *foot, const struct hint *hint, char out[NAMES_MAX])
{
	size_t len = 0;
	char name[KEYS_NAME_MAX];

	out[0] = '\0';
	for (int i = 0; i < count_keys(hint); i++) {
		uint32_t key = keymap_key(&foot->shown->keys, keys_of(hint)[i], foot->screen);

		if (key != 0)
			len += (size_t)snprintf(out + len, NAMES_MAX - len, "%s%s",
				len > 0 ? " " : "", keys_name(key, name));
	}
	return out;
}

/* Columns of a hint; 0: nothing does it any more, or it is forbidden. */
static int hint_width(const struct foot *foot, const struct hint *hint)
{
	char name[NAMES_MAX];

	if ((foot->shown->style->readonly && hint->acts) || name_of(foot, hint, name)[0] == '\0')
		return 0;
	return text_width(name) + 1 + text_width(hint->words);
}

/* Each hint is measured once: which of them fit is tried for every importance. */
static void lay_out(struct foot *foot, const struct shown *shown, unsigned screen,
	const struct hint *hints, size_t n, int width)
{
	*foot = (struct foot){ shown, screen & WHERE_SCREENS, hints, n < HINTS_MAX ? n : HINTS_MAX,
		width, .lead = "" };
	if (shown->replay != REPLAY_NONE && (screen & WHERE_REPLAY) != 0) {
		replay_hints(foot->moves, shown->replay, foot->screen);
		foot->hints = foot->moves;
		foot->n = REPLAY_HINTS;
		foot->lead = replay_lead(shown->replay, width);
	}
	for (size_t i = 0; i < foot->n; i++)
		foot->widths[i] = hint_width(foot, &foot->hints[i]);
}

static bool is_shown(const struct foot *foot, size_t i, int least)
{
	return foot->hints[i].importance <= least && foot->widths[i] > 0;
}

static int lead_width(const struct foot *foot)
{
	return foot->lead[0] != '\0' ? text_width(foot->lead) + GAP : 0;
}

static int width_up_to(const struct foot *foot, int importance)
{
	int used = 0;

	for (size_t i = 0; i < foot->n; i++)
		if (is_shown(foot, i, importance))
			used += foot->widths[i] + (used ? GAP : 0);
	return lead_width(foot) + used;
}

/* How many of the most important there is room for: those up to the returned importance. */
static int least_shown(const struct foot *foot)
{
	int least = 0;

	while (least < (int)foot->n && width_up_to(foot, least + 1) <= foot->width)
		least++;
	return least;
}

/* The one of a hint's keys whose name is AT columns behind the first. */
static uint32_t key_at(const struct foot *foot, const struct hint *hint, int at)
{
	char name[KEYS_NAME_MAX];

	for (int i = 0, from = 0; i < count_keys(hint) && hint->names[0] != 0; i++) {
		uint32_t key = keymap_key(&foot->shown->keys, hint->names[i], foot->screen);
		int width = key != 0 ? text_width(keys_name(key, name)) : -1;

		if (at >= from && at < from + width)
			return hint->names[i];
		from += width + 1;
	}
	return hint->key;
}

uint32_t foot_key(const struct shown *shown, unsigned screen, const struct hint *hints, size_t n,
	int width, int x)
{
	struct foot foot;

	lay_out(&foot, shown, screen, hints, n, width);
	int least = least_shown(&foot), from = lead_width(&foot);

	for (size_t i = 0; i < foot.n; i++) {
		const struct hint *hint = &foot.hints[i];

		if (!is_shown(&foot, i, least))
			continue;
		int end = from + foot.widths[i];
		if (x >= from && x < end)
			return key_at(&foot, hint, x - from);
		from = end + GAP;
	}
	return 0;
}

/* The important keys stay where there is no room for all; their order is kept. */
static void draw_keys(struct canvas *canvas, const struct foot *foot, int y)
{
	int least = least_shown(foot), x = lead_width(foot);
	char name[NAMES_MAX];

	canvas_text(canvas, 0, y, foot->shown->replay == REPLAY_ENDED ? STYLE_NOTICE : STYLE_STRONG,
		foot->lead, canvas->width);
	for (size_t i = 0; i < foot->n; i++) {
		const struct hint *hint = &foot->hints[i];

		if (!is_shown(foot, i, least))
			continue;
		x += canvas_text(canvas, x, y, STYLE_KEY, name_of(foot, hint, name),
			     canvas->width) +
		     1;
		x += canvas_text(canvas, x, y, STYLE_LABEL, hint->words, canvas->width) + GAP;
	}
}

void foot_draw(struct canvas *canvas, const struct shown *shown, unsigned screen,
	const struct hint *hints, size_t n, int y)
{
	const struct screen_message *message = shown->message;
	struct foot foot;

	canvas_row(canvas, y, STYLE_NORMAL);
	if (message->text[0]) {
		canvas_text_cut(canvas, 0, y, message->bad ? STYLE_ALARM : STYLE_NOTICE,
			message->text, canvas->width);
		return;
	}
	lay_out(&foot, shown, screen, hints, n, canvas->width);
	draw_keys(canvas, &foot, y);
}
