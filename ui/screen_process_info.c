/* screen_process_info - figures, limits, texts and the next tool of one process (screen_process.h)
 *
 * Lines are made first, as many as there are, and those that are in view are drawn.
 */
#include "ui/screen_process.h"

#include "base/buf.h"
#include "base/text.h"
#include "frame/runtime.h"
#include "model/deep.h"
#include "table/container.h"
#include "table/figures.h"

#include <stdio.h>
#include <string.h>

enum {
	LABEL_COLUMNS = 12,
	COLUMN_LEAST = 26,  /* of a group of figures */
	COLUMN_MOST = 34,
	TEXT_INDENT = 12,
	TEXT_ROWS_MAX = 12, /* of a command line */
};

/* What lines are written to: the canvas, or nowhere while they are counted. */
struct sheet {
	struct canvas *canvas; /* NULL: only count */
	int width;
	int y, height;
	long top;
	int line;              /* the next one */
};

/* The row of the canvas for the next line; -1: not in view. */
static int next_row(struct sheet *sheet)
{
	long row = sheet->line++ - sheet->top;

	return sheet->canvas && row >= 0 && row < sheet->height ? sheet->y + (int)row : -1;
}

static enum style tone_style(enum cell_tone tone)
{
	switch (tone) {
	case TONE_PLAIN:
		return STYLE_NORMAL;
	case TONE_DIM:
		return STYLE_DIM;
	case TONE_GOOD:
		return STYLE_GOOD;
	case TONE_NOTICE:
		return STYLE_NOTICE;
	case TONE_WARN:
		return STYLE_WARN;
	case TONE_ALARM:
		break;
	}
	return STYLE_ALARM;
}

/* --- figures --------------------------------------------------------------------------------------- */

static void draw_figure(struct canvas *canvas, const struct figure *figure, int x, int y, int width)
{
	canvas_text(canvas, x, y, STYLE_DIM, figure->label, LABEL_COLUMNS);
	canvas_text(canvas, x + LABEL_COLUMNS, y, tone_style(figure->tone), figure->text,
			width - LABEL_COLUMNS - 1);
}

/* Groups side by side; what has no column of its own goes below the shortest. */
static void add_figures(struct sheet *sheet, const struct figures *figures)
{
	const struct figure *columns[FIGURE_GROUPS][FIGURES_MAX];
	int counts[FIGURE_GROUPS] = { 0 }, most = 0;
	int count = sheet->width / COLUMN_LEAST;

	if (count > FIGURE_GROUPS)
		count = FIGURE_GROUPS;
	if (count < 1)
		count = 1;
	for (size_t i = 0; i < figures->count; i++) {
		int column = (int)figures->list[i].group;
		if (column >= count)
			column = count - 1;
		columns[column][counts[column]++] = &figures->list[i];
		most = counts[column] > most ? counts[column] : most;
	}
	/* three groups: the fourth is told in the title but for its first two */
	if (count == FIGURE_GROUPS - 1 && most > counts[0])
		most = counts[0];
	int width = sheet->width / count < COLUMN_MOST ? sheet->width / count : COLUMN_MOST;
	for (int row = 0; row < most; row++) {
		int y = next_row(sheet);
		for (int k = 0; y >= 0 && k < count; k++)
			if (row < counts[k])
				draw_figure(sheet->canvas, columns[k][row], k * width, y, width);
	}
}

/* --- texts ----------------------------------------------------------------------------------------- */

/* A label, and a text on as many lines as it needs. */
static void add_text(struct sheet *sheet, const char *label, enum style style, const char *text)
{
	int room = sheet->width > TEXT_INDENT + 8 ? sheet->width - TEXT_INDENT : 8;

	if (!*text)
		return;
	for (int i = 0; *text && i < TEXT_ROWS_MAX; i++) {
		size_t len = screen_process_wrap(text, room);
		int y = next_row(sheet);
		if (y >= 0) {
			struct buf line;
			buf_init(&line);
			buf_put(&line, text, len);
			canvas_text(sheet->canvas, 0, y, STYLE_DIM, i == 0 ? label : "", TEXT_INDENT);
			canvas_text(sheet->canvas, TEXT_INDENT, y, style, buf_text(&line), room);
			buf_done(&line);
		}
		text += len + strspn(text + len, " ");
	}
}

