/* SPDX-License-Identifier: GPL-2.0-or-later */
/* process_info - figures, limits, texts and the next tool of one process (process.h)
 *
 * Lines are made first, as many as there are, and those that are in view are drawn.
 */
#include "ui/process/process.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/runtime.h"
#include "model/packages.h"
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
	PACKAGES_TOLD = 6,
	OLD_S = 5, /* figures that are older say how old they are */
};

/* The sheet that lines are written to: the canvas, or nowhere while they are counted. */
struct sheet {
	struct canvas *canvas; /* NULL: only count */
	int width;
	int y, height;
	long top;
	int line;   /* the next one */
	bool brief; /* not all is in view: what counts most comes first, on a line each */
	int least;  /* lines up to where that ends */
};

/* The row of the canvas for the next line; -1: not in view. */
static int next_row(struct sheet *sheet)
{
	long row = sheet->line++ - sheet->top;

	return sheet->canvas != NULL && row >= 0 && row < sheet->height ? sheet->y + (int)row : -1;
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Where groups of figures stand side by side. */
struct grid {
	/* of groups; what has none of its own goes below the last */
	int count;
	int x[FIGURE_GROUPS], label[FIGURE_GROUPS], value[FIGURE_GROUPS];
	unsigned old_s; /* age of what is read rarely */
};

/* Sizes stand right, so that one sees at once which is the longest; words stand left. */
static bool has_sizes(int group)
{
	return group == FIGURE_MEMORY || group == FIGURE_SHARE;
}

/* Groups of figures stand beside each other as long as they fit; what is left of the width goes
 * between them. */
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

/* The label of a figure that was read with others OLD_S seconds ago: figures of another time say
 * so. */
static const char *label_of(const struct figure *figure, unsigned old_s, char out[40])
{
	static const char *const read_rarely[][2] = { { "freed_if_killed", "freed" },
		{ "uss", "USS" }, { "pss", "PSS" }, { "swap_pss", "SwapPss" } };

	for (size_t i = 0; i < sizeof(read_rarely) / sizeof(read_rarely[0]); i++)
		if (old_s >= OLD_S && figure->known &&
			strcmp(figure->key, read_rarely[i][0]) == 0) {
			snprintf(out, 40, old_s < 100 ? "%s %us old" : "%s %um old",
				read_rarely[i][1], old_s < 100 ? old_s : old_s / 60);
			return out;
		}
	return figure->label;
}

static void draw_figure(struct canvas *canvas, const struct grid *grid, int column,
	const struct figure *figure, int y)
{
	int x = grid->x[column], label = grid->label[column], value = grid->value[column];
	enum style style = style_of_tone(figure->tone);
	char words[40];

	canvas_text(canvas, x, y, STYLE_DIM, label_of(figure, grid->old_s, words), label);
	if (has_sizes(column))
		canvas_text_right(canvas, x + label, y, style, figure->text, value);
	else
		canvas_text(canvas, x + label, y, style, figure->text, value);
}

/* Groups side by side; what has no column of its own goes below the last that has. */
static void add_figures(struct sheet *sheet, const struct figures *figures, unsigned old_s)
{
	const struct figure *columns[FIGURE_GROUPS][FIGURES_MAX];
	int counts[FIGURE_GROUPS] = { 0 }, most = 0;
	struct grid grid;

	lay_out(&grid, figures, sheet->width);
	grid.old_s = old_s;
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

static int text_room(const struct sheet *sheet)
{
	return sheet->width > TEXT_INDENT + 8 ? sheet->width - TEXT_INDENT : 8;
}

/* A label, and a text on as many lines as it needs, ROWS at most: then with a sign that more of it
 * is missing. */
static void add_rows(struct sheet *sheet, const char *label, enum style style, const char *text,
	int rows)
{
	int room = text_room(sheet);

	for (int i = 0; *text && i < rows; i++) {
		size_t len = text_wrap(text, room);
		bool cut = i == rows - 1 && text[len] != '\0';
		int y = next_row(sheet);
		if (y >= 0) {
			struct buf line;
			buf_init(&line);
			buf_put(&line, text, len);
			canvas_text(sheet->canvas, 0, y, STYLE_DIM, i == 0 ? label : "",
				TEXT_INDENT);
			int x = TEXT_INDENT + canvas_text(sheet->canvas, TEXT_INDENT, y, style,
						      buf_text(&line), cut ? room - 1 : room);
			if (cut)
				canvas_char(sheet->canvas, x, y, style,
					sheet->canvas->utf8 ? 0x2026 : '~');
			buf_done(&line);
		}
		text += len + strspn(text + len, " ");
	}
}

static void add_text(struct sheet *sheet, const char *label, enum style style, const char *text)
{
	add_rows(sheet, label, style, text, TEXT_ROWS_MAX);
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
			sheet->canvas != NULL && sheet->canvas->utf8 ? "◂" : "<");
	if (*limit->path)
		buf_printf(&line, "  %s", limit->path);
	add_text(sheet, limit->kind,
		full           ? STYLE_WARN
		: limit->binds ? STYLE_STRONG
			       : STYLE_NORMAL,
		buf_text(&line));
	buf_done(&line);
}

/* The one that is met first, or the others. */
static void add_limits(struct sheet *sheet, const struct figures *figures, bool first)
{
	for (size_t i = 0; i < figures->nlimits; i++)
		if (figures->limits[i].binds == first)
			add_limit(sheet, &figures->limits[i]);
}

static const char *command_of(const struct proc *proc)
{
	return proc->cmdline != NULL && *proc->cmdline ? proc->cmdline : proc->comm;
}

static void add_who(struct sheet *sheet, const struct proc *proc, const struct maps *maps)
{
	char container[CONTAINER_NAME_MAX];
	struct buf exe;

	/* the rest of what was cut above */
	if (sheet->brief && text_width(command_of(proc)) > text_room(sheet))
		add_text(sheet, "command", STYLE_NORMAL, command_of(proc));
	if (maps != NULL) {
		buf_init(&exe);
		buf_printf(&exe, "%s%s", maps->exe,
			maps->figures.exe_deleted ? " (deleted or replaced since)" : "");
		add_text(sheet, "executable",
			maps->figures.exe_deleted ? STYLE_NOTICE : STYLE_NORMAL, buf_text(&exe));
		buf_done(&exe);
		add_text(sheet, "directory", STYLE_NORMAL, maps->cwd);
	}
	if (proc->cgroup != NULL && container_name(proc->cgroup, container))
		add_text(sheet, "container", STYLE_NORMAL, container);
}

/* Adds what it has mapped of installed packages. */
static void add_packages(struct sheet *sheet, const struct maps *maps)
{
	struct packages packages;
	struct buf line;

	if (maps == NULL || maps->parts_ms == 0)
		return;
	packages_of(&packages, maps);
	if (packages.count == 0)
		return;
	buf_init(&line);
	packages_line(&line, &packages, PACKAGES_TOLD);
	add_text(sheet, "packages", STYLE_NORMAL, buf_text(&line));
	buf_done(&line);
}

/* A tool that is not installed is named all the same, but dimmed. */
static void add_hint(struct sheet *sheet, const struct proc *proc, const struct maps *maps)
{
	struct runtime_hint hint;
	struct buf line;

	if (maps == NULL)
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
	add_rows(sheet, "look inside", missing ? STYLE_DIM : STYLE_STRONG, buf_text(&line),
		sheet->brief ? 1 : TEXT_ROWS_MAX);
	if (!sheet->brief)
		add_text(sheet, "", STYLE_DIM, hint.gives);
	buf_done(&line);
}

/* Seconds since PSS and its like were read, rounded down. */
static unsigned shares_age_s(const struct shown *shown, const struct proc *proc)
{
	uint64_t now_ms = store_now_ms(shown->store);
	uint64_t then_ms = proc->rare != NULL ? proc->rare->rollup_ms : 0;

	return then_ms > 0 && now_ms > then_ms ? (unsigned)((now_ms - then_ms) / 1000) : 0;
}

/* The most telling first; `least` is how many rows that takes, and on a low screen the rest is
 * scrolled to. */
static void add_all(struct sheet *sheet, const struct shown *shown, const struct proc *proc)
{
	const struct maps *maps = store_maps(shown->store, proc->id);
	struct figures figures;

	figures_gather(&figures, shown->store, proc);
	if (!proc->kernel_thread)
		add_figures(sheet, &figures, shares_age_s(shown, proc));
	if (maps != NULL && maps->figures.error != 0)
		add_text(sheet, "", STYLE_NOTICE, figures_trouble(maps));
	add_limits(sheet, &figures, true);
	add_hint(sheet, proc, maps);
	add_rows(sheet, "command", STYLE_NORMAL, command_of(proc),
		sheet->brief ? 1 : TEXT_ROWS_MAX);
	sheet->least = sheet->line;
	add_limits(sheet, &figures, false);
	add_packages(sheet, maps);
	add_who(sheet, proc, maps);
}

uint64_t process_limit(const struct shown *shown, const struct proc *proc)
{
	struct figures figures;

	figures_gather(&figures, shown->store, proc);
	for (size_t i = 0; i < figures.nlimits; i++) {
		const struct figure_limit *limit = &figures.limits[i];

		if (limit->binds && limit->max_kib != UINT64_MAX &&
			limit->max_kib > limit->usage_kib)
			return proc->figures.footprint_kib + limit->max_kib - limit->usage_kib;
	}
	return 0;
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

int process_info_height(const struct shown *shown, const struct proc *proc, int width)
{
	struct sheet sheet = { .width = width };

	add_all(&sheet, shown, proc);
	return sheet.line;
}

int process_info_least(const struct shown *shown, const struct proc *proc, int width)
{
	struct sheet sheet = { .width = width, .brief = true };

	add_all(&sheet, shown, proc);
	return sheet.least;
}

void process_info(const struct process_area *area, long *top)
{
	int width = area->canvas->width;
	struct sheet count = { .width = width };
	struct sheet sheet = {
		.canvas = area->canvas,
		.width = width,
		.y = area->y,
		.height = area->height,
	};

	count.brief = process_info_height(area->shown, area->proc, width) > area->height;
	sheet.brief = count.brief;
	add_all(&count, area->shown, area->proc);
	sheet.top = *top = keys_scrolled(*top, area->height, count.line);
	add_all(&sheet, area->shown, area->proc);
	if (area->height > 0)
		process_more(area->canvas, area->y + area->height - 1,
			count.line - area->height - *top);
}
