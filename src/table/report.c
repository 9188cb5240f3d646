/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report - the table as lines of text: a sentence, the machine in words, titles, rows */
#include "table/report.h"

#include "base/amount.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "model/headline.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { COMMAND_LEAST = 10 };

/* In a container the limit and what it has taken come in place of the machine's. */
static void put_system(struct buf *out, const struct store *store)
{
	const struct system_figures *system = store_seen(store);

	if (system == NULL)
		return;
	if (!frame_knows_memory(system))
		return;
	uint64_t left = frame_available_kib(system);
	uint64_t used = amount_less(system->total_kib, left);
	buf_printf(out, "Memory: %s in all", units_kib_words(UNITS_TEXT, system->total_kib));
	if (store_container(store) != NULL)
		buf_printf(out, " (limit of %s; the machine has %s)", store_container(store)->path,
			units_kib_words(UNITS_TEXT, store_system(store)->total_kib));
	buf_printf(out, ", %s used, %s cache, %s available\n", units_kib_words(UNITS_TEXT, used),
		units_kib_words(UNITS_TEXT, system->cache_kib), units_kib_words(UNITS_TEXT, left));
	if (system->known & SYSTEM_NO_SWAP) {
		buf_puts(out, "Swap: not known");
	} else if (system->swap_total_kib == 0) {
		buf_puts(out, "Swap: none");
	} else {
		buf_printf(out, "Swap: %s in all, %s used",
			units_kib_words(UNITS_TEXT, system->swap_total_kib),
			units_kib_words(UNITS_TEXT,
				amount_less(system->swap_total_kib, system->swap_free_kib)));
	}
	if (system->known & SYSTEM_SWAP_RATE && system->swap_in_kib_s + system->swap_out_kib_s >= 1)
		buf_printf(out, ", %s/s in, %s/s out",
			units_kib(UNITS_TEXT, (uint64_t)system->swap_in_kib_s, 6),
			units_kib(UNITS_TEXT, (uint64_t)system->swap_out_kib_s, 6));
	if (system->known & SYSTEM_PSI)
		buf_printf(out, "; waiting for memory: some %.1f %%", system->psi_some_avg10);
	if (system->known & SYSTEM_PSI && system->known & SYSTEM_PSI_FULL)
		buf_printf(out, ", all %.1f %%", system->psi_full_avg10);
	if (system->known & SYSTEM_PSI)
		buf_puts(out, " of 10 s");
	if (store_oom_kills(store))
		buf_printf(out, "; killed for want of memory: %llu",
			(unsigned long long)store_oom_kills(store));
	buf_putc(out, '\n');
}

/* Columns of a line of SHAPE, with a blank between two. */
static int shape_width(const struct report_shape *shape)
{
	int width = shape->before;

	for (size_t i = 0; i < shape->count; i++)
		width += shape->widths[i] + (i > 0);
	return width;
}

static void drop_least(struct report_shape *shape)
{
	size_t at = 0;

	for (size_t i = 1; i < shape->count; i++)
		if (shape->columns[i]->importance >= shape->columns[at]->importance)
			at = i;
	shape->count--;
	for (size_t i = at; i < shape->count; i++) {
		shape->columns[i] = shape->columns[i + 1];
		shape->widths[i] = shape->widths[i + 1];
	}
}

void report_shape_fit(struct report_shape *shape, int width)
{
	while (shape->count > 1 && shape_width(shape) > width)
		drop_least(shape);
	for (size_t i = 0; i < shape->count; i++) {
		int all = shape->widths[i] + width - shape_width(shape);

		if (shape->columns[i]->width == 0)
			shape->widths[i] = all > 1 ? all : 1;
	}
}

/* Columns that the longest name of a container in VIEW takes, LEAST at least. */
static int longest_name(const struct store *store, const struct view *view,
	const struct report_style *style, int least)
{
	const struct column *column = column_get(COL_CONTAINER);
	char *text = xalloc(COLUMN_TEXT_MAX);

	for (size_t i = 0; i < view->count; i++) {
		column_format(column, store, &view->rows[i], &style->column, 0, text);
		int width = text_width(text);
		least = width > least ? width : least;
	}
	free(text);
	return least;
}

/* Columns that fit into WIDTH (0: all); what is drawn, not written, is left out. */
static void make_shape(struct report_shape *shape, const struct report_style *style)
{
	shape->count = 0;
	shape->before = 0;
	for (size_t i = 0; i < style->ncolumns && shape->count < COLUMN_COUNT; i++) {
		const struct column *column = column_get(style->columns[i]);
		if (column->format == NULL)
			continue;
		shape->columns[shape->count] = column;
		shape->widths[shape->count++] = column->width ? column->width : COMMAND_LEAST;
	}
	if (style->width > 0)
		report_shape_fit(shape, style->width);
}