/* "cgroup /app.slice: 3.1G of 4.0G (78 %), high 3.5G" */
static void add_limits(struct sheet *sheet, const struct figures *figures)
{
	char text[FIGURES_LIMIT_TEXT];

	for (size_t i = 0; i < figures->nlimits; i++) {
		const struct figure_limit *limit = &figures->limits[i];
		const char *mark = limit->binds ? (sheet->canvas && sheet->canvas->utf8 ? "◂ " : "< ") : "";
		struct buf line;
		bool full = limit->max_kib != UINT64_MAX && limit->usage_kib >= limit->max_kib / 10 * 9;

		figures_limit_text(text, limit);
		buf_init(&line);
		if (*limit->path)
			buf_printf(&line, "%s: ", limit->path);
		buf_puts(&line, text);
		if (limit->binds)
			buf_printf(&line, "  %sbinds first", mark);
		add_text(sheet, limit->kind, full ? STYLE_WARN : limit->binds ? STYLE_STRONG : STYLE_NORMAL,
				buf_text(&line));
		buf_done(&line);
	}
}

static void add_who(struct sheet *sheet, const struct proc *proc, const struct deep *deep)
{
	char container[CONTAINER_NAME_MAX];
	struct buf exe;

	add_text(sheet, "command", STYLE_NORMAL, proc->cmdline && *proc->cmdline ? proc->cmdline : proc->comm);
	if (deep) {
		buf_init(&exe);
		buf_printf(&exe, "%s%s", deep->exe,
				deep->figures.exe_deleted ? " (deleted or replaced since)" : "");
		add_text(sheet, "executable", deep->figures.exe_deleted ? STYLE_NOTICE : STYLE_NORMAL,
				buf_text(&exe));
		buf_done(&exe);
		add_text(sheet, "directory", STYLE_NORMAL, deep->cwd);
	}
	if (proc->cgroup && container_name(proc->cgroup, container))
		add_text(sheet, "container", STYLE_NORMAL, container);
}

static void add_hint(struct sheet *sheet, const struct proc *proc, const struct deep *deep)
{
	struct runtime_hint hint;
	struct buf line;

	if (!deep)
		return;
	runtime_hint(&hint, deep->figures.runtime, proc->id.pid, proc->cmdline);
	if (!hint.command[0])
		return;
	bool missing = deep->figures.known & DEEP_TOOL && !deep->figures.tool;
	buf_init(&line);
	buf_printf(&line, "%s (%s%s)", hint.command, runtime_title(deep->figures.runtime),
			missing ? "; not installed" : deep->figures.known & DEEP_TOOL ? "; installed" : "");
	add_text(sheet, "look inside", missing ? STYLE_DIM : STYLE_STRONG, buf_text(&line));
	add_text(sheet, "", STYLE_DIM, hint.gives);
	buf_done(&line);
}

static void add_all(struct sheet *sheet, const struct process_facts *facts, const struct proc *proc)
{
	const struct deep *deep = store_deep(facts->store, proc->id);
	struct figures figures;

	figures_gather(&figures, facts->store, proc);
	add_figures(sheet, &figures);
	add_text(sheet, "", STYLE_NOTICE, figures_trouble(deep));
	add_limits(sheet, &figures);
	add_hint(sheet, proc, deep);
	add_who(sheet, proc, deep);
}

int screen_process_info_height(const struct process_facts *facts, const struct proc *proc, int width)
{
	struct sheet sheet = { .width = width };

	add_all(&sheet, facts, proc);
	return sheet.line;
}

int screen_process_info(struct canvas *canvas, const struct process_facts *facts,
		const struct proc *proc, int y, int height, long *top)
{
	int count = screen_process_info_height(facts, proc, canvas->width);
	struct sheet sheet = { .canvas = canvas, .width = canvas->width, .y = y, .height = height };

	if (*top > count - height)
		*top = count - height;
	if (*top < 0)
		*top = 0;
	sheet.top = *top;
	add_all(&sheet, facts, proc);
	return count;
}
