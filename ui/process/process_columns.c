/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_columns - see process_columns.h */
#include "ui/process/process_columns.h"

#include "base/text.h"

#include <stdio.h>

void process_columns_fit(struct process_layout *layout, const struct process_column *columns,
	int count, int width, int name_least)
{
	*layout = (struct process_layout){ .columns = columns, .count = count, .name = width };
	for (int importance = 1; importance <= count; importance++)
		for (int k = 0; k < count; k++)
			if (columns[k].importance == importance &&
				layout->name - columns[k].width - 1 >= name_least) {
				layout->shown[k] = true;
				layout->name -= columns[k].width + 1;
			}
}

int process_columns_x(const struct process_layout *layout, int number)
{
	int x = layout->name + 1;

	for (int k = 0; k < number; k++)
		x += layout->shown[k] ? layout->columns[k].width + 1 : 0;
	return layout->shown[number] ? x : -1;
}

void process_columns_word(char out[PROCESS_TITLE_MAX], const char *word, long first, long rows,
	long count)
{
	if (rows > 0 && rows < count)
		snprintf(out, PROCESS_TITLE_MAX, "%s %ld to %ld of %ld", word, first + 1,
			first + rows, count);
	else
		snprintf(out, PROCESS_TITLE_MAX, "%s", word);
}

void process_columns_titles(struct canvas *canvas, const struct process_layout *layout,
	const char *name, int y)
{
	canvas_row(canvas, y, STYLE_HEADER);
	canvas_text(canvas, 0, y, STYLE_HEADER, name, layout->name);
	for (int k = 0; k < layout->count; k++) {
		const struct process_column *column = &layout->columns[k];
		enum style style = column->sorted ? STYLE_HEADER_SORT : STYLE_HEADER;

		if (!layout->shown[k])
			continue;
		if (column->left)
			canvas_text(canvas, process_columns_x(layout, k), y, style, column->title,
				column->width);
		else
			canvas_text_right(canvas, process_columns_x(layout, k), y, style,
				column->title, column->width);
	}
}

void process_columns_name(struct canvas *canvas, const struct process_layout *layout, int y,
	enum style style, const char *text)
{
	const char *mark = canvas->utf8 ? "…" : "..";
	int width = layout->name, room = width - text_width(mark), x = 0;

	if (text_width(text) > width) {
		while (*text != '\0' && text_width(text) > room)
			text_next(&text);
		x = canvas_text(canvas, 0, y, STYLE_DIM, mark, width);
	}
	canvas_text(canvas, x, y, style, text, width - x);
}
