/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_info - figures, limits, texts and the next tool of one process (process.h)
 *
 * Lines are made first, as many as there are, and those that are in view are drawn.
 */
#include "ui/process/process.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/runtime.h"
#include "model/maps.h"
#include "table/container.h"
#include "table/figures.h"
#include "ui/style.h"

#include <stdio.h>
#include <string.h>

enum {
	SIZE_COLUMNS = 7,
	WORDS_COLUMNS = 17, /* "123rd-124th of 500" is cut, if need be */
	GAP_LEAST = 3,      /* between groups of figures */
	GAP_MOST = 7,
	TEXT_INDENT = 12,
	MARK_LEAST = 40,    /* of columns, for saying how much more there is */
	TEXT_ROWS_MAX = 12, /* of a command line */
};

/* What lines are written to: the canvas, or nowhere while they are counted. */
struct sheet {
	struct canvas *canvas; /* NULL: only count */
	int width;
	int y, height;
	long top;
	int line; /* the next one */
};

/* The row of the canvas for the next line; -1: not in view. */
static int next_row(struct sheet *sheet)
{
	long row = sheet->line++ - sheet->top;

	return sheet->canvas && row >= 0 && row < sheet->height ? sheet->y + (int)row : -1;
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Where groups of figures stand side by side. */
struct grid {
	/* of groups; what has none of its own goes below the last */
	int count;
	int x[FIGURE_GROUPS], label[FIGURE_GROUPS], value[FIGURE_GROUPS];
};

/* Sizes stand right, so that one sees at once which is the longest; words stand left. */
static bool has_sizes(int group)
{
	return group == FIGURE_MEMORY || group == FIGURE_SHARE;
}

static void lay_out(struct grid *grid, const struct figures *figures, int width)
{
	int used = 0;

	grid->count = 0;
	for (int k = 0; k < FIGURE_GROUPS; k++) {
		int label = figures_label_width(figures, (enum figure_group)k) + 1;
		int value = has_sizes(k) ? SIZE_COLUMNS : WORDS_COLUMNS;
		int gap = k > 0 ? GAP_LEAST : 0;

		if (k > 0 && used + gap + label + value > width)
			break;
		used += gap + label + value;
		grid->label[k] = label;
		grid->value[k] = value;
		grid->count++;
	}
	int gap = GAP_LEAST + (width - used) / grid->count;
	for (int k = 0, x = 0; k < grid->count; k++) {
		grid->x[k] = x;
		x += grid->label[k] + grid->value[k] + (gap < GAP_MOST ? gap : GAP_MOST);
	}
}

static void draw_figure(struct canvas *canvas, const struct grid *grid, int column,
	const struct figure *figure, int y)
{
	int x = grid->x[column], label = grid->label[column], value = grid->value[column];
	enum style style = style_of_tone(figure->tone);

	canvas_text(canvas, x, y, STYLE_DIM, figure->label, label);
	if (has_sizes(column))
		canvas_text_right(canvas, x + label, y, style, figure->text, value);
	else
		canvas_text(canvas, x + label, y, style, figure->text, value);
}

/* Groups side by side; what has no column of its own goes below the last that has. */
static void add_figures(struct sheet *sheet, const struct figures *figures)
{
	const struct figure *columns[FIGURE_GROUPS][FIGURES_MAX];
	int counts[FIGURE_GROUPS] = { 0 }, most = 0;
	struct grid grid;

	lay_out(&grid, figures, sheet->width);
	for (size_t i = 0; i < figures->count; i++) {
		int column = (int)figures->list[i].group;
		if (column >= grid.count)
			column = grid.count - 1;
		columns[column][counts[column]++] = &figures->list[i];
		most = counts[column] > most ? counts[column] : most;
	}
	/* three groups: the fourth is told in the title but for its first two */
	if (grid.count == FIGURE_GROUPS - 1 && most > counts[0])
		most = counts[0];
	for (int row = 0; row < most; row++) {
		int y = next_row(sheet);
		for (int k = 0; y >= 0 && k < grid.count; k++)
			if (row < counts[k])
				/* set up to counts[k] */
				/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage) */
				draw_figure(sheet->canvas, &grid, k, columns[k][row], y);
	}
}

/* --- texts ------------------------------------------------------------------------------------ */

/* A label, and a text on as many lines as it needs. */
static void add_text(struct sheet *sheet, const char *label, enum style style, const char *text)
{
	int room = sheet->width > TEXT_INDENT + 8 ? sheet->width - TEXT_INDENT : 8;

	if (!*text)
		return;
	for (int i = 0; *text && i < TEXT_ROWS_MAX; i++) {
		size_t len = canvas_wrap(text, room);
		int y = next_row(sheet);
		if (y >= 0) {
			struct buf line;
			buf_init(&line);
			buf_put(&line, text, len);
			canvas_text(sheet->canvas, 0, y, STYLE_DIM, i == 0 ? label : "",
				TEXT_INDENT);
			canvas_text(sheet->canvas, TEXT_INDENT, y, style, buf_text(&line), room);
			buf_done(&line);
		}
		text += len + strspn(text + len, " ");
	}
}