/* Names of containers are what the table is about: none is cut where lines have no end, and else
 * they have what the other columns leave. */
static void widen_names(struct report_shape *shape, const struct store *store,
	const struct view *view, const struct report_style *style)
{
	int spare = style->width > 0 ? style->width - shape_width(shape) : INT_MAX;

	for (size_t i = 0; i < shape->count && spare > 0; i++) {
		if (shape->columns[i]->id != COL_CONTAINER)
			continue;
		int more = longest_name(store, view, style, shape->widths[i]) - shape->widths[i];
		shape->widths[i] += more < spare ? more : spare;
		return;
	}
}

/* TEXT in its column; the last one on a line is not padded, and without a width not cut.  What is
 * cut has a sign. */
static void put_cell(struct buf *out, const struct column *column, const char *text, int width,
	bool last, const struct report_style *style)
{
	int used = text_width(text);
	bool whole = used <= width || (last && style->width <= 0);
	size_t len = whole ? strlen(text) : text_fit(text, width - 1, &used);

	if (!column->left && used < width)
		buf_fill(out, ' ', (size_t)(width - used));
	buf_put(out, text, len);
	if (!whole) {
		buf_puts(out, style->column.utf8 ? "…" : "+");
		used++;
	}
	if (column->left && !last && used < width)
		buf_fill(out, ' ', (size_t)(width - used));
	buf_putc(out, last ? '\n' : ' ');
}

static void put_titles(struct buf *out, const struct report_shape *shape,
	const struct report_style *style)
{
	for (size_t i = 0; i < shape->count; i++)
		put_cell(out, shape->columns[i], shape->columns[i]->title, shape->widths[i],
			i + 1 == shape->count, style);
}

static void put_row(struct buf *out, const struct store *store, const struct row *row,
	const struct report_shape *shape, const struct report_style *style, char *text)
{
	for (size_t i = 0; i < shape->count; i++) {
		bool whole = shape->columns[i]->width == 0 && style->width <= 0;
		column_format(shape->columns[i], store, row, &style->column,
			whole ? 0 : shape->widths[i], text);
		put_cell(out, shape->columns[i], text, shape->widths[i], i + 1 == shape->count,
			style);
	}
}

void report_end_line(struct buf *out, size_t begin, int width)
{
	const char *line = buf_text(out) + begin;
	bool cut = width > 0 && text_width(line) > width;
	size_t len = cut ? text_fit(line, width - 1, NULL) : strlen(line);

	while (len > 0 && line[len - 1] == ' ')
		len--;
	out->len = begin + len;
	buf_puts(out, cut ? "+\n" : "\n");
}

void report_title(struct buf *out, const struct proc *proc, int width)
{
	size_t begin = out->len;

	buf_printf(out, "%.*s (%d)", (int)text_fit(proc->name, 60, NULL), proc->name, proc->id.pid);
	report_end_line(out, begin, width);
}

/* The lines that begin at BEGIN, of WIDTH columns at most (0: any) and broken at word ends. */
static void wrap_lines(struct buf *out, size_t begin, int width)
{
	char *text = xalloc_text(buf_text(out) + begin);

	out->len = begin;
	for (char *at, *rest = text; (at = strsep(&rest, "\n")) != NULL && rest != NULL;)
		do {
			size_t len = width > 0 ? text_wrap(at, width) : strlen(at);

			buf_put(out, at, len);
			buf_putc(out, '\n');
			at += len + strspn(at + len, " ");
		} while (*at != '\0');
	free(text);
}

void report_text(struct buf *out, const struct store *store, const struct view *view,
	const struct report_style *style)
{
	struct headline_facts facts;
	struct headline headline;
	struct report_shape shape;
	size_t rows = style->rows && style->rows < view->count ? style->rows : view->count;
	char *text = xalloc(COLUMN_TEXT_MAX);

	headline_gather(&facts, store);
	headline_write(&headline, &facts);
	size_t begin = out->len;
	buf_printf(out, "%s\n", headline.text);
	put_system(out, store);
	wrap_lines(out, begin, style->width);
	buf_putc(out, '\n');
	make_shape(&shape, style);
	widen_names(&shape, store, view, style);
	if (shape.count) {
		put_titles(out, &shape, style);
		for (size_t i = 0; i < rows; i++)
			put_row(out, store, &view->rows[i], &shape, style, text);
	}
	free(text);
}
