/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_parts - the parts of a process's memory, what gained most first
 * (process.h) */
#include "ui/process/process.h"

#include "base/text.h"
#include "base/units.h"
#include "model/maps.h"
#include "model/evidence.h"
#include "table/figures.h"
#include "ui/process/process_columns.h"

#include <stdio.h>
#include <string.h>

enum {
	NAME_LEAST = 12,
	SIZE_COLUMNS = 7,
	GAIN_COLUMNS = 9,
	MAPS_COLUMNS = 6,
	GAIN_SHOWN = 64, /* KiB: less is no growth worth a colour */
};

enum parts_column {
	PARTS_GAIN,
	PARTS_RSS,
	PARTS_PSS,
	PARTS_DIRTY,
	PARTS_SWAP,
	PARTS_MAPS,
	PARTS_COLUMNS
};

static const struct process_column columns[PARTS_COLUMNS] = {
	[PARTS_GAIN] = { .title = "+BASE", .width = GAIN_COLUMNS, .importance = 1, .sorted = true },
	[PARTS_RSS] = { .title = "RSS", .width = SIZE_COLUMNS, .importance = 2 },
	[PARTS_PSS] = { .title = "PSS", .width = SIZE_COLUMNS, .importance = 3 },
	[PARTS_DIRTY] = { .title = "DIRTY", .width = SIZE_COLUMNS, .importance = 5 },
	[PARTS_SWAP] = { .title = "SWAP", .width = SIZE_COLUMNS, .importance = 4 },
	[PARTS_MAPS] = { .title = "MAPS", .width = MAPS_COLUMNS, .importance = 6 },
};

/* OUT, or a constant. */
static const char *cell_text(char out[UNITS_SIZE], const struct maps_group *part,
	enum parts_column column)
{
	const uint64_t sizes[PARTS_COLUMNS] = {
		[PARTS_RSS] = part->rss_kib,
		[PARTS_PSS] = part->pss_kib,
		[PARTS_DIRTY] = part->dirty_kib,
		[PARTS_SWAP] = part->swap_kib,
	};

	if (column == PARTS_GAIN)
		return units_kib_change(out, part->gained_kib, GAIN_COLUMNS - 1);
	if (column == PARTS_MAPS)
		return units_digits(out, part->mappings);
	return sizes[column] == 0 ? "0" : units_kib(out, sizes[column], SIZE_COLUMNS - 1);
}

static enum style cell_style(const struct maps_group *part, enum parts_column column,
	const char *text)
{
	if (column == PARTS_GAIN)
		return part->gained_kib >= GAIN_SHOWN    ? STYLE_WARN
		       : part->gained_kib <= -GAIN_SHOWN ? STYLE_GOOD
							 : STYLE_DIM;
	return column == PARTS_MAPS || strcmp(text, "0") == 0 ? STYLE_DIM : STYLE_NORMAL;
}

/* A part whose mappings are gone stands back, as its growth is still of interest. */
static void draw_part(struct canvas *canvas, const struct process_layout *layout,
	const struct maps_group *part, int y)
{
	char title[EVIDENCE_PART_MAX], room[UNITS_SIZE];

	evidence_part_title(title, part->kind, part->name);
	process_columns_name(canvas, layout, y, part->mappings ? STYLE_NORMAL : STYLE_DIM, title);
	for (int k = 0; k < PARTS_COLUMNS; k++) {
		if (!layout->shown[k])
			continue;
		const char *text = cell_text(room, part, (enum parts_column)k);

		canvas_text_right(canvas, process_columns_x(layout, k), y,
			cell_style(part, (enum parts_column)k, text), text, columns[k].width);
	}
}

/* How old they are and since when growth is counted, or why there are none. */
static void draw_state(struct canvas *canvas, const struct shown *shown, const struct maps *maps,
	int y)
{
	char text[FIGURES_LIMIT_TEXT];
	const char *trouble = figures_trouble(maps);
	uint64_t now_ms = store_now_ms(shown->store);

	if (maps == NULL) {
		canvas_text(canvas, 0, y, STYLE_DIM, "its mappings are being read ...",
			canvas->width);
		return;
	}
	if (*trouble) {
		canvas_text(canvas, 0, y, STYLE_NOTICE, trouble, canvas->width);
		return;
	}
	figures_age_text(text, shown->store, maps, true);
	int x = canvas_text(canvas, 0, y, STYLE_DIM, text, canvas->width);
	snprintf(text, sizeof(text), "growth since %s ago",
		units_seconds(UNITS_TEXT,
			now_ms > maps->base_ms ? (double)(now_ms - maps->base_ms) / 1000 : 0));
	if (x + 2 + text_width(text) <= canvas->width)
		canvas_text_right(canvas, x + 2, y, STYLE_DIM, text, canvas->width - x - 2);
}

void process_parts(const struct process_area *area, long *top)
{
	const struct maps *maps = store_maps(area->shown->store, area->proc->id);
	long rows = area->height - 2, count = maps != NULL ? (long)maps->count : 0;
	char title[PROCESS_TITLE_MAX];
	struct process_layout layout;

	if (area->height < 1)
		return;
	process_columns_fit(&layout, columns, PARTS_COLUMNS, area->canvas->width, NAME_LEAST);
	*top = maps != NULL ? keys_scrolled(*top, rows, count) : *top < 0 ? 0 : *top;
	draw_state(area->canvas, area->shown, maps, area->y);
	process_columns_word(title, "PART", *top, rows, count);
	if (area->height > 1)
		process_columns_titles(area->canvas, &layout, title, area->y + 1);
	for (int i = 0; i < rows && *top + i < count; i++)
		draw_part(area->canvas, &layout, &maps->parts[*top + i], area->y + 2 + i);
}