/* "3.1G of 4.0G (78 %), high 3.5G  /app.slice" */
static void add_limit(struct sheet *sheet, const struct figure_limit *limit)
{
	char text[FIGURES_LIMIT_TEXT];
	bool full = limit->max_kib != UINT64_MAX && limit->usage_kib >= limit->max_kib / 10 * 9;
	struct buf line;

	figures_limit_text(text, limit);
	buf_init(&line);
	buf_puts(&line, text);
	if (limit->binds)
		buf_printf(&line, "  %s reached first",
			sheet->canvas && sheet->canvas->utf8 ? "◂" : "<");
	if (*limit->path)
		buf_printf(&line, "  %s", limit->path);
	add_text(sheet, limit->kind,
		full           ? STYLE_WARN
		: limit->binds ? STYLE_STRONG
			       : STYLE_NORMAL,
		buf_text(&line));
	buf_done(&line);
}

/* The one that is met first leads: on a low screen the others are further down. */
static void add_limits(struct sheet *sheet, const struct figures *figures)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < figures->nlimits; i++)
			if (figures->limits[i].binds == (pass == 0))
				add_limit(sheet, &figures->limits[i]);
}

static void add_who(struct sheet *sheet, const struct proc *proc, const struct maps *maps)
{
	char container[CONTAINER_NAME_MAX];
	struct buf exe;

	add_text(sheet, "command", STYLE_NORMAL,
		proc->cmdline && *proc->cmdline ? proc->cmdline : proc->comm);
	if (maps) {
		buf_init(&exe);
		buf_printf(&exe, "%s%s", maps->exe,
			maps->figures.exe_deleted ? " (deleted or replaced since)" : "");
		add_text(sheet, "executable",
			maps->figures.exe_deleted ? STYLE_NOTICE : STYLE_NORMAL, buf_text(&exe));
		buf_done(&exe);
		add_text(sheet, "directory", STYLE_NORMAL, maps->cwd);
	}
	if (proc->cgroup && container_name(proc->cgroup, container))
		add_text(sheet, "container", STYLE_NORMAL, container);
}

static void add_hint(struct sheet *sheet, const struct proc *proc, const struct maps *maps)
{
	struct runtime_hint hint;
	struct buf line;

	if (!maps)
		return;
	runtime_hint(&hint, maps->figures.runtime, proc->id.pid, proc->cmdline);
	if (!hint.command[0])
		return;
	bool missing = maps->figures.known & MAPPINGS_TOOL && !maps->figures.tool;
	buf_init(&line);
	buf_printf(&line, "%s (%s%s)", hint.command, runtime_title(maps->figures.runtime),
		missing                               ? "; not installed"
		: maps->figures.known & MAPPINGS_TOOL ? "; installed"
						      : "");
	add_text(sheet, "look inside", missing ? STYLE_DIM : STYLE_STRONG, buf_text(&line));
	add_text(sheet, "", STYLE_DIM, hint.gives);
	buf_done(&line);
}

static void add_all(struct sheet *sheet, const struct shown *facts, const struct proc *proc)
{
	const struct maps *maps = store_maps(facts->store, proc->id);
	struct figures figures;

	figures_gather(&figures, facts->store, proc);
	if (!proc->kernel_thread)
		add_figures(sheet, &figures);
	if (maps && maps->figures.error != 0)
		add_text(sheet, "", STYLE_NOTICE, figures_trouble(maps));
	add_limits(sheet, &figures);
	add_hint(sheet, proc, maps);
	add_who(sheet, proc, maps);
}

void process_more(struct canvas *canvas, int y, long more)
{
	char text[40];

	if (more <= 0 || canvas->width < MARK_LEAST)
		return;
	snprintf(text, sizeof(text), " %s %ld more ", canvas->utf8 ? "▾" : "v", more);
	canvas_text_right(canvas, canvas->width - text_width(text), y, STYLE_KEY, text,
		text_width(text));
}

int process_info_height(const struct shown *facts, const struct proc *proc, int width)
{
	struct sheet sheet = { .width = width };

	add_all(&sheet, facts, proc);
	return sheet.line;
}

int process_info(struct canvas *canvas, const struct shown *facts, const struct proc *proc, int y,
	int height, long *top)
{
	int count = process_info_height(facts, proc, canvas->width);
	struct sheet sheet = { .canvas = canvas, .width = canvas->width, .y = y, .height = height };

	if (*top > count - height)
		*top = count - height;
	if (*top < 0)
		*top = 0;
	sheet.top = *top;
	add_all(&sheet, facts, proc);
	if (height > 0)
		process_more(canvas, y + height - 1, count - height - *top);
	return count;
}
