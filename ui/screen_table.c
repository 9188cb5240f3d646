/* screen_table - see screen_table.h.  Divides the canvas; its parts are drawn by screen_head,
 * screen_rows and screen_foot. */
#include "ui/screen_table.h"

#include "ui/screen_foot.h"
#include "ui/screen_head.h"
#include "ui/screen_rows.h"

/* Screens of fewer rows than these do without. */
enum { ROWS_FOR_TITLES = 4, ROWS_FOR_FOOT = 6 };

void screen_span(const struct table_facts *facts, int columns, uint64_t *from_ms, uint64_t *to_ms)
{
	uint64_t step_ms = (uint64_t)facts->style->span_s * 1000 / (columns > 0 ? (unsigned)columns : 1);
	uint64_t now_ms = store_now_ms(facts->store);

	if (step_ms == 0)
		step_ms = 1;
	*to_ms = (now_ms / step_ms + 1) * step_ms;
	uint64_t length_ms = step_ms * (columns > 0 ? (unsigned)columns : 1);
	*from_ms = *to_ms > length_ms ? *to_ms - length_ms : 0;
}

/* The row the cursor is on now: its process' row; where that is gone, the row it was on. */
static long find_cursor(const struct view *view, const struct table_state *state)
{
	long row = state->cursor.pid ? view_find(view, state->cursor) : 0;
	long last = (long)view->count - 1;

	if (row < 0)
		row = state->cursor_row;
	return row > last ? last : row;
}

/* Following: the list scrolls and the process stays where it is on the screen.  Else it scrolls only as
 * far as needed. */
static void scroll(struct table_state *state, const struct view *view, int rows)
{
	long row = find_cursor(view, state);
	long last_top = (long)view->count - rows;

	if (state->follow)
		state->top += row - state->cursor_row;
	if (state->top > row)
		state->top = row;
	if (state->top < row - rows + 1)
		state->top = row - rows + 1;
	if (state->top > last_top)
		state->top = last_top;
	if (state->top < 0)
		state->top = 0;
	state->cursor_row = row < 0 ? 0 : row;
}

void screen_table_draw(struct canvas *canvas, const struct table_facts *facts,
		struct table_state *state, struct table_geometry *geometry)
{
	int rows = canvas->height;
	bool titles = rows >= ROWS_FOR_TITLES;
	bool foot = rows >= ROWS_FOR_FOOT || facts->message->text[0];
	int y = screen_head_draw(canvas, facts, state);

	layout_columns(&geometry->layout, facts->style->columns, facts->style->ncolumns, canvas->width);
	geometry->header_y = titles ? y : -1;
	if (titles)
		screen_rows_titles(canvas, facts, &geometry->layout, y++);
	geometry->first_y = y;
	int room = rows - y - (foot ? 1 : 0);
	geometry->rows = room > 0 ? room : 1;
	scroll(state, facts->view, geometry->rows);
	if (room > 0)
		screen_rows_draw(canvas, facts, state, &geometry->layout, y, room);
	if (foot)
		screen_foot_draw(canvas, facts, rows - 1);
}
