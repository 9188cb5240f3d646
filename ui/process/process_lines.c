/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_lines - the lines a Python program grows in, while the tab Inside is open (process.h)
 *
 * The table is the one of a run's report (table/grown_lines.h).
 */
#include "ui/process/process.h"

#include "base/units.h"
#include "model/findings.h"
#include "table/grown_lines.h"

/* Where the next line of the table goes. */
struct lines_page {
	struct canvas *canvas;
	int y, end;
	long skip;  /* lines above the first one shown */
	long count; /* lines so far */
};

static enum style style_of(enum grown_part part)
{
	return part == GROWN_FILE     ? STYLE_STRONG
	       : part == GROWN_TITLES ? STYLE_HEADER
	       : part == GROWN_INNER  ? STYLE_DIM
				      : STYLE_NORMAL;
}

/* Lines are written twice, first to count them: how many there are decides what is in view. */
static void count_part(void *context, enum grown_part part, const char *text)
{
	struct lines_page *pen = (struct lines_page *)context;

	(void)part;
	(void)text;
	pen->count++;
}

static void draw_part(void *context, enum grown_part part, const char *text)
{
	struct lines_page *pen = (struct lines_page *)context;

	if (pen->count++ < pen->skip || pen->y >= pen->end)
		return;
	if (part == GROWN_TITLES)
		canvas_row(pen->canvas, pen->y, STYLE_HEADER);
	canvas_text(pen->canvas, 0, pen->y++, style_of(part), text, pen->canvas->width);
}

/* "followed for 34s, in 410 ms of CPU": so much that took. */
static void put_span(struct lines_page *pen, const struct proc_grown *grown)
{
	char span[UNITS_SIZE];

	units_seconds(span, (double)grown->span_ms / 1000);
	canvas_printf(pen->canvas, 0, pen->y++, STYLE_DIM,
		"%s for %s, in %.0f ms of CPU; what it grew by since, by line",
		grown->ended ? "was followed" : "followed", span, grown->cost_ms);
}

void process_lines(const struct process_area *area, struct process_inside *state,
	struct process_geometry *geometry)
{
	const struct findings *findings = store_findings(area->shown->store, area->proc->id);
	const struct frame *grown = findings != NULL ? findings->grown : NULL;
	struct canvas *canvas = area->canvas;
	struct lines_page pen = { .canvas = canvas, .y = area->y, .end = area->y + area->height };

	if (area->height < 1)
		return;
	if (grown == NULL) {
		canvas_text(canvas, 0, area->y, STYLE_DIM,
			state->past ? "nobody had followed it when this was recorded"
				    : "following it ...",
			canvas->width);
		return;
	}
	put_span(&pen, &grown->growns[0]);
	grown_lines_parts(grown, canvas->width, count_part, &pen);
	geometry->page = pen.end - pen.y > 0 ? pen.end - pen.y : 1;
	pen.skip = state->lines_top = keys_scrolled(state->lines_top, geometry->page, pen.count);
	pen.count = 0;
	grown_lines_parts(grown, canvas->width, draw_part, &pen);
	if (pen.count - pen.skip > geometry->page)
		process_more(canvas, pen.end - 1, pen.count - pen.skip - geometry->page);
}
