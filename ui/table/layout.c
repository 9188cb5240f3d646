/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout - see layout.h.  Knows columns by their table, nothing of rows. */
#include "ui/table/layout.h"

#include <string.h>

enum {
	GAP = 1,
	TREND_LEAST = 8,
	TREND_MOST = 20,
	REST_LEAST = 10,  /* the column that takes the rest, on a narrow screen */
	REST_WANTED = 24, /* on one of 80, and before TREND grows */
	NARROW = 30,      /* a figure has room beside the name of a container all the same */
	SIGN_ONLY = 1,    /* of VERDICT, before it goes: its sign says it, too */
};

static bool takes_rest(enum column_id id)
{
	return id != COL_TREND && column_get(id)->width == 0;
}

/* Three tenths of the screen are names. */
static int least_rest(int width)
{
	int least = width * 3 / 10;

	return least < REST_LEAST ? REST_LEAST : least > REST_WANTED ? REST_WANTED : least;
}

static int least_width(enum column_id id, int width)
{
	if (id == COL_TREND)
		return TREND_LEAST;
	if (id == COL_CONTAINER && width < NARROW)
		return REST_LEAST;
	return takes_rest(id) ? least_rest(width) : column_get(id)->width;
}

static int needed(const struct layout *layout)
{
	int sum = layout->count > 0 ? (layout->count - 1) * GAP : 0;

	for (int i = 0; i < layout->count; i++)
		sum += layout->places[i].width;
	return sum;
}

static struct place *place_of(struct layout *layout, enum column_id id)
{
	for (int i = 0; i < layout->count; i++)
		if (layout->places[i].id == id)
			return &layout->places[i];
	return NULL;
}

static int least_important(const struct layout *layout)
{
	int least = 0;

	for (int i = 0; i < layout->count; i++)
		if (column_get(layout->places[i].id)->importance >=
			column_get(layout->places[least].id)->importance)
			least = i;
	return least;
}

/* Makes room: the least important column goes; of equals the rightmost.  Before ETA or VERDICT go,
 * the words of VERDICT do. */
static void drop_one(struct layout *layout)
{
	struct place *verdict = place_of(layout, COL_VERDICT);
	int victim = least_important(layout);
	enum column_id id = layout->places[victim].id;

	if ((id == COL_ETA || id == COL_VERDICT) && verdict != NULL && verdict->width > SIGN_ONLY) {
		verdict->width = SIGN_ONLY;
		return;
	}
	layout->count--;
	memmove(&layout->places[victim], &layout->places[victim + 1],
		(size_t)(layout->count - victim) * sizeof(layout->places[0]));
}

static struct place *place_of_rest(struct layout *layout)
{
	for (int i = 0; i < layout->count; i++)
		if (takes_rest(layout->places[i].id))
			return &layout->places[i];
	return NULL;
}

/* Columns of SPARE that PLACE takes: TREND every second one, what can say more all it needs for
 * that. */
static int wish(const struct place *place, int spare, bool rest)
{
	int more = column_get(place->id)->wide - place->width;

	if (place->id == COL_TREND) {
		more = rest ? spare / 2 : spare;
		return more < TREND_MOST - TREND_LEAST ? more : TREND_MOST - TREND_LEAST;
	}
	return more > 0 && more <= spare ? more : 0;
}

/* COMMAND first up to what most names need, then the others, the important first, and the rest to
 * COMMAND again. */
static void share_out(struct layout *layout, int spare)
{
	struct place *rest = place_of_rest(layout);

	if (rest != NULL) {
		int first = REST_WANTED > rest->width ? REST_WANTED - rest->width : 0;
		first = spare < first ? spare : first;
		rest->width += first;
		spare -= first;
	}
	for (int importance = 1; importance <= COLUMN_COUNT; importance++)
		for (int i = 0; i < layout->count; i++) {
			struct place *place = &layout->places[i];
			if (column_get(place->id)->importance != importance)
				continue;
			int more = wish(place, spare, rest != NULL);
			place->width += more;
			spare -= more;
		}
	if (rest != NULL)
		rest->width += spare;
}

void layout_columns(struct layout *layout, const enum column_id *columns, size_t n, int width)
{
	int x = 0;

	layout->count = 0;
	for (size_t i = 0; i < n && layout->count < LAYOUT_COLUMNS_MAX; i++)
		layout->places[layout->count++] = (struct place){
			.id = columns[i],
			.width = least_width(columns[i], width),
		};
	while (layout->count > 1 && needed(layout) > width)
		drop_one(layout);
	if (layout->count == 0)
		return;
	if (needed(layout) > width)
		layout->places[0].width = width > 0 ? width : 0;
	else
		share_out(layout, width - needed(layout));
	for (int i = 0; i < layout->count; i++) {
		layout->places[i].x = x;
		x += layout->places[i].width + GAP;
	}
}

int layout_at(const struct layout *layout, int x)
{
	for (int i = 0; i < layout->count; i++) {
		const struct place *place = &layout->places[i];

		if (x >= place->x && x < place->x + place->width)
			return i;
	}
	return -1;
}
