/* SPDX-License-Identifier: GPL-2.0-or-later */
/* table - see table.h.  Divides the canvas; its parts are drawn by table_head,
 * table_rows and foot. */
#include "ui/table/table.h"

#include "ui/foot.h"
#include "ui/table/table_head.h"
#include "ui/table/table_rows.h"

/* Screens of fewer rows than these do without. */
enum { ROWS_FOR_TITLES = 4, ROWS_FOR_FOOT = 6 };

const struct hint table_hints[TABLE_HINTS] = {
	{ KEYS_F1, "Help", 1, false, { 0 } },
	{ KEYS_F2, "Setup", 6, false, { 0 } },
	{ KEYS_F3, "Search", 5, false, { 0 } },
	{ KEYS_F4, "Filter", 4, false, { 0 } },
	{ KEYS_F6, "Sort", 3, false, { 0 } },
	{ 'G', "Growth", 8, false, { 0 } },
	{ 'M', "Memory", 9, false, { 0 } },
	{ 'L', "Climbers", 10, false, { 0 } },
	{ 'g', "Groups", 12, false, { 0 } },
	{ 'w', "Where", 13, false, { 0 } },
	{ ' ', "Tag", 11, true, { 0 } },
	{ KEYS_F9, "Signal", 7, true, { 0 } },
	{ '2', "Views", 14, false, { '1', '2', '3' } },
	{ KEYS_F10, "Quit", 2, false, { 0 } },
};

enum {
	WIDE = 100,      /* columns that leave room for USER beside names of cgroups */
	VERY_WIDE = 120, /* ... and for what is only worth a look, PEAK */
};

/* The row the cursor is on now: its process' row; where that is gone, the row it was on. */
static long find_cursor(const struct view *view, const struct table_state *state)
{
	long row = state->cursor.pid ? view_find(view, state->cursor) : 0;
	long last = (long)view->count - 1;

	if (row < 0)
		row = state->cursor_row;
	return row > last ? last : row;
}

/* Following: the list scrolls and the process stays where it is on the screen.  Else it scrolls
 * only as far as needed. */
static void scroll_rows(struct table_state *state, const struct view *view, int rows)
{
	long row = find_cursor(view, state);

	if (state->follow)
		state->top += row - state->cursor_row;
	state->top = keys_in_view(state->top, row, rows, (long)view->count);
	state->cursor_row = row < 0 ? 0 : row;
}

/* --- columns --- */

struct choice {
	enum column_id columns[COLUMN_COUNT];
	size_t count;
};

static size_t place_of(const struct choice *choice, enum column_id id)
{
	size_t i = 0;

	while (i < choice->count && choice->columns[i] != id)
		i++;
	return i;
}

/* Behind AFTER, or in front of the last; nothing if it is there. */
static void insert_column(struct choice *choice, enum column_id id, enum column_id after)
{
	size_t at = place_of(choice, after);

	if (place_of(choice, id) < choice->count || choice->count == COLUMN_COUNT)
		return;
	at = at < choice->count ? at + 1 : choice->count > 0 ? choice->count - 1 : 0;
	for (size_t i = choice->count++; i > at; i--)
		choice->columns[i] = choice->columns[i - 1];
	choice->columns[at] = id;
}

static void take_out(struct choice *choice, enum column_id id)
{
	size_t at = place_of(choice, id);

	if (at == choice->count || choice->count == 1)
		return;
	choice->count--;
	for (; at < choice->count; at++)
		choice->columns[at] = choice->columns[at + 1];
}

/* For groups the footprint, which sums up, in place of the peak, which does not; no users where
 * they are the groups, or where names of cgroups need the room. */
static void choose_for_groups(struct choice *choice, enum group_kind kind, int width)
{
	size_t peak = place_of(choice, COL_PEAK);

	if (peak < choice->count && place_of(choice, COL_FOOTPRINT) == choice->count)
		choice->columns[peak] = COL_FOOTPRINT;
	if (kind == GROUP_USER || (kind == GROUP_CGROUP && width < WIDE))
		take_out(choice, COL_USER);
}

static bool has_swap(const struct store *store)
{
	const struct system_figures *system = store_seen(store);

	return system == NULL || system->swap_total_kib > system->swap_free_kib;
}

/* Whether something that climbs has a limit it will meet. */
static bool has_eta(const struct shown *shown)
{
	const struct column *eta = column_get(COL_ETA);
	size_t climbing = view_climbing(shown->view, shown->ask, shown->store);
	double seconds;

	for (size_t i = 0; climbing > 0 && i < shown->view->count; i++)
		if (row_verdict(shown->store, &shown->view->rows[i]) == TREND_CLIMBING &&
			column_number(eta, shown->store, &shown->view->rows[i], &seconds))
			return true;
	return false;
}

static bool has_kills(const struct shown *shown)
{
	const struct column *kills = column_get(COL_KILLS);
	double count;

	for (size_t i = 0; i < shown->view->count; i++)
		if (column_number(kills, shown->store, &shown->view->rows[i], &count) && count > 0)
			return true;
	return false;
}

/* Whether a column of the default set has something to say; what is sorted by always has. */
static bool earns_place(const struct shown *shown, enum column_id id, int width)
{
	if (shown->ask->sort == id)
		return true;
	switch (column_get(id)->earns) {
	case EARNS_ALWAYS:
		break;
	case EARNS_WIDE:
		return width >= VERY_WIDE;
	case EARNS_SWAP:
		return has_swap(shown->store);
	case EARNS_ETA:
		return has_eta(shown);
	case EARNS_KILLS:
		return has_kills(shown);
	}
	return true;
}

/* The columns of the settings, and those that what is shown asks for: growth since a baseline
 * once there is one, PSS once it was read.  Of the default set those that say something; who has
 * chosen columns has them all. */
static void choose_columns(struct choice *choice, const struct shown *shown, int width)
{
	const struct screen_style *style = shown->style;

	choice->count = 0;
	for (size_t i = 0; i < style->ncolumns && choice->count < COLUMN_COUNT; i++)
		if (style->chosen || earns_place(shown, style->columns[i], width))
			choice->columns[choice->count++] = style->columns[i];
	if (shown->ask->grouped && shown->ask->group == GROUP_CONTAINER)
		return;
	if (shown->ask->grouped)
		choose_for_groups(choice, shown->ask->group, width);
	if (style->show_pss)
		insert_column(choice, COL_PSS, COL_RSS);
	if (store_baseline_ms(shown->store) != 0)
		insert_column(choice, COL_SINCE_BASE, COL_GROWTH);
}

void table_draw(struct canvas *canvas, const struct shown *shown, struct table_state *state,
	struct table_geometry *geometry)
{
	int rows = canvas->height;
	bool titles = rows >= ROWS_FOR_TITLES;
	bool foot = rows >= ROWS_FOR_FOOT || shown->message->text[0];
	int y = table_head_draw(canvas, shown, state);
	struct choice choice;

	choose_columns(&choice, shown, canvas->width);
	layout_columns(&geometry->layout, choice.columns, choice.count, canvas->width);
	geometry->header_y = titles ? y : -1;
	if (titles)
		table_rows_titles(canvas, shown, &geometry->layout, y++);
	geometry->first_y = y;
	int room = rows - y - (foot ? 1 : 0);
	geometry->rows = room > 0 ? room : 1;
	scroll_rows(state, shown->view, geometry->rows);
	if (room > 0)
		table_rows_draw(canvas, shown, state, &geometry->layout, y, room);
	if (foot)
		foot_draw(canvas, shown, WHERE_TABLE | WHERE_REPLAY, table_hints, TABLE_HINTS,
			rows - 1);
}
