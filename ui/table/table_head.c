/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table_head - see table_head.h */
#include "ui/table/table_head.h"

#include "base/clock.h"
#include "ui/table/table_gauges.h"
#include "ui/table/table_sentence.h"
#include "ui/table/table_span.h"

#include <stdio.h>

enum { ROWS_FOR_SUMMARY = 10 }; /* fewer do without */

/* --- what the table shows --------------------------------------------------------------------- */

/* Groups, by the name of their kind. */
static int draw_groups(struct canvas *canvas, const struct shown *shown, int y)
{
	static const char *const names[][2] = {
		[GROUP_PROGRAM] = { "program", "programs" },
		[GROUP_USER] = { "user", "users" },
		[GROUP_CGROUP] = { "cgroup", "cgroups" },
		[GROUP_CONTAINER] = { "container or service", "containers and services" },
	};
	const struct view *view = shown->view;
	const char *name = names[shown->ask->group][view->groups != 1];

	if (canvas->width >= 100)
		return canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu %s, %zu processes",
			view->groups, name, view->processes);
	return canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu %s", view->groups, name);
}

/* The processes that are candidates: what is not shown is said. */
static int draw_counts(struct canvas *canvas, const struct shown *shown, int y)
{
	const struct view *view = shown->view;
	bool wide = canvas->width >= 60;
	bool limited = shown->ask->query != NULL || shown->ask->uid >= 0 ||
		       shown->ask->pids != NULL || shown->ask->flagged_only;
	int x;

	if (shown->ask->grouped)
		x = draw_groups(canvas, shown, y);
	else if (limited && wide)
		x = canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu of %zu processes",
			view->processes, store_count(shown->store));
	else
		x = canvas_printf(canvas, 0, y, STYLE_NORMAL, "%zu %s", view->processes,
			view->processes == 1 ? "process" : "processes");
	x += canvas_text(canvas, x, y, STYLE_DIM, ", ", canvas->width);
	size_t climbing = view_climbing(view, shown->ask, shown->store);
	if (climbing)
		x += canvas_printf(canvas, x, y, STYLE_WARN, "%s %zu climbing",
			canvas->utf8 ? "▲" : "^", climbing);
	else
		x += canvas_text(canvas, x, y, STYLE_DIM, wide ? "none climbing" : "0 climbing",
			canvas->width);
	return x;
}

/* "every 1 s", "every 250 ms". */
static void interval_words(char *out, size_t size, uint32_t interval_ms)
{
	if (interval_ms % 1000 == 0)
		snprintf(out, size, "every %u s", interval_ms / 1000);
	else if (interval_ms > 1000)
		snprintf(out, size, "every %.1f s", interval_ms / 1000.0);
	else
		snprintf(out, size, "every %u ms", interval_ms);
}

/* Draws a recording's time at least. */
static int draw_note(struct canvas *canvas, const struct shown *shown, int x, int y)
{
	enum style style = shown->paused ? STYLE_NOTICE : STYLE_WARN;
	char clock[CLOCK_WORDS_MAX];
	int end = table_gauges_add(canvas, x, y, style, "%s", shown->source_note);

	if (end != x || shown->replay == REPLAY_NONE)
		return end;
	return table_gauges_add(canvas, x, y, style, "%s",
		clock_words(clock, CLOCK_TIME, store_wall_ms(shown->store)));
}

static void draw_summary(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state, int y)
{
	char interval[32], span[16];
	int x = draw_counts(canvas, shown, y);

	if (shown->source_note[0])
		x = draw_note(canvas, shown, x, y);
	if (shown->cost != NULL)
		x = table_gauges_add(canvas, x, y, STYLE_NOTICE, "%s", shown->cost);
	if (state->filter[0])
		x = table_gauges_add(canvas, x, y, STYLE_NOTICE, "filter %s", state->filter);
	if (state->search[0])
		x = table_gauges_add(canvas, x, y, STYLE_NOTICE, "search %s", state->search);
	if (shown->ask->flagged_only)
		x = table_gauges_add(canvas, x, y, STYLE_NOTICE, "only what climbs");
	if (state->ntags)
		x = table_gauges_add(canvas, x, y, STYLE_TAGGED, "%zu tagged", state->ntags);
	if (state->follow)
		x = table_gauges_add(canvas, x, y, STYLE_NOTICE, "following");
	if ((shown->ask->grouped && shown->ask->group != GROUP_CONTAINER) ||
		(!shown->ask->grouped && shown->ask->tree &&
			(shown->ask->sums || shown->ask->nfolds)))
		x = table_gauges_add(canvas, x, y, STYLE_DIM,
			"%s: shared pages counted more than once", canvas->utf8 ? "≤" : "<=");
	x = table_gauges_add(canvas, x, y, STYLE_DIM, "%sby %s",
		view_held(shown->view, shown->ask, shown->store) ? "then " : "",
		column_get(shown->ask->sort)->title);
	interval_words(interval, sizeof(interval), shown->interval_ms);
	x = table_gauges_add(canvas, x, y, STYLE_DIM, "%s", interval);
	table_gauges_add(canvas, x, y, STYLE_DIM, "trend over %s", table_span_words(shown, span));
}

/* --- all of it -------------------------------------------------------------------------------- */

int table_head_draw(struct canvas *canvas, const struct shown *shown,
	const struct table_state *state)
{
	int y = table_gauges_draw(canvas, shown, table_sentence_draw(canvas, shown->headline));

	if (canvas->height >= ROWS_FOR_SUMMARY)
		draw_summary(canvas, shown, state, y++);
	return y;
}
